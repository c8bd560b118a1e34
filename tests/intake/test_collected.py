"""Columns that say where goods are when they are not at the depot."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.domain.fact import OrderReceived
from core.domain.order import Order
from core.domain.place import Point
from core.intake.export import read_export
from core.intake.mapping import read_mapping
from core.ledger import canonical
from core.ledger.codec import structure
from tests.intake.test_export import DRIVERS, EXAMPLE, HEADER, VEHICLES, a_row

COLUMNS = """[orders.columns]
direction = "Way"
from_lat = "From lat"
from_lon = "From lon"
from_opens = "From"
from_closes = "To"
from_service_min = "Load min"
"""
CELLS = ("Way", "From lat", "From lon", "From", "To", "Load min")


def read(folder: Path, **cells: str) -> tuple[list[Order], list[str]]:
    text = (EXAMPLE / "mapping.toml").read_text().replace("[orders.columns]\n", COLUMNS)
    (folder / "mapping.toml").write_text(text)
    own = ";".join(cells.get(c.replace(" ", "_"), "") for c in CELLS)
    rows = [";".join((HEADER, *CELLS)), f"{a_row()};{own}"]
    (folder / "orders.csv").write_text("\n".join(rows), encoding="utf-8")
    (folder / "vehicles.csv").write_text(VEHICLES, encoding="utf-8")
    (folder / "drivers.csv").write_text(DRIVERS, encoding="utf-8")
    export = read_export(folder, read_mapping(folder / "mapping.toml"), EXAMPLE, "salt")
    orders = [e.fact.order for e in export.entries if isinstance(e.fact, OrderReceived)]
    return orders, [p.reason for p in export.problems]


def test_a_row_without_these_columns_filled_is_a_delivery_and_writes_nothing(tmp_path: Path):
    (order,), problems = read(tmp_path)
    assert (order.returns, order.pickup, problems) == (False, None, [])
    assert b"returns" not in canonical.to_bytes(order)
    assert b"pickup" not in canonical.to_bytes(order)


def test_a_return_is_named_by_its_word(tmp_path: Path):
    (order,), _ = read(tmp_path, Way="Return")
    assert order.returns


def test_a_sender_has_a_place_a_window_and_a_time_to_load(tmp_path: Path):
    (order,), problems = read(
        tmp_path, From_lat="41.16", From_lon="-8.60", From="9:00", To="11:30", Load_min="3"
    )
    assert problems == []
    assert order.pickup is not None
    assert order.pickup.point == Point.at(41.16, -8.60)
    assert order.pickup.window.opens == datetime(2026, 11, 10, 9, tzinfo=UTC)
    assert order.pickup.window.closes == datetime(2026, 11, 10, 11, 30, tzinfo=UTC)
    assert order.pickup.service_s == 180
    assert structure(canonical.plain(order), Order) == order


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"From_lat": "8", "From_lon": "-8.60"}, "farther than"),
        ({"From": "9:00"}, "not where"),
        ({"Way": "return", "From_lat": "41.16", "From_lon": "-8.6"}, "its own door"),
        ({"From_lat": "41.16", "From_lon": "-8.6", "From": "12:00", "To": "9:00"}, "before it op"),
        ({"From_lat": "41.16", "From_lon": "-8.6", "From": "19:00", "To": "20:00"}, "receiver"),
    ],
)
def test_what_cannot_be_meant_is_named(tmp_path: Path, cells: dict[str, str], words: str):
    orders, problems = read(tmp_path, **cells)
    assert orders == []
    assert words in problems[0]
