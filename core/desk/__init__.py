"""The only door through which anything changes: commands in, ledger events out."""
