"""What would become of a route if its vehicle were out of action."""

from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import Field

from core.domain.case import Case, CaseStatus, DeliveryException, Evidence, ExceptionType
from core.domain.ids import CaseId, OrderId, VehicleId
from core.domain.time import from_local
from core.errors import Refused
from core.eta.forecast import RouteForecast, forecast
from core.resolve.recommend import recommend
from core.tower.look import exception_id
from tools.cases import OptionLine, option_line
from tools.effect import Effect
from tools.lookup import the_route
from tools.registry import registry
from tools.routes import VehicleArgs
from tools.runtime import Runtime


class OutArgs(VehicleArgs):
    until: str | None = Field(
        default=None,
        pattern=r"^([01]\d|2[0-3]):[0-5]\d$",
        description="Local time hh:mm at which it runs again; null: not today",
    )


@dataclass(frozen=True, slots=True)
class LateOrder:
    order_id: OrderId
    late_min: int
    now_late_min: int
    """As things stand, with the vehicle running."""


@dataclass(frozen=True, slots=True)
class OutOfAction:
    vehicle_id: VehicleId
    until: datetime | None
    stops_left: int
    newly_late: tuple[LateOrder, ...]
    """Promises that would break and do not now; empty when it stays out, as then all wait."""
    return_at: datetime | None
    options: tuple[OptionLine, ...]
    """What could be done if it stays out, best first."""


@registry.tool(effect=Effect.SIMULATE, solves=1)
def what_if_vehicle_out(runtime: Runtime, args: OutArgs) -> OutOfAction:
    """Work out what happens if a vehicle stands still until a time of day. For
    one that does not run again today, say what could be done, with prices. Changes nothing."""
    route = the_route(runtime.day, args.vehicle_id)
    left = sum(1 for s in route.remaining if s.order_id is not None)
    if args.until is None:
        options = _rescues(runtime, route.vehicle_id) if left else ()
        return OutOfAction(route.vehicle_id, None, left, (), None, options)
    until = _instant(runtime, args.until)
    before = {t.stop_id: t.late_s for t in _walked(runtime, route.vehicle_id, None).times}
    after = _walked(runtime, route.vehicle_id, until)
    late = tuple(
        LateOrder(t.order_id, -(-t.late_s // 60), -(-before[t.stop_id] // 60))
        for t in after.times
        if t.order_id is not None and t.late_s > 0 and before[t.stop_id] == 0
    )
    return OutOfAction(route.vehicle_id, until, left, late, after.return_at, ())


def _walked(runtime: Runtime, vehicle_id: VehicleId, not_before: datetime | None) -> RouteForecast:
    return forecast(
        runtime.day,
        vehicle_id,
        runtime.travel,
        runtime.now(),
        runtime.owner.positions,
        not_before=not_before,
        answers=runtime.answers,
    )


def _instant(runtime: Runtime, clock: str) -> datetime:
    day = runtime.day
    hour, minute = (int(part) for part in clock.split(":"))
    today = day.local(runtime.now()).replace(tzinfo=None)
    try:
        wall = today.replace(hour=hour, minute=minute, second=0, microsecond=0)
        until = from_local(wall, day.zone)
    except ValueError as error:
        raise Refused(str(error)) from error
    if until <= runtime.now():
        raise Refused(f"{clock} is past; it is {day.clock(runtime.now())}")
    return until


def _rescues(runtime: Runtime, vehicle_id: VehicleId) -> tuple[OptionLine, ...]:
    """Return the option table of a breakdown that did not happen."""
    day, now = runtime.day, runtime.now()
    route = day.routes[vehicle_id]
    down = DeliveryException(
        exception_id=exception_id(ExceptionType.VEHICLE_BREAKDOWN, vehicle_id),
        type=ExceptionType.VEHICLE_BREAKDOWN,
        subject=f"vehicle:{vehicle_id}",
        cause=f"what-if:{vehicle_id}",
        vehicle_ids=(vehicle_id,),
        order_ids=tuple(sorted(s.order_id for s in route.remaining if s.order_id is not None)),
        detected_at=now,
        evidence=(Evidence("supposed, not seen", now),),
    )
    case = Case(
        case_id=CaseId(f"C-{len(day.cases) + 1}"),
        cause=down.cause,
        title=f"{vehicle_id} out of action",
        exceptions=(down,),
        opened_at=now,
        status=CaseStatus.OPEN,
        revision=1,
    )
    stopped = replace(day.vehicles[vehicle_id], down_since=now, down_cause="supposed")
    supposed = replace(
        day,
        vehicles={**day.vehicles, vehicle_id: stopped},
        cases={**day.cases, case.case_id: case},
    )
    ranked = recommend(
        supposed,
        case.case_id,
        runtime.travel,
        runtime.owner.positions,
        now,
        seed=runtime.seed,
        pool=runtime.pool,
        answers=runtime.answers,
    )
    return tuple(option_line(o, recommended=i == 0) for i, o in enumerate(ranked))
