"""When a message is tried again and until when it makes sense; which tools were called."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("not_before", sa.BigInteger))
    op.add_column("outbox", sa.Column("expires_at", sa.BigInteger))
    op.create_table(
        "tool_call",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("day_id", sa.String, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        *(
            sa.Column(n, sa.String, nullable=False)
            for n in ("tool", "effect", "scope", "args_digest", "code")
        ),
    )
    op.create_index("tool_call_day", "tool_call", ["day_id", "number"])


def downgrade() -> None:
    op.drop_table("tool_call")
    op.drop_column("outbox", "expires_at")
    op.drop_column("outbox", "not_before")
