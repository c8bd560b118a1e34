"""A promise quote over HTTP: windows of the clock, prices, reasons, and nothing changed."""

import pytest

from core.domain.ids import OrderId
from tests.agents.scene import Morning
from tests.api.served import Served
from tools.effect import Scope
from tools.quotes import QuoteArgs, quote_windows
from tools.registry import Done, Gateway

PLACE = {"lat": 60.1712, "lon": 24.9414}


def test_the_rest_of_the_day_is_offered_hour_by_hour(served: Served):
    before = served.seq
    said = served.post("/v1/quote", {"place": PLACE}).json()
    windows = said["windows"]
    assert windows[0]["window"]["opens"] == "2026-11-10T11:00:00+02:00"
    offered = [w for w in windows if w["offered"]]
    assert offered
    assert windows[said["best"]]["added_cents"] == min(w["added_cents"] for w in offered)
    for one in offered:
        assert one["window"]["opens"] <= one["begins_at"] <= one["window"]["closes"]
    assert served.seq == before


def test_a_window_that_nobody_can_keep_comes_with_its_reason(served: Served):
    far = {
        "place": {"lat": 60.29, "lon": 24.94},
        "windows": [{"opens": "10:00", "closes": "10:15"}],
    }
    (window,) = served.post("/v1/quote", far).json()["windows"]
    assert (window["offered"], window["vehicle_id"], window["code"]) == (False, None, "window")
    assert "fits if the window goes to" in window["why_not"]


def test_an_order_of_the_day_may_want_another_window(served: Served):
    said = served.post(
        "/v1/quote", {"order_id": "o4", "windows": [{"opens": "11:00", "closes": "12:00"}]}
    )
    (window,) = said.json()["windows"]
    assert window["offered"]
    assert window["vehicle_id"] == "R1"  # who has the goods on board


def test_where_a_driver_is_on_the_way_nothing_can_be_moved(served: Served):
    first = served.live.day.routes[next(iter(served.live.day.routes))].remaining[0].order_id
    answer = served.post("/v1/quote", {"order_id": first})
    assert (answer.status_code, answer.json()["code"]) == (409, "route_frozen")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"place": PLACE, "order_id": "o1"}, 422),
        ({"order_id": "nobody"}, 404),
        ({"place": PLACE, "windows": [{"opens": "12:00", "closes": "11:00"}]}, 422),
        ({"place": PLACE, "parcels": -1}, 422),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(
    served: Served, body: dict[str, object], status: int
):
    assert served.post("/v1/quote", body).status_code == status


def test_a_colleague_may_ask_through_the_tool_too():
    gateway = Gateway(Morning().runtime, Scope.agent())
    done = gateway.call(quote_windows, QuoteArgs(order_id=OrderId("o3")))
    assert isinstance(done, Done)
    assert done.value.windows
    for one in done.value.windows:
        assert (one.vehicle_id is None) == bool(one.why_not)
