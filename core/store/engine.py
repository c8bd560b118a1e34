"""Opening a database: driver, pragmas, and migrations up to today."""

from contextlib import closing
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import StaticPool

HEAD = "0002"
"""The newest migration; a test holds it against the scripts."""
MIGRATIONS = Path(__file__).parent / "migrations"
_MEMORY = ("sqlite://", "sqlite:///:memory:")


def _sqlite() -> ModuleType | None:
    """Return pysqlite3 where installed: the system's SQLite may carry the WAL-reset bug."""
    if find_spec("pysqlite3") is None:
        return None
    return import_module("pysqlite3.dbapi2")


def open_engine(url: str) -> Engine:
    """Return an engine on `url` whose schema is up to date."""
    if not url.startswith("sqlite"):
        engine = create_engine(url, pool_pre_ping=True)
    else:
        engine = _sqlite_engine(url)
        if url in _MEMORY:
            _driver(_empty()).backup(_driver(engine))
    _migrate(engine)
    return engine


@cache
def _empty() -> Engine:
    """Return an empty database of today, to copy: a migration takes longer than most uses."""
    engine = _sqlite_engine(_MEMORY[0])
    _migrate(engine)
    return engine


def _driver(engine: Engine) -> Any:
    """Return the one connection of a database in memory."""
    with closing(engine.raw_connection()) as borrowed:
        return borrowed.driver_connection


def _sqlite_engine(url: str) -> Engine:
    memory = url in _MEMORY
    module = _sqlite()
    connect_args = {"check_same_thread": False, "timeout": 30}
    if memory:
        engine = create_engine(url, module=module, connect_args=connect_args, poolclass=StaticPool)
    else:
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, module=module, connect_args=connect_args)

    def connected(connection: DBAPIConnection, record: object) -> None:
        del record
        # We begin transactions ourselves: the driver's own way breaks savepoints.
        connection.isolation_level = None  # pyright: ignore[reportAttributeAccessIssue]
        cursor = connection.cursor()
        if not memory:
            cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begin)
    return engine


def _migrate(engine: Engine) -> None:
    with engine.begin() as connection:
        if inspect(connection).has_table("alembic_version"):
            version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
            if version == HEAD:
                return
        _upgrade(connection)


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
