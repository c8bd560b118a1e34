"""The how-to pages are true: their commands run, their requests are taken."""

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from api.decoding import CloudEvent
from api.quotes import QuoteBody
from api.schemas import EtaQuality, QuotedWindow
from core.domain.carrier import RateCard
from core.domain.charging import charging_s
from core.domain.fact import (
    ChargeReported,
    ChargerListed,
    DayOpened,
    DriverListed,
    OrderCollected,
    OrderReceived,
    VehicleListed,
    ZoneListed,
)
from core.domain.ids import OrderId, VehicleId
from core.domain.order import Access
from core.domain.place import Point
from core.intake.export import read_export
from core.intake.mapping import ALTERNATIVE_FIELDS, ORDER_FIELDS, VEHICLE_FIELDS, Mapping
from core.intake.people import rules_of
from core.ledger.codec import structure_fact
from core.travel.estimate import EstimateTravel
from tenfour import app
from tests.allocation.test_offers import a_carrier, with_carriers
from tests.api.test_models import one_day
from tests.builders import DEPOT, a_day, a_driver, a_route, a_vehicle, an_order, east, minute
from tests.intake.test_export import DRIVERS, EXAMPLE, HEADER, VEHICLES, a_row

PROJECT = Path(__file__).resolve().parents[1]
HOW_TO = PROJECT / "docs" / "how-to"


def blocks(page: str) -> list[str]:
    text = (HOW_TO / page).read_text(encoding="utf-8")
    return re.findall(r"```\n(.*?)```", text, flags=re.DOTALL)


