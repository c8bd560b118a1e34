"""A real day as an allocation: prices, bars, caps as far as spent, own vehicles by the router."""

from dataclasses import replace

import pytest

from core.allocation.assign import Limits
from core.allocation.bill import breaches
from core.allocation.offers import Ask, problem_of
from core.allocation.own import allocate_day, own_lane_id, own_lanes
from core.allocation.problem import BundleId, LaneId, Problem, Rule
from core.allocation.reliability import SHRINK, Kept, Reliability, observed, zone_of
from core.allocation.tender import Quote, quote, tender_for
from core.allocation.waterfall import Ask as AskNow
from core.allocation.waterfall import Wait, due, of_day, rungs_of
from core.domain.carrier import Carrier, CarrierKind, RateCard
from core.domain.day import CarrierState, Day, Tender
from core.domain.ids import CarrierId, OrderId, ProposalId, TenderId, VehicleId
from core.domain.order import Load, Order, OrderStatus
from core.domain.place import Area, Point
from core.domain.plan import Refusal
from core.errors import Refused, UnknownId
from core.routing.insertion import Candidate, insertions
from core.travel.estimate import EstimateTravel
from core.travel.lookup import matrix_lookup
from tests.builders import (
    DEPOT,
    a_day,
    a_driver,
    a_route,
    a_vehicle,
    a_window,
    an_order,
    east,
    minute,
)

EXACT = Limits(deterministic_ms=20_000, gap_ppm=0)
ROADS = EstimateTravel("UTC")


def drive(start: Point, end: Point) -> tuple[int, int]:
    return 600, 2_000


def a_carrier(name: str, card: RateCard, **changes: object) -> Carrier:
    values: dict[str, object] = {
        "carrier_id": CarrierId(name),
        "kind": CarrierKind.THIRD_PARTY,
        "rates": card,
        "cut_off": minute(240),
        "delivers": a_window(0, 600),
        **changes,
    }
    return Carrier(**values)  # pyright: ignore[reportArgumentType]


def with_carriers(day: Day, *carriers: Carrier, taken: int = 0) -> Day:
    return replace(day, carriers={c.carrier_id: CarrierState(c, 1, taken) for c in carriers})


def orders(count: int) -> list[Order]:
    return [an_order(f"p{i}", east(400 * i + 300), closes_min=600) for i in range(count)]


def of(day: Day, *order_ids: str, at_min: float = 0) -> Problem:
    ask = Ask(tuple(OrderId(o) for o in order_ids))
    return problem_of(day, ask, drive, minute(at_min))[0]


def test_an_offer_holds_the_price_the_risk_and_every_bar():
    far = Area(east(50_000), 1_000)
    carrier = a_carrier(
        "N", RateCard(per_parcel_cents=400), promise_kept_pct=90, areas=(far,), max_parcel_g=500
    )
    problem = of(with_carriers(a_day(orders(1)), carrier), "p0", at_min=241)
    (offer,) = problem.bundles[0].offers
    # 10 % of a broken promise at 5.00
    assert (offer.price_cents, offer.risk_mc) == (400, 50_000)
    assert offer.bars == {Rule.AREA, Rule.PARCEL_SIZE, Rule.CUT_OFF}


@pytest.mark.parametrize(
    ("changes", "code", "says"),
    [
        ({"areas": (Area(east(50_000), 1_000),)}, "area", "m outside its area"),
        ({"max_parcel_g": 900}, "capacity", "up to 0.9 kg; those of p0 have 1 kg"),
        ({"max_parcel_ml": 4_000}, "capacity", "up to 4 l; those of p0 have 5 l"),
        ({"rates": RateCard(min_parcels=5)}, "capacity", "comes for 5 parcels a day or not at"),
        ({"rates": RateCard(max_parcels=7)}, "capacity", "up to 7 parcels a day and has 7"),
    ],
)
def test_a_single_quote_keeps_the_new_rules_too(changes: dict[str, object], code: str, says: str):
    carrier = a_carrier("N", RateCard(per_parcel_cents=400))
    taken = 7 if "max_parcels" in repr(changes) and "=7" in repr(changes) else 0
    day = with_carriers(a_day(orders(1)), replace(carrier, **changes), taken=taken)  # pyright: ignore[reportArgumentType]
    answer = quote(day, OrderId("p0"), carrier.carrier_id, drive, minute(0))
    assert isinstance(answer, Refusal)
    assert answer.code == code
    assert says in answer.sentence


