"""The command line as a person meets it: real processes, one sentence for a refusal."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from api.lease import DayOwned, owner_of, take
from api.planning import plan_and_adopt
from api.ports import listen
from core.context import CountedIds, SetClock
from core.desk.commands import ReportFact
from core.desk.owner import DayOwner
from core.domain.fact import DayOpened, OrderReceived, VehicleListed
from core.domain.fleet import Depot
from core.domain.ids import DayId, DepotId, EventId
from core.settings import Settings
from core.store.store import Store
from core.travel.estimate import EstimateTravel
from tests.builders import (
    DEPOT,
    a_vehicle,
    a_window,
    an_order,
    east,
    minute,
    morning_facts,
)
from tests.waiting import PATIENCE_S, soon

DAY = "test:2026-11-10"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home whose database holds one imported day, not planned yet."""
    settings = Settings(home=tmp_path)
    store = Store(settings.url)
    owner = DayOwner(store, DayId(DAY), clock=SetClock(minute(-60)), ids=CountedIds())
    orders = [an_order(f"o{n}", east(300 * n)) for n in range(1, 9)]
    cold = an_order("cold", east(100), needs=["cold"])
    for n, fact in enumerate(morning_facts(("R1", "R2"), [*orders, cold])):
        owner.submit(ReportFact(EventId(f"f-{n}"), minute(-60), "feed:import", fact))
    store.close()
    return tmp_path


def environment(home: Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("TENFOUR_", "LLM_"))}
    return {**kept, "TENFOUR_HOME": str(home)}


