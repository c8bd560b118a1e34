"""One joint decision: by hand, against enumeration, and what each rule costs."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.allocation.assign import Limits, Status, allocate, why_left
from core.allocation.bill import LEFT, bill, breaches
from core.allocation.greedy import shopped
from core.allocation.lifted import Constraint, constraint_costs, constraints, without
from core.allocation.problem import MOST_BUNDLES, Blend, LaneId, LaneKind, Offer, Problem, Rule
from core.allocation.proof import prove
from core.allocation.volume import bands
from core.domain.carrier import RateCard, Tier
from core.domain.order import Load
from core.errors import Refused
from core.routing.pool import SolverPool
from evals.bench.allocation_cases import large, small
from evals.bench.allocation_others import brute_force
from tests.allocation.problems import a_bundle, a_lane

EXACT = Limits(deterministic_ms=20_000, gap_ppm=0)
A, B = a_lane("A"), a_lane("B")


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(seed=st.integers(10_000, 10**9))
def test_no_allocation_is_cheaper_than_ours_and_ours_keeps_every_rule(seed: int):
    problem = small(seed)
    made = allocate(problem, seed=1, limits=EXACT)
    assert breaches(problem, made.choice) == ()
    assert made.exact_mc == made.bound_mc == brute_force(problem).cost_mc
    assert made.status is Status.OPTIMAL
    assert sum(line.cents for line in made.lines) == made.total_cents
    assert len(made.assigned) + len(made.left) == len(problem.bundles)


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(seed=st.integers(10_000, 10**9))
def test_prices_never_prove_more_than_is_true_and_shopping_keeps_every_rule(seed: int):
    problem = small(seed)
    best = brute_force(problem).cost_mc
    assert prove(problem).bound_mc <= best
    for choice in shopped(problem):
        assert breaches(problem, choice) == ()
        assert bill(problem, choice).exact_mc >= best


def test_the_fixed_charge_is_paid_only_where_it_pays():
    # alone each would stay with B; three together pay for A's coming: 900 + 3 x 100 < 3 x 450
    lanes = (replace(A, fixed_cents=900), B)
    three = Problem(tuple(a_bundle(f"b{i}", A=100, B=450) for i in range(3)), lanes)
    assert {a.lane_id for a in allocate(three).assigned} == {"A"}
    two = replace(three, bundles=three.bundles[:2])
    assert {a.lane_id for a in allocate(two).assigned} == {"B"}


def test_a_tier_draws_what_is_dearer_on_its_own():
    # A: 5.00 a parcel, all at 3.00 from the fourth on. B: 4.50.
    card = RateCard(per_parcel_cents=500, tiers=(Tier(4, 300),), tiers_retroactive=True)
    lanes = (replace(A, curve=bands(card)), B)
    problem = Problem(tuple(a_bundle(f"b{i}", A=0, B=450) for i in range(4)), lanes)
    made = allocate(problem, limits=EXACT)
    assert made.total_cents == 1_200
    assert [(x.label, x.amount, x.cents) for x in made.lines] == [
        ("orders", 4, 0),
        ("volume", 4, 1_200),
    ]


def test_what_was_taken_before_counts_in_tiers_caps_and_minima():
    card = RateCard(per_parcel_cents=500, tiers=(Tier(4, 300),))
    taken = replace(A, curve=bands(card), taken_parcels=3, cap_parcels=4, min_parcels=4)
    problem = Problem((a_bundle("b1", A=0), a_bundle("b2", A=0)), (taken,))
    made = allocate(problem, limits=EXACT)
    # one parcel of room, at the second tier
    assert [x.cents for x in made.lines] == [0, 300, 10_000]


def test_a_shortfall_is_paid_also_for_nothing():
    lane = replace(A, min_parcels=10, short_mc=20_000)
    made = allocate(Problem((a_bundle("b1", left_cents=50, A=200),), (lane,)), limits=EXACT)
    # 10 x 0.20 and 0.50 for leaving it; taking it would be 9 x 0.20 + 2.00
    assert made.total_cents == 250
    assert made.left == ("b1",)


def test_money_spent_so_far_counts_against_the_cap_of_the_day():
    lane = replace(A, cap_cents=1_000, spent_cents=700)
    problem = Problem((a_bundle("b1", A=200), a_bundle("b2", A=200)), (lane, B))
    made = allocate(problem, limits=EXACT)
    assert len(made.assigned) == 1
    assert why_left(problem, made, made.left[0]) == (
        "A: 400 cents behind 700, 1000 a day",
        f"B makes no offer for {made.left[0]}",
    )


def test_expected_broken_promises_can_turn_the_choice():
    bundle = a_bundle("b1", A=500, B=550)
    risky = replace(bundle.offers[0], risk_mc=60_000)
    problem = Problem((replace(bundle, offers=(risky, bundle.offers[1])),), (A, B))
    made = allocate(problem, limits=EXACT)
    assert made.assigned[0].lane_id == "B"


@pytest.mark.parametrize(("outsourced", "most"), [(True, 2), (False, 3)])
def test_a_blend_holds_a_share_of_what_goes_out_or_of_all(outsourced: bool, most: int):
    # Six orders; two stay with our own vehicle, four go out: half of four, or half of six.
    own = a_lane("own", LaneKind.OWN, room=Load(2, 10**9, 10**9))
    prices = {"A": 100, "B": 200}
    bundles = tuple(a_bundle(f"b{i}", own=0, **prices) for i in range(6))
    blend = Blend("A at most half", (LaneId("A"),), 500, outsourced)
    made = allocate(Problem(bundles, (own, A, B), (blend,)), limits=EXACT)
    assert sum(a.lane_id == "A" for a in made.assigned) == most


def test_what_a_rule_costs_is_what_would_be_saved_without_it():
    # Three orders; A would bring each for 1.00 and takes one, B asks 4.00 and is closed to b0.
    lanes = (replace(A, cap_parcels=1), B)
    bundles = [a_bundle(f"b{i}", left_cents=2_000, A=100, B=400) for i in range(3)]
    late = frozenset({Rule.CUT_OFF})
    bundles[0] = replace(
        bundles[0], offers=(bundles[0].offers[0], Offer(LaneId("B"), 300, bars=late))
    )
    problem = Problem(tuple(bundles), lanes)
    base = allocate(problem, limits=EXACT)
    assert base.total_cents == 100 + 400 + 400
    found = {c.constraint: c for c in constraint_costs(problem, base).costs}
    assert found[Constraint(Rule.CAP_PARCELS, "A")].cost_cents == 600
    assert found[Constraint(Rule.CAP_PARCELS, "A")].moved == 2
    # without the cut-off b0 goes to B for 3.00, and another order to A for 1.00
    assert found[Constraint(Rule.CUT_OFF, "B")].cost_cents == 100
    exact = [(c.at_least_cents, c.cost_cents, c.at_most_cents) for c in found.values()]
    assert all(low == cost == high for low, cost, high in exact)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(10_000, 10**9))
def test_lifting_any_rule_costs_nothing_and_the_difference_is_the_true_one(seed: int):
    problem = small(seed)
    base = allocate(problem, limits=EXACT)
    for cost in constraint_costs(problem, base, most=3).costs:
        free = brute_force(without(problem, cost.constraint)).cost_mc
        assert cost.cost_cents >= 0
        assert abs(cost.cost_cents * 1000 - (base.exact_mc - free)) <= 500


def test_constraints_beyond_the_number_asked_for_are_named():
    problem = small(11)
    found = constraint_costs(problem, allocate(problem, limits=EXACT), most=1)
    assert len(found.costs) == 1
    tried = {found.costs[0].constraint, *found.untried}
    assert tried == set(constraints(problem))


@pytest.mark.slow
def test_the_same_seed_gives_the_same_answer_in_another_process():
    problem = large(5, orders=120, carriers=4, own=2)
    here = allocate(problem, seed=7, limits=Limits(deterministic_ms=300))
    with SolverPool(1) as pool:
        there = allocate(problem, seed=7, limits=Limits(deterministic_ms=300), pool=pool)
    assert there == here
    assert here.stamp.engine == "cp-sat"
    assert here.stamp.seed == 7
    assert len(here.stamp.problem_digest) == 64


def test_a_tiny_limit_still_gives_an_allocation_with_a_proven_bound():
    problem = large(6, orders=200)
    made = allocate(problem, limits=Limits(deterministic_ms=1))
    assert breaches(problem, made.choice) == ()
    assert made.bound_mc <= made.exact_mc
    assert made.exact_mc <= min(bill(problem, c).exact_mc for c in shopped(problem))


def test_nothing_to_allocate_costs_nothing():
    made = allocate(Problem((), (A,)))
    assert (made.total_cents, made.choice, made.status) == (0, (), Status.OPTIMAL)


def test_without_an_offer_everything_is_left_with_its_price():
    made = allocate(Problem((a_bundle("b1", left_cents=700),), (A,)), limits=EXACT)
    assert (made.choice, made.total_cents) == ((LEFT,), 700)


def test_no_carrier_too_many_bundles_and_strangers_are_refused_with_what_to_do():
    with pytest.raises(Refused, match="neither a carrier nor an own vehicle"):
        Problem((a_bundle("b1"),), ())
    many = tuple(a_bundle(f"b{i}") for i in range(MOST_BUNDLES + 1))
    with pytest.raises(Refused, match="split the day by area"):
        Problem(many, (A,))
    with pytest.raises(Refused, match="no lane 'Z'"):
        Problem((a_bundle("b1", Z=1),), (A,))
    with pytest.raises(Refused, match="comes 2 times"):
        Problem((a_bundle("b1"), a_bundle("b1")), (A,))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"min_parcels": 9, "max_parcels": 5}, "at least 9 parcels and takes at most 5"),
        ({"fixed_cents": -1}, "below zero"),
        ({"spare_s": -1}, "below zero"),
    ],
)
def test_a_lane_that_makes_no_sense_is_refused(changes: dict[str, object], says: str):
    with pytest.raises(ValueError, match=says):
        a_lane("A", LaneKind.GIG, **changes)
