"""What the chat does for each intent: one tool, one answer. Nothing here decides anything."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from agents.answers import (
    Answer,
    of_case,
    of_cases,
    of_delay,
    of_move,
    of_order,
    of_out,
    of_request,
    say,
)
from agents.router.slots import Slots
from core.domain.ids import CaseId, VehicleId
from core.domain.money import euros
from core.domain.plan import RouteState
from core.domain.proposal import ProposalStatus
from tools.cases import CaseArgs, list_cases, show_case
from tools.changes import MoveArgs, ProposeMoveArgs, draft_move_order, propose_move
from tools.contacts import (
    CustomerCallArgs,
    DriverCallArgs,
    log_customer_call,
    log_driver_call,
)
from tools.effect import Budget, Scope
from tools.fleet import OutArgs, what_if_vehicle_out
from tools.lookup import the_proposal
from tools.orders import OrderArgs, where_is_order
from tools.registry import Failed, Gateway
from tools.routes import LatenessArgs, explain_lateness
from tools.schema import NoArgs

EXAMPLES = (
    "Ask: what is open; show C-1; why is R1 late; where is order X; what if R1 is out until 11:30; "
    "move order X to R2; approve or reject P-1-1; or log a call: driver says stop 14, twenty late."
)
_CONFIRMED = re.compile(r"^(?:log:|propose to move)\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with what it speaks of; what it leaves out comes from the screen."""

    gateway: Gateway
    person: str
    text: str
    slots: Slots
    case_id: str = ""
    vehicle_id: str = ""
    order_id: str = ""

    def vehicle(self) -> str:
        return self.slots.vehicles[0] if self.slots.vehicles else self.vehicle_id

    def order(self) -> str:
        return self.slots.orders[0] if self.slots.orders else self.order_id

    def case(self) -> str:
        return self.slots.cases[0] if self.slots.cases else self.case_id


Act = Callable[[Asked], Answer]


def _refused(failed: Failed) -> Answer:
    return say(f"{failed.sentence[:1].upper()}{failed.sentence[1:]}.".replace("..", "."))


def cases(asked: Asked) -> Answer:
    found = asked.gateway.call(list_cases, NoArgs())
    return _refused(found) if isinstance(found, Failed) else of_cases(found.value)


def case(asked: Asked) -> Answer:
    if not asked.case():
        return cases(asked)
    found = asked.gateway.call(show_case, CaseArgs(case_id=asked.case()))
    return _refused(found) if isinstance(found, Failed) else of_case(found.value)


def why_late(asked: Asked) -> Answer:
    day = asked.gateway.runtime.day
    vehicle = asked.slots.vehicles[0] if asked.slots.vehicles else None
    order = asked.slots.orders[0] if asked.slots.orders else None
    if vehicle is None and order is None:
        known = day.cases.get(_case_id(asked))
        riders = known.vehicle_ids() if known is not None else ()
        vehicle = asked.vehicle_id or (riders[0] if riders else None)
        if len(riders) > 1 and not asked.vehicle_id:
            return say("Which one?", *((v, f"why is {v} late") for v in riders))
    if vehicle is None and order is None:
        return say("Which route?", *((v, f"why is {v} late") for v in sorted(day.routes)[:6]))
    found = asked.gateway.call(explain_lateness, LatenessArgs(vehicle_id=vehicle, order_id=order))
    return _refused(found) if isinstance(found, Failed) else of_delay(day, found.value)


def where(asked: Asked) -> Answer:
    if not asked.order():
        return say("Which order? Give its number.")
    found = asked.gateway.call(where_is_order, OrderArgs(order_id=asked.order()))
    if isinstance(found, Failed):
        return _refused(found)
    return of_order(asked.gateway.runtime.day, found.value)


def out(asked: Asked) -> Answer:
    day = asked.gateway.runtime.day
    if not asked.vehicle():
        return say("Which vehicle?", *((v, f"what if {v} is out") for v in sorted(day.routes)[:6]))
    args = OutArgs(vehicle_id=asked.vehicle(), until=asked.slots.until)
    found = asked.gateway.call(what_if_vehicle_out, args)
    return _refused(found) if isinstance(found, Failed) else of_out(day, found.value)


def move(asked: Asked) -> Answer:
    """Work a move out; only the person's press on the button puts it on the table."""
    if not asked.order() or not asked.slots.vehicles:
        return say("Say which order and which vehicle, for example: move order X to R2.")
    order, vehicle = asked.order(), asked.slots.vehicles[-1]
    if _CONFIRMED.match(asked.text):
        args = ProposeMoveArgs(order_id=order, vehicle_id=vehicle, by=asked.person)
        made = asked.gateway.call(propose_move, args)
        return _refused(made) if isinstance(made, Failed) else of_request(made.value)
    found = asked.gateway.call(draft_move_order, MoveArgs(order_id=order, vehicle_id=vehicle))
    return _refused(found) if isinstance(found, Failed) else of_move(found.value)


def approve(asked: Asked) -> Answer:
    return _decision(asked, "approve")


def reject(asked: Asked) -> Answer:
    return _decision(asked, "reject")


