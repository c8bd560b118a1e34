"""The routing benchmark for people: tables for the terminal, a chart for a page."""

from pathlib import Path

from rich.console import RenderableType
from rich.table import Table

from api.charting import chart_file
from evals.bench.routing import Report


def tables(report: Report) -> tuple[RenderableType, ...]:
    """Return one table of mean gaps and one of the targets."""
    gaps = Table(title="Mean gap to the best known, %: one core, every plan judged again")
    for name in ("files", "s", *report.engines):
        gaps.add_column(name, justify="left" if name == "files" else "right")
    means = {(m.group, m.seconds, m.engine): m for m in report.means()}
    for group, seconds in dict.fromkeys((k[0], k[1]) for k in means):
        cells: list[str] = []
        for engine in report.engines:
            mean = means.get((group, seconds, engine))
            if mean is None:
                cells.append("-")
                continue
            without = f" ({mean.without} without)" if mean.without else ""
            cells.append(f"{mean.gap_pct:.2f}{without}")
        files = max(m.files for k, m in means.items() if k[0] == group)
        gaps.add_row(f"{group} ({files})", f"{seconds:g}", *cells)
    targets = Table(title="Targets")
    for name in ("what", "files", "at most", "measured", "missed by"):
        targets.add_column(name, justify="left" if name == "what" else "right")
    for one in report.targets():
        missed = "-" if one.met else f"{one.missed_by:.2f}"
        targets.add_row(one.what, str(one.count), f"{one.at_most:g}", f"{one.measured:.2f}", missed)
    return gaps, targets


def summary(report: Report) -> str:
    """Return the figures of a run in one sentence, and what was skipped."""
    targets = report.targets()
    met = sum(t.met for t in targets)
    said = f"{len(report.rows)} plans of {len({r.file for r in report.rows})} files"
    said += f"; {met} of {len(targets)} targets met"
    return "; ".join([said, *(f"skipped {m}" for m in report.missing)])


def save_chart(report: Report, path: Path) -> None:
    """Write the gaps of every file and engine against its size, as .html or Vega-Lite .json."""
    chart_file(path)
    import altair as alt
    import pandas as pd

    rows = [
        {
            "file": r.file,
            "customers": r.customers,
            "engine": r.engine,
            "seconds": r.seconds,
            "gap %": r.gap_pct,
        }
        for r in report.rows
        if r.gap_pct is not None
    ]
    frame = pd.DataFrame(rows, columns=["file", "customers", "engine", "seconds", "gap %"])
    chart = (
        alt.Chart(frame, title="Gap to the best known, one core")
        .mark_circle(size=60)
        .encode(
            x="customers:Q",
            y=alt.Y("gap %:Q").scale(type="symlog"),
            color="engine:N",
            column="seconds:O",
            tooltip=["file:N", "engine:N", "seconds:Q", "gap %:Q"],
        )
    )
    chart.save(str(path))
