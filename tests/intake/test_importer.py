"""An import writes every good row once, and nothing on a dry run."""

from datetime import UTC, datetime
from pathlib import Path

from core.context import CountedIds, SetClock
from core.desk.owner import DayOwner
from core.domain.ids import CustomerId, DayId, OrderId
from core.intake.importer import import_directory
from core.intake.report import ImportReport
from core.store.store import Store
from tests.intake.test_export import DRIVERS, EXAMPLE, HEADER, VEHICLES, a_row

DAY = DayId("porto:2026-11-10")
CLOCK = SetClock(datetime(2026, 11, 10, 6, tzinfo=UTC))


def bring(folder: Path, store: Store, *rows: str, dry_run: bool = False) -> ImportReport:
    (folder / "orders.csv").write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    (folder / "vehicles.csv").write_text(VEHICLES, encoding="utf-8")
    (folder / "drivers.csv").write_text(DRIVERS, encoding="utf-8")
    return import_directory(
        folder, EXAMPLE / "mapping.toml", store, dry_run=dry_run, clock=CLOCK, ids=CountedIds()
    )


def test_good_rows_go_in_and_the_day_holds_them(tmp_path: Path):
    store = Store("sqlite://")
    report = bring(tmp_path, store, a_row("PT-1"), a_row("PT-2"))
    day = DayOwner(store, DAY, clock=CLOCK, ids=CountedIds()).day
    assert report.imported["orders"] == 2
    assert sorted(day.orders) == ["PT-1", "PT-2"]
    assert len(day.vehicles) == 2
    assert day.rules_digest


def test_a_dry_run_counts_and_writes_nothing(tmp_path: Path):
    store = Store("sqlite://")
    report = bring(tmp_path, store, a_row("PT-1"), dry_run=True)
    assert report.imported["orders"] == 1
    assert store.days() == ()


def test_the_same_import_twice_adds_nothing(tmp_path: Path):
    store = Store("sqlite://")
    bring(tmp_path, store, a_row("PT-1"))
    CLOCK.advance(3600)
    again = bring(tmp_path, store, a_row("PT-1"))
    assert again.imported == {}
    assert again.problems == ()


def test_a_row_that_changed_since_is_reported_with_its_line(tmp_path: Path):
    store = Store("sqlite://")
    bring(tmp_path, store, a_row("PT-1"))
    again = bring(tmp_path, store, a_row("PT-1", kg="3,0"), a_row("PT-2"))
    (problem,) = again.problems
    assert (problem.file, problem.line, problem.outcome) == ("orders.csv", 2, "error")
    assert again.imported["orders"] == 1


def test_names_and_phones_lie_in_the_erasable_table(tmp_path: Path):
    store = Store("sqlite://")
    bring(tmp_path, store, a_row("PT-1"))
    day = DayOwner(store, DAY, clock=CLOCK, ids=CountedIds()).day
    customer: CustomerId = day.orders[OrderId("PT-1")].order.customer_id
    words = store.text(f"customer:{customer}")
    assert words is not None
    assert words.name == "Ana Gomes"
    assert store.erase(f"customer:{customer}")
    assert store.text(f"customer:{customer}") is None
