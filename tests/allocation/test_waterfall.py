"""Carriers asked one after the other: a pure machine over the desk's events."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.allocation.waterfall import Ask, Over, Rung, Taken, Wait, Waterfall, after, due, opened
from core.domain.decision import OrderTendered
from core.domain.fact import TenderAnswered
from core.domain.ids import CarrierId, OrderId, ProposalId, TenderId
from tests.builders import minute

ORDER = OrderId("p1")


def a_rung(name: str, cents: int, cut_off_min: float = 600, within_s: int = 300) -> Rung:
    return Rung(CarrierId(name), cents, minute(cut_off_min), within_s)


RUNGS = (a_rung("C", 900), a_rung("A", 500), a_rung("B", 700))


def asked(waterfall: Waterfall, step: Ask) -> Waterfall:
    tender = TenderId(f"T-{step.rung.carrier_id}")
    carrier = step.rung.carrier_id
    body = OrderTendered(
        tender, ProposalId("P"), ORDER, carrier, 1, minute(900), answer_by=step.until
    )
    return after(waterfall, body)


def answer(waterfall: Waterfall, carrier: str, accepted: bool) -> Waterfall:
    return after(waterfall, TenderAnswered(TenderId(f"T-{carrier}"), CarrierId(carrier), accepted))


def ask(waterfall: Waterfall, at_min: float) -> Ask:
    step = due(waterfall, minute(at_min))
    assert isinstance(step, Ask)
    return step


def test_the_cheapest_expected_cost_is_asked_first_and_waited_for():
    first = ask(opened(ORDER, RUNGS), 0)
    assert (first.rung.carrier_id, first.until) == ("A", minute(5))
    waiting = asked(opened(ORDER, RUNGS), first)
    assert due(waiting, minute(5)) == Wait(CarrierId("A"), minute(5))


def test_after_a_refusal_or_a_silence_the_next_is_asked():
    waterfall = opened(ORDER, RUNGS)
    waterfall = answer(asked(waterfall, ask(waterfall, 0)), "A", accepted=False)
    second = ask(waterfall, 1)
    assert second.rung.carrier_id == "B"
    third = ask(asked(waterfall, second), 6.01)
    assert third.rung.carrier_id == "C"


def test_an_acceptance_ends_it():
    waterfall = opened(ORDER, RUNGS)
    waterfall = answer(asked(waterfall, ask(waterfall, 0)), "A", accepted=True)
    assert due(waterfall, minute(1)) == Taken(CarrierId("A"))
    # the first answer stands
    assert due(answer(waterfall, "A", accepted=False), minute(1)) == Taken(CarrierId("A"))


def test_a_yes_comes_too_late_once_the_next_was_asked():
    waterfall = opened(ORDER, RUNGS)
    waterfall = asked(waterfall, ask(waterfall, 0))
    waterfall = asked(waterfall, ask(waterfall, 6))
    waterfall = answer(waterfall, "A", accepted=True)
    assert due(waterfall, minute(7)) == Wait(CarrierId("B"), minute(11))


def test_nobody_is_asked_after_its_cut_off_nor_waited_for_beyond_it():
    rungs = (a_rung("A", 500, cut_off_min=3), a_rung("B", 700, cut_off_min=2))
    first = ask(opened(ORDER, rungs), 0)
    assert first.until == minute(3)
    waterfall = asked(opened(ORDER, rungs), first)
    assert due(waterfall, minute(4)) == Over(("A did not answer in time", "B was past its cut-off"))


def test_tenders_of_other_orders_change_nothing():
    waterfall = opened(ORDER, RUNGS)
    other = OrderTendered(
        TenderId("T-x"), ProposalId("P"), OrderId("p2"), "A", 1, minute(9), minute(9)
    )
    assert after(waterfall, other) == waterfall


def test_a_carrier_named_twice_or_without_patience_is_refused():
    with pytest.raises(ValueError, match="twice"):
        opened(ORDER, (a_rung("A", 1), a_rung("A", 2)))
    with pytest.raises(ValueError, match="within 0 s"):
        a_rung("A", 1, within_s=0)


@given(
    cents=st.lists(st.integers(0, 1000), min_size=1, max_size=6),
    cut_offs=st.lists(st.integers(0, 60), min_size=6, max_size=6),
    answers=st.lists(st.sampled_from(["yes", "no", "silence"]), min_size=6, max_size=6),
    waits=st.lists(st.integers(1, 900), min_size=6, max_size=6),
)
def test_whatever_happens_each_is_asked_once_in_order_before_its_cut_off_and_it_ends(
    cents: list[int], cut_offs: list[int], answers: list[str], waits: list[int]
):
    rungs = [a_rung(f"R{i}", c, cut_offs[i], waits[i]) for i, c in enumerate(cents)]
    waterfall, at = opened(ORDER, rungs), minute(0)
    seen: list[Rung] = []
    for turn in range(len(rungs) + 1):
        step = due(waterfall, at)
        if not isinstance(step, Ask):
            break
        assert at <= step.rung.cut_off
        assert at <= step.until <= step.rung.cut_off
        seen.append(step.rung)
        waterfall = asked(waterfall, step)
        if answers[turn] == "silence":
            at = step.until + timedelta(seconds=1)
        else:
            waterfall = answer(waterfall, step.rung.carrier_id, answers[turn] == "yes")
    assert isinstance(due(waterfall, at), Taken | Over)
    assert seen == sorted(seen, key=lambda r: (r.expected_cents, r.carrier_id))
    assert len({r.carrier_id for r in seen}) == len(seen)
