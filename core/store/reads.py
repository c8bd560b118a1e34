"""Read tables: what lists and searches need, derived from the folded day."""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from sqlalchemy import Connection, Table, delete, insert, select, update

from core.domain.case import Case
from core.domain.day import Day, OrderState, ProposalState
from core.domain.plan import RouteState
from core.errors import BrokenLedger
from core.ledger.canonical import digest
from core.store.tables import READ_CASE, READ_ORDER, READ_PROPOSAL, READ_ROUTE, READ_TABLES

KEYS = (
    (READ_ORDER, "order_id"),
    (READ_ROUTE, "vehicle_id"),
    (READ_CASE, "case_id"),
    (READ_PROPOSAL, "proposal_id"),
)
Row = dict[str, object]
K = TypeVar("K", bound=str)
V = TypeVar("V")


def _order(state: OrderState) -> Row:
    return {
        "order_id": str(state.order.order_id),
        "status": state.status.value,
        "priority": state.order.priority.value,
        "promise_opens": state.promise.opens,
        "promise_closes": state.promise.closes,
        "vehicle_id": state.vehicle_id,
        "revision": state.revision,
        "digest": digest(state),
    }


def _route(route: RouteState) -> Row:
    return {
        "vehicle_id": str(route.vehicle_id),
        "driver_id": str(route.driver_id),
        "progress": route.progress.value,
        "done": route.done,
        "stops": len(route.stops),
        "revision": route.revision,
        "digest": digest(route),
    }


def _case(case: Case) -> Row:
    return {
        "case_id": str(case.case_id),
        "type": case.type.value,
        "status": case.status.value,
        "title": case.title,
        "waiting_cents": case.waiting_cents,
        "opened_at": case.opened_at,
        "revision": case.revision,
        "digest": digest(case),
    }


def _proposal(state: ProposalState) -> Row:
    return {
        "proposal_id": str(state.proposal.proposal_id),
        "case_id": str(state.proposal.case_id),
        "status": state.status.value,
        "expires_at": state.proposal.expires_at,
        "digest": digest(state),
    }


Changes = tuple[Table, str, list[Row], list[Row], list[str]]
"""Table, key column, rows to insert, rows to update, keys to delete."""


def changes(before: Day | None, after: Day) -> Iterator[Changes]:
    """Compare two states of a day. Folding keeps what it does not touch, so identity is enough."""
    yield _compare(READ_ORDER, "order_id", before.orders if before else {}, after.orders, _order)
    yield _compare(READ_ROUTE, "vehicle_id", before.routes if before else {}, after.routes, _route)
    yield _compare(READ_CASE, "case_id", before.cases if before else {}, after.cases, _case)
    yield _compare(
        READ_PROPOSAL,
        "proposal_id",
        before.proposals if before else {},
        after.proposals,
        _proposal,
    )


def _compare(
    table: Table,
    key: str,
    before: Mapping[K, V],
    after: Mapping[K, V],
    row: Callable[[V], Row],
) -> Changes:
    if before is after:
        return table, key, [], [], []
    fresh = [row(after[k]) for k in after if k not in before]
    changed = [row(after[k]) for k in after if k in before and before[k] is not after[k]]
    gone = [str(k) for k in before if k not in after]
    return table, key, fresh, changed, gone


def write(connection: Connection, day_id: str, before: Day | None, after: Day) -> None:
    """Bring the read tables from `before` to `after`; BrokenLedger when a row is missing."""
    for table, key, fresh, changed, gone in changes(before, after):
        if fresh:
            connection.execute(insert(table), [{"day_id": day_id, **row} for row in fresh])
        for row in changed:
            one = update(table).where(table.c.day_id == day_id, table.c[key] == row[key])
            if connection.execute(one.values(row)).rowcount != 1:
                raise BrokenLedger(f"{table.name} lacks {row[key]}; rebuild the read tables")
        for gone_key in gone:
            connection.execute(
                delete(table).where(table.c.day_id == day_id, table.c[key] == gone_key)
            )


def rebuild(connection: Connection, day_id: str, day: Day) -> None:
    """Write the read tables of one day anew from a replay."""
    for table in READ_TABLES:
        connection.execute(delete(table).where(table.c.day_id == day_id))
    write(connection, day_id, None, day)


Stored = Mapping[str, Mapping[str, Row]]
"""By table and key, what the read tables of a day hold."""


def stored(connection: Connection, day_id: str) -> Stored:
    """Read the read tables of one day."""
    return {
        table.name: {
            str(row[key]): dict(row)
            for row in connection.execute(select(table).where(table.c.day_id == day_id)).mappings()
        }
        for table, key in KEYS
    }


def differences(kept: Stored, day: Day) -> tuple[str, ...]:
    """Name every row that is not what a replay says."""
    found: list[str] = []
    for table, key, fresh, _, _ in changes(None, day):
        left = dict(kept[table.name])
        for row in fresh:
            there = left.pop(str(row[key]), None)
            if there is None:
                found.append(f"{table.name} {row[key]} is missing")
            elif any(there[name] != value for name, value in row.items()):
                found.append(f"{table.name} {row[key]} differs")
        found.extend(f"{table.name} {k} should not be there" for k in sorted(left))
    return tuple(found)
