"""Quotes, computed by hand from the rate cards of the depot in Porto."""

from dataclasses import replace

import pytest

from core.allocation.rates import started_kg_over
from core.allocation.tender import Quote, quote, quotes
from core.domain.carrier import Carrier, CarrierKind, RateCard, Surge
from core.domain.day import CarrierState, Day, GoodsAt
from core.domain.ids import CarrierId, OrderId, TenderId, VehicleId
from core.domain.order import Load, Order
from core.domain.place import Point
from core.domain.plan import Refusal
from core.errors import UnknownId
from core.travel.protocol import UNREACHABLE
from tests.builders import DEPOT, a_day, a_window, an_order, east, minute

NORTE = Carrier(
    CarrierId("NORTE"),
    CarrierKind.THIRD_PARTY,
    RateCard(per_parcel_cents=420, free_weight_g=5_000, per_kg_over_cents=35),
    cut_off=minute(240),
    delivers=a_window(0, 600),
    daily_cap_parcels=60,
    promise_kept_pct=93,
    refuses=frozenset({"chilled", "two-person"}),
)
"""4.20 per parcel + 0.35 per kg over 5; 60 parcels; 12:00; 08:00-18:00."""
RAPIDO = Carrier(
    CarrierId("RAPIDO"),
    CarrierKind.GIG,
    RateCard(
        per_order_cents=590,
        per_km_cents=85,
        surges=(Surge(a_window(240, 360), 130), Surge(a_window(600, 780), 130)),
    ),
    cut_off=minute(780),
    delivers=a_window(0, 840),
    lead_s=3600,
    promise_kept_pct=96,
    max_order=Load(99, 12_000, 40_000),
    refuses=frozenset({"chilled"}),
    offers=frozenset({"id-check"}),
)
"""5.90 + 0.85 per km; x1.3 12:00-14:00 and 18:00-21:00; 60 minutes; max 12 kg, 40 l."""
FRIO = Carrier(
    CarrierId("FRIO"),
    CarrierKind.THIRD_PARTY,
    RateCard(per_parcel_cents=980),
    cut_off=minute(150),
    delivers=a_window(0, 480),
    daily_cap_parcels=15,
    promise_kept_pct=97,
    only=frozenset({"chilled"}),
)
"""9.80 per parcel; 15 parcels; 10:30; by 16:00; chilled only."""


def drive(start: Point, end: Point) -> tuple[int, int]:
    """Ten minutes and 3,456 m from anywhere to anywhere."""
    return 600, 3_456


def a_day_with(order: Order, *, taken: int = 0) -> Day:
    carriers = {c.carrier_id: CarrierState(c, 1, taken) for c in (NORTE, RAPIDO, FRIO)}
    return replace(a_day([order]), carriers=carriers)


def ask(order: Order, carrier: str, at_min: float = 0, *, taken: int = 0) -> Quote | Refusal:
    day = a_day_with(order, taken=taken)
    return quote(day, order.order_id, CarrierId(carrier), drive, minute(at_min))


ALL_DAY = an_order("p1", closes_min=600, load=Load(3, 8_400, 30_000))
COLD = replace(ALL_DAY, needs=frozenset({"chilled"}))


@pytest.mark.parametrize(
    ("order", "carrier", "at_min", "cents"),
    [
        # 3 x 4.20 + 4 started kg (8.4 - 5 = 3.4) x 0.35
        (ALL_DAY, "NORTE", 60, 1260 + 140),
        # exactly 5 kg: nothing over
        (replace(ALL_DAY, load=Load(1, 5_000, 1)), "NORTE", 0, 420),
        # one gram over starts a kilogram
        (replace(ALL_DAY, load=Load(1, 5_001, 1)), "NORTE", 0, 455),
        # 5.90 + 3.456 x 0.85 = 8.8376
        (ALL_DAY, "RAPIDO", 60, 884),
        # x 1.3 = 11.48888
        (ALL_DAY, "RAPIDO", 250, 1149),
        # the surge holds at its very ends
        (ALL_DAY, "RAPIDO", 240, 1149),
        (ALL_DAY, "RAPIDO", 361, 884),
        # 3 x 9.80
        (COLD, "FRIO", 0, 2940),
    ],
)
def test_a_price_follows_the_card(order: Order, carrier: str, at_min: float, cents: int):
    answer = ask(order, carrier, at_min)
    assert isinstance(answer, Quote)
    assert answer.price_cents == cents