def _decision(asked: Asked, kind: str) -> Answer:
    """Hand a decision back, with the price in sight: the person confirms it, never the chat."""
    day = asked.gateway.runtime.day
    waiting = [s for s in day.proposals.values() if s.status is ProposalStatus.OPEN]
    if asked.slots.proposals:
        state = the_proposal(day, asked.slots.proposals[0])
    else:
        mine = [s for s in waiting if s.proposal.case_id == asked.case()]
        if len(mine) != 1:
            names = [s.proposal.proposal_id for s in waiting]
            if not names:
                return say("No proposal waits for a decision.")
            return say("Which proposal?", *((f"{kind} {n}", f"{kind} {n}") for n in names))
        state = mine[0]
    proposal = state.proposal
    if state.status is not ProposalStatus.OPEN:
        return say(f"{proposal.proposal_id} is already {state.status.value}.")
    cost = proposal.option.price.total_cents if proposal.option.price is not None else 0
    wait = next((o.price.total_cents for o in proposal.alternatives if o.waits and o.price), 0)
    return Answer(
        "{{proposal}}: {{label}}, {{cost}}; waiting {{wait}}. Please confirm.",
        {
            "proposal": proposal.proposal_id,
            "label": proposal.option.label,
            "cost": euros(cost),
            "wait": euros(wait),
        },
        decision={
            "decision": kind,
            "proposal_id": proposal.proposal_id,
            "label": proposal.option.label,
            "cents": cost,
            "waiting_cents": wait,
        },
    )


def log_call(asked: Asked) -> Answer:
    """Read a call into a record and show it; a press on the button logs it as the person's word."""
    slots, day = asked.slots, asked.gateway.runtime.day
    if slots.late_min is None or (slots.orders and not slots.vehicles and slots.stop is None):
        return _customer_call(asked)
    vehicle, order = asked.vehicle(), slots.orders[0] if slots.orders else None
    if not vehicle:
        known = day.cases.get(_case_id(asked))
        riders = known.vehicle_ids() if known is not None else ()
        at = [v for v, r in sorted(day.routes.items()) if slots.stop is None or _has(r, slots.stop)]
        choices = riders or tuple(at[:6])
        if len(choices) != 1:
            tail = f"{slots.late_min} minutes late" + _stop_words(slots.stop)
            return say("Which driver?", *((v, f"driver of {v} says {tail}") for v in choices))
        vehicle = choices[0]
    route = day.routes.get(VehicleId(vehicle))
    if route is not None and slots.stop is not None:
        if not _has(route, slots.stop):
            return say(f"{vehicle} has no stop {slots.stop} ahead.")
        order = route.stops[slots.stop - 1].order_id
    if not asked.text.lower().startswith("log:"):
        where = "" if order is None else f" from order {order} on"
        record = f"{vehicle} runs {slots.late_min} minutes late{where}"
        return say(f"Understood: {record}.", (f"Log it: {record}", f"log: driver of {record}"))
    args = DriverCallArgs(
        vehicle_id=vehicle, late_min=slots.late_min, by=asked.person, order_id=order
    )
    # The person's own fact, in their own scope: the gateway of the chat could not do it.
    logged = _own(asked).call(log_driver_call, args)
    return _refused(logged) if isinstance(logged, Failed) else say("Logged.")


def _has(route: RouteState, stop: int) -> bool:

    if not route.done < stop <= len(route.stops):
        return False
    return route.stops[stop - 1].order_id is not None


def _stop_words(stop: int | None) -> str:
    return "" if stop is None else f" from stop {stop}"


def _case_id(asked: Asked) -> CaseId:
    return CaseId(asked.case())


_INTENTS = (
    ("cancel", r"\bcancel"),
    ("complain", r"complain|angry|unacceptable|furious"),
    ("reschedule", r"reschedul|tomorrow|another (?:day|time)|later"),
)


def _customer_call(asked: Asked) -> Answer:
    if not asked.slots.orders:
        return say("Who called? Name the order, or the vehicle and the minutes.")
    order, text = asked.slots.orders[0], asked.text.casefold()
    intent = next((name for name, pattern in _INTENTS if re.search(pattern, text)), "where_is_it")
    if not text.startswith("log:"):
        words = {"where_is_it": "asks where it is"}.get(intent, f"wants to {intent}")
        record = f"customer of order {order} {words}"
        return say(f"Understood: {record}.", (f"Log it: {record}", f"log: {record}"))
    args = CustomerCallArgs.model_validate(
        {"order_id": order, "intent": intent, "by": asked.person}
    )
    logged = _own(asked).call(log_customer_call, args)
    return _refused(logged) if isinstance(logged, Failed) else where(asked)


def _own(asked: Asked) -> Gateway:
    gateway = asked.gateway
    return Gateway(gateway.runtime, Scope.person(asked.person), Budget(calls=1), gateway.audit)


def explain_yourself(asked: Asked) -> Answer:
    del asked
    return say(EXAMPLES)


ACTS: dict[str, Act] = {
    "list_cases": cases,
    "show_case": case,
    "why_late": why_late,
    "where_is_order": where,
    "what_if_out": out,
    "move_order": move,
    "approve": approve,
    "reject": reject,
    "log_call": log_call,
    "help": explain_yourself,
}
LABELS = {
    "list_cases": ("Open cases", "list the open cases"),
    "show_case": ("Show the case", "show case {case}"),
    "why_late": ("Why is it late?", "why is {vehicle} late"),
    "where_is_order": ("Where is the order?", "where is order {order}"),
    "what_if_out": ("What if it is out?", "what if {vehicle} is out"),
    "log_call": ("What can I ask?", "help"),
    "move_order": ("What can I ask?", "help"),
    "approve": ("Approve", "approve proposal {proposal}"),
    "reject": ("Reject", "reject proposal {proposal}"),
    "help": ("What can I ask?", "help"),
}
