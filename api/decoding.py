"""From a CloudEvents envelope to a fact: what cannot be is refused before anybody hears of it."""

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, Any, cast

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from api.inputs import Id, Instant
from api.problems import Invalid
from core.desk.commands import ReportFact
from core.domain.fact import DayOpened, Fact
from core.domain.ids import EventId
from core.ledger.codec import unstructure

PREFIX = "tenfour."
MAX_WHOLE = 10**12
MAX_SECONDS = 7 * 86_400
MAX_DEPTH = 20
"""Objects and lists inside each other; the deepest fact needs seven."""
YEARS = range(2000, 2101)
ACTORS = ("driver:", "customer:", "feed:", "person:", "carrier:")

_FACTS: TypeAdapter[Fact] = TypeAdapter(Annotated[Fact, Field(discriminator="type")])


class CloudEvent(BaseModel):
    """A fact in a CloudEvents 1.0 envelope. `id` makes it idempotent."""

    specversion: Annotated[str, Field(pattern=r"^1\.0$")] = "1.0"
    id: Id
    source: Id
    """Who says so: `driver:R3`, `customer:c-17`, `feed:traffic`."""
    type: Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[a-z_.]+$")]
    """The fact's type, with or without `tenfour.` before it."""
    time: Instant
    """When it happened, with its offset."""
    subject: str | None = None
    datacontenttype: Annotated[str, Field(pattern=r"^application/json")] | None = None
    data: dict[str, object] = {}

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        json_schema_extra={
            "examples": [
                {
                    "specversion": "1.0",
                    "id": "scan-88123",
                    "source": "driver:R3",
                    "type": "tenfour.order_delivered",
                    "time": "2026-11-10T08:04:12Z",
                    "data": {
                        "vehicle_id": "R3",
                        "order_id": "H-12",
                        "point": {"lat": 60.1712, "lon": 24.9414},
                    },
                },
                {
                    "specversion": "1.0",
                    "id": "traffic-7",
                    "source": "feed:traffic",
                    "type": "tenfour.road_incident_reported",
                    "time": "2026-11-10T08:00:00Z",
                    "data": {
                        "incident_id": "I-1",
                        "area": {"centre": {"lat": 60.17, "lon": 24.94}, "radius_m": 300},
                        "speed_pct": 15,
                        "street": "Mannerheimintie",
                        "clears_at": "2026-11-10T09:10:00Z",
                    },
                },
            ]
        },
    )


def fact_schemas() -> dict[str, object]:
    """Return the JSON Schema of every fact's data. Points may also be {"lat":, "lon":}."""
    return dict(_FACTS.json_schema())


def decode(event: CloudEvent, where: str = "data") -> ReportFact:
    """Return the fact as a command; Invalid when it cannot be read or cannot be."""
    kind = event.type.removeprefix(PREFIX)
    if not event.source.isprintable() or not event.id.isprintable():
        raise Invalid([(f"{where}.id", "it holds characters that cannot be shown")])
    data = cast("dict[str, object]", _degrees(event.data, where, MAX_DEPTH))
    problems = list(_implausible(data, where))
    if problems:
        raise Invalid(problems)
    try:
        fact = _FACTS.validate_json(json.dumps({**data, "type": kind}), strict=True)
    except ValidationError as error:
        raise Invalid([_explained(e, where) for e in error.errors()]) from None
    except (ValueError, OverflowError, TypeError) as error:
        raise Invalid([(where, str(error))]) from None
    if isinstance(fact, DayOpened):
        raise Invalid([(f"{where}.type", "a day is opened by tenfour import, not by an event")])
    unknown = [
        (place, f"a {kind} has no such field") for place in _unknown(data, unstructure(fact), where)
    ]
    if unknown:
        raise Invalid(unknown)
    actor = event.source if event.source.startswith(ACTORS) else f"feed:{event.source}"
    return ReportFact(
        EventId(event.id), instant_of(event.time, f"{where}.time"), actor, _in_utc(fact, where)
    )


def _unknown(given: object, known: object, where: str) -> Iterator[str]:
    """Yield every field that was given and that nobody read."""
    if isinstance(given, dict) and isinstance(known, dict):
        read = cast("dict[str, object]", known)
        for key, inner in cast("dict[str, object]", given).items():
            if key not in read:
                yield f"{where}.{key}"
            else:
                yield from _unknown(inner, read[key], f"{where}.{key}")
    elif isinstance(given, list) and isinstance(known, list):
        pairs = zip(cast("list[object]", given), cast("list[object]", known), strict=False)
        for i, (inner, read_item) in enumerate(pairs):
            yield from _unknown(inner, read_item, f"{where}.{i}")


def _explained(error: Any, where: str) -> tuple[str, str]:
    place = ".".join([where, *(str(part) for part in error["loc"])])
    return place, str(error["msg"]).removeprefix("Value error, ")


def _degrees(value: object, where: str, depth: int) -> object:
    """Turn {"lat": 60.17, "lon": 24.94} into whole micro-degrees; Invalid below `depth`."""
    if not depth:
        raise Invalid([("data", f"it is nested deeper than {MAX_DEPTH} levels")])
    if isinstance(value, dict):
        given = cast("dict[str, object]", value)
        if set(given) == {"lat", "lon"}:
            return {f"{axis}_e6": _micro(given[axis], f"{where}.{axis}") for axis in ("lat", "lon")}
        return {k: _degrees(v, f"{where}.{k}", depth - 1) for k, v in given.items()}
    if isinstance(value, list):
        return [_degrees(v, where, depth - 1) for v in cast("list[object]", value)]
    return value


def _micro(value: object, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= 180:
        raise Invalid([(where, f"{value!r} is no place on earth")])
    return round(value * 1e6)


def _implausible(value: object, where: str) -> Iterator[tuple[str, str]]:
    """Yield what no ledger should have to carry: endless numbers, text that is none."""
    if isinstance(value, dict):
        for key, inner in cast("dict[str, object]", value).items():
            yield from _implausible(inner, f"{where}.{key}")
    elif isinstance(value, list):
        for inner in cast("list[object]", value):
            yield from _implausible(inner, where)
    elif isinstance(value, bool):
        return
    elif isinstance(value, int | float):
        limit = MAX_SECONDS if where.endswith("_s") else MAX_WHOLE
        if not abs(value) <= limit:
            yield where, f"{value} is more than anything here can be"
    elif isinstance(value, str) and not value.isprintable():
        yield where, "it holds characters that cannot be shown"


def instant_of(value: datetime, where: str) -> datetime:
    """Return an aware instant of this century in UTC; Invalid for any other."""
    if value.tzinfo is None:
        raise Invalid([(where, f"{value.isoformat()} carries no time zone")])
    if value.year not in YEARS:
        raise Invalid([(where, f"{value.isoformat()} is no day of ours")])
    return value.astimezone(UTC)


def _in_utc(value: Any, where: str) -> Any:
    """Return `value` with every instant in UTC, at any depth; Invalid for one without a zone."""
    if isinstance(value, datetime):
        return instant_of(value, where)
    if isinstance(value, tuple):
        return tuple(_in_utc(v, where) for v in cast("tuple[object, ...]", value))
    if is_dataclass(value) and not isinstance(value, type):
        changed = {
            f.name: _in_utc(getattr(value, f.name), f"{where}.{f.name}") for f in fields(value)
        }
        return replace(value, **changed)
    return value
