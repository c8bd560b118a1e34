"""The quality of arrival times on a terminal, and as charts in a file."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import RenderableType
from rich.table import Table

from api.schemas import EtaErrors, EtaQuality

STEPS_SHOWN = 6


def tables(view: EtaQuality) -> tuple[RenderableType, ...]:
    """Return one table for each way of looking at it; groups without arrivals are left out."""
    before = f"{view.grouped_at_min} min before"
    parts: list[tuple[str, Sequence[EtaErrors]]] = [
        ("By stops ahead", view.ahead),
        ("Stops whose way we never changed", view.untouched),
        ("Stops whose way we had changed", view.touched),
        ("Said before a change of ours made it void", view.overtaken),
        (f"By zone, {before}", view.zones),
        (f"By hour, {before}", view.hours),
    ]
    made: list[RenderableType] = [_far(view.horizons)]
    made += [_errors(title, rows) for title, rows in parts if any(one.forecasts for one in rows)]
    if view.addresses:
        made.append(_addresses(view))
    if view.drift:
        made.append(_drift(view))
    if view.steps:
        made.append(_steps(view))
    return tuple(made)


def _far(rows: Sequence[EtaErrors]) -> Table:
    """Return how far off it was so long before, in every measure that the field reports."""
    names = ("MAE min", "RMSE", "MAPE %", "in 5 %", "in 10", "in 15", "in 30")
    made = _table("So long before the arrival", "", "arrivals", *names)
    for one in rows:
        if one.forecasts:
            shares = (one.within_5_pct, one.within_10_pct, one.within_15_pct, one.within_30_pct)
            made.add_row(
                one.name,
                str(one.arrivals),
                *_said(one.mae_min, one.rmse_min, one.mape_pct, *shares),
            )
    return made


def _errors(title: str, rows: Sequence[EtaErrors]) -> Table:
    names = ("MAE min", "later by", "< P10 %", "inside", "> P90")
    made = _table(title, "", "arrivals", *names)
    for one in rows:
        if one.forecasts:
            inside = (one.below_p10_pct, one.inside_pct, one.above_p90_pct)
            made.add_row(one.name, str(one.arrivals), *_said(one.mae_min, one.bias_min, *inside))
    return made


def _said(*values: float | None) -> list[str]:
    return ["" if value is None else f"{value:.1f}" for value in values]


def _table(title: str, first: str, *others: str) -> Table:
    made = Table(title=title)
    made.add_column(first)
    for name in others:
        made.add_column(name, justify="right")
    return made


def _addresses(view: EtaQuality) -> Table:
    title = f"Worst addresses, {view.grouped_at_min} min before"
    made = _table(title, "", "visits", "MAE min", "shrunk", "later by")
    for one in view.addresses:
        made.add_row(
            one.address or one.order_id or f"{one.lat:.5f}, {one.lon:.5f}",
            str(one.visits),
            *_said(one.mae_min, one.shrunk_min, one.bias_min),
        )
    return made


def _drift(view: EtaQuality) -> Table:
    title = "Legs by week, against the history table"
    made = _table(title, "week of", "legs", "ratio", "< P10 %", "> P90 %")
    for week in view.drift:
        made.add_row(
            week.first_day,
            str(week.legs),
            f"{week.ratio_to_table:.3f}",
            f"{week.below_p10_pct:.1f}",
            f"{week.above_p90_pct:.1f}",
        )
    return made


def _steps(view: EtaQuality) -> Table:
    """Return what was done to the models, the latest first."""
    made = Table(title=f"Models; {view.model_id} answers now")
    for name in ("when", "what", "model", "by", "why"):
        made.add_column(name, overflow="fold" if name == "why" else "ellipsis")
    for step in view.steps[:STEPS_SHOWN]:
        when, what = f"{step.at:%Y-%m-%d %H:%M}", step.what.replace("_", " ")
        made.add_row(when, what, step.model_id, step.by, step.why)
    return made


def save_charts(view: EtaQuality, path: Path) -> None:
    """Write coverage and error by horizon and by stops ahead, error by zone and by hour."""
    import altair as alt
    import pandas as pd

    def bars(rows: Sequence[EtaErrors], title: str) -> alt.Chart:
        columns = ["name", "minutes off", "arrivals"]
        said = [(one.name, one.mae_min, one.arrivals) for one in rows if one.forecasts]
        chart = alt.Chart(pd.DataFrame(said, columns=columns), title=title)
        return chart.mark_bar().encode(
            x=alt.X("name:N", sort=None, title=""),
            y="minutes off:Q",
            tooltip=["minutes off:Q", "arrivals:Q"],
        )

    shares = [
        {"before": one.name, "where": where, "percent": value}
        for one in view.horizons
        for where, value in (
            ("1 before P10", one.below_p10_pct),
            ("2 inside", one.inside_pct),
            ("3 after P90", one.above_p90_pct),
        )
        if value is not None
    ]
    columns = ["before", "where", "percent"]
    covered = (
        alt.Chart(pd.DataFrame(shares, columns=columns), title="Where arrivals fell")
        .mark_bar()
        .encode(
            x=alt.X("before:N", sort=None, title=""),
            y="percent:Q",
            color="where:N",
            order="where:N",
            tooltip=["before:N", "where:N", "percent:Q"],
        )
    )
    ahead = bars(view.ahead, "Minutes off, by stops ahead")
    zones, hours = bars(view.zones, "By zone"), bars(view.hours, "By hour")
    alt.vconcat(alt.hconcat(covered, ahead), alt.hconcat(zones, hours)).save(str(path))