def test_a_lane_knows_what_its_carrier_took_and_was_paid_today():
    card = RateCard(per_parcel_cents=400, per_day_cents=900)
    carrier = a_carrier("N", card, daily_cap_cents=5_000)
    day = with_carriers(a_day(orders(1)), carrier, taken=3)
    tenders = [
        Tender(
            TenderId(f"t{i}"), ProposalId("P"), OrderId("p0"), carrier.carrier_id, cents, *at, ok
        )
        for i, (cents, ok) in enumerate([(700, True), (500, None), (300, False)])
        for at in [(minute(9), minute(9))]
    ]
    day = replace(day, tenders={t.tender_id: t for t in tenders})
    (lane,) = of(day, "p0").lanes
    assert (lane.taken_parcels, lane.spent_cents, lane.fixed_cents) == (3, 1_200, 0)


def test_orders_that_are_not_free_are_skipped_and_unknown_ones_refused():
    day = with_carriers(a_day(orders(2)), a_carrier("N", RateCard()))
    gone = replace(day.orders[OrderId("p1")], cancelled=True)
    day = replace(day, orders={**day.orders, OrderId("p1"): gone})
    problem, skipped = problem_of(day, Ask((OrderId("p0"), OrderId("p1"))), drive, minute(0))
    assert [b.bundle_id for b in problem.bundles] == ["p0"]
    assert [s.order_id for s in skipped] == ["p1"]
    with pytest.raises(UnknownId):
        of(day, "nope")


def test_orders_that_go_together_have_one_offer_with_all_prices():
    day = with_carriers(a_day(orders(3)), a_carrier("N", RateCard(per_parcel_cents=400)))
    ids = tuple(OrderId(f"p{i}") for i in range(3))
    ask = Ask(ids, together={BundleId("house"): ids[:2]}, left_cents={ids[0]: 10, ids[1]: 20})
    problem, _ = problem_of(day, ask, drive, minute(0))
    house, single = problem.bundles
    assert (house.order_ids, house.left_cents, house.load.parcels) == (ids[:2], 30, 2)
    assert house.offers[0].price_cents == 800
    assert single.bundle_id == "p2"
    with pytest.raises(Refused, match="not to be given away"):
        problem_of(day, replace(ask, order_ids=ids[1:]), drive, minute(0))


def a_day_with_vans(count: int, *, per: int = 3, vans: int = 2) -> Day:
    routed = [
        [
            an_order(f"o{v}{i}", east(1_000 * v + 500 * i + 200, 900), closes_min=330)
            for i in range(per)
        ]
        for v in range(vans)
    ]
    names = [f"V{v}" for v in range(vans)]
    return a_day(
        [*(o for own in routed for o in own), *orders(count)],
        [a_vehicle(n, parcels=per + 2) for n in names],
        [a_driver(n) for n in names],
        [a_route(n, own) for n, own in zip(names, routed, strict=True)],
    )


def test_an_own_vehicle_asks_what_the_router_says_and_has_the_room_that_is_left():
    day = a_day_with_vans(2)
    lanes = own_lanes(day, [OrderId("p0"), OrderId("p1")], ROADS, minute(0))
    assert [o.lane.lane_id for o in lanes] == ["own:V0", "own:V1"]
    assert [o.lane.room.parcels for o in lanes if o.lane.room] == [2, 2]
    for own in lanes:
        vehicle = VehicleId(own.lane.lane_id.removeprefix("own:"))
        (found,) = insertions(day, OrderId("p0"), ROADS, minute(0), vehicle_ids=[vehicle])
        assert isinstance(found, Candidate)
        assert own.offers[OrderId("p0")].price_cents == found.delta_cents


def test_a_whole_day_is_shared_out_and_the_own_part_stands_in_the_routes():
    day = with_carriers(a_day_with_vans(8), a_carrier("N", RateCard(per_parcel_cents=700)))
    ids = tuple(OrderId(f"p{i}") for i in range(8))
    points = [DEPOT, *(p for o in day.orders.values() if (p := o.order.point) is not None)]
    lookup = matrix_lookup(ROADS, points, minute(0))
    made = allocate_day(day, Ask(ids), ROADS, lookup, minute(0), limits=EXACT)
    assert breaches(made.problem, made.allocation.choice) == ()
    own = {
        order_id
        for a in made.allocation.assigned
        if a.lane_id.startswith("own:")
        for order_id in a.order_ids
    }
    assert own
    assert own <= {s.order_id for r in made.routes for s in r.stops}
    assert len(own) <= 4
    assert {a.lane_id for a in made.allocation.assigned} <= {"own:V0", "own:V1", "N"}
    assert made.own_cents > 0
    assert own_lane_id(VehicleId("V0")) in {x.lane_id for x in made.problem.lanes}


