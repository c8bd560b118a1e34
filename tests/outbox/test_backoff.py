"""A receiver that is down: tried again with growing pauses, given up late, and told to nobody."""

import itertools
import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from core.desk.commands import Approve, Propose
from core.desk.settling import settle
from core.domain.ids import MessageId, OrderId, ProposalId
from core.domain.option import NotifyCustomer
from core.outbox.channels import HttpChannel, SendFailed
from core.outbox.sender import Backoff, Sender
from core.store.writer import Outgoing
from tests.builders import minute
from tests.desk.scene import Scene
from tests.outbox.receiver import a_receiver
from tests.outbox.test_outbox import with_a_message


class Flaky:
    """A keyed receiver that is down until it is told to work; it notes what it got."""

    keyed = True

    def __init__(self) -> None:
        self.works = False
        self.got: list[Outgoing] = []
        self.tries = 0

    def send(self, row: Outgoing) -> None:
        self.tries += 1
        if not self.works:
            raise SendFailed("it is down", again=True)
        self.got.append(row)


def statuses(sender: Sender) -> list[str]:
    return [o.status for o in sender.send_due()]


def worked(scene: Scene, sender: Sender, *, until_min: int) -> Iterator[tuple[float, str]]:
    """Send every five seconds until then; yield the minutes at which something happened."""
    while scene.clock.now() < minute(until_min):
        for status in statuses(sender):
            yield (scene.clock.now() - minute(0)).total_seconds() / 60, status
        scene.clock.advance(5)


def unbounded(scene: Scene) -> Scene:
    """One message to a customer that stays true all day, which may leave after 08:05:30."""
    scene.under_way()
    told = NotifyCustomer(OrderId("o2"), "missed_you", None)
    scene.owner.submit(Propose(scene.proposal(told)))
    scene.owner.submit(Approve(ProposalId("P-C-1-1"), "ada"))
    return scene


def test_an_outage_of_two_hours_loses_nothing_and_costs_few_tries():
    scene, down = unbounded(Scene()).at(6), Flaky()
    sender = Sender(scene.store, {"*": down}, scene.clock)
    assert {status for _, status in worked(scene, sender, until_min=126)} == {"queued"}
    assert down.tries < 25
    down.works = True
    assert [status for _, status in worked(scene, sender, until_min=137)] == ["sent"]
    assert len(down.got) == 1


def test_the_pauses_double_and_stop_growing_and_end_after_four_hours():
    scene, down = unbounded(Scene()).at(6), Flaky()
    sender = Sender(scene.store, {"*": down}, scene.clock)
    seen = list(worked(scene, sender, until_min=360))
    gaps = [round(60 * (b - a)) for (a, _), (b, _) in itertools.pairwise(seen)]
    assert gaps[:8] == [5, 10, 20, 40, 80, 160, 320, 600]
    assert set(gaps[8:]) == {600}
    assert [status for _, status in seen][-2:] == ["queued", "failed"]
    assert 3.5 * 60 < seen[-1][0] - seen[0][0] <= 4 * 60
    settle(scene.owner)
    assert scene.day.messages[MessageId("M-P-C-1-1-1")].outcome == "failed"


def test_the_same_tries_pause_alike_wherever_they_are_counted():
    rule = Backoff(base_s=2, cap_s=7, for_s=20)
    pauses = [rule.pause(n) for n in range(1, 6)]
    assert pauses == [timedelta(seconds=s) for s in (2, 4, 7, 7)] + [None]


def test_a_message_is_not_tried_within_its_pause_even_by_a_new_process():
    scene, down = unbounded(Scene()).at(6), Flaky()
    assert statuses(Sender(scene.store, {"*": down}, scene.clock)) == ["queued"]
    again = Sender(scene.store, {"*": down}, scene.clock)
    again.recover()
    assert statuses(again) == []
    scene.clock.advance(5)
    assert statuses(again) == ["queued"]


