"""The benchmark of failed attempts for people: a table and a sentence."""

from collections.abc import Mapping
from typing import Any

from rich.console import RenderableType
from rich.table import Table

Report = Mapping[str, Any]


def tables(report: Report) -> tuple[RenderableType, ...]:
    """Return one table of all forecasts."""
    table = Table(title=f"Failed attempts, base rate {100 * report['base_rate']:.2f} %")
    for name in ("forecast", "PR-AUC", "to base rate", "calibration error"):
        table.add_column(name, justify="left" if name == "forecast" else "right")
    rows = {
        "ours": report,
        "ours without auto": report["without_auto"],
        **{n.replace("_", " "): one for n, one in report["baselines"].items()},
    }
    for name, one in rows.items():
        table.add_row(
            name,
            f"{one['pr_auc']:.3f}",
            f"{one['pr_auc'] / report['base_rate']:.2f}",
            f"{one['expected_calibration_error']:.4f}",
        )
    return (table,)


def summary(report: Report) -> str:
    """Return the figures of a run in one sentence."""
    missed = report["missed"]
    return (
        f"{report['attempts']['test']} attempts: PR-AUC {report['pr_auc']:.3f}, "
        f"{report['pr_auc_to_base_rate']:.2f} of the base rate, "
        f"{report['pr_auc_to_customer_history']:.2f} of customer history; calibration error "
        f"{report['expected_calibration_error']:.4f}; "
        + (f"missed: {', '.join(missed)}" if missed else "every target is met")
    )
