"""The store on real SQLite: appending, verifying, read tables, personal text, positions."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import inspect, text

from core.domain.customer import PersonalText
from core.domain.fact import Fact, OrderCancelled, OrderDelivered, OrderReceived, Tick
from core.domain.ids import DayId, EventId, OrderId, VehicleId
from core.domain.position import Position
from core.ledger import codec, fold
from core.ledger.events import Event
from core.store import engine
from core.store.store import Store
from core.store.tables import METADATA, READ_TABLES
from core.store.writer import Outgoing, Overtaken, Writer
from tests.builders import DEPOT, a_day, an_order, minute
from tests.desk.scene import DAY, Scene


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path}/day.db")
    yield opened
    opened.close()


def events(count: int, first: int = 1) -> list[Event]:
    bodies: list[Fact] = [a_day().opened, *(Tick() for _ in range(count))]
    return [
        Event(DAY, seq, EventId(f"e{seq}"), minute(seq), minute(seq), "x", bodies[seq - 1])
        for seq in range(first, count + 1)
    ]


def tampered(store: Store, sql: str) -> None:
    with store.transaction() as writer:
        writer.connection.execute(text(sql))


def append(store: Store, written: list[Event], expected_seq: int = 0, *rows: Outgoing) -> None:
    with store.transaction() as writer:
        writer.append(DAY, expected_seq, written, rows)


def with_reads(store: Store, written: list[Event]) -> None:
    with store.transaction() as writer:
        writer.append(DAY, 0, written)
        writer.write_reads(DAY, None, fold.replay(written))


def test_what_was_appended_is_loaded(store: Store):
    append(store, events(3))
    assert list(store.load(DAY)) == events(3)
    assert list(store.load(DAY, since_seq=2)) == events(3)[2:]
    assert store.days() == (DAY,)


def test_whoever_expects_another_place_is_overtaken_and_nothing_is_written(store: Store):
    append(store, events(3))
    row = Outgoing("k", DAY, 4, "message", "customer:c", "{}", minute(0))
    for expected in (0, 2, 9):
        with pytest.raises(Overtaken):
            append(store, events(4, first=4), expected, row)
    assert len(list(store.load(DAY))) == 3
    assert store.outbox(DAY) == ()


def test_an_event_id_is_taken_once(store: Store):
    append(store, events(3))
    (again,) = events(4, first=4)
    again = Event(DAY, 4, EventId("e2"), again.at, again.received_at, "x", again.body)
    with pytest.raises(Overtaken):
        append(store, [again], 3)
    assert len(list(store.load(DAY))) == 3


def test_a_failed_transaction_leaves_nothing(store: Store):
    def fails() -> None:
        with store.transaction() as writer:
            writer.append(DAY, 0, events(3))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert store.days() == ()


def test_a_savepoint_undoes_its_own_part_only(store: Store):
    def fails(writer: Writer) -> None:
        with writer.savepoint():
            writer.append(DAY, 2, events(3, first=3))
            raise RuntimeError

    with store.transaction() as writer:
        writer.append(DAY, 0, events(2))
        with pytest.raises(RuntimeError):
            fails(writer)
    assert len(list(store.load(DAY))) == 2


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        (
            "UPDATE event SET doc = replace(doc, 'tick', 'tock') WHERE seq = 2",
            "event 2 was altered",
        ),
        ("DELETE FROM event WHERE seq = 2", "event 2 is missing"),
        ("DELETE FROM event WHERE seq = 3", "head of the ledger"),
        ("UPDATE day SET seq = 4", "head of the ledger"),
    ],
)
def test_verify_finds_what_was_tampered_with(store: Store, sql: str, found: str):
    with_reads(store, events(3))
    assert store.verify(DAY).clean
    tampered(store, sql)
    report = store.verify(DAY)
    assert not report.clean
    assert found in report.problems[0]


def test_read_tables_equal_a_replay_and_can_be_dropped(tmp_path: Path):
    store = Store(f"sqlite:///{tmp_path}/day.db")
    scene = Scene(store).under_way()
    scene.at(12).tell(
        OrderDelivered(VehicleId("V1"), OrderId("o1"), DEPOT), OrderCancelled(OrderId("o5"))
    )
    assert store.verify(DAY).clean
    tampered(store, "UPDATE read_order SET status = 'received' WHERE order_id = 'o1'")
    tampered(store, "DELETE FROM read_case")
    assert store.verify(DAY).problems == (
        "read_order o1 differs",
        "read_case C-1 is missing",
        "read_case C-2 is missing",
    )
    for table in READ_TABLES:
        tampered(store, f"DELETE FROM {table.name}")
    store.rebuild_reads(DAY)
    assert store.verify(DAY).clean
    store.close()


def test_the_migrations_make_the_tables_that_the_code_expects(store: Store):
    config = Config()
    config.set_main_option("script_location", str(engine.MIGRATIONS))
    script = ScriptDirectory.from_config(config)
    assert script.get_current_head() == engine.HEAD
    with store.transaction() as writer:
        seen = inspect(writer.connection)
        for table in METADATA.sorted_tables:
            columns = {c["name"]: c["nullable"] for c in seen.get_columns(table.name)}
            expected = {c.name: bool(c.nullable) for c in table.columns}
            assert columns == expected, table.name


def test_opening_again_finds_everything(tmp_path: Path):
    url = f"sqlite:///{tmp_path}/day.db"
    first = Store(url)
    append(first, events(3))
    first.close()
    second = Store(url)
    assert list(second.load(DAY)) == events(3)
    second.close()


def test_personal_words_can_be_replaced_and_erased(store: Store):
    store.put_text(PersonalText("order:o1", name="A"), PersonalText("order:o1", name="B"))
    assert store.text("order:o1") == PersonalText("order:o1", name="B")
    assert store.erase("order:o1")
    assert store.text("order:o1") is None
    assert not store.erase("order:o1")


def test_positions_come_back_in_the_order_of_receipt(store: Store):
    late = Position(VehicleId("V1"), minute(1), minute(9), DEPOT)
    live = Position(VehicleId("V1"), minute(8), minute(8), DEPOT)
    store.add_position(DAY, live, late)
    (first, _), (second, _) = store.positions_since(DAY)
    assert [p for _, p in store.positions_since(DAY)] == [live, late]
    assert [n for n, _ in store.positions_since(DAY, first)] == [second]
    assert store.positions_since(DayId("other")) == ()


def test_an_owner_keeps_forty_positions_a_vehicle_and_sorts_them_by_their_own_time():
    scene = Scene().planned().at(60)
    for m in (*range(45), 30):
        scene.owner.report_position(Position(VehicleId("V1"), minute(m), minute(60), DEPOT))
    kept = scene.owner.positions[VehicleId("V1")]
    assert len(kept) == 40
    assert [p.at for p in kept] == sorted(p.at for p in kept)
    assert len(scene.store.positions_since(DAY)) == 46


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=40), st.integers(1, 7))
def test_appending_never_loses_an_event(given_facts: list[tuple[int, bool]], size: int):
    scene = Scene()
    scene.tell(a_day().opened)
    commands = [
        scene.fact(
            OrderCancelled(OrderId(f"o{n}")) if cancel else OrderReceived(an_order(f"o{n}")),
            event_id=f"{n}-{cancel}",
            at_min=-60,
        )
        for n, cancel in given_facts
    ]
    for start in range(0, len(commands), size):
        scene.owner.submit_all(commands[start : start + size])
    sent: dict[EventId, Fact] = {c.event_id: c.body for c in commands}
    stored = list(scene.store.load(DAY))
    assert {e.event_id: e.body for e in stored[1:]} == sent
    assert len(stored) == len(sent) + 1
    assert fold.replay(stored) == scene.day
    assert scene.store.verify(DAY).clean
    assert [codec.decode_event(codec.encode_event(e)) for e in stored] == stored
