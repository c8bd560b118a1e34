"""A depot's own export goes in as it is, and every spoilt row is named."""

import csv
import os
import shutil
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.fact import (
    CarrierListed,
    DayOpened,
    DriverListed,
    OrderReceived,
    VehicleListed,
    ZoneListed,
)
from core.domain.order import Priority
from core.intake.export import Export, read_export
from core.intake.fields import BadField, Reader
from core.intake.mapping import BadMapping, FormatPart, read_mapping

PROJECT = Path(__file__).resolve().parents[2]
EXAMPLE = PROJECT / "examples" / "porto-tuesday"
DATA = Path(os.environ.get("TENFOUR_DATA", PROJECT.parent / "shared" / "data"))
PORTO = DATA / "days" / "porto-tuesday"

needs_data = pytest.mark.skipif(
    not PORTO.is_dir(), reason="the Porto export is not here; set TENFOUR_DATA"
)
READER = Reader(
    FormatPart(delimiter=";", decimal=",", dates="day-first"),
    date(2026, 11, 10),
    ZoneInfo("Europe/Lisbon"),
)

HEADER = (
    "Order No;Customer;Address;City;Postcode;Lat;Lon;Parcels;Weight kg;Volume l;Deliver from;"
    "Deliver to;Priority;Needs;Unload min;Note;Phone"
)
VEHICLES = (
    "Vehicle;Type;Energy;Payload kg;Load l;Equipment;Cost per km EUR;Range km\n"
    "V1;van;diesel;900;9000;;0,32;\nB1;cargo bike;electric;150;900;;0,03;45\n"
)
DRIVERS = (
    "Driver;Name;Vehicle;Shift start;Shift end;Break;Skills;EUR per hour\n"
    "D1;Ana Pinto;V1;10/11/2026 08:00;10/11/2026 17:00;12:00-14:00 45min;id-check;13,50\n"
)


def a_row(order_id: str = "PT-1", **cells: str) -> str:
    values = {
        "lat": "41.15",
        "lon": "-8.63",
        "kg": "0,9",
        "from": "10/11/2026 08:00",
        "to": "10/11/2026 18:00",
        "phone": "+351911777245",
        **cells,
    }
    return (
        f"{order_id};Ana Gomes;Travessa X, 1;Porto;4200-211;{values['lat']};{values['lon']};1;"
        f"{values['kg']};19;{values['from']};{values['to']};standard;;5;;{values['phone']}"
    )


def read(folder: Path, *rows: str) -> Export:
    (folder / "orders.csv").write_text("\ufeff" + "\n".join([HEADER, *rows]), encoding="utf-8")
    (folder / "vehicles.csv").write_text(VEHICLES, encoding="utf-8")
    (folder / "drivers.csv").write_text(DRIVERS, encoding="utf-8")
    return read_export(folder, read_mapping(EXAMPLE / "mapping.toml"), EXAMPLE, "salt")


def test_a_good_row_becomes_an_order_in_whole_units(tmp_path: Path):
    export = read(tmp_path, a_row())
    (order,) = [e.fact.order for e in export.entries if isinstance(e.fact, OrderReceived)]
    assert export.problems == ()
    assert order.load.weight_g == 900
    assert order.service_s == 300
    assert order.promise.opens == datetime(2026, 11, 10, 8, tzinfo=UTC)
    assert order.priority is Priority.STANDARD


def test_the_ledger_gets_no_personal_words(tmp_path: Path):
    export = read(tmp_path, a_row())
    facts = repr([e.fact for e in export.entries])
    assert "Ana" not in facts
    assert "911777245" not in facts
    assert {w.key.split(":")[0] for w in export.words} == {"driver", "customer", "order"}


def test_a_vehicle_and_its_driver_come_with_cost_range_and_break(tmp_path: Path):
    export = read(tmp_path, a_row())
    bike = next(
        e.fact.vehicle
        for e in export.entries
        if isinstance(e.fact, VehicleListed) and e.fact.vehicle.vehicle_id == "B1"
    )
    (driver,) = [e.fact.driver for e in export.entries if isinstance(e.fact, DriverListed)]
    assert (bike.cost_per_km_cents, bike.range_m, bike.can_reload) == (3, 45_000, True)
    assert driver.rest is not None
    assert driver.rest.duration_s == 45 * 60
    assert driver.wage_cents_per_hour == 1350


