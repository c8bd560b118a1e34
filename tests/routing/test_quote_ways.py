"""Promise quotes for an order with several ways: the cheapest of them, or the reasons of all."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.alternative import Alternative
from core.domain.ids import OrderId
from core.domain.order import Order
from core.domain.time import TimeWindow
from core.domain.ways import served_by
from core.routing.quote import Quoter, WindowQuote
from tests.builders import a_window, an_order, east
from tests.routing.otherways import by, or_else
from tests.routing.test_quote import NOW, ROADS, WINDOWS, on_the_road

SOON, LATER, EVENING = a_window(0, 20), a_window(60, 180), a_window(200, 320)


def quoted(order: Order, *windows: TimeWindow, seed: int = 3) -> tuple[WindowQuote, ...]:
    asked = windows or (SOON, LATER, EVENING)
    return Quoter(on_the_road(seed), ROADS, NOW).quote(order, asked).windows


def far(*ways: Alternative) -> Order:
    return or_else(an_order("asked", east(9000, 9000)), *ways)


def test_a_locker_on_the_way_is_offered_where_it_costs_less():
    door, locker = quoted(far(), LATER), quoted(far(by("locker", east(300))), LATER)
    assert (door[0].way, locker[0].way) == ("", "locker")
    assert locker[0].added_cents < door[0].added_cents
    assert locker[0].window == LATER


def test_its_price_is_in_what_it_adds():
    free, dear = (quoted(far(by("locker", east(300), cents=c)), LATER)[0] for c in (0, 70))
    assert dear.added_cents - free.added_cents == 70


def test_a_way_is_offered_inside_its_own_window_only():
    """The locker opens at ten: in the first window nobody may use it, in the last one anybody."""
    order = far(by("locker", east(300), opens_min=180, closes_min=330))
    soon, _, evening = quoted(order)
    assert (soon.way, evening.way) == ("", "locker")
    assert evening.begins_at is not None
    assert evening.begins_at >= a_window(180).opens


def test_what_nobody_keeps_in_any_way_says_why_for_each():
    order = far(by("locker", east(8000, 9000)), by("shop", east(300), opens_min=300))
    (soon,) = quoted(order, SOON)
    assert soon.refusal is not None
    home, locker, shop = soon.refusal.sentence.split("; by ")
    assert "its window closes 08:20" in home
    assert locker.startswith("locker: its window closes 08:20")
    assert shop == "shop: not in that window"


def test_an_order_of_the_day_is_asked_about_in_all_of_its_ways():
    day = on_the_road(3)
    name = OrderId("o15")
    held = day.orders[name]
    order = or_else(held.order, by("locker", east(100)))
    day = replace(day, orders={**day.orders, name: replace(held, order=order)})
    (one,) = Quoter(day, ROADS, NOW, moving=name).quote(order, [EVENING]).windows
    alone = Quoter(day, ROADS, NOW, moving=name).quote(served_by(order, "locker"), [EVENING])
    assert one.offered
    assert min(w.added_cents for w in (*alone.windows, one)) == one.added_cents


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 9), st.integers(-3000, 3000), st.sampled_from([0, 60]))
def test_no_way_is_forgotten_and_none_is_offered_for_less_than_it_costs(
    seed: int, there: int, cents: int
):
    """The answer is the cheapest of those for each way alone."""
    order = or_else(
        an_order("asked", east(there, 2500)),
        by("locker", east(500), cents=cents),
        by("shop", east(-900), opens_min=60, closes_min=200),
    )
    every = quoted(order, *WINDOWS, seed=seed)
    alone = [
        quoted(replace(served_by(order, way), alternatives=(), way=""), *WINDOWS, seed=seed)
        for way in ("", "locker", "shop")
    ]
    for number, one in enumerate(every):
        door, locker, shop = (a[number] for a in alone)
        if (
            a_window(60, 200).opens > one.window.opens
            or a_window(60, 200).closes < one.window.closes
        ):
            continue
        offers = [q.added_cents for q in (door, locker, shop) if q.offered]
        assert one.offered == bool(offers)
        if one.offered:
            assert one.added_cents == min(offers)


@pytest.mark.parametrize("way", ["", "locker"])
def test_the_quote_names_the_vehicle_of_the_way_it_offers(way: str):
    order = far(by("locker", east(300), cents=0 if way else 900_000))
    (one,) = quoted(order, LATER)
    (alone,) = quoted(replace(served_by(order, way), alternatives=(), way=""), LATER)
    assert (one.vehicle_id, one.way) == (alone.vehicle_id, way)
