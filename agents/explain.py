"""The figures that prose about a recommendation may refer to."""

from collections.abc import Mapping, Sequence

from agents.render import count
from agents.untrusted import NoteRecord
from core.domain.day import Day
from core.domain.money import euros
from core.domain.option import ChangeRoutes, Option
from tools.resolve import Assessment, OptionTable


def figures_of(day: Day, assessment: Assessment, table: OptionTable) -> dict[str, str]:
    """Return every figure of the best option beside waiting, by its reference."""
    best = table.options[0]
    waiting = next((o for o in table.options if o.waits and o.price is not None), None)
    figures = {
        "case.title": assessment.title,
        "option.label": best.label,
        "option.reason": best.reason or "it costs least",
    }
    if best.price is not None:
        price = best.price
        figures["option.cost"] = euros(price.total_cents)
        figures["option.promises_saved"] = f"{price.promises_saved_milli / 1000:.1f}"
        figures["option.stops_moved"] = count(price.stops_moved, "stop")
        figures["option.drivers"] = count(price.drivers_disturbed, "driver")
        if waiting is not None and waiting.price is not None:
            figures["wait.label"] = waiting.label
            figures["wait.cost"] = euros(waiting.price.total_cents)
            saving_cents = waiting.price.total_cents - price.total_cents
            # What keeps a promise made today may cost more than waiting: no saving to speak of.
            name = "option.saving" if saving_cents >= 0 else "option.extra_cost"
            figures[name] = euros(abs(saving_cents))
    runner = next((o for o in table.options[1:] if o.feasible and not o.waits), None)
    if runner is not None and runner.price is not None:
        figures["next.label"] = runner.label
        figures["next.cost"] = euros(runner.price.total_cents)
    figures |= _meeting(day, best)
    return figures


def _meeting(day: Day, option: Option) -> dict[str, str]:
    for action in option.actions:
        if isinstance(action, ChangeRoutes) and action.meetings:
            first = action.meetings[0]
            return {
                "meeting.giver": first.giver,
                "meeting.taker": first.taker,
                "meeting.time": day.clock(first.at),
                "meeting.orders": count(len(first.order_ids), "order"),
            }
    return {}


def listed(figures: Mapping[str, str], records: Sequence[NoteRecord]) -> str:
    """Return the question to a model: references with their meaning, and what customers want."""
    lines = [f"{{{{{name}}}}} = {value}" for name, value in figures.items()]
    wants = sorted({r.kind.value for r in records})
    if wants:
        lines.append(f"Customers of this case left notes of these kinds: {', '.join(wants)}.")
    return "\n".join(lines)
