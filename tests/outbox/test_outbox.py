"""What leaves the house: once, in fixed words, and honestly unknown after a crash."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from core.desk.commands import Approve, Propose
from core.desk.settling import settle
from core.domain.ids import DayId, MessageId, OrderId, ProposalId, VehicleId
from core.domain.option import NotifyCustomer
from core.errors import Refused, UnknownId
from core.outbox.channels import FileChannel, HttpChannel
from core.outbox.failpoint import NAMES, VARIABLE
from core.outbox.sender import Sender
from core.outbox.templates import TEMPLATES, render
from core.resolve.playbooks.vehicle_breakdown import ASK_REPAIR
from core.resolve.tell import NEW_WINDOW
from core.store.store import Store
from tests.builders import a_window, minute
from tests.desk.scene import DAY, Scene
from tests.outbox.receiver import a_receiver


def with_a_message(scene: Scene) -> Scene:
    """One message to a customer, which may leave after 08:05:30."""
    scene.under_way()
    told = NotifyCustomer(OrderId("o2"), "new_window", a_window(40, 60))
    scene.owner.submit(Propose(scene.proposal(told)))
    scene.owner.submit(Approve(ProposalId("P-C-1-1"), "ada"))
    return scene


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def test_a_message_leaves_when_its_hold_is_over_and_only_once(tmp_path: Path):
    scene = with_a_message(Scene())
    out = tmp_path / "out.jsonl"
    sender = Sender(scene.store, {"customer": FileChannel(out)}, scene.clock)
    assert sender.send_due() == ()
    scene.at(6)
    assert [o.status for o in sender.send_due()] == ["sent"]
    assert sender.send_due() == ()
    assert len(lines(out)) == 1
    assert settle(scene.owner) == 1
    assert settle(scene.owner) == 0
    assert scene.day.messages[MessageId("M-P-C-1-1-1")].outcome == "sent"


def test_without_a_channel_a_message_fails_and_says_so():
    scene = with_a_message(Scene()).at(6)
    (outcome,) = Sender(scene.store, {}, scene.clock).send_due()
    assert (outcome.status, outcome.detail) == ("failed", "no channel for customer:c-o2")
    settle(scene.owner)
    assert scene.day.orders[OrderId("o2")].told is None


def test_a_keyed_receiver_gets_the_same_key_until_it_answers():
    scene = with_a_message(Scene()).at(6)
    with a_receiver(503, 429) as receiver:
        channel = HttpChannel(receiver.url)
        sender = Sender(scene.store, {"*": channel}, scene.clock)
        tries: list[str] = []
        for minutes in (6, 7, 8):
            scene.at(minutes)
            tries += [o.status for o in sender.send_due()]
        channel.close()
    assert tries == ["queued", "queued", "sent"]
    assert receiver.keys == [f"{DAY}/message/M-P-C-1-1-1"] * 3


CHILD = """
import sys
from pathlib import Path
from core.outbox.channels import FileChannel, HttpChannel
from core.outbox.sender import Sender
from core.resolve.playbooks.vehicle_breakdown import ASK_REPAIR
from core.resolve.tell import NEW_WINDOW
from core.store.store import Store
from tests.desk.scene import Scene
from tests.outbox.test_outbox import with_a_message
database, target = sys.argv[1:]
scene = with_a_message(Scene(Store(database))).at(6)
channel = HttpChannel(target) if target.startswith("http") else FileChannel(Path(target))
Sender(scene.store, {"*": channel}, scene.clock).send_due()
"""


def killed_at(name: str, database: str, target: str) -> None:
    child = subprocess.run(
        [sys.executable, "-c", CHILD, database, target],
        env={**os.environ, VARIABLE: name, "PYTHONPATH": "."},
        check=False,
    )
    assert child.returncode == -signal.SIGKILL


# The approval is the 18th transaction of the child.
@pytest.mark.parametrize(
    ("name", "messages", "posts"),
    [
        ("before_commit:18", 0, 0),
        ("after_commit:18", 1, 1),
        ("commit_to_outbox", 1, 1),
        ("mid_send", 1, 2),
    ],
)
def test_after_a_kill_a_keyed_effect_arrives_once_and_the_ledger_is_whole(
    name: str, messages: int, posts: int, tmp_path: Path
):
    assert name.partition(":")[0] in NAMES
    database = f"sqlite:///{tmp_path}/day.db"
    with a_receiver() as receiver:
        killed_at(name, database, receiver.url)
        store = Store(database)
        assert store.verify(DAY).clean
        clock = Scene(Store()).at(6).clock
        channel = HttpChannel(receiver.url)
        sender = Sender(store, {"*": channel}, clock)
        sender.recover()
        sender.send_due()
        channel.close()
        assert [e.body.type for e in store.load(DAY)].count("message_queued") == messages
        assert [r.status for r in store.outbox(DAY)] == ["sent"] * messages
        assert (len(receiver.keys), len(set(receiver.keys))) == (posts, messages)
        store.close()


def test_after_a_kill_an_unkeyed_effect_is_unknown_and_not_repeated(tmp_path: Path):
    database, out = f"sqlite:///{tmp_path}/day.db", tmp_path / "out.jsonl"
    killed_at("mid_send", database, str(out))
    store = Store(database)
    clock = Scene(Store()).at(6).clock
    sender = Sender(store, {"*": FileChannel(out)}, clock)
    (outcome,) = sender.recover()
    assert outcome.status == "unknown"
    assert sender.send_due() == ()
    assert len(lines(out)) == 1
    store.close()


def test_who_runs_one_day_leaves_the_messages_of_another_alone(tmp_path: Path):
    scene = with_a_message(Scene()).at(6)
    (row,) = scene.store.due(minute(6))
    channels = {"*": FileChannel(tmp_path / "out.jsonl")}
    other = Sender(scene.store, channels, scene.clock, DayId("test:2026-11-11"))
    assert other.send_due() == ()
    assert scene.store.mark(row.key, "queued", "sending")
    assert other.recover() == ()
    (found,) = Sender(scene.store, channels, scene.clock, DAY).recover()
    assert found.row.key == row.key


def test_templates_say_local_times_and_refuse_to_guess():
    day = Scene().under_way().day
    words = render("new_window", day, order_id=OrderId("o2"), window=a_window(40, 60))
    assert words == (
        "Your delivery o2 is now expected between 08:40 and 09:00. We are sorry for the wait."
    )
    with pytest.raises(Refused):
        render("new_window", day, order_id=OrderId("o2"))
    with pytest.raises(UnknownId):
        render("no_such_words", day)


def test_a_driver_reads_the_next_stops():
    day = Scene().under_way().day
    assert render("route_changed", day, vehicle_id=VehicleId("V1")) == (
        "Your route has changed. Next: 08:10 order o1; 08:20 order o2; 08:30 order o3."
    )
    assert minute(10) == day.routes[VehicleId("V1")].stops[0].arrive_at


def test_every_template_that_a_playbook_names_has_words():
    assert {ASK_REPAIR, NEW_WINDOW} <= set(TEMPLATES)
