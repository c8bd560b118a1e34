"""What a ledger's days teach, for people: a table and a sentence."""

from collections.abc import Mapping
from typing import Any

from rich.console import RenderableType
from rich.table import Table

Report = Mapping[str, Any]
AGAINST = {"leg": "legs", "service": "services", "attempt": "failed visits, log loss"}


def tables(report: Report) -> tuple[RenderableType, ...]:
    """Return one table, a row for each length of history and kind."""
    table = Table(title="On the days right after, to the formula or to everybody's rate")
    for name in ("days of history", "of", "rows", "stage", "error", "ratio"):
        table.add_column(name, justify="left" if name in ("of", "stage") else "right")
    for one in report["pooled"]:
        stages = ", ".join(one["stages"])
        figures = (f"{one['error']:.3f}", f"{one['ratio']:.3f}")
        table.add_row(str(one["days"]), AGAINST[one["kind"]], str(one["rows"]), stages, *figures)
    return (table,)


def summary(report: Report) -> str:
    """Return the figures of a run in one sentence."""
    legs, doors, attempts = report["pooled"][-3:]
    missed = report["missed"]
    return (
        f"after {legs['days']} days: legs {legs['ratio']:.3f} and services {doors['ratio']:.3f} of "
        f"the formula's error; failed visits {attempts['ratio']:.3f} of the base rate's log loss, "
        f"{attempts['expected']:.0f} expected and {attempts['failed']} seen; "
        + (f"missed: {'; '.join(missed)}" if missed else "never worse than the formula")
    )
