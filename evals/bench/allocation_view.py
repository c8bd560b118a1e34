"""The allocation benchmark for people: tables for the terminal, a chart for a page."""

from pathlib import Path

from rich.console import RenderableType
from rich.table import Table

from api.charting import chart_file
from evals.bench.allocation import Report, figures


def tables(report: Report) -> tuple[RenderableType, ...]:
    """Return one table of the days and one of the enumerated cases."""
    days = Table(title="Allocation of whole days: ours beside rate shopping")
    for name in ("seed", "orders", "lanes", "ours EUR", "shopping", "left", "gap", "CPU s", "s"):
        days.add_column(name, justify="right")
    for one in report.large:
        days.add_row(
            str(one.seed),
            str(one.orders),
            f"{one.carriers} + {one.own_lanes} own",
            f"{one.ours_cents / 100:,.2f}",
            f"{one.dearer_pct:+.1f} %",
            f"{one.left} : {one.greedy_left}",
            f"{one.gap_ppm / 10_000:.2f} %",
            f"{one.cpu_seconds:.2f}",
            f"{one.wall_seconds:.2f}",
        )
    cases = Table(title="Small cases: ours beside enumeration")
    cases.add_column("")
    cases.add_column("cases", justify="right")
    exact = sum(s.exact for s in report.small)
    shopped = sum(s.greedy_mc == s.best_mc for s in report.small)
    cases.add_row("enumerated", str(len(report.small)))
    cases.add_row("ours equal to the best, and proven", str(exact))
    cases.add_row("rate shopping equal to the best", str(shopped))
    return cases, days


def summary(report: Report) -> str:
    """Return the figures of a run in one sentence."""
    gaps = [one.gap_ppm / 10_000 for one in report.large]
    mean, median, worst = figures(gaps)
    slowest = figures([one.cpu_seconds for one in report.large])[2]
    more = figures([one.dearer_pct for one in report.large])[0]
    exact = sum(s.exact for s in report.small)
    return (
        f"{exact} of {len(report.small)} small cases exact; {len(report.large)} days: gap mean "
        f"{mean:.2f} %, median {median:.2f} %, worst {worst:.2f} %, slowest {slowest:.2f} CPU s; "
        f"rate shopping is {more:.1f} % dearer on average; "
        f"the target is {'met' if report.good else 'missed'}"
    )


def save_chart(report: Report, path: Path) -> None:
    """Write gap against seconds, one point a day, as .html or as a Vega-Lite .json."""
    chart_file(path)
    import altair as alt
    import pandas as pd

    rows = [
        {
            "seed": one.seed,
            "CPU seconds": one.cpu_seconds,
            "gap %": one.gap_ppm / 10_000,
            "rate shopping dearer %": one.dearer_pct,
        }
        for one in report.large
    ]
    chart = (
        alt.Chart(pd.DataFrame(rows), title="Whole days: gap to the proven bound")
        .mark_circle(size=90)
        .encode(
            x="CPU seconds:Q",
            y="gap %:Q",
            color="rate shopping dearer %:Q",
            tooltip=["seed:N", "CPU seconds:Q", "gap %:Q"],
        )
    )
    chart.save(str(path))
