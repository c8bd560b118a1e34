"""A tender that nobody answered in time is called off at the carrier, once, by its own key."""

import json
from pathlib import Path

import pytest

from core.desk.commands import Approve, Propose, Sweep
from core.domain.fact import OrderCancelled, OrderDelivered, OrderReceived, TenderAnswered
from core.domain.ids import CarrierId, OrderId, ProposalId, TenderId
from core.domain.option import TenderOrder
from core.outbox.channels import FileChannel, HttpChannel
from core.outbox.sender import Sender
from core.outbox.undelivered import undelivered
from tests.builders import DEPOT, an_order, minute
from tests.desk.scene import DAY, Scene
from tests.outbox.receiver import a_receiver

TENDER = TenderId("T-P-C-1-1-o9")
KEY = f"{DAY}/tender/{TENDER}"
BOLT = CarrierId("bolt")


@pytest.fixture
def scene() -> Scene:
    """At 08:05 the new o9 is offered to bolt; it may leave after 08:05:30, answered by 08:10:30."""
    scene = Scene().under_way()
    scene.tell(OrderReceived(an_order("o9"), urgent=True))
    offer = TenderOrder(OrderId("o9"), BOLT, 900, DEPOT, minute(30), minute(60))
    scene.owner.submit(Propose(scene.proposal(offer)))
    scene.owner.submit(Approve(ProposalId("P-C-1-1"), "ada"))
    return scene


def statuses(scene: Scene) -> dict[str, str]:
    return {row.key: row.status for row in scene.store.outbox(DAY)}


def test_silence_is_called_off_at_the_carrier_under_a_key_of_its_own(scene: Scene, tmp_path: Path):
    out = tmp_path / "out.jsonl"
    sender = Sender(scene.store, {"carrier": FileChannel(out)}, scene.clock)
    scene.at(6)
    assert [o.status for o in sender.send_due()] == ["sent"]
    scene.at(11).owner.submit(Sweep())
    scene.at(11.5)
    assert [o.status for o in sender.send_due()] == ["sent"]
    assert sender.send_due() == ()
    offered, withdrawn = [json.loads(line) for line in out.read_text().splitlines()]
    assert (offered["key"], withdrawn["key"]) == (KEY, f"{KEY}/withdrawal")
    assert withdrawn["recipient"] == "carrier:bolt"
    assert withdrawn["payload"] == {
        "because": "no answer by 08:10",
        "carrier_id": "bolt",
        "order_id": "o9",
        "tender_id": TENDER,
        "withdrawn": True,
    }


def test_a_tender_that_has_run_out_is_not_offered_any_more(scene: Scene, tmp_path: Path):
    """The sender was away until the answer was due; nobody has looked at the day since."""
    out = tmp_path / "out.jsonl"
    sender = Sender(scene.store, {"carrier": FileChannel(out)}, scene.at(11).clock)
    assert [o.status for o in sender.send_due()] == ["failed"]
    scene.owner.submit(Sweep())
    scene.at(12)
    assert sender.send_due() == ()
    assert statuses(scene) == {KEY: "failed", f"{KEY}/withdrawal": "withdrawn"}
    assert not out.exists()


def test_a_second_look_withdraws_nothing_again(scene: Scene):
    scene.at(11).owner.submit(Sweep())
    assert scene.owner.submit(Sweep()).events == ()
    assert scene.store.verify(DAY).clean


def test_a_tender_that_never_left_is_kept_back_and_nobody_is_told(scene: Scene):
    scene.at(11).owner.submit(Sweep())
    assert statuses(scene) == {KEY: "withdrawn", f"{KEY}/withdrawal": "withdrawn"}
    assert Sender(scene.store, {}, scene.clock).send_due() == ()


def test_a_tender_that_may_have_arrived_is_not_tried_again_but_called_off(scene: Scene):
    """The carrier's server broke down in the middle: who knows what it read."""
    with a_receiver(500) as receiver:
        channel = HttpChannel(receiver.url)
        sender = Sender(scene.store, {"carrier": channel}, scene.clock)
        scene.at(6)
        assert [o.status for o in sender.send_due()] == ["queued"]
        scene.at(11).owner.submit(Sweep())
        scene.at(11.5)
        assert [o.status for o in sender.send_due()] == ["sent"]
        channel.close()
    assert receiver.keys == [KEY, f"{KEY}/withdrawal"]
    assert statuses(scene)[KEY] == "withdrawn"


