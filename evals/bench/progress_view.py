"""The progress benchmark for people: tables for the terminal, a chart for a page."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from rich.console import RenderableType
from rich.table import Table

from api.charting import chart_file

Report = Mapping[str, Any]


def tables(report: Report) -> tuple[RenderableType, ...]:
    """Return one table by stops ahead, one by horizon and one of customer windows."""
    ahead = _table(
        "By stops ahead", "stops", "inside", "below", "above", "MAE min", "shifted", "static"
    )
    for name, one in report["by_bucket"].items():
        mae = one["mae_s"]
        ahead.add_row(
            name,
            *(_share(one[c]) for c in ("coverage", "tail_below", "tail_above")),
            *(f"{mae[c] / 60:.1f}" for c in ("pace", "shifted", "static")),
        )
    horizon = _table("So long before", "minutes", "MAE min", "RMSE", "MAPE", "in 15", "stale MAE")
    for minutes, one in report["horizons"].items():
        if one["rows"]:
            said = one["refreshed"]
            horizon.add_row(
                minutes,
                f"{said['mae_s'] / 60:.1f}",
                f"{said['rmse_s'] / 60:.1f}",
                _share(said["mape"]),
                _share(said["within_min"]["15"]),
                f"{one['stale']['mae_s'] / 60:.1f}",
            )
    told = _table("Customer windows", "window", "kept", "mean width min")
    for name in ("morning", "hour", "told"):
        one = report["windows"][name]
        told.add_row(name, _share(one["kept"]), f"{one['width_min']:.0f}")
    return ahead, horizon, told


def summary(report: Report) -> str:
    """Return the figures of a run in one sentence."""
    compared, told = report["ahead_10_to_30"], report["windows"]
    learned = report["on_learned_doors"]["ahead_10_to_30"]
    mae, missed = compared["mae_s"], report["missed"]
    return (
        f"{report['routes']['tested']} routes: 10 to 30 stops ahead static "
        f"{mae['static'] / 60:.1f} min, shifted {mae['shifted'] / 60:.1f}, with pace "
        f"{mae['pace'] / 60:.1f} ({compared['mae_ratio']:.3f}), on learned service times "
        f"{learned['mae_s']['pace'] / 60:.1f} ({learned['mae_ratio']:.3f}); windows kept "
        f"{_share(told['told']['kept'])}, {told['morning']['width_min']:.0f} min wide in the "
        f"morning and {told['hour']['width_min']:.0f} an hour ahead, "
        f"{told['messages_per_order']:.2f} changed messages per order; "
        + (f"missed: {', '.join(missed)}" if missed else "every target is met")
    )


def save_chart(report: Report, path: Path) -> None:
    """Write the errors by stops ahead, as .html or as a Vega-Lite .json."""
    chart_file(path)
    import altair as alt
    import pandas as pd

    buckets = cast("Mapping[str, Mapping[str, Any]]", report["by_bucket"])
    rows = [
        {"stops ahead": name, "forecast": forecast, "minutes": seconds / 60}
        for name, one in buckets.items()
        for forecast, seconds in one["mae_s"].items()
    ]
    chart = (
        alt.Chart(pd.DataFrame(rows), title="Mean error by stops ahead")
        .mark_bar()
        .encode(
            x=alt.X("stops ahead:O", sort=list(buckets)),
            xOffset="forecast:N",
            y="minutes:Q",
            color="forecast:N",
            tooltip=["stops ahead:O", "forecast:N", "minutes:Q"],
        )
    )
    chart.save(str(path))


def _table(title: str, *columns: str) -> Table:
    made = Table(title=title)
    for name in columns:
        made.add_column(name, justify="right")
    return made


def _share(value: float) -> str:
    return f"{100 * value:.1f} %"
