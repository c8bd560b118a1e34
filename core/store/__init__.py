"""The only SQL: tables, migrations, transactions."""
