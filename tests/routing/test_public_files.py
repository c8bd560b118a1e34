"""Public files are read by their own conventions, judged by them, and refused with a reason."""

import pytest

from core.routing.public.instance import BadInstance
from core.routing.public.judge import judge
from core.routing.public.lilim import read_lilim
from core.routing.public.solomon import read_solomon
from core.routing.public.vrplib import read_vrplib
from tests.routing.public_files import PRIZES, RELEASES, WINDOWS, lilim, ortec, solomon, vrplib


def test_solomon_distances_are_cut_to_tenths_and_windows_scaled_with_them():
    tiny = read_solomon("tiny", solomon())
    # From (3, 4) to (0, 5) are 3.162, from (0, 0) to (1, 1) 1.414.
    assert (tiny.cost[0][1], tiny.cost[1][2], tiny.cost[0][3]) == (50, 31, 14)
    assert (tiny.opens[2], tiny.closes[2], tiny.service[2], tiny.load[2]) == (200, 600, 20, 5)
    assert (tiny.capacity, tiny.vehicles, tiny.scale) == (10, 3, 10)


def test_a_plan_costs_its_ways_and_waiting_is_free():
    tiny = read_solomon("tiny", solomon())
    verdict = judge(tiny, [[1], [2, 3]])
    assert (verdict.problem, verdict.vehicles) == (None, 2)
    assert verdict.cost == 50 + 50 + 50 + 41 + 14


@pytest.mark.parametrize(
    ("routes", "why"),
    [
        ([[1, 2], [3]], "route 1: load 11 at customer 2, capacity 10"),
        ([[1], [2]], "1 customers not served, 3 the first"),
        ([[1], [2, 3, 1]], "customer 1 is in routes 1 and 2"),
        ([[1], [2], [4]], "route 3: there is no customer 4"),
        ([[1], [0, 2], [3]], "route 2: there is no customer 0"),
        ([[1], [2], [3], []], None),
    ],
)
def test_the_judge_names_what_a_plan_breaks(routes: list[list[int]], why: str | None):
    assert judge(read_solomon("tiny", solomon()), routes).problem == why


def test_lateness_is_named_with_both_times():
    tiny = read_solomon("tiny", solomon(closes="26"))
    # 2 is left at 22 after waiting, and 4.1 further is 3: 261 in tenths.
    assert judge(tiny, [[1], [2, 3]]).problem == (
        "route 2: customer 3 reached at 261, its window closes at 260"
    )


def test_more_vehicles_than_there_are_break_the_plan():
    assert judge(read_solomon("tiny", solomon(2)), [[1], [2], [3]]).problem == (
        "3 vehicles, and there are 2"
    )


def test_ortec_counts_driving_both_ways_and_any_number_of_vehicles():
    tiny = read_vrplib("tiny", ortec(), unlimited=True)
    assert tiny.vehicles is None
    assert judge(tiny, [[1], [2]]).cost == 7 + 5 + 9 + 4
    assert judge(tiny, [[1, 2]]).problem == "route 1: load 12 at customer 2, capacity 10"


def test_without_windows_distances_are_rounded_to_the_nearest():
    tiny = read_vrplib("tiny", vrplib("", "CVRP"))
    assert (tiny.cost[1][2], tiny.scale) == (3, 1)
    assert judge(tiny, [[1], [2]]).cost == 20


def test_a_trip_begins_when_all_its_goods_are_there_and_a_visit_to_the_depot_empties_the_load():
    tiny = read_vrplib("tiny", vrplib(WINDOWS + RELEASES, "MTVRPTWR"))
    verdict = judge(tiny, [[2, 0, 1]])
    assert (verdict.problem, verdict.cost, verdict.vehicles) == (None, 200, 1)
    # Customer 1 is released at 30; 35 is reached in time, but with 2 before it at 60 + 2 + 3.1.
    late = read_vrplib("tiny", vrplib(WINDOWS.replace("2\t0\t50", "2\t0\t30") + RELEASES))
    assert judge(late, [[1], [2]]).problem == (
        "route 1: customer 1 reached at 350, its window closes at 300"
    )


def test_leaving_a_customer_out_costs_its_prize():
    tiny = read_vrplib("tiny", vrplib(WINDOWS + PRIZES, "PCVRPTW"))
    assert (judge(tiny, [[2]]).cost, judge(tiny, [[2]]).problem) == (100 + 30, None)


