"""What the arms came to, side by side, and where the copilot lost."""

from collections.abc import Mapping
from math import ceil

from rich.console import RenderableType
from rich.table import Table

from evals.score import ArmResult, CostLines, Outcome

ROWS = (
    ("orders owed", "stops"),
    ("delivered", "delivered"),
    ("on time", "on_time"),
    ("promises broken", "promises_broken"),
    ("of these late", "late"),
    ("failed and not made good", "failed"),
    ("calls", "contacts"),
    ("stops moved", "stops_moved"),
    ("drivers told of a change", "drivers_changed"),
    ("cases", "cases"),
    ("proposals", "proposals"),
    ("automatic", "automatic"),
    ("approved", "approved"),
    ("stale", "stale"),
    ("policy broken", "policy_violations"),
    ("hard rules broken", "rules_broken"),
)
MONEY = (
    ("driver minutes", "driver_cents"),
    ("kilometres", "km_cents"),
    ("broken promises", "broken_cents"),
    ("another attempt", "failed_cents"),
    ("calls", "contact_cents"),
    ("carriers", "carrier_cents"),
    ("disturbance", "disturbance_cents"),
)

TITLE = "One day, one seed: doing nothing beside the copilot"


def euros(cents: int) -> str:
    return f"{cents / 100:,.2f}"


def losses(copilot: ArmResult, other: ArmResult) -> tuple[Outcome, ...]:
    """Return the promises that only the copilot broke, the worst first."""
    before = {o.order_id for o in other.broken}
    found = [o for o in copilot.broken if o.order_id not in before]
    return tuple(sorted(found, key=lambda o: (-o.late_s, o.order_id)))


def dearer_lines(copilot: CostLines, other: CostLines) -> tuple[tuple[str, int], ...]:
    """Return the cost lines on which the copilot spent more, dearest first."""
    found = [
        (label, int(getattr(copilot, name)) - int(getattr(other, name))) for label, name in MONEY
    ]
    return tuple(sorted((f for f in found if f[1] > 0), key=lambda f: -f[1]))


def compared(results: Mapping[str, ArmResult]) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """Return the comparison of the arms in three groups of rows: the day, its money, the sum."""
    arms = tuple(results.values())
    day = tuple((label, *(str(getattr(r, name)) for r in arms)) for label, name in ROWS)
    money = tuple(
        (f"{label}, EUR", *(euros(getattr(r.costs, name)) for r in arms)) for label, name in MONEY
    )
    return day, money, (("cost of the day, EUR", *(euros(r.cost_cents) for r in arms)),)


def table(results: Mapping[str, ArmResult]) -> RenderableType:
    """Return the comparison of the arms as a table for the terminal."""
    out = Table(title=TITLE)
    out.add_column("")
    for arm in results:
        out.add_column(arm.replace("_", " "), justify="right")
    for group in compared(results):
        for row in group:
            out.add_row(*row)
        out.add_section()
    return out


def document(results: Mapping[str, ArmResult]) -> dict[str, object]:
    """Return the same comparison for the console, with what it comes to and where it lost."""
    return {
        "title": TITLE,
        "columns": ["", *(arm.replace("_", " ") for arm in results)],
        "rows": [list(row) for group in compared(results) for row in group],
        "notes": [verdict(results), *where_it_lost(results)],
    }


def verdict(results: Mapping[str, ArmResult]) -> str:
    """Return in one sentence what the copilot's day came to beside doing nothing."""
    copilot, nothing = results["copilot"], results["do_nothing"]
    saved = nothing.cost_cents - copilot.cost_cents
    kept = nothing.promises_broken - copilot.promises_broken
    calls = nothing.contacts - copilot.contacts
    parts = (
        f"the day cost EUR {euros(abs(saved))} {'less' if saved >= 0 else 'more'}",
        f"{_fewer(kept, 'promise')} broke",
        f"{_fewer(calls, 'customer')} called",
        f"drivers were told of changes {copilot.drivers_changed} times",
    )
    return f"With the copilot {', '.join(parts[:-1])}, and {parts[-1]}."


def _fewer(count: int, one: str) -> str:
    if count == 0:
        return f"as many {one}s"
    return (
        f"{abs(count)} {one if abs(count) == 1 else one + 's'} {'fewer' if count > 0 else 'more'}"
    )


def where_it_lost(results: Mapping[str, ArmResult]) -> tuple[str, ...]:
    """Return one sentence for each thing that went worse with the copilot than without."""
    if "copilot" not in results or "do_nothing" not in results:
        return ()
    copilot, nothing = results["copilot"], results["do_nothing"]
    lines = [
        f"It spent EUR {euros(more)} more on {label}."
        for label, more in dearer_lines(copilot.costs, nothing.costs)
    ]
    kept = "with nothing done it was on time"
    taken_on = {u.order_id for u in copilot.urgent} - {u.order_id for u in nothing.urgent}
    for o in losses(copilot, nothing):
        how = f"{ceil(o.late_s / 60)} min late" if o.result == "late" else o.result
        beside = "the day with nothing done did not have it" if o.order_id in taken_on else kept
        lines.append(f"{o.order_id} ({o.priority}) was {how}; {beside}.")
    return tuple(lines)