def test_carriers_come_from_the_file_that_a_person_typed(tmp_path: Path):
    export = read(tmp_path, a_row())
    carriers = {
        str(e.fact.carrier.carrier_id): e.fact.carrier
        for e in export.entries
        if isinstance(e.fact, CarrierListed)
    }
    assert sorted(carriers) == ["FRIO", "NORTE", "RAPIDO"]
    rapido = carriers["RAPIDO"]
    assert (rapido.rates.per_order_cents, rapido.rates.per_km_cents) == (590, 85)
    assert rapido.max_order is not None
    assert rapido.max_order.weight_g == 12_000


@pytest.mark.parametrize(
    ("row", "field", "words"),
    [
        (a_row(lat="-8.63", lon="41.15"), "lat", "swapped"),
        (a_row(lat="48.8566", lon="2.3522"), "lat", "from the depot"),
        (a_row(lat="x"), "lat", "not a coordinate"),
        (a_row(kg="-2,0"), "weight_kg", "negative"),
        (a_row(kg="1.900,0"), "weight_kg", "1900 kg is more than any vehicle carries"),
        (a_row(to="10/11/2026 07:00"), "closes", "closes at"),
        (a_row(**{"from": "11/10/2026 09:00"}), "opens", "11 October 2026"),
        (a_row(order_id=""), "order_id", "no order number"),
        ("PT-1;Ana;Rua", "row", "cut short"),
    ],
)
def test_a_spoilt_row_stays_out_and_says_why(tmp_path: Path, row: str, field: str, words: str):
    export = read(tmp_path, row, a_row("PT-2"))
    assert [e.line for e in export.entries if isinstance(e.fact, OrderReceived)] == [3]
    (problem,) = export.problems
    assert (problem.line, problem.field, problem.outcome) == (2, field, "error")
    assert words in problem.reason


def test_a_missing_column_is_refused_before_any_row(tmp_path: Path):
    (tmp_path / "vehicles.csv").write_text("Vehicle\nV1\n", encoding="utf-8")
    with pytest.raises(BadMapping, match="has no column 'Type'"):
        read_export(tmp_path, read_mapping(EXAMPLE / "mapping.toml"), EXAMPLE, "salt")


def test_a_mapping_key_that_nobody_knows_is_named(tmp_path: Path):
    text = (EXAMPLE / "mapping.toml").read_text(encoding="utf-8")
    bad = tmp_path / "mapping.toml"
    bad.write_text(text.replace('note = "Note"', 'notes = "Note"'), encoding="utf-8")
    with pytest.raises(BadMapping, match=r"orders\.columns\.notes is not a field"):
        read_mapping(bad)


def test_a_local_time_that_the_clock_skips_is_refused():
    spring = Reader(FormatPart(), date(2026, 3, 29), ZoneInfo("Europe/Lisbon"))
    with pytest.raises(BadField, match="does not exist"):
        spring.instant("opens", "2026-03-29 01:30")


@pytest.mark.parametrize(
    ("text", "number"),
    [("0,9", "0.9"), ("2.5", "2.5"), ("1.900,0", "1900.0"), ("1.900", "1900"), ("12", "12")],
)
def test_numbers_are_read_as_a_comma_country_writes_them(text: str, number: str):
    assert READER.number("weight_kg", text) == Decimal(number)


@pytest.mark.parametrize("text", ["nan", "inf", "two", "", "1,2,3", "1e999999"])
def test_what_is_no_number_is_refused(text: str):
    with pytest.raises(BadField):
        READER.scaled("weight_kg", text, 1000)


@given(st.text(max_size=30))
def test_no_text_breaks_the_reader(text: str):
    for parse in (
        lambda: READER.scaled("f", text, 1000),
        lambda: READER.coordinate("f", text),
        lambda: READER.instant("f", text),
        lambda: READER.rest("f", text),
    ):
        with suppress(BadField):
            parse()


@needs_data
@pytest.mark.data
def test_the_porto_export_goes_in_as_it_is():
    export = read_export(PORTO, read_mapping(EXAMPLE / "mapping.toml"), EXAMPLE, "salt")
    kinds = [e.counts_as for e in export.entries]
    assert kinds.count("orders") == 860
    assert kinds.count("vehicles") == 12
    assert kinds.count("drivers") == 13
    assert export.problems == ()


