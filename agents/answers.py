"""Answers to recognised questions: tools say what is, this says it in words and tables.

The figures are filled by reference, so that a model may word the same answer again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from agents.render import count, fill
from core.domain.day import Day, GoodsAt
from core.domain.money import euros
from core.domain.order import OrderStatus
from tools.cases import Cases, CaseSheet
from tools.changes import MoveDraft, Requested
from tools.fleet import OutOfAction
from tools.orders import OrderPlace
from tools.routes import Delay

CAUSES = {
    "late_start": "late start",
    "road": "road",
    "dwell": "time at doors",
    "waiting": "waiting",
    "sequence": "changed stops",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """Words with references, the figures for them, and what to show beside."""

    template: str
    figures: Mapping[str, str] = field(default_factory=dict[str, str])
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    buttons: tuple[tuple[str, str], ...] = ()
    """Label, and what pressing it asks."""
    decision: Mapping[str, object] | None = None

    @property
    def text(self) -> str:
        return fill(self.template, self.figures)


def say(sentence: str, *buttons: tuple[str, str]) -> Answer:
    """Return an answer of one plain sentence."""
    return Answer("{{sentence}}", {"sentence": sentence}, buttons=buttons)


def of_cases(cases: Cases) -> Answer:
    if not cases.cases:
        return say("No case is open.")
    rows = tuple(
        (
            c.case_id,
            c.title,
            euros(c.waiting_cents),
            "" if c.minutes_left is None else f"{c.minutes_left} min",
        )
        for c in cases.cases
    )
    first = cases.cases[0]
    return Answer(
        "{{cases}} open; the dearest is {{case.id}}: {{case.title}}, waiting costs {{wait.cost}}.",
        {
            "cases": count(len(rows), "case") + (" is" if len(rows) == 1 else " are"),
            "case.id": first.case_id,
            "case.title": first.title,
            "wait.cost": euros(first.waiting_cents),
        },
        ("case", "what", "waiting costs", "left"),
        rows,
        tuple((f"Show {c.case_id}", f"show case {c.case_id}") for c in cases.cases[:3]),
    )


def of_case(sheet: CaseSheet) -> Answer:
    figures = {"case.title": sheet.case.title, "wait.cost": euros(sheet.case.waiting_cents)}
    words = "{{case.title}}. Waiting is expected to cost {{wait.cost}}."
    buttons: tuple[tuple[str, str], ...] = ()
    if sheet.explanation and sheet.case.proposal_id is not None:
        words = "{{explanation}}"
        figures["explanation"] = sheet.explanation
        if sheet.undecided:
            buttons = _deciding(sheet.case.proposal_id)
    elif sheet.note:
        words += " {{note}}"
        figures["note"] = sheet.note
    worst = max(sheet.delays, key=lambda d: d.late_min, default=None)
    if worst is not None and worst.late_min > 0:
        words += " {{late.vehicle}} is expected {{late.minutes}} late at {{late.order}}."
        figures |= {
            "late.vehicle": worst.vehicle_id,
            "late.minutes": count(worst.late_min, "minute"),
            "late.order": worst.order_id,
        }
    rows = tuple(
        (o.label, "" if o.cost_cents is None else euros(o.cost_cents), o.reason)
        for o in sheet.options
    )
    return Answer(words, figures, ("option", "price", "why"), rows, buttons)


def of_delay(day: Day, delay: Delay) -> Answer:
    """Say why a route is late, with the minutes of `tools.routes.explain_lateness`."""
    parts = [c for c in delay.causes if c.minutes]
    figures = {
        "vehicle": delay.vehicle_id,
        "order": delay.order_id,
        "late": count(delay.late_min, "minute"),
        "behind": count(abs(delay.behind_min), "minute"),
        "planned": day.clock(delay.planned_at),
        "expected": day.clock(delay.expected_at),
        "closes": day.clock(delay.promise_closes),
        "causes": ", ".join(f"{CAUSES[c.cause]} {c.minutes:+d} min" for c in parts),
    }
    words = "{{vehicle}} is expected at {{order}} at {{expected}}, "
    if delay.late_min:
        words += "{{late}} after the promise closes at {{closes}}. "
    else:
        words += "inside the promise, which closes at {{closes}}. "
    if delay.behind_min > 0:
        words += "That is {{behind}} behind the plan ({{planned}}): {{causes}}."
    elif delay.behind_min < 0:
        words += "That is {{behind}} ahead of the plan ({{planned}}): {{causes}}."
    else:
        words += "That is as planned."
    rows = tuple((CAUSES[c.cause], f"{c.minutes:+d}") for c in parts)
    return Answer(words, figures, ("cause", "minutes"), rows)


def of_order(day: Day, place: OrderPlace) -> Answer:
    figures = {"order": place.order_id, "closes": day.clock(place.promise_closes)}
    if place.ended_at is not None:
        figures |= {"status": place.status.value, "at": day.clock(place.ended_at)}
        return Answer("Order {{order}} was {{status}} at {{at}}.", figures)
    if place.cancelled:
        return Answer("Order {{order}} is cancelled; nobody goes there.", figures)
    if place.carrier_id is not None and place.deliver_by is not None:
        figures |= {"carrier": place.carrier_id, "by": day.clock(place.deliver_by)}
        return Answer("Order {{order}} is offered to {{carrier}}, due by {{by}}.", figures)
    if place.expected_at is None or place.vehicle_id is None:
        where = "at the depot" if place.goods is GoodsAt.DEPOT else f"on {place.vehicle_id}"
        figures["where"] = where
        tail = "a first attempt failed" if place.status is OrderStatus.FAILED else "on no route"
        figures["state"] = tail
        return Answer("Order {{order}} is {{where}}, {{state}}.", figures)
    figures |= {
        "vehicle": place.vehicle_id,
        "expected": day.clock(place.expected_at),
        "late": count(place.late_min, "minute"),
        "before": count(place.stops_before or 0, "stop") + " before it",
    }
    words = "Order {{order}} goes with {{vehicle}}, {{before}}, expected at {{expected}}: "
    if place.late_min:
        words += "{{late}} after its promise closes at {{closes}}."
        ask = ((f"Why is {place.order_id} late?", f"why is order {place.order_id} late"),)
        return Answer(words, figures, buttons=ask)
    return Answer(words + "inside its promise, which closes at {{closes}}.", figures)


def of_out(day: Day, out: OutOfAction) -> Answer:
    figures = {"vehicle": out.vehicle_id, "stops": count(out.stops_left, "delivery", "deliveries")}
    if not out.stops_left:
        return Answer("{{vehicle}} has no delivery left, so nothing would break.", figures)
    if out.until is None:
        rows = tuple(
            (o.label, "" if o.cost_cents is None else euros(o.cost_cents), o.reason)
            for o in out.options
        )
        words = "Without {{vehicle}}, {{stops}} would be left."
        best = next((o for o in out.options if o.cost_cents is not None), None)
        if best is not None and best.cost_cents is not None:
            words += " Best then: {{best.label}}, at {{best.cost}}."
            figures |= {"best.label": best.label, "best.cost": euros(best.cost_cents)}
        return Answer(words, figures, ("option", "price", "why"), rows)
    figures |= {
        "until": day.clock(out.until),
        "broken": count(len(out.newly_late), "promise"),
        "back": "" if out.return_at is None else day.clock(out.return_at),
    }
    words = "If {{vehicle}} stands until {{until}}, {{broken}} more would break; back at {{back}}."
    rows = tuple((o.order_id, f"{o.late_min} min") for o in out.newly_late)
    return Answer(words, figures, ("order", "late"), rows)


def of_move(draft: MoveDraft) -> Answer:
    figures: dict[str, str] = {"order": draft.order_id, "vehicle": draft.to_vehicle}
    if draft.cost_cents is None:
        figures["why"] = draft.refused_because
        return Answer("{{vehicle}} cannot take {{order}}: {{why}}.", figures)
    figures |= {
        "cost": euros(draft.cost_cents),
        "wait": euros(draft.waiting_cents),
        "stops": count(draft.stops_moved, "stop moves", "stops move"),
        "drivers": count(draft.drivers_disturbed, "driver hears of it", "drivers hear of it"),
    }
    ask = f"propose to move order {draft.order_id} to {draft.to_vehicle}"
    return Answer(
        "{{order}} with {{vehicle}} comes to {{cost}}; leaving it as it is, to {{wait}}. "
        "{{stops}}, {{drivers}}.",
        figures,
        buttons=(("Propose it", ask),),
    )


def _deciding(number: str) -> tuple[tuple[str, str], ...]:
    return (f"Approve {number}", f"approve {number}"), (f"Reject {number}", f"reject {number}")


def of_request(made: Requested) -> Answer:
    number = made.proposal_id
    return Answer(
        "{{proposal}} is on the table: {{sentence}}",
        {"proposal": number, "sentence": made.sentence},
        buttons=_deciding(number),
    )
