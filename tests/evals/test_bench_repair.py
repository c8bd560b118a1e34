"""The repair benchmark: its days hold before anything happens, its judge misses nothing."""

import json
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest
from typer.testing import CliRunner

from core.domain.plan import StopKind
from core.errors import Refused
from core.routing.problem import ELSEWHERE, NEVER, NONE
from core.routing.public.budget import Rounds
from core.routing.walk import of_slot
from evals.bench.cli import bench_app
from evals.bench.repair import OURS, STABLE, Plan, Report, Row, run
from evals.bench.repair_cases import KINDS, Case, a_case, files, turn
from evals.bench.repair_changes import CHANGES, Change
from evals.bench.repair_judge import DROPPED_S, judge
from evals.bench.repair_model import Offer
from evals.bench.repair_others import OTHERS
from evals.bench.repair_ours import inserted, ours
from evals.bench.repair_targets import judged, quantile
from evals.bench.repair_view import lines, save_chart, summary

HAS_VROOM = find_spec("vroom") is not None
INSTALLED = [e for e in OTHERS if e != "vroom" or HAS_VROOM]
"""VROOM comes with the extra `bench` alone: its wheels do not run everywhere."""
VEHICLES, STOPS = 4, 32
ALL = len(KINDS) * len(CHANGES)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with one file as ORTEC's are, one-way streets and all."""
    folder, rng, size = tmp_path_factory.mktemp("data") / "ortec", random.Random(5), 61
    folder.mkdir()
    at = [(rng.randrange(3000), rng.randrange(3000)) for _ in range(size)]
    ways = [
        " ".join(str((abs(a - c) + abs(b - d)) // 2 + rng.randrange(40)) for c, d in at)
        for a, b in at
    ]
    numbered = range(1, size + 1)
    text = [
        f"NAME : ORTEC-VRPTW-ASYM-0-d1-n{size - 1}-k4",
        "COMMENT : made up",
        "TYPE : VRPTW",
        f"DIMENSION : {size}",
        "EDGE_WEIGHT_TYPE : EXPLICIT",
        "VEHICLES : 4",
        "EDGE_WEIGHT_FORMAT : FULL_MATRIX",
        "CAPACITY : 100",
        *("EDGE_WEIGHT_SECTION", *ways),
        *("DEMAND_SECTION", *(f"{i} {int(i > 1)}" for i in numbered)),
        *("DEPOT_SECTION", "1", "-1"),
        *("SERVICE_TIME_SECTION", *(f"{i} 60" for i in numbered)),
        *("TIME_WINDOW_SECTION", *(f"{i} 0 40000" for i in numbered)),
        "EOF",
    ]
    (folder / f"ORTEC-VRPTW-ASYM-0-d1-n{size - 1}-k4.txt").write_text("\n".join(text) + "\n")
    return folder.parent


@pytest.fixture(scope="module")
def cases(data: Path) -> list[Case]:
    """Return one case of every kind with every change."""
    paths = files(data, VEHICLES + STOPS + 10)
    return [a_case(paths, n, 1, vehicles=VEHICLES, stops=STOPS) for n in range(ALL)]


@pytest.fixture(scope="module")
def report(data: Path) -> Report:
    return run(
        data, cases=3, seed=1, seconds=0.2, judge_seconds=0.4, vehicles=VEHICLES, stops=STOPS
    )


def orders(case: Case) -> set[int]:
    return {i for i, t in enumerate(case.problem.tasks) if t.order_id is not None}


def present(case: Case) -> Sequence[Sequence[int]]:
    return [s.sequence for s in case.problem.slots]


def test_every_kind_meets_every_change(cases: list[Case]):
    assert {(c.kind, c.change) for c in cases} == {(k, c) for k in KINDS for c in CHANGES}


def test_sixty_cases_hold_every_change_and_every_kind_equally_often():
    for cases, each in ((20, 2), (60, 6), (120, 12)):
        drawn = [turn(n) for n in range(cases)]
        assert Counter(c for _, c in drawn) == dict.fromkeys(CHANGES, each)
        assert Counter(k for k, _ in drawn) == dict.fromkeys(KINDS, cases // len(KINDS))


def test_the_plan_under_way_holds_and_holds_everybody_but_the_orphans(cases: list[Case]):
    for case in cases:
        placed = {t for row in present(case) for t in row} & orders(case)
        assert placed == orders(case) - set(case.orphans), case.name
        verdict = judge(case.problem, present(case), case.orphans)
        assert verdict.problem is None, case.name
        assert (verdict.dropped, verdict.moved) == (len(case.orphans), 0)
        assert verdict.cost_s == verdict.driving_s + DROPPED_S * len(case.orphans)


def test_the_same_number_and_seed_give_the_same_case(data: Path, cases: list[Case]):
    paths = files(data, VEHICLES + STOPS + 10)
    again = a_case(paths, 7, 1, vehicles=VEHICLES, stops=STOPS)
    assert again.problem.tasks == cases[7].problem.tasks
    assert again.problem.slots == cases[7].problem.slots
    assert again.orphans == cases[7].orphans
    other = a_case(paths, 7, 2, vehicles=VEHICLES, stops=STOPS)
    assert other.problem.tasks != again.problem.tasks


def test_goods_are_where_the_kind_says(cases: list[Case]):
    for case in cases:
        table = case.problem.pickup
        bound = {t for t in orders(case) if (table[:, t] == ELSEWHERE).any()}
        fetched = {t for t in orders(case) if (table[:, t] >= 0).all()}
        if case.kind == "visits":
            assert not bound
            assert not fetched
        if case.kind == "parcels 0 %":
            assert fetched == orders(case)
        if case.kind == "parcels 100 %":
            assert fetched == set(case.orphans) & fetched
            assert len(bound) >= STOPS // 2


def test_a_breakdown_hands_goods_over_where_the_vehicle_stands(cases: list[Case]):
    (case,) = (c for c in cases if (c.kind, c.change) == ("parcels 100 %", CHANGES[0]))
    problem = case.problem
    meets = [i for i, t in enumerate(problem.tasks) if t.kind is StopKind.MEET]
    assert len(meets) == len(problem.slots) == VEHICLES - 1
    assert {problem.tasks[m].service_s for m in meets} == {300}
    assert len({problem.tasks[m].node for m in meets}) == 1


def of_change(cases: list[Case], change: Change) -> list[Case]:
    return [c for c in cases if c.change == change]


def test_a_driver_who_is_gone_brings_the_goods_to_the_depot(cases: list[Case]):
    for case in of_change(cases, "driver gone"):
        problem = case.problem
        assert len(problem.slots) == VEHICLES - 1
        assert len(case.orphans) > STOPS // VEHICLES // 2
        for t in case.orphans if case.kind == "parcels 100 %" else ():
            sources = [problem.tasks[int(p)] for p in problem.pickup[:, t]]
            assert {(s.kind, s.node) for s in sources} == {(StopKind.RELOAD, 0)}
            assert min(s.opens_s for s in sources) > 0
            assert problem.tasks[t].closes_s > sources[0].opens_s


def test_a_vehicle_short_of_charge_keeps_what_its_range_allows(cases: list[Case]):
    for case in of_change(cases, "battery low"):
        problem = case.problem
        (slot,) = (s for s, x in enumerate(problem.slots) if x.range_m < NEVER)
        row = problem.slots[slot].sequence
        walked = of_slot(problem, slot, [row])
        assert bool(walked.feasible[0])
        assert case.orphans != ()


def test_a_driver_who_falls_behind_loses_who_can_no_longer_be_served(cases: list[Case]):
    slow = of_change(cases, "slower driver")
    assert sum(len(c.orphans) for c in slow) > 0
    assert all(max(s.ready_s for s in c.problem.slots) >= 1800 for c in slow)


def test_an_added_vehicle_stands_empty_at_the_depot(cases: list[Case]):
    for case in of_change(cases, "added vehicle"):
        new = case.problem.slots[-1]
        assert len(case.problem.slots) == VEHICLES + 1
        assert (new.start_node, new.sequence, new.on_board) == (0, (), (0, 0, 0))
        assert len(case.orphans) == 6
        aboard = {t for s in case.problem.slots for t in s.sequence}
        if case.kind == "parcels 100 %":
            assert {int(case.problem.pickup[-1, t]) for t in aboard} == {ELSEWHERE}


def test_customers_who_want_another_window_get_one_of_one_or_two_hours(cases: list[Case]):
    for case in of_change(cases, "changed windows"):
        tasks = [case.problem.tasks[t] for t in case.orphans]
        assert 0 < len(tasks) <= 12
        assert all(3600 <= t.closes_s - t.opens_s < 7200 for t in tasks)


def test_our_plan_holds_by_the_judge_and_by_the_exact_walk(cases: list[Case]):
    for case in cases:
        found = ours(case, Rounds(400), lambda: 0.0, seed=1)
        verdict = judge(case.problem, found.plan, case.orphans)
        assert verdict.problem is None, case.name
        assert found.steps[-1] == (0.0, verdict.dropped)
        walked = [of_slot(case.problem, s, [row]) for s, row in enumerate(found.plan)]
        assert all(bool(w.feasible[0]) for w in walked)
        assert sum(int(w.cost_mc[0]) for w in walked) == verdict.driving_s
        again = ours(case, Rounds(400), lambda: 0.0, seed=1)
        assert again.plan == found.plan


def test_with_stability_on_fewer_stops_move(cases: list[Case]):
    free, calm = 0, 0
    for case in cases[:8]:
        for price in (0, 600):
            plan = ours(case, Rounds(600), lambda: 0.0, seed=1, moved_s=price).plan
            moved = judge(case.problem, plan, case.orphans).moved
            free, calm = (free + moved, calm) if price == 0 else (free, calm + moved)
    assert calm < free / 4


@pytest.mark.slow
@pytest.mark.parametrize("name", INSTALLED)
def test_others_begin_from_the_same_plan_and_theirs_hold_too(name: str, cases: list[Case]):
    held, better = 0, 0
    for case in cases[:8]:
        offer = Offer(case.problem, case.orphans, inserted(case))
        verdict = judge(case.problem, OTHERS[name](offer, 0.2, 1), case.orphans)
        begun = judge(case.problem, offer.start, case.orphans)
        held += verdict.problem is None
        better += verdict.problem is None and verdict.rank <= begun.rank
    assert held == 8
    assert better >= 7


def test_the_judge_names_what_a_plan_breaks(cases: list[Case]):
    case = next(c for c in cases if c.kind == "parcels 50 %" and not c.orphans)
    problem, rows = case.problem, [list(r) for r in present(case)]

    def broken(plan: Sequence[Sequence[int]]) -> str:
        return judge(problem, plan, ()).problem or ""

    reload = next(t for t in rows[0] if problem.tasks[t].order_id is None)
    fetched = next(t for t in rows[0] if int(problem.pickup[0, t]) == reload)
    held, bound = next(
        (s, t)
        for s, row in enumerate(rows)
        for t in row
        if int(problem.pickup[s, t]) == NONE and problem.tasks[t].order_id is not None
    )
    other = (held + 1) % len(rows)
    assert "has no goods" in broken([[t for t in rows[0] if t != reload], *rows[1:]])
    assert "served twice" in broken([[*rows[0], fetched], *rows[1:]])
    swapped = [[bound, *row] if s == other else row for s, row in enumerate(rows)]
    assert "can't serve" in broken(swapped)
    assert "routes for" in broken(rows[1:])
    slots = tuple(replace(s, latest_return_s=0) for s in problem.slots)
    assert "late" in (judge(replace(problem, slots=slots), rows, ()).problem or "")
    slots = tuple(replace(s, range_m=1) for s in problem.slots)
    assert "m more than it can" in (judge(replace(problem, slots=slots), rows, ()).problem or "")
    slots = tuple(replace(s, capacity=(0, 0, 0)) for s in problem.slots)
    assert "carries" in (judge(replace(problem, slots=slots), rows, ()).problem or "")
    assert judge(problem, [rows[0][:-1], *rows[1:]], ()).dropped == 1


def test_a_second_visit_to_the_depot_is_allowed_and_takes_its_time(cases: list[Case]):
    case = next(c for c in cases if c.kind == "parcels 0 %" and not c.orphans)
    rows = [list(r) for r in present(case)]
    twice = [[*rows[0], rows[0][0]], *rows[1:]]
    late = judge(case.problem, twice, ())
    assert late.problem is None or "late" in late.problem


def test_moved_counts_who_changed_vehicle_or_order(cases: list[Case]):
    case = next(c for c in cases if c.kind == "visits" and not c.orphans)
    rows = [list(r) for r in present(case)]
    first, *rest = rows[0]
    assert judge(case.problem, [[*rest, first], *rows[1:]], ()).moved == 1
    assert judge(case.problem, [rest, [first, *rows[1]], *rows[2:]], ()).moved == 1


@pytest.mark.slow
def test_a_run_holds_every_engine_and_the_judge_takes_the_best(report: Report):
    assert set(report.engines) == {OURS, *INSTALLED}
    for row in report.rows:
        assert {p.engine for p in row.plans} == {OURS, STABLE, *INSTALLED}
        holding = [p for p in row.plans if p.problem is None]
        assert row.best_dropped == min(p.dropped for p in holding)
        assert all(p.dropped > row.best_dropped or p.cost_s >= row.best_cost_s for p in holding)
        assert row.judge_dropped(report.judge_seconds) >= row.best_dropped
    said = json.loads(json.dumps(report.as_json()))
    assert len(said["rows"]) == 3
    assert said["stability_price_s"] == 300
    assert [line[0] for line in lines(report)][:3] == [OURS, STABLE, OURS]
    assert "3 cases" in summary(report)


def test_the_judge_has_its_own_seconds_and_no_stable_plan_among_its_own():
    def plan(engine: str, seconds: float, dropped: int, problem: str | None = None) -> Plan:
        return Plan(engine, seconds, 100, 100, dropped, 0, 0, problem, seconds)

    plans = (plan(OURS, 1, 8), plan(STABLE, 10, 5), plan(OURS, 10, 7), plan("pyvrp", 10, 6, "late"))
    row = Row(0, "file", "visits", "cancellations", 400, 0, STABLE, 100, 5, 0.1, plans)
    assert row.judge_dropped(10) == 7
    assert row.judge_dropped(1) == 8
    assert row.judge_dropped(30) == 5


def test_targets_count_a_plan_that_is_never_full_or_breaks_a_rule_as_missed():
    rows = [("visits", 0.1, 1.0, 0, 2.0, 3.0), ("visits", None, 2.0, 1, None, 1.0)]
    targets = {t.what: t for t in judged(rows)}
    assert targets["first full plan, s, p50"].met
    assert not targets["first full plan, s, p95"].met
    assert targets["orders dropped that the judge serves"].missed_by == 1
    assert targets["mean gap at the budget, %"].measured == 1.5
    assert not targets["stability on: mean gap, %"].met
    assert targets["stability on: moved, %"].measured == 2.0
    assert judged(()) == ()
    assert [quantile(range(1, 21), p) for p in (50, 95)] == [10, 19]


@pytest.mark.slow
def test_nonsense_is_refused_in_a_sentence(data: Path, tmp_path: Path, report: Report):
    with pytest.raises(Refused, match="no ORTEC file of at least 430 customers"):
        run(data, cases=1, seed=1)
    with pytest.raises(Refused, match="cases wants"):
        run(data, cases=0, seed=1)
    with pytest.raises(Refused, match="seconds are more than 0"):
        run(data, cases=1, seed=1, seconds=0)
    with pytest.raises(Refused, match=r"\.html or \.json"):
        save_chart(report, tmp_path / "chart.png")
    save_chart(report, tmp_path / "chart.json")
    assert json.loads((tmp_path / "chart.json").read_text())


def test_the_command_says_what_is_missing(data: Path):
    done = CliRunner().invoke(bench_app, ["repair", "--data", str(data), "--cases", "1"])
    assert done.exit_code != 0
    assert isinstance(done.exception, Refused)
