"""What the arms came to, side by side, and where the copilot lost."""

from collections.abc import Mapping

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
    ("rules broken", "policy_violations"),
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


def table(results: Mapping[str, ArmResult]) -> RenderableType:
    """Return the comparison of the arms as a table for the terminal."""
    out = Table(title="One day, one seed: doing nothing beside the copilot")
    out.add_column("")
    for arm in results:
        out.add_column(arm.replace("_", " "), justify="right")
    for label, name in ROWS:
        out.add_row(label, *(str(getattr(r, name)) for r in results.values()))
    out.add_section()
    for label, name in MONEY:
        out.add_row(f"{label}, EUR", *(euros(getattr(r.costs, name)) for r in results.values()))
    out.add_section()
    out.add_row("cost of the day, EUR", *(euros(r.cost_cents) for r in results.values()))
    return out


def where_it_lost(results: Mapping[str, ArmResult]) -> tuple[str, ...]:
    """Return one sentence for each thing that went worse with the copilot than without."""
    if "copilot" not in results or "do_nothing" not in results:
        return ()
    copilot, nothing = results["copilot"], results["do_nothing"]
    lines = [
        f"It spent EUR {euros(more)} more on {label}."
        for label, more in dearer_lines(copilot.costs, nothing.costs)
    ]
    for o in losses(copilot, nothing):
        how = f"{o.late_s // 60} min late" if o.result == "late" else o.result
        lines.append(f"{o.order_id} ({o.priority}) was {how}; with nothing done it was on time.")
    return tuple(lines)
