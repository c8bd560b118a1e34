"""What was said at each moment is what was known then, of the plan that was in force then."""

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.day import Day
from core.domain.decision import PlanAdopted
from core.domain.fact import OrderDelivered
from core.domain.ids import OrderId
from core.domain.position import Position, Positions
from core.eta.quality.follow import POSITIONS_KEPT, Follower
from core.eta.quality.rows import Arrival, Spoken
from core.ledger.events import Event
from tests.builders import east, minute
from tests.eta.life.depot import ledger
from tests.eta.quality.watched import (
    PLANNED,
    VAN,
    a_whole_day,
    begun,
    departed,
    followed,
    plan,
    planned,
    turned_around,
    visit,
)


def of(arrivals: tuple[Arrival, ...], order: str) -> Arrival:
    return next(a for a in arrivals if a.order_id == order)


def test_everything_said_before_an_arrival_is_kept_with_it_and_nothing_after():
    day = followed(a_whole_day(("o1", 62), ("o2", 131)))
    first = of(day.arrivals, "o1")
    assert (first.at, first.hour, first.touched) == (minute(62), 11, False)
    # From the plan at seven on; then, as nobody leaves before eight, from five to eight.
    assert [s.at for s in first.said][:3] == [minute(-60), minute(-5), minute(0)]
    assert first.said[-1].at == minute(60)
    assert {s.mid for s in first.said} == {minute(PLANNED["o1"])}
    assert [s.stops_ahead for s in first.said] == [1] * len(first.said)


def test_stops_ahead_are_counted_from_where_the_driver_is():
    day = followed(a_whole_day(("o1", 62), ("o2", 131), ("o3", 180)))
    ahead = {s.at: s.stops_ahead for s in of(day.arrivals, "o3").said}
    assert (ahead[minute(60)], ahead[minute(65)], ahead[minute(130)]) == (3, 2, 2)
    assert ahead[minute(135)] == 1


def test_a_door_that_was_served_without_an_arrival_is_counted_and_not_scored():
    events = ledger(
        [*begun(), (-60.0, PlanAdopted(plan())), departed(),
         (64.0, OrderDelivered(VAN, OrderId("o1"), east(1_000)))]
    )  # fmt: skip
    day = followed(events)
    assert (day.arrivals, day.unseen, day.open_stops) == ((), 1, 2)


def test_what_we_changed_is_told_apart_from_what_we_left_alone():
    events = ledger(
        [*begun(), (-60.0, PlanAdopted(plan())), departed(), *visit("o1", 62),
         turned_around(70), *visit("o3", 100), *visit("o2", 128)]
    )  # fmt: skip
    day = followed(events)
    assert [(a.order_id, a.touched) for a in day.arrivals] == [
        ("o1", False), ("o3", True), ("o2", True),
    ]  # fmt: skip
    third = of(day.arrivals, "o3")
    assert {s.change for s in third.said if s.at < minute(70)} == {0}
    assert {(s.change, s.mid) for s in third.said if s.at >= minute(70)} == {(1, minute(100))}


def test_a_driver_who_takes_another_order_of_stops_is_no_change_of_ours():
    day = followed(a_whole_day(("o2", 50), ("o1", 90)))
    assert [a.touched for a in day.arrivals] == [False, False]


def test_news_that_came_in_late_was_not_known_earlier():
    events = a_whole_day(("o1", 62))
    late = [
        Event(e.day_id, e.seq, e.event_id, e.at, max(e.received_at, minute(90)), e.actor, e.body)
        if e.at >= minute(62)
        else e
        for e in events
    ]
    day = followed(late)
    arrival = of(day.arrivals, "o1")
    assert arrival.at == minute(62)
    assert arrival.said[-1].at == minute(60)


def test_moments_know_the_positions_received_by_then_and_forget_the_oldest():
    heard: dict[datetime, list[datetime]] = {}

    def listening(day: Day, positions: Positions, now: datetime) -> Spoken:
        heard[now] = [p.received_at for p in positions.get(VAN, ())]
        return planned()(day, positions, now)

    fixes = [Position(VAN, minute(n / 2), minute(n / 2), east(10 * n)) for n in range(1, 120)]
    follower = Follower(listening)
    follower.hear(a_whole_day(("o2", 120)), fixes)
    assert follower.advance(minute(110))
    assert heard[minute(0)] == []
    assert heard[minute(5)] == [minute(n / 2) for n in range(1, 11)]
    assert len(heard[minute(60)]) == POSITIONS_KEPT


def test_work_that_was_interrupted_goes_on_where_it_stopped():
    events = a_whole_day(("o1", 62), ("o2", 131), ("o3", 180))
    follower, turns = Follower(planned()), iter(range(1_000))
    follower.hear(events)
    rounds = 0
    while not follower.advance(minute(300), lambda: next(turns) % 3 == 2):
        rounds += 1
    assert rounds > 5
    assert follower.followed() == followed(events)


def test_a_day_that_goes_on_is_followed_like_one_that_is_over():
    events = a_whole_day(("o1", 62), ("o2", 131), ("o3", 180))
    follower = Follower(planned())
    for now in range(-60, 301, 7):
        follower.hear([e for e in events if minute(now - 7) < e.received_at <= minute(now)])
        follower.advance(minute(now))
    follower.advance(minute(300))
    assert follower.followed() == followed(events)


@settings(max_examples=40, deadline=None)
@given(moment=st.integers(0, 185), shift=st.integers(1, 90), gone=st.booleans())
def test_a_future_event_changes_nothing_that_was_said_before(moment: int, shift: int, gone: bool):
    events = a_whole_day(("o1", 62), ("o2", 131), ("o3", 180))
    other = [
        Event(e.day_id, e.seq, e.event_id, e.at + timedelta(minutes=shift),
              e.received_at + timedelta(minutes=shift), e.actor, e.body)
        if e.received_at > minute(moment)
        else e
        for e in events
        if not (gone and e.received_at > minute(moment))
    ]  # fmt: skip
    assert said_until(other, moment) == said_until(events, moment)


def said_until(events: list[Event], moment: int) -> list[tuple[datetime, object]]:
    """Return all that was said up to a moment, arrivals or not."""
    heard: list[tuple[datetime, object]] = []

    def listening(day: Day, positions: Positions, now: datetime) -> Spoken:
        spoken = planned({"o3": float(day.seq)})(day, positions, now)
        if now <= minute(moment):
            heard.append((now, dict(spoken.stops)))
        return spoken

    followed(events, listening)
    return heard
