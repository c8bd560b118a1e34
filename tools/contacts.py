"""Calls that a person logs: they go to the desk as facts, as that person's own word."""

from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from core.desk.commands import ReportFact
from core.domain.fact import CustomerContacted, DriverReported
from core.domain.ids import ContactId, EventId, OrderId
from core.errors import Refused
from tools.effect import Effect
from tools.lookup import the_order, the_route
from tools.registry import registry
from tools.runtime import Runtime
from tools.schema import Args

Intent = Literal["where_is_it", "reschedule", "cancel", "complain", "other"]


class CustomerCallArgs(Args):
    order_id: str
    intent: Intent
    by: str = Field(description="Who took the call")
    channel: Literal["call", "sms", "email", "chat"] = "call"


class DriverCallArgs(Args):
    vehicle_id: str
    late_min: int = Field(ge=-60, le=600)
    by: str = Field(description="Who took the call")
    order_id: str | None = Field(default=None, description="From which stop on")


@dataclass(frozen=True, slots=True)
class Logged:
    event_id: EventId


@registry.tool(effect=Effect.COMMIT, for_models=False)
def log_customer_call(runtime: Runtime, args: CustomerCallArgs) -> Logged:
    """Log that a customer called or wrote about an order."""
    order_id = the_order(runtime.day, args.order_id).order.order_id
    event_id = EventId(runtime.ids.next("call"))
    fact = CustomerContacted(ContactId(event_id), order_id, args.intent, None, args.channel)
    runtime.owner.submit(ReportFact(event_id, runtime.now(), f"person:{args.by}", fact))
    return Logged(event_id)


@registry.tool(effect=Effect.COMMIT, for_models=False)
def log_driver_call(runtime: Runtime, args: DriverCallArgs) -> Logged:
    """Log that a driver says how late they run, from a stop on or in general."""
    route = the_route(runtime.day, args.vehicle_id)
    order_id = None if args.order_id is None else OrderId(args.order_id)
    if order_id is not None and all(s.order_id != order_id for s in route.remaining):
        raise Refused(f"order {order_id} is not ahead of {route.vehicle_id}")
    event_id = EventId(runtime.ids.next("call"))
    fact = DriverReported(route.vehicle_id, order_id, args.late_min * 60)
    runtime.owner.submit(ReportFact(event_id, runtime.now(), f"person:{args.by}", fact))
    return Logged(event_id)
