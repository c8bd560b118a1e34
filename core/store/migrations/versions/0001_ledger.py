"""The ledger, outbox, personal text, positions and read tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "day",
        sa.Column("day_id", sa.String, primary_key=True),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.String, nullable=False),
    )
    op.create_table(
        "event",
        sa.Column("day_id", sa.String, primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True),
        sa.Column("event_id", sa.String, nullable=False),
        sa.Column("type", sa.String, nullable=False),
        sa.Column("doc", sa.Text, nullable=False),
        sa.Column("hash", sa.String, nullable=False),
        sa.UniqueConstraint("day_id", "event_id"),
    )
    op.create_table(
        "outbox",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("day_id", sa.String, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("recipient", sa.String, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("hold_until", sa.BigInteger, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("detail", sa.String, nullable=False),
    )
    op.create_index("outbox_due", "outbox", ["status", "hold_until"])
    op.create_table(
        "personal",
        sa.Column("key", sa.String, primary_key=True),
        *(sa.Column(n, sa.String, nullable=False) for n in ("name", "address", "phone", "note")),
    )
    op.create_table(
        "position",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("day_id", sa.String, nullable=False),
        sa.Column("vehicle_id", sa.String, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("received_at", sa.BigInteger, nullable=False),
        sa.Column("lat_e6", sa.Integer, nullable=False),
        sa.Column("lon_e6", sa.Integer, nullable=False),
    )
    op.create_index("position_day", "position", ["day_id", "number"])
    _read_tables()


def _read_tables() -> None:
    op.create_table(
        "read_order",
        sa.Column("day_id", sa.String, primary_key=True),
        sa.Column("order_id", sa.String, primary_key=True),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("priority", sa.String, nullable=False),
        sa.Column("promise_opens", sa.BigInteger, nullable=False),
        sa.Column("promise_closes", sa.BigInteger, nullable=False),
        sa.Column("vehicle_id", sa.String),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
    )
    op.create_table(
        "read_route",
        sa.Column("day_id", sa.String, primary_key=True),
        sa.Column("vehicle_id", sa.String, primary_key=True),
        sa.Column("driver_id", sa.String, nullable=False),
        sa.Column("progress", sa.String, nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("stops", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
    )
    op.create_table(
        "read_case",
        sa.Column("day_id", sa.String, primary_key=True),
        sa.Column("case_id", sa.String, primary_key=True),
        sa.Column("type", sa.String, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("waiting_cents", sa.Integer, nullable=False),
        sa.Column("opened_at", sa.BigInteger, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
    )
    op.create_table(
        "read_proposal",
        sa.Column("day_id", sa.String, primary_key=True),
        sa.Column("proposal_id", sa.String, primary_key=True),
        sa.Column("case_id", sa.String, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
    )


def downgrade() -> None:
    for name in ("read_proposal", "read_case", "read_route", "read_order", "position", "personal",
                 "outbox", "event", "day"):
        op.drop_table(name)