ZONE = zone_of(DEPOT)


def seen(kept: int, broken: int, hour: int = 9) -> list[Kept]:
    carrier = CarrierId("N")
    return [Kept(carrier, ZONE, hour, i < kept) for i in range(kept + broken)]


def test_with_nothing_seen_what_was_agreed_holds():
    assert Reliability().kept_pm(CarrierId("N"), ZONE, 9, 93) == 930


def test_a_few_deliveries_move_the_belief_a_little_and_many_move_it_far():
    few = Reliability.learned(seen(0, 2)).kept_pm(CarrierId("N"), ZONE, 9, 90)
    many = Reliability.learned(seen(0, 2_000)).kept_pm(CarrierId("N"), ZONE, 9, 90)
    assert 600 < few < 900
    assert many < 10
    # elsewhere, what was seen of the carrier counts, and the place itself does not
    away = Reliability.learned(seen(0, 2)).kept_pm(CarrierId("N"), (0, 0), 3, 90)
    assert away == round(1000 * (SHRINK * 0.9) / (SHRINK + 2))


def test_the_order_of_what_was_seen_does_not_matter():
    mixed = [*seen(7, 3, hour=9), *seen(2, 8, hour=17)]
    there = Reliability.learned(mixed)
    back = Reliability.learned(reversed(mixed))
    for hour in (9, 12, 17):
        ours = there.kept_pm(CarrierId("N"), ZONE, hour, 95)
        assert ours == back.kept_pm(CarrierId("N"), ZONE, hour, 95)
    assert there.kept_pm(CarrierId("N"), ZONE, 17, 95) < there.kept_pm(CarrierId("N"), ZONE, 9, 95)


def test_a_day_teaches_by_what_was_delivered_and_by_what_never_came():
    day = replace(a_day(orders(3)), now=minute(500))
    tenders = {
        TenderId(f"t{i}"): Tender(
            TenderId(f"t{i}"),
            ProposalId("P"),
            OrderId(f"p{i}"),
            CarrierId("N"),
            1,
            minute(400),
            minute(9),
            accepted,
        )
        for i, accepted in enumerate([True, True, False])
    }
    done = replace(day.orders[OrderId("p0")], status=OrderStatus.DELIVERED, ended_at=minute(390))
    day = replace(day, tenders=tenders, orders={**day.orders, OrderId("p0"): done})
    assert [k.kept for k in observed(day)] == [True, False]


def test_a_waterfall_goes_on_where_the_day_stands():
    cheap, dear = (
        a_carrier("A", RateCard(per_order_cents=500)),
        a_carrier("B", RateCard(per_order_cents=900)),
    )
    day = with_carriers(a_day(orders(1)), cheap, dear)
    found = [quote(day, OrderId("p0"), c.carrier_id, drive, minute(0)) for c in (cheap, dear)]
    quotes = [q for q in found if isinstance(q, Quote)]
    rungs = rungs_of(day, quotes)
    first = due(of_day(day, OrderId("p0"), rungs), minute(0))
    assert isinstance(first, AskNow)
    assert tender_for(quotes[0]).price_cents == 500
    tender = Tender(
        TenderId("T"), ProposalId("P"), OrderId("p0"), CarrierId("A"), 500, minute(600), minute(5)
    )
    asked = replace(day, tenders={tender.tender_id: tender})
    assert due(of_day(asked, OrderId("p0"), rungs), minute(4)) == Wait(CarrierId("A"), minute(5))
    refused = replace(day, tenders={tender.tender_id: replace(tender, accepted=False)})
    second = due(of_day(refused, OrderId("p0"), rungs), minute(6))
    assert isinstance(second, AskNow)
    assert second.rung.carrier_id == "B"


def test_lanes_stand_by_the_id_of_the_carrier():
    day = with_carriers(a_day(orders(1)), a_carrier("Z", RateCard()), a_carrier("A", RateCard()))
    assert [x.lane_id for x in of(day, "p0").lanes] == [LaneId("A"), LaneId("Z")]
    assert of(day, "p0").bundles[0].load == Load(1, 1000, 5000)
