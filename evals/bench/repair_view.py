"""The repair benchmark for people: tables for the terminal, a chart for a page."""

from pathlib import Path

from rich.console import RenderableType
from rich.table import Table

from api.charting import chart_file
from evals.bench.repair import Plan, Report
from evals.bench.repair_targets import quantile


def tables(report: Report) -> tuple[RenderableType, ...]:
    """Return one table of what each engine reached, and one of the targets."""
    title = "Mean gap to the best plan of all, %; orders dropped beside it; stops moved, %"
    reached = Table(title=title)
    for name in ("engine", "s", "cases", "gap", "p95", "dropped", "moved", "broken"):
        reached.add_column(name, justify="left" if name == "engine" else "right")
    for line in lines(report):
        reached.add_row(*line)
    targets = Table(title="Targets")
    for name in ("what", "cases", "at most", "measured", "missed by"):
        targets.add_column(name, justify="left" if name == "what" else "right")
    for one in report.targets():
        missed = "-" if one.met else f"{one.missed_by:.2f}"
        cells = (str(one.count), f"{one.at_most:g}", f"{one.measured:.2f}", missed)
        targets.add_row(one.what, *cells)
    return reached, targets


def lines(report: Report) -> list[tuple[str, ...]]:
    """Return engine by engine, budget by budget what its plans were worth."""
    keys = dict.fromkeys((p.engine, p.seconds) for r in report.rows for p in r.plans)
    return [_line(report, engine, seconds) for engine, seconds in keys]


def _line(report: Report, engine: str, seconds: float) -> tuple[str, ...]:
    pairs = [(r, r.plan(engine, seconds)) for r in report.rows]
    gaps = sorted(g for r, p in pairs if (g := r.gap_pct(p)) is not None)
    holding = [(r, p) for r, p in pairs if p.problem is None]
    dropped = sum(max(0, p.dropped - r.best_dropped) for r, p in holding)
    moved = [100.0 * p.moved / max(1, r.stops - r.orphans) for r, p in holding]
    mean = f"{sum(gaps) / len(gaps):.2f}" if gaps else "-"
    share = f"{sum(moved) / len(moved):.1f}" if moved else "-"
    most = f"{quantile(gaps, 95):.2f}" if gaps else "-"
    broken = len(pairs) - len(holding)
    return (engine, f"{seconds:g}", str(len(pairs)), mean, most, str(dropped), share, str(broken))


def summary(report: Report) -> str:
    """Return the figures of a run in one sentence, and what was skipped."""
    targets = report.targets()
    said = f"{len(report.rows)} cases; {sum(t.met for t in targets)} of {len(targets)} targets met"
    return "; ".join([said, *(f"skipped {m}" for m in report.missing)])


def save_chart(report: Report, path: Path) -> None:
    """Write the gap of every plan by kind of case, as .html or Vega-Lite .json."""
    chart_file(path)
    import altair as alt
    import pandas as pd

    names = ("case", "kind", "change", "engine", "gap %")
    found = [
        (r.number, r.kind, r.change, _name(p), gap)
        for r in report.rows
        for p in r.plans
        if (gap := r.gap_pct(p)) is not None
    ]
    frame = pd.DataFrame([dict(zip(names, f, strict=True)) for f in found], columns=list(names))
    chart = (
        alt.Chart(frame, title="Above the best plan of all, orders left out priced")
        .mark_circle(size=60)
        .properties(height=180)
        .encode(
            x=alt.X("engine:N"),
            y=alt.Y("gap %:Q").scale(type="symlog"),
            color="kind:N",
            facet=alt.Facet("change:N", columns=5),
            tooltip=["case:Q", "kind:N", "change:N", "engine:N", "gap %:Q"],
        )
    )
    chart.save(str(path))


def _name(plan: Plan) -> str:
    return f"{plan.engine} {plan.seconds:g} s"


__all__ = ["lines", "save_chart", "summary", "tables"]
