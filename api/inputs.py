"""What the API takes in: bodies of decisions, calls, positions and chat."""

from typing import Annotated, Literal

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StrictBool,
    StringConstraints,
    Tag,
)

from core.domain.proposal import RejectReason

SHOWN = r"^[^\x00-\x1f\x7f-\x9f]+$"
"""No control characters."""
NO_NUL = r"^[^\x00]*$"
"""Line breaks and all, but no NUL: no database keeps one in a text."""
Name = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=SHOWN)]
Words = Annotated[str, StringConstraints(max_length=2000, pattern=NO_NUL)]
SomeWords = Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=NO_NUL)]
Id = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=SHOWN)]


def _written(value: object) -> object:
    """Refuse a bare number: nobody can tell its seconds from milliseconds, or its zone."""
    if isinstance(value, int | float):
        raise ValueError("an instant is written as text, like 2026-11-10T08:04:12Z")
    return value


Instant = Annotated[AwareDatetime, BeforeValidator(_written)]
WallTime = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
"""`10:35`: a time of day in the zone of the day."""


def _moment(value: object) -> str:
    return "wall_time" if isinstance(value, str) and len(value) < 10 else "instant"


Moment = Annotated[
    Annotated[Instant, Tag("instant")] | Annotated[WallTime, Tag("wall_time")],
    Discriminator(_moment),
]
"""An instant with its offset, or a wall time of the service date."""


class Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ApproveBody(Body):
    by: Name
    role: Literal["dispatcher", "manager"] = "dispatcher"
    option_id: Id | None = None
    """Another option of the same table instead of the recommended one: an edit."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", json_schema_extra={"examples": [{"by": "ana"}]}
    )


class RejectBody(Body):
    by: Name
    reason: RejectReason
    note: Words = ""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={"examples": [{"by": "ana", "reason": "knows_better", "note": ""}]},
    )


class UndoBody(Body):
    by: Name


class SnoozeBody(Body):
    by: Name
    until: Moment

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={"examples": [{"by": "ana", "until": "10:25"}]},
    )


class RespondBody(Body):
    by: Name
    text: SomeWords


class Place(Body):
    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False, strict=True)]
    lon: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False, strict=True)]


class WindowBody(Body):
    opens: Moment
    closes: Moment


class CustomerCall(Body):
    """A customer called or wrote."""

    kind: Literal["customer"]
    by: Name
    order_id: Id
    intent: Literal["where_is_it", "reschedule", "cancel", "complain", "other"] = "where_is_it"
    window: WindowBody | None = None
    """The window they ask for."""
    channel: Literal["call", "sms", "email", "chat"] = "call"
    words: Words = ""


class DriverCall(Body):
    """A driver says how late they run: `driver says stop 14, twenty late`."""

    kind: Literal["driver"]
    by: Name
    vehicle_id: Id
    late_min: Annotated[int, Field(ge=-60, le=600, strict=True)]
    order_id: Id | None = None
    """From which stop on."""
    words: Words = ""


Call = Annotated[CustomerCall | DriverCall, Field(discriminator="kind")]


class PositionBody(Body):
    vehicle_id: Id
    at: Instant
    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False, strict=True)]
    lon: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False, strict=True)]


class PositionsBody(Body):
    positions: Annotated[list[PositionBody], Field(min_length=1, max_length=5000)]

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "positions": [
                        {
                            "vehicle_id": "R1",
                            "at": "2026-11-10T08:04:12Z",
                            "lat": 60.1712,
                            "lon": 24.9414,
                        }
                    ]
                }
            ]
        },
    )


class AutonomyBody(Body):
    level: Literal["shadow", "supervised", "automatic"]
    by: Name


class KillBody(Body):
    on: StrictBool
    by: Name


class ChatBody(Body):
    thread_id: Id
    text: SomeWords
    person: Name
    case_id: Id | None = None
    """The case on the screen: what "this" means."""


class ClockBody(Body):
    now: Instant | None = None
    speed: Annotated[float, Field(ge=0, le=10_000, allow_inf_nan=False, strict=True)] | None = None
