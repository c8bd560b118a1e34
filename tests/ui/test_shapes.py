"""The console's shapes are the server's: every key it reads is one that the API promises."""

from typing import get_type_hints, is_typeddict

import pytest
from pydantic import BaseModel

from api import schemas
from ui import eta_shapes, route_shapes, shapes

SAME_THING = {
    "Day": "DayView",
    "ExceptionRow": "ExceptionView",
    "Evidence": "EvidenceView",
    "Delay": "DelayView",
    "Verdict": "VerdictView",
    "PriceLine": "PriceLineView",
    "Risk": "RiskView",
    "Price": "PriceView",
    "Meeting": "MeetingView",
    "Action": "ActionView",
    "Option": "OptionView",
    "Proposal": "ProposalView",
    "Stop": "StopView",
    "Route": "RouteView",
    "Undelivered": "UndeliveredView",
}
KNOWN = {**vars(shapes), **vars(route_shapes), **vars(eta_shapes)}
SHAPES = sorted(name for name, thing in KNOWN.items() if is_typeddict(thing))


@pytest.mark.parametrize("name", SHAPES)
def test_the_api_promises_every_key_that_the_console_reads(name: str):
    model = getattr(schemas, SAME_THING.get(name, name))
    assert issubclass(model, BaseModel)
    promised = set(model.model_json_schema(mode="serialization")["properties"])
    assert set(get_type_hints(KNOWN[name])) <= promised
