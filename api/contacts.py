"""Calls that a person logs: a customer who asks, a driver who says how late."""

import hashlib

from fastapi import APIRouter

from api.idempotency import Key
from api.inputs import Call, CustomerCall, DriverCall
from api.live import Live, LiveDep
from api.moments import window
from api.problems import Invalid
from api.schemas import Logged
from api.words import caller_sentence
from core.desk.commands import ReportFact
from core.domain.customer import PersonalText
from core.domain.day import Day
from core.domain.fact import CustomerContacted, DriverReported, Fact
from core.domain.ids import ContactId, EventId, OrderId, VehicleId
from core.errors import UnknownId

router = APIRouter(tags=["contacts"])


@router.post("/contacts")
def log(live: LiveDep, body: Call, key: Key = None) -> Logged:
    """Log a call. It answers with what to say, from the live day.

    With an Idempotency-Key a second send is the same call, not another one.
    """
    day, now = live.day, live.now()
    name = live.ids.next("call")
    if key:
        name = "call-" + hashlib.sha256(key.encode()).hexdigest()[:24]
        said = next((e for e in live.owner.events(0) if e.event_id == name), None)
        now = said.at if said is not None else now
    fact = _customer(day, body, name) if isinstance(body, CustomerCall) else _driver(day, body)
    receipt = live.submit(ReportFact(EventId(name), now, f"person:{body.by}", fact))
    words = f"contact:{name}"
    # A second send may follow a crash between the call and its words.
    if body.words and live.owner.personal(words) is None:
        live.owner.store.put_text(PersonalText(key=words, note=body.words))
    return _answer(live, name, fact, duplicate=receipt.duplicate)


def _customer(day: Day, call: CustomerCall, name: str) -> CustomerContacted:
    order_id = OrderId(call.order_id)
    if order_id not in day.orders:
        raise UnknownId("order", order_id)
    wanted = window(day, call.window, "window") if call.window is not None else None
    return CustomerContacted(ContactId(name), order_id, call.intent, wanted, call.channel)


def _driver(day: Day, call: DriverCall) -> DriverReported:
    vehicle_id = VehicleId(call.vehicle_id)
    if vehicle_id not in day.vehicles:
        raise UnknownId("vehicle", vehicle_id)
    order_id = OrderId(call.order_id) if call.order_id is not None else None
    if order_id is not None:
        route = day.routes.get(vehicle_id)
        if order_id not in day.orders:
            raise UnknownId("order", order_id)
        if route is None or all(s.order_id != order_id for s in route.remaining):
            raise Invalid([("order_id", f"{order_id} is not ahead of {vehicle_id}")])
    return DriverReported(vehicle_id, order_id, call.late_min * 60)


def _answer(live: Live, name: str, fact: Fact, *, duplicate: bool) -> Logged:
    day, now = live.day, live.now()
    outlook = live.outlook(day, now)
    case_id, say = None, ""
    if isinstance(fact, CustomerContacted):
        say = caller_sentence(day, outlook, fact.order_id)
        case_id = next(
            (c.case_id for c in day.open_cases() if fact.order_id in c.order_ids()), None
        )
    elif isinstance(fact, DriverReported):
        vehicle_id = fact.vehicle_id
        late = sum(
            1 for e in outlook.orders.values() if e.vehicle_id == vehicle_id and e.time.late_s
        )
        say = f"Noted: {vehicle_id} runs {fact.late_s // 60} min late, {late} promises late so far."
        case_id = next((c.case_id for c in day.open_cases() if vehicle_id in c.vehicle_ids()), None)
    return Logged(event_id=name, seq=day.seq, duplicate=duplicate, case_id=case_id, say=say)
