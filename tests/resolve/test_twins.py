"""Rows that a person could not tell apart are one row."""

from dataclasses import replace

from core.domain.ids import CarrierId, OptionId, OrderId, VehicleId
from core.domain.option import (
    Action,
    ChangeKind,
    ChangeRoutes,
    NewRoute,
    Option,
    Price,
    TenderOrder,
)
from core.resolve.twins import without_twins
from tests.builders import DEPOT, minute


def resequenced(vehicle: str) -> ChangeRoutes:
    return ChangeRoutes(ChangeKind.RESEQUENCE, (NewRoute(VehicleId(vehicle), 1, (), minute(60)),))


def an_option(name: str, cents: int, stops: int, *actions: Action) -> Option:
    price = Price(cents, (), 0, 256, stops_moved=stops, drivers_disturbed=1)
    return Option(OptionId(name), name, actions, price)


FIRST = an_option("first", 6400, 15, resequenced("R1"))


def names(*options: Option) -> list[str]:
    return [o.option_id for o in without_twins(options)]


def test_the_same_riders_change_at_nearly_the_same_price_is_shown_once():
    assert names(FIRST, an_option("twin", 6450, 16, resequenced("R1"))) == ["first"]


def test_a_different_price_or_count_of_stops_or_rider_is_a_row_of_its_own():
    dearer = an_option("dearer", 6600, 15, resequenced("R1"))
    calmer = an_option("calmer", 6400, 9, resequenced("R1"))
    other = an_option("other", 6400, 15, resequenced("R2"))
    assert names(FIRST, dearer, calmer, other) == ["first", "dearer", "calmer", "other"]


def test_what_keeps_more_promises_is_a_row_of_its_own():
    assert FIRST.price is not None
    price = replace(FIRST.price, promises_saved_milli=900)
    keeps = replace(FIRST, option_id=OptionId("keeps"), price=price)
    assert names(FIRST, keeps) == ["first", "keeps"]


def test_a_tender_and_an_infeasible_row_always_stay():
    tender = TenderOrder(OrderId("o"), CarrierId("gig"), 500, DEPOT, minute(0), minute(30))
    one = an_option("one", 6400, 0, tender)
    two = an_option("two", 6400, 0, tender)
    refused = Option(OptionId("no"), "no", (), None, "the van is full")
    assert names(one, two, refused) == ["one", "two", "no"]
