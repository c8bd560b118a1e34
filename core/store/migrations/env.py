"""How Alembic runs our migrations: inside the transaction of whoever opens the database."""

from alembic import context

from core.store.tables import METADATA

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=METADATA)
context.run_migrations()
