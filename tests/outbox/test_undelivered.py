"""What did not go out is said in words, with what to do, while it still matters."""

from pathlib import Path

from core.desk.commands import Approve, Propose
from core.domain.fact import OrderDelivered
from core.domain.ids import OrderId, ProposalId, VehicleId
from core.domain.option import AskDriver
from core.outbox.channels import FileChannel
from core.outbox.sender import Sender
from core.outbox.undelivered import undelivered
from tests.builders import DEPOT
from tests.desk.scene import DAY, Scene
from tests.outbox.test_outbox import with_a_message


def found(scene: Scene) -> list[tuple[str, str]]:
    return [(u.sentence, u.todo) for u in undelivered(scene.day, scene.store.outbox(DAY))]


def asked(scene: Scene, template: str) -> Scene:
    scene.under_way()
    scene.owner.submit(Propose(scene.proposal(AskDriver(VehicleId("V1"), template))))
    scene.owner.submit(Approve(ProposalId("P-C-1-1"), "ada"))
    return scene


def test_a_customer_who_was_not_told_is_named_by_the_order():
    scene = with_a_message(Scene()).at(6)
    assert found(scene) == []
    Sender(scene.store, {}, scene.clock).send_due()
    assert found(scene) == [
        ("the customer of o2 was not told the new time", "call the customer of o2")
    ]


def test_a_driver_is_named_by_the_vehicle_and_called_by_name():
    scene = asked(Scene(), "route_changed").at(6)
    Sender(scene.store, {}, scene.clock).send_due()
    driver = scene.day.routes[VehicleId("V1")].driver_id
    assert found(scene) == [("V1 was not told of its changed route", f"call {driver}")]


def test_what_was_leaving_at_a_crash_may_have_arrived(tmp_path: Path):
    scene = with_a_message(Scene()).at(6)
    (row,) = scene.store.outbox(DAY)
    assert scene.store.mark(row.key, "queued", "sending")
    Sender(scene.store, {"*": FileChannel(tmp_path / "out")}, scene.clock).recover()
    assert found(scene) == [
        (
            "the customer of o2 may not have been told the new time",
            "call the customer of o2 and ask",
        )
    ]


def test_nobody_is_called_about_an_order_that_was_delivered():
    scene = with_a_message(Scene()).at(6)
    Sender(scene.store, {}, scene.clock).send_due()
    scene.at(12).tell(OrderDelivered(VehicleId("V1"), OrderId("o1"), DEPOT))
    assert len(found(scene)) == 1
    scene.at(22).tell(OrderDelivered(VehicleId("V1"), OrderId("o2"), DEPOT))
    assert found(scene) == []
