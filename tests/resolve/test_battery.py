"""A battery that does not last is a case of its own: the vehicle charges on the way."""

from dataclasses import replace

from core.domain.case import ExceptionType
from core.domain.charging import Charger
from core.domain.day import Charge, Day
from core.domain.ids import CaseId, ChargerId
from core.domain.option import ChangeRoutes
from core.domain.place import Point
from core.domain.plan import StopKind
from core.resolve.recommend import recommend
from tests.resolve.proposing import proposed
from tests.tower.tuesday import SEED, TRAVEL, a_quiet_day, rider, watched

LOW = rider(4)


def a_day_with(range_m: int, *, charger: bool = True) -> Day:
    """Rider 4 drives an electric van and says how far it still goes; a charger stands at the door
    of its third stop from now."""
    day = a_quiet_day()
    state, route = day.vehicles[LOW], day.routes[LOW]
    van = replace(state.vehicle, range_m=90_000, wh_per_km=180, charging_w=50_000)
    here: Point = route.last_point or route.start
    told = replace(state, vehicle=van, charge=Charge(range_m, day.now, here, route.done))
    places = {}
    if charger:
        place = Charger(ChargerId("street"), route.remaining[2].point, 50_000)
        places = {place.charger_id: place}
    return replace(day, vehicles={**day.vehicles, LOW: told}, chargers=places)


def low(day: Day) -> tuple[Day, CaseId | None]:
    day, by_cause = watched(day)
    return day, by_cause.get(f"battery:{LOW}")


def test_a_battery_that_lasts_is_nobodys_case():
    assert low(a_day_with(90_000))[1] is None


def test_one_that_does_not_last_is_a_case_with_the_kilometres():
    day, case_id = low(a_day_with(3_000))
    assert case_id is not None
    case = day.cases[case_id]
    assert case.type is ExceptionType.BATTERY_LOW
    assert case.title == f"The battery of {LOW} does not last"
    said = [e.sentence for e in case.exceptions[0].evidence]
    assert said[0] == f"{LOW} said that it goes 3.0 km"
    assert "km longer" in said[1]


def test_what_is_proposed_charges_on_the_way():
    day, case_id = low(a_day_with(3_000))
    assert case_id is not None
    proposal = proposed(day, case_id, recommend(day, case_id, TRAVEL, {}, day.now, seed=SEED))
    assert proposal is not None
    stops = [
        s
        for a in proposal.option.actions
        if isinstance(a, ChangeRoutes)
        for r in a.routes
        for s in r.stops
    ]
    assert [s.point for s in stops if s.kind is StopKind.CHARGE] == [
        day.chargers[ChargerId("street")].point
    ]
    waiting = next(o for o in (proposal.option, *proposal.alternatives) if o.waits)
    assert waiting.price is not None
    assert "stranded vehicles" in {line.label for line in waiting.price.lines}
