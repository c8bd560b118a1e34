"""A database of an older version opens as today's, with everything that was in it."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from core.outbox.channels import FileChannel
from core.outbox.sender import Sender
from core.store.engine import MIGRATIONS
from core.store.store import Store
from tests.builders import minute
from tests.desk.scene import DAY, Scene


def test_a_message_queued_before_the_upgrade_leaves_after_it(tmp_path: Path):
    url = f"sqlite:///{tmp_path}/day.db"
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = create_engine(url)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(
            text(
                "INSERT INTO outbox (key, day_id, seq, kind, recipient, payload, hold_until,"
                " status, attempts, detail)"
                " VALUES ('k', :day, 1, 'message', 'driver:d', '{}', 0, 'queued', 3, 'down')"
            ),
            {"day": DAY},
        )
    engine.dispose()
    store = Store(url)
    (row,) = store.due(minute(0))
    assert (row.attempts, row.not_before, row.expires_at) == (3, None, None)
    sender = Sender(store, {"*": FileChannel(tmp_path / "out")}, Scene().clock)
    assert [o.status for o in sender.send_due()] == ["sent"]
    assert store.tool_calls(DAY) == ()
    store.close()