def test_a_tender_that_was_leaving_at_a_crash_does_not_follow_its_withdrawal(scene: Scene):
    scene.at(6)
    assert scene.store.mark(KEY, "queued", "sending")
    scene.at(11).owner.submit(Sweep())
    assert statuses(scene) == {KEY: "sending", f"{KEY}/withdrawal": "queued"}
    with a_receiver() as receiver:
        channel = HttpChannel(receiver.url)
        sender = Sender(scene.store, {"carrier": channel}, scene.at(11.5).clock)
        assert [o.status for o in sender.recover()] == ["withdrawn"]
        assert [o.status for o in sender.send_due()] == ["sent"]
        channel.close()
    assert receiver.keys == [f"{KEY}/withdrawal"]


def test_a_carrier_that_said_no_itself_is_told_nothing(scene: Scene):
    scene.tell(TenderAnswered(TENDER, BOLT, accepted=False))
    scene.at(11).owner.submit(Sweep())
    assert list(statuses(scene)) == [KEY]


def test_a_yes_after_the_withdrawal_comes_too_late(scene: Scene):
    scene.at(11).owner.submit(Sweep())
    scene.tell(TenderAnswered(TENDER, BOLT, accepted=True))
    order = scene.day.orders[OrderId("o9")]
    assert (order.tender_id, order.status.value) == (None, "received")


def test_a_carrier_that_was_not_offered_an_order_is_named_until_the_offer_is_over(scene: Scene):
    scene.at(6)
    sender = Sender(scene.store, {}, scene.clock)
    sender.send_due()
    said = [u.sentence for u in undelivered(scene.day, scene.store.outbox(DAY))]
    assert said == ["carrier bolt was not offered order o9"]
    scene.at(11).owner.submit(Sweep())
    scene.at(12)
    sender.send_due()
    said = [u.sentence for u in undelivered(scene.day, scene.store.outbox(DAY))]
    assert said == ["carrier bolt was not told that order o9 is called off"]


def test_what_the_customer_cancels_is_called_off_at_the_carrier(scene: Scene, tmp_path: Path):
    out = tmp_path / "out.jsonl"
    sender = Sender(scene.store, {"carrier": FileChannel(out)}, scene.clock)
    scene.at(6)
    sender.send_due()
    scene.tell(OrderCancelled(OrderId("o9")))
    scene.at(6.5)
    sender.send_due()
    words = [json.loads(line) for line in out.read_text().splitlines()]
    assert [w["key"] for w in words] == [KEY, f"{KEY}/withdrawal"]
    assert words[1]["payload"]["because"] == "o9 was cancelled by the customer"
    assert scene.day.tenders[TENDER].accepted is False
    assert scene.day.carriers[BOLT].taken_parcels == 0
    scene.tell(TenderAnswered(TENDER, BOLT, accepted=True))
    assert scene.day.tenders[TENDER].accepted is False


def test_an_accepted_order_that_is_cancelled_is_called_off_once(scene: Scene):
    scene.at(6)
    scene.tell(TenderAnswered(TENDER, BOLT, accepted=True))
    scene.tell(OrderCancelled(OrderId("o9")), OrderCancelled(OrderId("o9")))
    called_off = [e for e in scene.owner.events(0) if e.body.type == "tender_withdrawn"]
    assert len(called_off) == 1


def test_a_tender_that_has_not_left_when_its_order_is_cancelled_never_leaves(scene: Scene):
    scene.tell(OrderCancelled(OrderId("o9")))
    assert statuses(scene) == {KEY: "withdrawn", f"{KEY}/withdrawal": "withdrawn"}


def test_what_was_cancelled_after_delivery_is_nobodys_to_call_off(scene: Scene):
    scene.at(40)
    scene.tell(
        TenderAnswered(TENDER, BOLT, accepted=True),
        OrderDelivered(None, OrderId("o9"), DEPOT),
        OrderCancelled(OrderId("o9")),
    )
    assert [e for e in scene.owner.events(0) if e.body.type == "tender_withdrawn"] == []