def run(line: str, export: Path, home: Path) -> str:
    """Run a line of a page on an export of one's own; return what it printed."""
    words = shlex.split(line.replace("EXPORT", str(export)))
    assert words[0] == "tenfour"
    ran = subprocess.run(
        [sys.executable, "-m", "tenfour", *words[1:]],
        cwd=PROJECT,
        env={**os.environ, "TENFOUR_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, f"{line}: {ran.stderr}"
    return ran.stdout


@pytest.fixture
def export(tmp_path: Path) -> Path:
    folder = tmp_path / "export"
    folder.mkdir()
    rows = [a_row(f"PT-{n}", lat=f"41.15{n}") for n in range(1, 8)]
    (folder / "orders.csv").write_text("\n".join([HEADER, *rows, "PT-9;cut"]), encoding="utf-8")
    (folder / "vehicles.csv").write_text(VEHICLES, encoding="utf-8")
    (folder / "drivers.csv").write_text(DRIVERS, encoding="utf-8")
    return folder


@pytest.mark.slow
def test_the_commands_of_the_import_page_run_one_after_the_other(tmp_path: Path, export: Path):
    home = tmp_path / "home"
    lines = [line for b in blocks("your-own-data.md") for line in b.splitlines() if line]
    assert len(lines) == 4
    for line in lines:
        run(line, export, home)


@pytest.mark.slow
def test_the_commands_of_the_quote_page_answer_on_the_planned_day(tmp_path: Path, export: Path):
    home = tmp_path / "home"
    pages = ("your-own-data.md", "promise-quotes.md")
    own, quotes = (
        [x for b in blocks(p) for x in b.splitlines() if x.startswith("tenfour ")] for p in pages
    )
    assert len(quotes) == 3
    for line in (*own[1:3], *quotes):
        printed = run(line, export, home)
        if "--json" in line:
            said = json.loads(printed)
            assert [w["offered"] for w in said["windows"]] == [True, True]
        elif line.startswith("tenfour quote"):
            assert "(cheapest)" in printed


def test_the_question_on_the_quote_page_is_one_that_the_server_takes():
    page = (HOW_TO / "promise-quotes.md").read_text(encoding="utf-8")
    asked, answered = re.findall(r"```json\n(.*?)```", page, flags=re.DOTALL)
    assert QuoteBody.model_validate_json(asked).parcels == 2
    (window,) = json.loads(answered)["windows"]
    assert set(window) <= set(QuotedWindow.model_fields)


def test_the_rules_on_the_page_of_rules_are_read_as_they_stand(tmp_path: Path, export: Path):
    page = (HOW_TO / "rules-of-your-depot.md").read_text(encoding="utf-8")
    zones, columns, *_ = (
        tomllib.loads(text) for text in re.findall(r"```toml\n(.*?)```", page, flags=re.DOTALL)
    )
    own = tomllib.loads((EXAMPLE / "mapping.toml").read_text(encoding="utf-8"))
    for part in ("orders", "vehicles", "drivers"):
        own[part]["columns"] |= columns[part]["columns"]
    own["orders"]["access"] = columns["orders"]["access"]
    mapping = Mapping.model_validate({**own, **zones, "depot": own["depot"] | columns["depot"]})
    for part, cells in (
        (
            "orders",
            {
                "Open": "9:00-12:00, 14:00-17:30",
                "Gate": "2,1",
                "Worth EUR": "7,5",
                "Ready": "09:30",
                "Floor": "3",
                "Lift": "no",
                "Way in": "Portier",
            },
        ),
        ("vehicles", {"Height": "2,6", "Hour EUR": "1,5", "Day EUR": "25"}),
        ("drivers", {"Driving": "9", "On end": "4,5", "Duty": "10"}),
    ):
        head, *rows = (export / f"{part}.csv").read_text(encoding="utf-8").splitlines()
        more = [";".join(cells), *(";".join(cells.values()) for row in rows if row)]
        lines = [f"{row};{cell}" for row, cell in zip([head, *rows], more, strict=False) if row]
        (export / f"{part}.csv").write_text("\n".join(lines), encoding="utf-8")
    facts = [e.fact for e in read_export(export, mapping, EXAMPLE, "salt").entries]
    found = {str(z.zone.zone_id): z.zone for z in facts if isinstance(z, ZoneListed)}
    assert sorted(found) == ["arch", "market", "old-town"]
    assert (found["arch"].max_height_cm, len(found["market"].hours)) == (230, 1)
    orders = [f.order for f in facts if isinstance(f, OrderReceived)]
    assert {(len(o.hours), o.max_height_cm, o.prize_cents) for o in orders} == {(2, 210, 750)}
    assert {(o.floor, o.lift, o.access) for o in orders} == {(3, False, Access.RECEPTION)}
    vehicle = next(f.vehicle for f in facts if isinstance(f, VehicleListed))
    assert (vehicle.height_cm, vehicle.cost_per_hour_cents) == (260, 150)
    driver = next(f.driver for f in facts if isinstance(f, DriverListed))
    assert (driver.most_driving_on_end_s, driver.most_duty_s) == (16_200, 36_000)
    depot = next(f.depots[0] for f in facts if isinstance(f, DayOpened))
    assert (depot.load_out_s, depot.doors) == (1200, 4)


def test_the_depots_on_the_page_of_rules_are_read_as_they_stand():
    page = (HOW_TO / "rules-of-your-depot.md").read_text(encoding="utf-8")
    blocks = [tomllib.loads(t) for t in re.findall(r"```toml\n(.*?)```", page, flags=re.DOTALL)]
    (told,) = [b for b in blocks if "depots" in b]
    own = tomllib.loads((EXAMPLE / "mapping.toml").read_text(encoding="utf-8"))
    for part in ("orders", "vehicles"):
        own[part]["columns"] |= told[part]["columns"]
    mapping = Mapping.model_validate({**own, "depots": told["depots"]})
    assert [d.id for d in mapping.depots] == ["south"]
    assert set(told["vehicles"]["columns"]) < set(VEHICLE_FIELDS)
    assert set(told["orders"]["columns"]) < set(ORDER_FIELDS)


def test_the_ways_on_the_page_of_rules_are_read_as_they_stand(export: Path):
    page = (HOW_TO / "rules-of-your-depot.md").read_text(encoding="utf-8")
    blocks = [tomllib.loads(t) for t in re.findall(r"```toml\n(.*?)```", page, flags=re.DOTALL)]
    (told,) = [b for b in blocks if "alternatives" in b]
    own = tomllib.loads((EXAMPLE / "mapping.toml").read_text(encoding="utf-8"))
    mapping = Mapping.model_validate({**own, **told})
    assert rules_of(mapping).costs.redirect.cents == 928
    columns = told["alternatives"]["columns"]
    assert set(columns) == set(ALTERNATIVE_FIELDS)
    first = read_export(export, Mapping.model_validate(own), EXAMPLE, "salt")
    order = next(e.fact.order for e in first.entries if isinstance(e.fact, OrderReceived))
    cells = {"Order": order.order_id, "Kind": "locker", "Lat": "41.15", "Lon": "-8.62"}
    rows = [columns.values(), [cells.get(name, "") for name in columns.values()]]
    (export / "alternatives.csv").write_text("\n".join(";".join(r) for r in rows))
    read = read_export(export, mapping, EXAMPLE, "salt")
    orders = [e.fact.order for e in read.entries if isinstance(e.fact, OrderReceived)]
    assert [a.way for o in orders for a in o.alternatives] == ["locker"]


def test_the_rush_hours_on_the_page_of_rules_are_asked_for():
    page = (HOW_TO / "rules-of-your-depot.md").read_text(encoding="utf-8")
    blocks = [tomllib.loads(t) for t in re.findall(r"```toml\n(.*?)```", page, flags=re.DOTALL)]
    (told,) = [b for b in blocks if "plan" in b]
    own = tomllib.loads((EXAMPLE / "mapping.toml").read_text(encoding="utf-8"))
    assert not rules_of(Mapping.model_validate(own)).thresholds.by_the_hour
    assert rules_of(Mapping.model_validate({**own, **told})).thresholds.by_the_hour


def test_the_prices_for_people_on_the_page_of_rules_are_read_as_they_stand(export: Path):
    page = (HOW_TO / "rules-of-your-depot.md").read_text(encoding="utf-8")
    blocks = [tomllib.loads(t) for t in re.findall(r"```toml\n(.*?)```", page, flags=re.DOTALL)]
    (told,) = [b for b in blocks if "territories" in b]
    own = tomllib.loads((EXAMPLE / "mapping.toml").read_text(encoding="utf-8"))
    own["drivers"]["columns"] |= told["drivers"]["columns"]
    more = {key: told[key] for key in ("territories", "prices")}
    mapping = Mapping.model_validate({**own, **more})
    rules = rules_of(mapping)
    assert (rules.costs.outside_territory.cents, rules.costs.uneven_minute.cents) == (80, 10)
    assert rules.thresholds.even_spread_s == 1800
    head, row, *_ = (export / "drivers.csv").read_text(encoding="utf-8").splitlines()
    for cell, known, told_of in (("Old Town", [[1500]], []), ("elsewhere", [], ["territory"])):
        (export / "drivers.csv").write_text(f"{head};Streets\n{row};{cell}", encoding="utf-8")
        read = read_export(export, mapping, EXAMPLE, "salt")
        drivers = [e.fact.driver for e in read.entries if isinstance(e.fact, DriverListed)]
        assert [[a.radius_m for a in d.territory] for d in drivers] == known
        assert [p.field for p in read.problems if p.file == "drivers.csv"] == told_of


def test_the_chargers_on_the_page_of_rules_are_read_as_they_stand(export: Path):
    page = (HOW_TO / "rules-of-your-depot.md").read_text(encoding="utf-8")
    blocks = [tomllib.loads(t) for t in re.findall(r"```toml\n(.*?)```", page, flags=re.DOTALL)]
    (told,) = [b for b in blocks if "chargers" in b]
    own = tomllib.loads((EXAMPLE / "mapping.toml").read_text(encoding="utf-8"))
    own["vehicles"]["columns"] |= told["vehicles"]["columns"]
    mapping = Mapping.model_validate({**own, "chargers": told["chargers"]})
    head, row, *_ = (export / "vehicles.csv").read_text(encoding="utf-8").splitlines()
    cells = row.split(";")
    cells[head.split(";").index("Range km")] = "180"
    lines = [f"{head};Charged km;kWh;Takes kW", f"{';'.join(cells)};90;20;11"]
    (export / "vehicles.csv").write_text("\n".join(lines), encoding="utf-8")
    facts = [e.fact for e in read_export(export, mapping, EXAMPLE, "salt").entries]
    (van,) = [f.vehicle for f in facts if isinstance(f, VehicleListed)]
    assert (van.range_m, van.start_range_m, van.wh_per_km, van.charging_w) == (
        180_000, 90_000, 200, 11_000,
    )  # fmt: skip
    (charger,) = [f.charger for f in facts if isinstance(f, ChargerListed)]
    # 50 km are 10 kWh: 27 min and 16 s with the 22 kW of the page.
    assert charging_s(replace(van, charging_w=None), charger, 50_000) == 1637


def test_the_facts_on_the_page_of_rules_are_facts():
    page = (HOW_TO / "rules-of-your-depot.md").read_text(encoding="utf-8")
    events = [
        CloudEvent.model_validate_json(block)
        for block in re.findall(r"```json\n(.*?)```", page, flags=re.DOTALL)
    ]
    told = [structure_fact({**e.data, "type": e.type.removeprefix("tenfour.")}) for e in events]
    van = VehicleId("R3")
    assert ChargeReported(van, 18_500) in told
    assert OrderCollected(van, OrderId("PT-7"), Point.at(41.15, -8.61)) in told
    assert len(told) == 2


def test_an_import_says_in_json_what_went_in_and_what_did_not(tmp_path: Path, export: Path):
    mapping = PROJECT / "examples" / "porto-tuesday" / "mapping.toml"
    words = ["import", str(export), "--mapping", str(mapping), "--json"]
    ran = subprocess.run(
        [sys.executable, "-m", "tenfour", *words],
        env={**os.environ, "TENFOUR_HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        check=True,
    )
    said = json.loads(ran.stdout)
    assert said["imported"]["orders"] == 7
    (problem,) = said["problems"]
    assert problem["file"] == "orders.csv"
    assert (problem["line"], problem["field"], problem["outcome"]) == (9, "row", "error")


def test_the_event_on_the_connect_page_is_a_cloud_event():
    (block,) = blocks("connect-your-systems.md")
    event = CloudEvent.model_validate_json(block[block.index("{") :])
    assert event.type == "tenfour.order_delivered"


def test_the_examples_of_the_allocation_page_run_as_they_stand(capsys: pytest.CaptureFixture[str]):
    waiting = [an_order(f"o{n}", east(300 * n), closes_min=600) for n in range(1, 7)]
    card, quick = RateCard(per_parcel_cents=450), RateCard(per_parcel_cents=420, max_parcels=3)
    day = with_carriers(
        a_day(waiting, [a_vehicle("V1")], [a_driver("V1")], [a_route("V1", [])]),
        a_carrier("RAPIDO", quick),
        a_carrier("LENTO", card),
    )
    known: dict[str, Any] = {
        "day": day,
        "travel": EstimateTravel("UTC"),
        "points": (DEPOT, *(o.point for o in waiting)),
        "now": minute(0),
    }
    page = (HOW_TO / "allocation.md").read_text(encoding="utf-8")
    examples = re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL)
    assert len(examples) == 2
    for example in examples:
        exec(example, known)
    made = known["made"].allocation
    assert {*(a.bundle_id for a in made.assigned), *made.left} == {o.order_id for o in waiting}
    costs = capsys.readouterr().out.splitlines()
    assert any("RAPIDO" in line for line in costs)


@pytest.mark.parametrize(
    "page", ["../../README.md", "../the-model.md", *sorted(p.name for p in HOW_TO.glob("*.md"))]
)
def test_links_lead_somewhere(page: str):
    path = HOW_TO / page
    for link in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
        assert (path.parent / link).exists(), link


def test_the_commands_of_the_page_on_arrival_quality_run_on_a_day_of_ones_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TENFOUR_HOME", str(tmp_path))
    one_day(tmp_path, until=18)
    quality, explain, shown = blocks("arrival-quality.md")
    for line in quality.splitlines():
        said = eta(line.replace("eta.html", str(tmp_path / "eta.html")))
        assert "formula, no history yet. 1 arrivals were forecast beforehand" in said
    assert "<html" in (tmp_path / "eta.html").read_text(encoding="utf-8")
    words, figures = (eta(line) for line in explain.splitlines())
    assert words == shown
    told = json.loads(figures)
    assert sum(c["minutes"] for c in told["causes"]) == told["behind_min"]


def test_the_fields_on_the_page_on_arrival_quality_are_in_the_answer():
    page = (HOW_TO / "arrival-quality.md").read_text(encoding="utf-8")
    (line,) = [one for one in page.splitlines() if "GET /v1/eta/quality?days=7" in one]
    named = re.findall(r"`(\w+)`", line)
    assert len(named) == 12
    assert set(named) <= set(EtaQuality.model_fields)


def eta(line: str) -> str:
    words = shlex.split(line)
    assert words[:2] == ["tenfour", "eta"]
    ran = CliRunner().invoke(app, words[1:], catch_exceptions=False)
    assert ran.exit_code == 0, ran.output
    return ran.stdout