def test_half_a_cent_is_rounded_up_once_at_the_end():
    day = a_day_with(ALL_DAY)
    answer = quote(day, ALL_DAY.order_id, RAPIDO.carrier_id, lambda a, b: (60, 100), minute(60))
    # 590 + 8.5 cents
    assert isinstance(answer, Quote)
    assert answer.price_cents == 599


def test_the_lines_of_a_price_name_what_was_counted():
    answer = ask(ALL_DAY, "NORTE")
    assert isinstance(answer, Quote)
    assert [(x.label, x.amount, x.unit_cents) for x in answer.lines] == [
        ("parcels", 3, 420),
        ("kg over 5", 4, 35),
    ]


def test_a_gig_carrier_promises_an_hour_and_needs_the_goods_ten_minutes_before():
    answer = ask(ALL_DAY, "RAPIDO", 120)
    assert isinstance(answer, Quote)
    assert answer.deliver_by == minute(180)
    assert answer.pickup_by == minute(170)
    assert answer.pickup == DEPOT


def test_a_gig_carrier_is_booked_for_a_window_that_opens_later():
    answer = ask(replace(ALL_DAY, promise=a_window(300, 360)), "RAPIDO", 60)
    assert isinstance(answer, Quote)
    assert (answer.pickup_by, answer.deliver_by) == (minute(290), minute(300))


def test_a_third_party_fetches_at_its_cut_off_and_promises_its_last_hour():
    answer = ask(ALL_DAY, "NORTE")
    assert isinstance(answer, Quote)
    assert (answer.pickup_by, answer.deliver_by) == (minute(240), minute(600))


@pytest.mark.parametrize(
    ("order", "carrier", "at_min", "taken", "code", "says"),
    [
        (ALL_DAY, "NORTE", 241, 0, "cut_off", "NORTE takes orders until 12:00; it is 12:01"),
        (ALL_DAY, "NORTE", 0, 58, "capacity", "60 parcels a day and has 58; p1 brings 3"),
        (COLD, "NORTE", 0, 0, "skill", "NORTE does not take chilled"),
        (COLD, "RAPIDO", 0, 0, "skill", "RAPIDO does not take chilled"),
        (ALL_DAY, "FRIO", 0, 0, "skill", "takes only chilled; p1 needs nothing special"),
        (COLD, "FRIO", 151, 0, "cut_off", "until 10:30; it is 10:31"),
        (COLD, "FRIO", 0, 13, "capacity", "15 parcels a day and has 13"),
        (
            replace(ALL_DAY, needs=frozenset({"two-person"})),
            "RAPIDO",
            0,
            0,
            "skill",
            "RAPIDO does not offer two-person",
        ),
        (
            replace(ALL_DAY, load=Load(1, 12_500, 1)),
            "RAPIDO",
            0,
            0,
            "capacity",
            "12.5 kg, room for 12 kg",
        ),
        (
            replace(ALL_DAY, load=Load(1, 1, 41_000)),
            "RAPIDO",
            0,
            0,
            "capacity",
            "41 l, room for 40 l",
        ),
        (
            replace(ALL_DAY, promise=a_window(0, 590)),
            "NORTE",
            0,
            0,
            "window",
            "by 18:00, 10 min after its window closes at 17:50",
        ),
        (
            replace(ALL_DAY, promise=a_window(300, 600)),
            "NORTE",
            0,
            0,
            "window",
            "may come from 08:00 on; the window of p1 opens at 13:00",
        ),
        (
            replace(ALL_DAY, promise=a_window(0, 100)),
            "RAPIDO",
            60,
            0,
            "window",
            "by 10:00, 20 min after its window closes at 09:40",
        ),
        (
            replace(ALL_DAY, promise=a_window(0, 900)),
            "RAPIDO",
            781,
            0,
            "cut_off",
            "until 21:00; it is 21:01",
        ),
        (replace(ALL_DAY, point=None), "NORTE", 0, 0, "no_address", "it has no place yet"),
    ],
)
def test_a_refusal_says_why_with_its_figures(
    order: Order, carrier: str, at_min: float, taken: int, code: str, says: str
):
    answer = ask(order, carrier, at_min, taken=taken)
    assert isinstance(answer, Refusal)
    assert answer.code == code
    assert says in answer.sentence


