"""Two people at one day with the engine at work: what conflicts commits once, all else commits."""

import threading
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from fastapi.testclient import TestClient

from agents.runner import step
from api.app import create_app
from api.loop import EngineLoop
from api.verifying import verify_day
from core.context import SetClock
from core.desk.commands import ReportFact, SetAutonomy
from core.domain.day import ProposalState
from core.domain.fact import OrderReceived
from core.domain.ids import EventId, OrderId, VehicleId
from core.domain.place import Point
from core.domain.proposal import ProposalStatus
from tests.api.served import KEY, VANS, Served, a_served_day
from tests.builders import an_order, east
from tests.waiting import PATIENCE_S, soon
from tools.runtime import Runtime

R1, R2 = VANS


@pytest.fixture
def worked() -> Generator[Served]:
    """A served day whose cases the engine works in its loop; people decide about new orders."""
    live = a_served_day()
    live.submit(SetAutonomy("urgent_order", "shadow", "ana"))
    runtime = Runtime(live.owner, live.travel, live.clock, live.ids)
    loop = EngineLoop(live.clock, lambda _: looked(runtime))
    live.wake, live.loop_state, live.fresh_wait_s = loop.wake, loop.state, PATIENCE_S
    client = TestClient(create_app(live), headers={"Authorization": f"Bearer {KEY}"})
    assert isinstance(live.clock, SetClock)
    with client, time_passes(live.clock):
        loop.start()
        yield Served(client, live)
        assert loop.stop(PATIENCE_S)


def looked(runtime: Runtime) -> None:
    assert step(runtime).trouble == ""


@contextmanager
def time_passes(clock: SetClock) -> Generator[None]:
    """Let a second pass every 50 ms: the loop looks at most once a second."""
    over = threading.Event()

    def run() -> None:
        while not over.wait(0.05):
            clock.advance(1)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def ordered(served: Served, **points: Point) -> list[ProposalState]:
    """Let new orders come in; return the proposal that the engine makes for each."""
    served.live.submit_all(
        [
            ReportFact(
                EventId(f"new-{name}"),
                served.live.now(),
                "feed:shop",
                OrderReceived(an_order(name, point)),
            )
            for name, point in points.items()
        ]
    )

    def proposed() -> list[ProposalState] | None:
        found = [about(served, OrderId(name)) for name in points]
        states = [s for s in found if s is not None]
        return states if len(states) == len(points) else None

    return soon(proposed)


def about(served: Served, order_id: OrderId) -> ProposalState | None:
    """Return the open proposal about an order."""
    day = served.live.day
    return next(
        (
            s
            for s in day.proposals.values()
            if s.status is ProposalStatus.OPEN
            and order_id in day.cases[s.proposal.case_id].order_ids()
        ),
        None,
    )


def approve_at_once(
    served: Served, states: Sequence[ProposalState]
) -> list[tuple[int, dict[str, object]]]:
    """Approve every proposal by a person of its own, all at the same moment."""
    together = threading.Barrier(len(states))

    def approve(n: int) -> tuple[int, dict[str, object]]:
        path = f"/v1/proposals/{states[n].proposal.proposal_id}/approve"
        together.wait()
        answer = served.post(path, {"by": f"person-{n}"}, key=f"k-{n}")
        return answer.status_code, answer.json()

    with ThreadPoolExecutor(len(states)) as people:
        return list(people.map(approve, range(len(states))))


def changed(states: Sequence[ProposalState]) -> list[VehicleId]:
    return [v for s in states for v, _ in s.proposal.basis.routes]


def on_route(served: Served, order_id: str) -> VehicleId | None:
    route = served.live.day.route_of(OrderId(order_id))
    return route.vehicle_id if route is not None else None


def assert_clean(served: Served) -> None:
    assert verify_day(served.live.owner.store, served.live.owner.day_id).problems == ()


def test_of_two_conflicting_approvals_one_commits_and_one_is_shown_a_fresh_proposal(
    worked: Served,
):
    both = ordered(worked, u1=east(2400), u2=east(2600))
    assert changed(both) == [R1, R1]
    answers = approve_at_once(worked, both)
    assert sorted(code for code, _ in answers) == [200, 409]
    lost = next(n for n, (code, _) in enumerate(answers) if code == 409)
    problem = answers[lost][1]
    assert problem["code"] == "stale"
    assert problem["moved"] == ["the route of R1"]
    assert on_route(worked, f"u{lost + 1}") is None
    assert on_route(worked, f"u{2 - lost}") == R1

    fresh = str(problem["fresh_proposal_id"])
    view = worked.get(f"/v1/proposals/{fresh}").json()
    assert (view["status"], view["case_id"]) == ("open", both[lost].proposal.case_id)
    old = worked.get(f"/v1/proposals/{both[lost].proposal.proposal_id}").json()
    assert (old["status"], old["fresh_proposal_id"]) == ("stale", fresh)
    again = worked.post(f"/v1/proposals/{fresh}/approve", {"by": "person-1"}, key="again")
    assert again.status_code == 200, again.text
    assert (on_route(worked, "u1"), on_route(worked, "u2")) == (R1, R1)
    assert_clean(worked)


def test_two_approvals_that_do_not_conflict_both_commit(worked: Served):
    both = ordered(worked, u1=east(2400, north=-300), u2=east(1600, north=2500))
    assert changed(both) == [R1, R2]
    answers = approve_at_once(worked, both)
    assert [code for code, _ in answers] == [200, 200], answers
    assert (on_route(worked, "u1"), on_route(worked, "u2")) == (R1, R2)
    assert_clean(worked)
