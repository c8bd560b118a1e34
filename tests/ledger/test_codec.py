"""Canonical bytes and the codec: one spelling, everything back, nonsense refused."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import get_args

import pytest

from core.domain.day import GoodsAt
from core.domain.decision import Decision
from core.domain.fact import Fact, OrderLocated, OrderReceived
from core.domain.order import Order
from core.domain.time import TimeWindow
from core.ledger import codec
from core.ledger.canonical import digest, plain, to_bytes
from core.ledger.events import Event
from core.ledger.upcast import upcast
from tests.builders import an_order, minute

GOLDEN = Path(__file__).parent / "golden" / "tuesday.jsonl"


def test_instants_are_spelled_in_utc_whatever_zone_they_came_in():
    helsinki = timezone(timedelta(hours=2))
    assert to_bytes(datetime(2026, 11, 10, 10, tzinfo=helsinki)) == b'"2026-11-10T08:00:00Z"'
    assert to_bytes(datetime(2026, 11, 10, 8, tzinfo=UTC)) == b'"2026-11-10T08:00:00Z"'


def test_keys_and_sets_are_sorted():
    assert (
        to_bytes({"b": frozenset({"y", "x"}), "a": GoodsAt.DEPOT}) == b'{"a":"depot","b":["x","y"]}'
    )
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})


NAIVE = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)


@pytest.mark.parametrize(
    ("value", "says"),
    [(1.5, "whole numbers"), (NAIVE, "no time zone"), (object(), "whole numbers")],
)
def test_fractions_naive_times_and_strangers_are_refused(value: object, says: str):
    with pytest.raises(ValueError, match=says):
        plain(value)


def test_every_event_comes_back_as_it_was():
    for line in GOLDEN.read_bytes().splitlines():
        event = codec.decode_event(line)
        assert codec.decode_event(codec.encode_event(event)) == event


def test_every_kind_of_body_has_a_name_of_its_own():
    assert len(codec.BODY_TYPES) == len(get_args(Fact)) + len(get_args(Decision))


def test_an_order_goes_out_and_comes_back():
    order = an_order("o1", needs=["cold", "age18"])
    assert codec.structure(codec.unstructure(order), Order) == order


def test_wrong_fields_are_all_named():
    data = {"type": "order_located", "point": {"lat_e6": 1.5, "lon_e6": "x"}}
    with pytest.raises(ValueError, match=r"order_id.*|lat_e6.*|lon_e6.*") as wrong:
        codec.structure_fact(data)
    assert all(name in str(wrong.value) for name in ("order_id", "lat_e6", "lon_e6"))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"needs": ["cold"], "surprise": 1}, "surprise"),
        ({"service_s": True}, "service_s"),
        ({"service_s": -1}, "invalid value"),
        ({"priority": "urgent"}, "priority"),
        (
            {"promise": {"opens": "2026-11-10T09:00:00Z", "closes": "2026-11-10T08:00:00Z"}},
            "promise",
        ),
        ({"promise": {"opens": "2026-11-10T09:00:00", "closes": "2026-11-10T10:00:00"}}, "opens"),
        ({"point": {"lat_e6": 91_000_000, "lon_e6": 0}}, "point"),
    ],
)
def test_nonsense_is_refused(change: dict[str, object], says: str):
    data = codec.unstructure(an_order("o1"))
    assert isinstance(data, dict)
    with pytest.raises(ValueError, match=says):
        codec.structure({**data, **change}, Order)


@pytest.mark.parametrize("data", [None, [], "tick", {}, {"type": "no_such"}, {"type": ["tick"]}])
def test_what_is_no_fact_is_refused(data: object):
    with pytest.raises(ValueError, match=r"there is no type|an object with a type is expected"):
        codec.structure_fact(data)


def test_a_fact_is_found_by_its_type():
    fact = OrderReceived(an_order("o1"))
    assert codec.structure_fact(codec.unstructure(fact)) == fact
    assert codec.FACT_TYPES["order_located"] is OrderLocated


def test_an_event_of_a_newer_tenfour_is_not_guessed_at():
    event = codec.decode_event(GOLDEN.read_bytes().splitlines()[0])
    data = codec.unstructure(event)
    assert isinstance(data, dict)
    assert codec.structure(data, Event) == event
    with pytest.raises(ValueError, match="newer"):
        upcast({**data, "version": 2})
    assert event.at <= minute(0)


def test_a_field_added_later_is_written_only_where_it_says_something():
    order = an_order("o1")
    assert "hours" not in str(codec.unstructure(order))
    open_late = replace(order, hours=(TimeWindow(minute(0), minute(60)),))
    data = codec.unstructure(open_late)
    assert isinstance(data, dict)
    assert data["hours"] == [{"opens": "2026-11-10T08:00:00Z", "closes": "2026-11-10T09:00:00Z"}]
    assert codec.structure(data, Order) == open_late
