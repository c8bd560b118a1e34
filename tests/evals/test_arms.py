"""The arms that others are held against do their own job as well as they can."""

from core.desk.commands import ReportFact
from core.domain.fact import Fact, OrderReceived, RouteDeparted
from core.domain.ids import EventId, OrderId, VehicleId
from core.domain.position import Position
from core.domain.proposal import ProposalStatus
from evals.arms import InsertOnly
from evals.play import Play, opened
from tests.builders import DEPOT, an_order, east, minute
from tests.evals.towns import a_plan, a_stage, a_town

V1, V2 = VehicleId("V1"), VehicleId("V2")
URGENT = OrderId("u1")


def under_way(*, seen_min: dict[VehicleId, float]) -> Play:
    """Both vans left at 08:00 and nothing was scanned since; it is 08:20."""
    city = a_town(seed=3)
    play = opened(a_stage(city, a_plan(city, every_min=11)))
    for vehicle_id, at_min in seen_min.items():
        tell(play, 0, f"departed:{vehicle_id}", RouteDeparted(vehicle_id, DEPOT))
        play.clock.instant = minute(at_min)
        fix = Position(vehicle_id, minute(at_min), minute(at_min), east(250))
        play.seen[vehicle_id] = fix
        play.owner.report_position(fix)
    play.clock.instant = minute(20)
    return play


def tell(play: Play, at_min: float, event_id: str, body: Fact) -> None:
    play.clock.instant = max(play.clock.now(), minute(at_min))
    play.owner.submit(ReportFact(EventId(event_id), minute(at_min), "feed:test", body))


def urgent(play: Play, closes_min: float = 200) -> None:
    order = an_order(URGENT, east(600, 300), closes_min=closes_min)
    tell(play, 20, "urgent", OrderReceived(order, urgent=True))


def carrier_of(play: Play) -> VehicleId | None:
    route = play.day.route_of(URGENT)
    return route.vehicle_id if route is not None else None


def test_insert_only_takes_the_cheapest_vehicle_that_the_desk_agrees_to():
    both = under_way(seen_min={V1: 19, V2: 19})
    urgent(both)
    InsertOnly().act(both)
    cheapest = carrier_of(both)
    assert cheapest is not None
    other = V2 if cheapest == V1 else V1
    # The same, but nobody knows where the cheapest vehicle is: the desk refuses to change it.
    lost = under_way(seen_min={cheapest: 1, other: 19})
    urgent(lost)
    InsertOnly().act(lost)
    assert carrier_of(lost) == other
    first, second = lost.day.proposals.values()
    assert first.proposal.option.option_id == f"insert:{cheapest}"
    assert (first.status, second.status) == (ProposalStatus.REJECTED, ProposalStatus.APPROVED)
    assert "ask the driver first" in lost.refused[0]
    assert (lost.found, lost.forbidden) == ([], [])


def test_insert_only_tries_again_within_a_minute_when_nobody_could_take_it():
    play = under_way(seen_min={V1: 1, V2: 1})
    urgent(play)
    arm = InsertOnly()
    arm.act(play)
    assert carrier_of(play) is None
    assert all(p.status is not ProposalStatus.OPEN for p in play.day.proposals.values())
    play.clock.instant = minute(21)
    for vehicle_id in (V1, V2):
        play.owner.report_position(Position(vehicle_id, minute(21), minute(21), east(250)))
    arm.act(play)
    assert carrier_of(play) is not None
    assert len(play.day.cases) == 1


def test_insert_only_brings_late_only_what_is_late_already():
    play = under_way(seen_min={V1: 19, V2: 19})
    urgent(play, closes_min=21)
    arm = InsertOnly()
    arm.act(play)
    assert carrier_of(play) is None
    play.clock.instant = minute(22)
    arm.act(play)
    assert carrier_of(play) is not None