def tenfour(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tenfour", *words],
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


@contextmanager
def serving(home: Path, words: Sequence[str] = ()) -> Generator[tuple[str, int, dict[str, str]]]:
    """Serve the day; gives address, process id and headers with the key."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tenfour", "serve", "--json", "--clock", "driven", *words],
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        text = ""
        while not text.endswith("}\n"):
            line = process.stdout.readline()
            assert line, process.communicate()[1]
            text += line
        key = (home / "api-key").read_text().strip()
        yield json.loads(text)["url"], process.pid, {"X-API-Key": key}
    finally:
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE_S)
        assert "Traceback" not in out + err


def test_help_names_every_command(tmp_path: Path):
    words = tenfour(tmp_path, "--help").stdout
    for name in ("demo", "serve", "console", "import", "plan", "run", "eval", "roads", "verify"):
        assert name in words


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["plan"], "no day yet"),
        (["serve"], "no day yet"),
        (["run", "--once"], "no day yet"),
        (["verify"], "no day yet"),
        (["roads", "build", "nothing.osm.pbf"], "nothing.osm.pbf"),
        (["import", "nowhere", "--mapping", "nothing.toml"], "nothing.toml"),
    ],
)
def test_a_refusal_is_one_sentence_and_no_traceback(
    tmp_path: Path, words: list[str], sentence: str
):
    done = tenfour(tmp_path, *words)
    assert done.returncode == 2, done.stderr
    assert sentence in done.stderr.replace("\n", " ")
    assert "Traceback" not in done.stderr + done.stdout


def test_an_unknown_day_is_answered_with_the_known_ones(home: Path):
    done = tenfour(home, "plan", "--day", "other:2026-11-10")
    assert done.returncode == 2
    assert DAY in done.stderr


@pytest.mark.slow
def test_a_day_is_planned_with_reasons_for_what_is_left_out(home: Path):
    done = tenfour(home, "plan", "--iterations", "50", "--json")
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert (summary["planned"], summary["orders"], summary["violations"]) == (8, 9, [])
    (left,) = summary["left_out"]
    assert left["order_id"] == "cold"
    assert {r["vehicle_id"] for r in left["reasons"]} == {"R1", "R2"}
    assert json.loads(tenfour(home, "verify", "--json").stdout)["clean"] is True


@pytest.mark.slow
def test_a_map_of_somewhere_else_is_refused(home: Path):
    far = DayId("far:2026-11-11")
    store = Store(Settings(home=home).url)
    owner = DayOwner(store, far, clock=SetClock(minute(0)), ids=CountedIds())
    porto = type(DEPOT).at(41.15, -8.61)
    depot = Depot(DepotId("depot"), porto, a_window(-120, 720))
    opened = DayOpened(far, "far", "2026-11-11", "Europe/Lisbon", (depot,))
    for n, fact in enumerate(
        [
            opened,
            VehicleListed(a_vehicle("V")),
            OrderReceived(an_order("p", type(DEPOT).at(41.16, -8.60))),
        ]
    ):
        owner.submit(ReportFact(EventId(f"p-{n}"), minute(0), "feed:import", fact))
    store.close()
    done = tenfour(home, "plan", "--day", far, "--travel", "roads")
    assert done.returncode == 2
    assert "--roads" in done.stderr


def test_an_altered_ledger_does_not_verify(home: Path):
    with sqlite3.connect(home / "tenfour.sqlite") as raw:
        raw.execute("update event set doc = replace(doc, 'o3', 'oX') where seq = 8")
    raw.close()
    done = tenfour(home, "verify", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["clean"] is False


@pytest.mark.slow
def test_a_served_day_answers_and_stops_on_ctrl_c(home: Path):
    tenfour(home, "plan", "--iterations", "20")
    with serving(home) as (url, _, headers):
        assert httpx.get(f"{url}/v1/health").json()["status"] == "ok"
        assert httpx.get(f"{url}/v1/day").status_code == 401
        assert httpx.get(f"{url}/v1/day", headers=headers).json()["kpi"]["orders"] == 9
        assert (home / "api-key").stat().st_mode & 0o077 == 0
        second = tenfour(home, "plan")
        assert second.returncode == 2
        assert url in second.stderr.replace("\n", "")
    assert owner_of(Settings(home=home), DAY) is None


def plan_at_seven(home: Path) -> None:
    """Plan the day by its own clock; the command line would stamp it with today's."""
    store = Store(Settings(home=home).url)
    clock, ids = SetClock(minute(-60)), CountedIds()
    travel = EstimateTravel("Europe/Helsinki")
    owner = DayOwner(store, DayId(DAY), clock=clock, ids=ids, travel=travel)
    plan_and_adopt(owner, travel, seed=1, iterations=20, by="planner")
    store.close()


@pytest.mark.slow
def test_the_loop_works_a_driven_day(home: Path):
    plan_at_seven(home)
    with serving(home) as (url, _, headers), httpx.Client(base_url=url, headers=headers) as client:
        urgent = {
            "id": "urgent",
            "source": "feed:shop",
            "type": "order_received",
            "time": minute(5).isoformat(),
            "data": {
                "urgent": True,
                "order": {
                    "order_id": "u1",
                    "customer_id": "c-u1",
                    "point": {"lat": 60.1705, "lon": 24.943},
                    "load": {"parcels": 1},
                    "promise": {"opens": minute(5).isoformat(), "closes": minute(120).isoformat()},
                    "service_s": 120,
                    "priority": "vip",
                },
            },
        }
        tick = {"id": "t", "source": "feed:time", "type": "tick", "time": minute(5).isoformat()}
        assert client.post("/v1/events", json=[tick, urgent]).status_code == 200
        soon(lambda: client.get("/v1/proposals").json()["proposals"] != [], "no proposal was made")


@pytest.mark.slow
def test_a_killed_server_leaves_the_day_to_the_next_one(home: Path):
    process = subprocess.Popen(
        [sys.executable, "-m", "tenfour", "serve", "--json"],
        env=environment(home),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.kill()
    process.communicate()
    with serving(home) as (url, _, _headers):
        assert httpx.get(f"{url}/v1/health").status_code == 200


def test_a_busy_port_is_named_and_the_next_one_taken():
    said: list[str] = []
    with listen("127.0.0.1", 18410, said.append) as first:
        taken = first.getsockname()[1]
        said.clear()
        with listen("127.0.0.1", taken, said.append) as second:
            assert isinstance(second, socket.socket)
            assert second.getsockname()[1] > taken
    assert str(taken) in said[0]
    assert "taken" in said[0]


def test_a_day_has_one_owner_at_a_time(tmp_path: Path):
    settings = Settings(home=tmp_path)
    lease = take(settings, DAY, "http://here")
    with pytest.raises(DayOwned, match="http://here"):
        take(settings, DAY)
    lease.close()
    assert owner_of(settings, DAY) is None
    take(settings, DAY).close()


@pytest.mark.parametrize(
    ("words", "what", "where"),
    [
        (("bogus",), "'bogus'", "tenfour --help"),
        (("plan", "--bogus"), "--bogus", "tenfour plan --help"),
        (("import",), "'directory'", "tenfour import --help"),
        (("demo", "--vehicles", "1"), "--vehicles", "tenfour demo --help"),
        (("plan", "--travel", "moon"), "'moon'", "tenfour plan --help"),
    ],
)
def test_a_mistyped_command_is_explained_in_one_sentence(
    tmp_path: Path, words: tuple[str, ...], what: str, where: str
) -> None:
    ran = tenfour(tmp_path, *words)
    assert ran.returncode == 2
    assert len(ran.stderr.splitlines()) == 1
    assert what in ran.stderr
    assert ran.stderr.rstrip().endswith(f"see {where}")


def test_no_command_at_all_lists_the_commands(tmp_path: Path) -> None:
    ran = tenfour(tmp_path)
    assert "demo" in ran.stdout
    assert "tenfour failed" not in ran.stderr
