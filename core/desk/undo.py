"""Undo: a compensating event, while nobody outside has acted on what it takes back."""

from core.desk.bench import Bench, written
from core.desk.commands import Undo
from core.domain.day import Day, ProposalState
from core.domain.decision import MessageSettled, ProposalUndone
from core.domain.ids import OrderId
from core.domain.option import NewRoute
from core.domain.plan import RouteState
from core.domain.proposal import ProposalStatus
from core.errors import NotOpen, RouteFrozen, UnknownId
from core.ledger.events import Body, Unsaved


def undo(day: Day, command: Undo, bench: Bench) -> tuple[Unsaved, ...]:
    """Put back what a proposal changed and withdraw what it would have sent.

    NotOpen once the undo window is over or something has left; RouteFrozen once a driver has
    gone on to what the proposal changed.
    """
    state = day.proposals.get(command.proposal_id)
    if state is None:
        raise UnknownId("proposal", command.proposal_id)
    name = f"proposal {command.proposal_id}"
    if state.status not in (ProposalStatus.HELD, ProposalStatus.APPROVED):
        raise NotOpen(name, state.status.value)
    if state.hold_until is None or bench.now >= state.hold_until:
        raise NotOpen(name, "past its undo window")
    messages = [m for m in day.messages.values() if m.proposal_id == command.proposal_id]
    if any(m.outcome != "queued" for m in messages):
        raise NotOpen(name, "known to those it concerns")
    tenders = [t for t in day.tenders.values() if t.proposal_id == command.proposal_id]
    if any(t.accepted is not None for t in tenders):
        raise NotOpen(name, "answered by the carrier")
    bodies: list[Body] = [MessageSettled(m.message_id, "withdrawn") for m in messages]
    bodies.append(ProposalUndone(command.proposal_id, command.by, _restored(day, state)))
    return written(day, bench, f"person:{command.by}", bodies)


def _restored(day: Day, state: ProposalState) -> tuple[NewRoute, ...]:
    before: dict[str, RouteState] = {}
    changes: dict[str, int] = {}
    for old in state.undo:
        before.setdefault(old.vehicle_id, old)
        changes[old.vehicle_id] = changes.get(old.vehicle_id, 0) + 1
    return tuple(
        _back(day.routes[old.vehicle_id], old, changes[old.vehicle_id]) for old in before.values()
    )


def _back(route: RouteState, old: RouteState, changes: int) -> NewRoute:
    """Return the old rest of a route, less what was done of it since."""
    if route.revision != old.revision + changes:
        raise NotOpen(f"the route of {route.vehicle_id}", "changed again")
    since = route.done - old.done
    passed = [s.stop_id for s in route.stops[old.done : route.done + route.frozen]]
    planned = [s.stop_id for s in old.remaining[: len(passed)]]
    if since < 0 or passed != planned:
        committed = route.stops[old.done : route.done + route.frozen]
        order_id = next((s.order_id for s in reversed(committed) if s.order_id), OrderId(""))
        raise RouteFrozen(route.vehicle_id, order_id)
    return NewRoute(route.vehicle_id, route.revision, old.remaining[since:], old.return_at)
