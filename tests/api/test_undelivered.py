"""A message that never went out is on the day view, and so on the console."""

from core.outbox.sender import Sender
from tests.api.served import PROPOSAL, Served
from tests.builders import minute


def test_the_day_says_who_was_not_told_and_whom_to_call(served: Served):
    assert served.get("/v1/day").json()["undelivered"] == []
    served.post(f"/v1/proposals/{PROPOSAL}/approve", {"by": "ana"})
    served.live.drive_to(minute(5))
    Sender(served.live.owner.store, {}, served.live.clock).send_due()
    driver = served.live.day.routes[next(iter(served.live.day.routes))].driver_id
    (lost,) = served.get("/v1/day").json()["undelivered"]
    assert lost["status"] == "failed"
    assert lost["vehicle_id"] == "R1"
    assert lost["sentence"] == "R1 was not told of its changed route"
    assert lost["todo"] == f"call {driver}"
    assert lost["text"].startswith("Your route has changed.")
    assert lost["due_at"] == "2026-11-10T10:03:30+02:00"
    assert lost["because"] == f"no channel for driver:{driver}"