@needs_data
@pytest.mark.data
def test_the_messy_export_is_judged_line_by_line(tmp_path: Path):
    for name in ("vehicles.csv", "drivers.csv"):
        shutil.copy(PORTO / name, tmp_path / name)
    shutil.copy(PORTO / "orders-messy.csv", tmp_path / "orders.csv")
    export = read_export(tmp_path, read_mapping(EXAMPLE / "mapping.toml"), EXAMPLE, "salt")
    with (PORTO / "orders-messy.expected.csv").open(encoding="utf-8") as file:
        expected = {int(r["line"]): r["outcome"] for r in csv.DictReader(file)}
    found = {p.line: p.outcome.value for p in export.problems}
    imported = {e.line for e in export.entries if e.counts_as == "orders"}
    assert found == {line: o for line, o in expected.items() if o != "ok"}
    assert {
        line for line, o in expected.items() if o in ("ok", "warning", "needs address")
    } <= imported
    assert len(imported) == 60 - sum(o in ("error", "skip") for o in expected.values())


def test_hours_heights_and_zones_come_with_the_export(tmp_path: Path):
    mapping = (EXAMPLE / "mapping.toml").read_text(encoding="utf-8")
    mapping = mapping.replace('phone = "Phone"', 'phone = "Phone"\nhours = "Open"')
    mapping = mapping.replace('range_km = "Range km"', 'range_km = "Range km"\nheight_m = "Height"')
    mapping += """
[[zones]]
id = "baixa"
lat = 41.146
lon = -8.612
radius_m = 450
admits = ["Cargo bike", "electric"]
hours = "07:00-10:30"
max_height_m = 2.3
"""
    (tmp_path / "mapping.toml").write_text(mapping, encoding="utf-8")
    good = f"{a_row()};9h-12h, 14:00-17:30"
    shut = f"{a_row('PT-2', to='10/11/2026 09:30')};19:00-21:00"
    odd = f"{a_row('PT-3')};mornings"
    rows = "\n".join([f"{HEADER};Open", good, shut, odd])
    (tmp_path / "orders.csv").write_text(rows, encoding="utf-8")
    header, van, bike, _ = VEHICLES.split("\n")
    vans = "\n".join([f"{header};Height", f"{van};2,60", f"{bike};"])
    (tmp_path / "vehicles.csv").write_text(vans, encoding="utf-8")
    (tmp_path / "drivers.csv").write_text(DRIVERS, encoding="utf-8")
    export = read_export(tmp_path, read_mapping(tmp_path / "mapping.toml"), EXAMPLE, "salt")
    facts = [e.fact for e in export.entries]
    (order,) = [f.order for f in facts if isinstance(f, OrderReceived)]
    assert [(h.opens.hour, h.closes.hour, h.closes.minute) for h in order.hours] == [
        (9, 12, 0),
        (14, 17, 30),
    ]
    assert [f.vehicle.height_cm for f in facts if isinstance(f, VehicleListed)] == [260, None]
    (zone,) = [f.zone for f in facts if isinstance(f, ZoneListed)]
    assert (zone.admits, zone.max_height_cm) == ({"cargo bike", "electric"}, 230)
    assert zone.hours[0].closes == datetime(2026, 11, 10, 10, 30, tzinfo=UTC)
    assert [(p.line, p.field) for p in export.problems] == [(3, "hours"), (4, "hours")]
    assert "never open" in export.problems[0].reason


def test_a_zone_that_forbids_nothing_is_a_mistake_in_the_mapping(tmp_path: Path):
    text = (EXAMPLE / "mapping.toml").read_text(encoding="utf-8")
    text += '[[zones]]\nid = "z"\nlat = 41.1\nlon = -8.6\nradius_m = 100\n'
    (tmp_path / "mapping.toml").write_text(text, encoding="utf-8")
    (tmp_path / "orders.csv").write_text(HEADER, encoding="utf-8")
    (tmp_path / "vehicles.csv").write_text(VEHICLES, encoding="utf-8")
    (tmp_path / "drivers.csv").write_text(DRIVERS, encoding="utf-8")
    with pytest.raises(BadMapping, match="zone z forbids nothing"):
        read_export(tmp_path, read_mapping(tmp_path / "mapping.toml"), EXAMPLE, "salt")