def test_a_delivery_comes_after_its_pickup_on_the_same_vehicle():
    tiny = read_lilim("tiny", lilim())
    good = judge(tiny, [[1, 2]])
    assert good.problem is None
    assert good.cost == pytest.approx(5 + 10**0.5 + 5)
    assert judge(tiny, [[2, 1]]).problem == "route 1: load -6 at customer 2, capacity 10"
    assert judge(tiny, [[1], [2]]).problem == "route 1: picked up for 2, and never delivered"


def test_times_of_pickups_and_deliveries_are_rounded_up():
    tiny = read_lilim("tiny", lilim())
    assert tiny.cost[1][2] == 31623


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (solomon(0), "there are 0 vehicles"),
        (solomon(service="-2"), "the service at customer 3 takes -20"),
        (solomon(opens="95"), "the window of customer 3 closes at 900, before it opens at 950"),
        (solomon(opens="-5"), "the window of customer 3 opens at -50, before 0"),
        (
            solomon(opens="120", closes="130"),
            "the window of customer 3, 1200 to 1300, lies outside the depot's hours, 0 to 1000",
        ),
        (solomon(service="nan"), "line 13: nan is no number that can be worked with"),
        (solomon(service="soon"), "line 13: 'soon' is not a number"),
        (solomon(service=""), "line 13: a customer has 7 figures, here are 6"),
        (solomon().replace("    2      0", "    1      0"), "the file holds twice customer 1"),
        (solomon().replace("          4      ", "          40      "), None),
        ("nothing of the kind", "no section VEHICLE with number and capacity"),
        ("", "no section VEHICLE with number and capacity"),
    ],
)
def test_a_bad_solomon_file_is_refused_with_the_reason(text: str, why: str | None):
    with pytest.raises(BadInstance) as refused:
        read_solomon("bad.txt", text)
    if why is not None:
        assert str(refused.value) == f"bad.txt: {why}"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (ortec(leg=""), "the matrix has 8 figures, not 3 x 3 = 9"),
        (ortec().replace("VEHICLES : 1", "VEHICLES : 0"), "there are 0 vehicles"),
        (ortec(leg="-4"), "the distance from 1 to 2 is negative"),
        (ortec(leg="2.5"), "line 11: 2.5 is not a whole number"),
        (ortec(leg="x"), "line 11: 'x' is not a number"),
        (ortec().replace("DIMENSION : 3", "DIMENSION : 4"), "the matrix has 9 figures, not 4 x 4"),
        (ortec().replace("DIMENSION : 3", "DIMENSION : x"), "DIMENSION is 'x'"),
        (ortec().replace("DEPOT_SECTION\n1", "DEPOT_SECTION\n1\n2"), "one depot, node 1, is taken"),
        (ortec().replace("FULL_MATRIX", "LOWER_ROW"), "EDGE_WEIGHT_FORMAT LOWER_ROW is not taken"),
        (vrplib(WINDOWS + "BACKHAUL_SECTION\n1\t0\n"), "line 20: BACKHAUL_SECTION is not taken"),
        (vrplib("", "CVRP").replace("EUC_2D", "GEO"), "EDGE_WEIGHT_TYPE GEO is not taken"),
        (vrplib(WINDOWS.replace("3\t20\t60\n", "")), "TIME_WINDOW_SECTION has 2 rows"),
        ("", "no field DIMENSION: this is no VRPLIB file"),
    ],
)
def test_a_bad_vrplib_file_is_refused_with_the_reason(text: str, why: str):
    with pytest.raises(BadInstance, match=r"bad\.vrp: ") as refused:
        read_vrplib("bad.vrp", text)
    assert why in str(refused.value)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (lilim(delivery=1), "task 1 belongs to 1, which is no other task"),
        (lilim(delivery=9), "task 1 belongs to 9, which is no other task"),
        (lilim(delivery=0), "task 1 must name a pickup or a delivery"),
        (lilim().replace("-6", "-5"), "the delivery of task 1 does not bring what was picked up"),
        (lilim().replace("2\t10\t1\n", "0\t10\t1\n"), "there are 0 vehicles"),
        (lilim().replace("\t2\t1\t0\n", "\t2\t1\n"), "line 4: a task has 9 figures, here are 8"),
        ("", "the first line must say vehicles, capacity and speed"),
    ],
)
def test_a_bad_lilim_file_is_refused_with_the_reason(text: str, why: str):
    with pytest.raises(BadInstance) as refused:
        read_lilim("bad.txt", text)
    assert str(refused.value) == f"bad.txt: {why}"
