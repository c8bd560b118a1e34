"""The tables: the ledger, what leaves the house, personal text, positions, and read tables.

Rows are written through SQLAlchemy Core only: a SQLModel class would accept nonsense silently.
"""

from datetime import UTC, datetime, timedelta
from typing import ClassVar, cast

from sqlalchemy import BigInteger, Column, Dialect, Index, Table, Text, UniqueConstraint
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """An aware instant as whole microseconds since 1970: equal and ordered in any database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value.isoformat()} carries no time zone")
        return (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        del dialect
        return None if value is None else _EPOCH + value * _MICROSECOND


class DayRow(SQLModel, table=True):
    """The head of each ledger; appending compares and swaps it."""

    __tablename__: ClassVar[str] = "day"  # pyright: ignore[reportIncompatibleVariableOverride]
    day_id: str = Field(primary_key=True)
    seq: int = Field(sa_type=BigInteger)
    hash: str


class EventRow(SQLModel, table=True):
    """One event: its canonical bytes as text, with the hash that chains it."""

    __tablename__: ClassVar[str] = "event"  # pyright: ignore[reportIncompatibleVariableOverride]
    __table_args__: ClassVar[tuple[UniqueConstraint]] = (UniqueConstraint("day_id", "event_id"),)
    day_id: str = Field(primary_key=True)
    seq: int = Field(primary_key=True, sa_type=BigInteger)
    event_id: str
    type: str
    doc: str = Field(sa_column=Column(Text, nullable=False))
    hash: str


class OutboxRow(SQLModel, table=True):
    """Something that has to leave the house once."""

    __tablename__: ClassVar[str] = "outbox"  # pyright: ignore[reportIncompatibleVariableOverride]
    __table_args__: ClassVar[tuple[Index]] = (Index("outbox_due", "status", "hold_until"),)
    key: str = Field(primary_key=True)
    day_id: str
    seq: int = Field(sa_type=BigInteger)
    kind: str
    recipient: str
    payload: str = Field(sa_column=Column(Text, nullable=False))
    hold_until: datetime = Field(sa_type=Instant)
    status: str
    attempts: int
    detail: str
    not_before: datetime | None = Field(default=None, sa_type=Instant)
    expires_at: datetime | None = Field(default=None, sa_type=Instant)


class ToolCallRow(SQLModel, table=True):
    """Which tools were called, and what became of it. No words of anybody, no arguments."""

    __tablename__: ClassVar[str] = "tool_call"  # pyright: ignore[reportIncompatibleVariableOverride]
    __table_args__: ClassVar[tuple[Index]] = (Index("tool_call_day", "day_id", "number"),)
    number: int | None = Field(default=None, primary_key=True)
    day_id: str
    seq: int = Field(sa_type=BigInteger)
    at: datetime = Field(sa_type=Instant)
    tool: str
    effect: str
    scope: str
    args_digest: str
    code: str


class PersonalRow(SQLModel, table=True):
    """Words about a person, kept apart so that they can be erased."""

    __tablename__: ClassVar[str] = "personal"  # pyright: ignore[reportIncompatibleVariableOverride]
    key: str = Field(primary_key=True)
    name: str
    address: str
    phone: str
    note: str


class PositionRow(SQLModel, table=True):
    """Positions in the order in which they were received."""

    __tablename__: ClassVar[str] = "position"  # pyright: ignore[reportIncompatibleVariableOverride]
    __table_args__: ClassVar[tuple[Index]] = (Index("position_day", "day_id", "number"),)
    number: int | None = Field(default=None, primary_key=True)
    day_id: str
    vehicle_id: str
    at: datetime = Field(sa_type=Instant)
    received_at: datetime = Field(sa_type=Instant)
    lat_e6: int
    lon_e6: int


class OrderRead(SQLModel, table=True):
    """Orders as lists and searches see them. Can be dropped and rebuilt, as all read tables."""

    __tablename__: ClassVar[str] = "read_order"  # pyright: ignore[reportIncompatibleVariableOverride]
    day_id: str = Field(primary_key=True)
    order_id: str = Field(primary_key=True)
    status: str
    priority: str
    promise_opens: datetime = Field(sa_type=Instant)
    promise_closes: datetime = Field(sa_type=Instant)
    vehicle_id: str | None
    revision: int
    digest: str


class RouteRead(SQLModel, table=True):
    __tablename__: ClassVar[str] = "read_route"  # pyright: ignore[reportIncompatibleVariableOverride]
    day_id: str = Field(primary_key=True)
    vehicle_id: str = Field(primary_key=True)
    driver_id: str
    progress: str
    done: int
    stops: int
    revision: int
    digest: str


class CaseRead(SQLModel, table=True):
    __tablename__: ClassVar[str] = "read_case"  # pyright: ignore[reportIncompatibleVariableOverride]
    day_id: str = Field(primary_key=True)
    case_id: str = Field(primary_key=True)
    type: str
    status: str
    title: str
    waiting_cents: int
    opened_at: datetime = Field(sa_type=Instant)
    revision: int
    digest: str


class ProposalRead(SQLModel, table=True):
    __tablename__: ClassVar[str] = "read_proposal"  # pyright: ignore[reportIncompatibleVariableOverride]
    day_id: str = Field(primary_key=True)
    proposal_id: str = Field(primary_key=True)
    case_id: str
    status: str
    expires_at: datetime = Field(sa_type=Instant)
    digest: str


def table(row: type[SQLModel]) -> Table:
    """Return the Core table behind a row class."""
    return cast(Table, row.__table__)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


DAY = table(DayRow)
EVENT = table(EventRow)
OUTBOX = table(OutboxRow)
PERSONAL = table(PersonalRow)
TOOL_CALL = table(ToolCallRow)
POSITION = table(PositionRow)
READ_ORDER = table(OrderRead)
READ_ROUTE = table(RouteRead)
READ_CASE = table(CaseRead)
READ_PROPOSAL = table(ProposalRead)
READ_TABLES = (READ_ORDER, READ_ROUTE, READ_CASE, READ_PROPOSAL)
METADATA = SQLModel.metadata
