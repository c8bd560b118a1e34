"""`tenfour solve`: a public file in, a plan out, bad files refused in a sentence."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from core.context import keyed_rng
from tests.routing.public_files import (
    PRIZES,
    RELEASES,
    WINDOWS,
    lilim,
    ortec,
    solomon,
    vrplib,
)

PROJECT = Path(__file__).resolve().parents[2]


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "tenfour.py", "solve", *words], cwd=PROJECT, capture_output=True, text=True
    )


@pytest.mark.parametrize(
    ("text", "form", "objective", "vehicles"),
    [
        (solomon(), "solomon", 200, 2),
        (ortec(), "ortec", 25, 2),
        (vrplib("", "CVRP"), "vrplib", 20, 2),
        (vrplib(WINDOWS + RELEASES), "vrplib", 200, None),
        (vrplib(WINDOWS + PRIZES), "vrplib", 130, 1),
        (lilim(), "lilim", 13.1623, 1),
    ],
)
def test_every_format_is_solved_under_its_own_objective(
    tmp_path: Path, text: str, form: str, objective: float, vehicles: int | None
):
    (tmp_path / "tiny").write_text(text)
    done = run(str(tmp_path / "tiny"), "--format", form, "--iterations", "50", "--json", "-")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["objective"], found["feasible"]) == (objective, True)
    # Reloading costs no less than a second vehicle: either is best there.
    assert vehicles in (None, found["vehicles"])
    assert found["limit"]["reproducible"] is True
    assert found["engines"][0]["iterations"] >= 50


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "form"),
    [
        (solomon(), "solomon"),
        (vrplib(WINDOWS + RELEASES), "vrplib"),
        (vrplib(WINDOWS + PRIZES), "vrplib"),
        (lilim(), "lilim"),
    ],
)
def test_two_processes_give_the_same_plan(tmp_path: Path, text: str, form: str):
    (tmp_path / "tiny").write_text(text)
    words = (str(tmp_path / "tiny"), "--format", form, "--iterations", "99", "--seed", "3")
    plans: list[object] = []
    for name in ("a.json", "b.json"):
        done = run(*words, "--json", str(tmp_path / name))
        assert done.returncode == 0, done.stderr
        found = json.loads((tmp_path / name).read_text())
        plans.append({k: found[k] for k in ("routes", "objective", "engines")})
    assert plans[0] == plans[1]


def a_town(customers: int, capacity: int, width: int) -> str:
    """Return a file in Solomon's format with windows of up to that width."""
    rng = keyed_rng(7, "town")
    rows = [
        "TOWN",
        "VEHICLE",
        "NUMBER CAPACITY",
        f"40 {capacity}",
        "CUSTOMER",
        "0 50 50 0 0 9000 0",
    ]
    for c in range(1, customers + 1):
        x, y, opens = rng.randrange(100), rng.randrange(100), rng.randrange(900)
        rows.append(f"{c} {x} {y} {rng.randrange(1, 9)} {opens} {opens + rng.randrange(width)} 5")
    return "\n".join(rows)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("capacity", "width", "iterations", "engines"),
    [(40, 900, 100_000, 1), (40, 900, 1_080_000, 1), (10_000, 7000, 300_000, 2)],
    ids=["one search", "searches merged", "beside PyVRP"],
)
def test_two_processes_give_the_same_plan_of_a_town_whoever_makes_it(
    tmp_path: Path, capacity: int, width: int, iterations: int, engines: int
):
    (tmp_path / "town").write_text(a_town(90, capacity, width))
    limit = ("--iterations", str(iterations))
    words = (str(tmp_path / "town"), "--format", "solomon", *limit, "--json", "-")
    first, again = (json.loads(run(*words).stdout) for _ in range(2))
    assert (first["routes"], first["engines"]) == (again["routes"], again["engines"])
    assert len(first["engines"]) == engines


@pytest.mark.slow
def test_seconds_say_that_they_are_not_reproducible(tmp_path: Path):
    (tmp_path / "tiny").write_text(solomon())
    done = run(str(tmp_path / "tiny"), "--format", "solomon", "--seconds", "0.2", "--json", "-")
    found = json.loads(done.stdout)
    assert found["limit"]["reproducible"] is False
    assert found["limit"]["counted"] == "slices of rounds until the CPU seconds are spent"
    # One slice more than the limit at most; compiling is not in it.
    assert 0.15 < found["limit"]["cpu_seconds"] < 0.4


@pytest.mark.parametrize(
    ("text", "form", "sentence"),
    [
        (solomon(0), "solomon", "tenfour: bad: there are 0 vehicles"),
        (ortec(""), "ortec", "tenfour: bad: the matrix has 8 figures, not 3 x 3 = 9"),
        (ortec("-1"), "vrplib", "tenfour: bad: the distance from 1 to 2 is negative"),
        ("", "lilim", "tenfour: bad: the first line must say vehicles, capacity and speed"),
    ],
)
def test_a_bad_file_ends_in_one_sentence(tmp_path: Path, text: str, form: str, sentence: str):
    (tmp_path / "bad").write_text(text)
    done = run(str(tmp_path / "bad"), "--format", form, "--seconds", "1")
    assert (done.returncode, done.stderr.strip()) == (2, sentence)


def test_a_limit_must_be_given_once(tmp_path: Path):
    (tmp_path / "tiny").write_text(solomon())
    for words in ((), ("--seconds", "1", "--iterations", "1")):
        done = run(str(tmp_path / "tiny"), "--format", "solomon", *words)
        assert done.returncode == 2
        assert "give a limit: either --seconds or --iterations" in done.stderr


@pytest.mark.slow
def test_a_customer_that_cannot_be_reached_is_named_and_the_rest_is_planned(tmp_path: Path):
    (tmp_path / "late").write_text(solomon(closes="1"))
    done = run(str(tmp_path / "late"), "--format", "solomon", "--iterations", "50", "--json", "-")
    found = json.loads(done.stdout)
    assert done.returncode == 1
    assert found["unserved"] == [3]
    assert found["problem"] == "1 customers not served, 3 the first"
    why = "alone: customer 3 reached at 14, its window closes at 10"
    assert found["reasons"] == {"3": why}
    done = run(str(tmp_path / "late"), "--format", "solomon", "--iterations", "50")
    assert f"customer 3: {why}" in done.stdout