def test_a_checked_door_is_served_by_who_offers_it():
    answer = ask(replace(ALL_DAY, needs=frozenset({"id-check"})), "RAPIDO")
    assert isinstance(answer, Quote)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"goods": GoodsAt.VEHICLE, "vehicle_id": VehicleId("v1")}, "they are on v1"),
        ({"tender_id": TenderId("t7")}, "already offered as t7"),
        ({"cancelled": True}, "p1 is cancelled"),
    ],
)
def test_an_order_that_is_not_free_is_not_offered(changes: dict[str, object], says: str):
    day = a_day_with(ALL_DAY)
    state = replace(day.orders[OrderId("p1")], **changes)  # pyright: ignore[reportArgumentType]
    day = replace(day, orders={OrderId("p1"): state})
    answer = quote(day, OrderId("p1"), NORTE.carrier_id, drive, minute(0))
    assert isinstance(answer, Refusal)
    assert says in answer.sentence


def test_where_no_road_leads_nobody_quotes():
    day = a_day_with(ALL_DAY)

    def island(a: Point, b: Point) -> tuple[int, int]:
        return UNREACHABLE, UNREACHABLE

    answer = quote(day, ALL_DAY.order_id, RAPIDO.carrier_id, island, minute(0))
    assert isinstance(answer, Refusal)
    assert answer.code == "access"


def test_goods_are_fetched_where_the_carrier_says():
    day = a_day_with(ALL_DAY)
    hub = replace(NORTE, pickup=east(2_000))
    day = replace(day, carriers={hub.carrier_id: CarrierState(hub, 1)})
    answer = quote(day, ALL_DAY.order_id, hub.carrier_id, drive, minute(0))
    assert isinstance(answer, Quote)
    assert answer.pickup == east(2_000)


def test_quotes_come_cheapest_first_with_the_promises_each_breaks():
    # RAPIDO 8.84 + 4 % of 5.00 = 9.04; NORTE 14.00 + 7 % of 5.00 = 14.35
    answers = quotes(a_day_with(ALL_DAY), ALL_DAY.order_id, drive, minute(60))
    assert [(a.carrier_id, a.expected_cents) for a in answers if isinstance(a, Quote)] == [
        ("RAPIDO", 904),
        ("NORTE", 1435),
    ]
    assert isinstance(answers[2], Refusal)


def test_an_unknown_order_or_carrier_is_an_error():
    day = a_day_with(ALL_DAY)
    with pytest.raises(UnknownId):
        quote(day, OrderId("nope"), NORTE.carrier_id, drive, minute(0))
    with pytest.raises(UnknownId):
        quote(day, ALL_DAY.order_id, CarrierId("nope"), drive, minute(0))


@pytest.mark.parametrize(
    ("weight_g", "started"), [(0, 0), (5_000, 0), (5_001, 1), (6_000, 1), (6_001, 2)]
)
def test_every_started_kilogram_counts(weight_g: int, started: int):
    assert started_kg_over(weight_g, 5_000) == started