def test_limits_prices_and_releases_come_with_the_export(tmp_path: Path):
    mapping = (EXAMPLE / "mapping.toml").read_text(encoding="utf-8")
    for old, new in (
        ('phone = "Phone"', 'release = "Ready"'),
        ('range_km = "Range km"', 'cost_per_hour = "Hour"\ncost_per_day = "Day"'),
        ('wage_per_hour = "EUR per hour"', 'max_driving_hours = "Drive"\nmax_duty_hours = "Duty"'),
        ("loading_min = 10", "load_out_min = 20\ndoors = 3"),
    ):
        mapping = mapping.replace(old, f"{old}\n{new}")
    (tmp_path / "mapping.toml").write_text(mapping, encoding="utf-8")
    (tmp_path / "orders.csv").write_text(f"{HEADER};Ready\n{a_row()};09:30", encoding="utf-8")
    header, van, bike, _ = VEHICLES.split("\n")
    vans = "\n".join([f"{header};Hour;Day", f"{van};1,25;40", f"{bike};;"])
    (tmp_path / "vehicles.csv").write_text(vans, encoding="utf-8")
    head, ana, _ = DRIVERS.split("\n")
    (tmp_path / "drivers.csv").write_text(f"{head};Drive;Duty\n{ana};4,5;9", encoding="utf-8")
    export = read_export(tmp_path, read_mapping(tmp_path / "mapping.toml"), EXAMPLE, "salt")
    facts = [e.fact for e in export.entries]
    assert export.problems == ()
    (order,) = [f.order for f in facts if isinstance(f, OrderReceived)]
    assert order.release_at == datetime(2026, 11, 10, 9, 30, tzinfo=UTC)
    first, second = [f.vehicle for f in facts if isinstance(f, VehicleListed)]
    assert (first.cost_per_hour_cents, first.cost_per_day_cents) == (125, 4000)
    assert (second.cost_per_hour_cents, second.cost_per_day_cents) == (0, 0)
    (driver,) = [f.driver for f in facts if isinstance(f, DriverListed)]
    assert (driver.most_driving_s, driver.most_duty_s) == (16_200, 32_400)
    assert driver.most_driving_on_end_s is None
    (opened,) = [f for f in facts if isinstance(f, DayOpened)]
    assert (opened.depots[0].load_out_s, opened.depots[0].doors) == (1200, 3)


def test_several_depots_come_with_the_export_and_a_wrong_name_is_told(tmp_path: Path):
    mapping = (EXAMPLE / "mapping.toml").read_text(encoding="utf-8")
    for old, new in (
        ('phone = "Phone"', 'depot = "Stock"'),
        ('range_km = "Range km"', 'depot = "Depot"\nends_at = "Night"'),
    ):
        mapping = mapping.replace(old, f"{old}\n{new}")
    mapping += '[[depots]]\nid = "gaia"\nlat = 41.12\nlon = -8.61\nopens = 06:00:00\n'
    mapping += "closes = 21:00:00\ndoors = 2\n"
    (tmp_path / "mapping.toml").write_text(mapping, encoding="utf-8")
    rows = [
        f"{HEADER};Stock",
        f"{a_row('PT-1')};gaia",
        f"{a_row('PT-2')};",
        f"{a_row('PT-3')};lisboa",
    ]
    (tmp_path / "orders.csv").write_text("\n".join(rows), encoding="utf-8")
    header, van, bike, _ = VEHICLES.split("\n")
    vans = "\n".join([f"{header};Depot;Night", f"{van};gaia;porto", f"{bike};;"])
    (tmp_path / "vehicles.csv").write_text(vans, encoding="utf-8")
    (tmp_path / "drivers.csv").write_text(DRIVERS, encoding="utf-8")
    mapped = read_mapping(tmp_path / "mapping.toml")
    export = read_export(tmp_path, mapped, EXAMPLE, "salt")
    facts = [e.fact for e in export.entries]
    (opened,) = [f for f in facts if isinstance(f, DayOpened)]
    assert [(d.depot_id, d.doors) for d in opened.depots] == [("porto", None), ("gaia", 2)]
    first, second = [f.vehicle for f in facts if isinstance(f, VehicleListed)]
    assert (first.depot_id, second.depot_id, second.ends_at) == ("gaia", None, None)
    assert first.ends_at == "porto"
    assert [f.order.depot_id for f in facts if isinstance(f, OrderReceived)] == ["gaia", None]
    (problem,) = export.problems
    assert (problem.line, problem.field) == (4, "depot")
    assert problem.reason == "there is no depot 'lisboa'; known are porto, gaia"
