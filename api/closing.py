"""How a played day ended beside the same day played otherwise: told once, shown to all consoles."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import ConfigDict, Field, StringConstraints

from api.inputs import Body, Words
from api.live import LiveDep
from api.schemas import Closing
from core.errors import NotReady

router = APIRouter(tags=["closing"])

Cell = Annotated[str, StringConstraints(max_length=80)]
Row = Annotated[list[Cell], Field(min_length=1, max_length=8)]


class ClosingBody(Body):
    title: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    columns: Row
    rows: Annotated[list[Row], Field(max_length=60)]
    notes: Annotated[list[Words], Field(default_factory=list[str], max_length=200)]

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "title": "One day, one seed: doing nothing beside the copilot",
                    "columns": ["", "do nothing", "copilot"],
                    "rows": [["promises broken", "77", "69"]],
                    "notes": ["It spent EUR 72.00 more on disturbance."],
                }
            ]
        },
    )


@router.get("/closing")
def closing(live: LiveDep) -> Closing:
    """Return the comparison that was told, or an empty one."""
    return Closing.model_validate(live.closing)


@router.post("/closing")
def tell(live: LiveDep, body: ClosingBody) -> Closing:
    """Keep a comparison while the server runs; refused where the clock is real."""
    if live.mode != "driven":
        raise NotReady("this day runs on the real clock; only a played day has another to compare")
    live.closing = body.model_dump()
    return closing(live)
