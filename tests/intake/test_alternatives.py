"""A table of other ways to serve an order: what it says, and what cannot be meant."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.domain.fact import OrderReceived
from core.domain.order import Order
from core.domain.place import Point
from core.intake.export import read_export
from core.intake.mapping import BadMapping, read_mapping
from tests.intake.test_export import DRIVERS, EXAMPLE, HEADER, VEHICLES, a_row

CELLS = {
    "order_id": "Order",
    "way": "Kind",
    "lat": "Lat",
    "lon": "Lon",
    "opens": "From",
    "closes": "To",
    "service_min": "Min",
    "hours": "Open",
    "max_height_m": "Gate",
    "price": "EUR",
}
PART = "\n[alternatives]\n[alternatives.columns]\n" + "\n".join(
    f'{ours} = "{theirs}"' for ours, theirs in CELLS.items()
)


def row(**cells: str) -> str:
    values = {"order_id": "PT-1", "way": "locker", "lat": "41.16", "lon": "-8.62", **cells}
    return ";".join(values.get(name, "") for name in CELLS)


def read(folder: Path, *rows: str, first: str | None = None) -> tuple[list[Order], list[str]]:
    (folder / "mapping.toml").write_text((EXAMPLE / "mapping.toml").read_text() + PART)
    orders = [HEADER, first or a_row(), a_row("PT-2")]
    (folder / "orders.csv").write_text("\n".join(orders), encoding="utf-8")
    (folder / "vehicles.csv").write_text(VEHICLES, encoding="utf-8")
    (folder / "drivers.csv").write_text(DRIVERS, encoding="utf-8")
    (folder / "alternatives.csv").write_text("\n".join([";".join(CELLS.values()), *rows]))
    export = read_export(folder, read_mapping(folder / "mapping.toml"), EXAMPLE, "salt")
    found = [e.fact.order for e in export.entries if isinstance(e.fact, OrderReceived)]
    return found, [str(p) for p in export.problems]


def test_a_row_adds_a_way_to_its_order_and_to_no_other(tmp_path: Path):
    cells = {"from": "9:00", "to": "20:00"}
    (one, other), problems = read(
        tmp_path,
        row(opens="9:00", closes="20:00", service_min="1", price="0,50", max_height_m="2,1"),
        first=a_row(**cells),
    )
    assert problems == []
    assert other.alternatives == ()
    (way,) = one.alternatives
    assert (way.way, way.point, way.price_cents) == ("locker", Point.at(41.16, -8.62), 50)
    assert (way.service_s, way.max_height_cm) == (60, 210)
    assert way.window.opens == datetime(2026, 11, 10, 9, tzinfo=UTC)
    assert way.window.closes == datetime(2026, 11, 10, 20, tzinfo=UTC)


def test_what_a_row_leaves_empty_is_as_the_order_has_it(tmp_path: Path):
    (one, _), problems = read(tmp_path, row())
    assert problems == []
    (way,) = one.alternatives
    assert (way.window, way.service_s, way.price_cents) == (one.promise, one.service_s, 0)


def test_without_a_place_it_is_another_time_at_the_same_door(tmp_path: Path):
    (one, _), problems = read(
        tmp_path, row(way="evening", lat="", lon="", opens="17:00", closes="20:00")
    )
    assert problems == []
    assert one.alternatives[0].point == one.point


def test_an_order_may_have_several(tmp_path: Path):
    (one, _), problems = read(tmp_path, row(), row(way="shop", hours="9:00-12:00, 14:00-18:00"))
    assert problems == []
    assert [a.way for a in one.alternatives] == ["locker", "shop"]
    assert len(one.alternatives[1].hours) == 2


@pytest.mark.parametrize(
    ("cells", "field", "words"),
    [
        ({"order_id": "PT-9"}, "order_id", "PT-9 is none of the orders that can be imported"),
        ({"order_id": ""}, "order_id", "no order number"),
        ({"way": ""}, "way", "needs a name, such as locker"),
        ({"lat": "8"}, "lat", "farther than"),
        ({"lat": "", "lon": ""}, "lat", "neither another place nor another time"),
        ({"opens": "12:00", "closes": "9:00"}, "closes", "the window of locker closes before it"),
        ({"hours": "5:00-6:00"}, "hours", "locker is never open (5:00-6:00) inside its window"),
        ({"price": "-1"}, "price", "-1 is negative"),
        ({"service_min": "few"}, "service_min", "'few' is not a number"),
    ],
)
def test_what_cannot_be_meant_is_named_with_its_line(
    tmp_path: Path, cells: dict[str, str], field: str, words: str
):
    (one, _), problems = read(tmp_path, row(**cells))
    assert one.alternatives == ()
    (problem,) = problems
    assert problem.startswith(f"alternatives.csv:2 {field} (error): ")
    assert words in problem


def test_a_door_without_coordinates_has_no_other_time(tmp_path: Path):
    cells = row(lat="", lon="", opens="17:00", closes="20:00")
    _, problems = read(tmp_path, cells, first=a_row(lat="", lon=""))
    assert any("the door of PT-1 has none yet" in p for p in problems)


def test_the_same_row_twice_is_skipped_and_another_of_its_name_refused(tmp_path: Path):
    (one, _), problems = read(tmp_path, row(), row(), row(price="1"))
    assert len(one.alternatives) == 1
    assert [p.split(" ", 1)[0] for p in problems] == ["alternatives.csv:3", "alternatives.csv:4"]
    assert "exact duplicate" in problems[0]
    assert "PT-1 has a way 'locker' already, with other content" in problems[1]


def test_a_mapping_has_to_say_which_order_and_which_way(tmp_path: Path):
    text = (EXAMPLE / "mapping.toml").read_text()
    (tmp_path / "m.toml").write_text(text + '\n[alternatives.columns]\norder_id = "Order"\n')
    with pytest.raises(BadMapping, match="must say where way stands"):
        read_mapping(tmp_path / "m.toml")