def test_a_window_that_is_over_is_not_announced_any_more():
    scene, down = with_a_message(Scene()).at(6), Flaky()
    sender = Sender(scene.store, {"*": down}, scene.clock)
    assert statuses(sender) == ["queued"]
    down.works = True
    (outcome,) = Sender(scene.store, {"*": down}, scene.at(61).clock).send_due()
    assert outcome.status == "failed"
    assert outcome.detail == "its time was over before it could leave; it is down"
    assert down.got == []


@pytest.mark.parametrize("undone", [False, True])
def test_an_older_message_never_follows_a_newer_one_about_the_same(undone: bool):
    scene, down = with_a_message(Scene()).at(6), Flaky()
    sender = Sender(scene.store, {"*": down}, scene.clock)
    assert statuses(sender) == ["queued"]
    (old,) = scene.store.outbox(scene.owner.day_id)
    later = json.loads(old.payload) | {"text": "later words"}
    newer = Outgoing(
        "newer", old.day_id, old.seq + 1, "message", old.recipient, json.dumps(later), minute(6)
    )
    with scene.store.transaction() as writer:
        writer.queue(newer)
        if undone:
            assert writer.withdraw("newer")
    down.works = True
    scene.at(7)
    sender.send_due()
    assert [row.key for row in down.got] == [old.key if undone else "newer"]


def test_what_was_leaving_at_a_crash_goes_again_in_its_turn_before_a_newer_one():
    scene, works = with_a_message(Scene()).at(6), Flaky()
    works.works = True
    (old,) = scene.store.outbox(scene.owner.day_id)
    newer = replace(old, key="newer", seq=old.seq + 1, hold_until=minute(6))
    with scene.store.transaction() as writer:
        writer.queue(newer)
    assert scene.store.mark(old.key, "queued", "sending")
    sender = Sender(scene.store, {"*": works}, scene.at(7).clock)
    sender.recover()
    assert statuses(sender) == ["sent", "sent"]
    assert [row.key for row in works.got] == [old.key, "newer"]


def test_a_failure_names_the_host_and_the_status_and_no_secret():
    scene = with_a_message(Scene()).at(6)
    with a_receiver(403) as receiver:
        where = receiver.url.removeprefix("http://")
        channel = HttpChannel(f"http://ann:pass@{where}hook/tok123?key=abc")
        (outcome,) = Sender(scene.store, {"*": channel}, scene.clock).send_due()
        channel.close()
    assert outcome.detail == f"{where.rstrip('/')} answered 403"


def test_nobody_there_names_the_host_and_no_secret():
    scene = with_a_message(Scene()).at(6)
    with socket.socket() as deaf:
        # A port that is taken, so that nobody else can listen there, and where nobody listens.
        deaf.bind(("127.0.0.1", 0))
        where = f"127.0.0.1:{deaf.getsockname()[1]}"
        channel = HttpChannel(f"http://{where}/hook/tok123?key=abc")
        (outcome,) = Sender(scene.store, {"*": channel}, scene.clock).send_due()
        channel.close()
    assert (outcome.status, outcome.detail) == (
        "queued",
        f"{where} could not be reached (ConnectError)",
    )


def test_a_receiver_that_moved_has_not_taken_the_message():
    scene = with_a_message(Scene()).at(6)
    with a_receiver(302) as receiver:
        channel = HttpChannel(receiver.url)
        (outcome,) = Sender(scene.store, {"*": channel}, scene.clock).send_due()
        channel.close()
    assert outcome.status == "failed"


def test_a_receiver_that_refuses_is_not_asked_again():
    scene = with_a_message(Scene()).at(6)
    with a_receiver(400) as receiver:
        channel = HttpChannel(receiver.url)
        sender = Sender(scene.store, {"*": channel}, scene.clock)
        assert statuses(sender) == ["failed"]
        scene.at(30)
        assert statuses(sender) == []
        channel.close()
    assert len(receiver.keys) == 1
