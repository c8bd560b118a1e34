"""The leg benchmark for people: a table for the terminal, a chart for a page."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from rich.console import RenderableType
from rich.table import Table

from api.charting import chart_file

Report = Mapping[str, Any]


def tables(report: Report) -> tuple[RenderableType, ...]:
    """Return one table of the errors and one of short histories."""
    errors = Table(title="Legs of the test range")
    for name in ("forecast", "MAE min", "RMSE min", "within 5 min", "ours / it"):
        errors.add_column(name, justify="left" if name == "forecast" else "right")
    ratios = {
        **report["mae_ratio"],
        "constant_speed_driven": report["mae_ratio_knowing_the_driven_distance"],
        "formula": report["mae_ratio_formula"],
    }
    rows = {"P50": report["point"], "formula": report["formula"], **report["baselines"]}
    for name, scores in rows.items():
        errors.add_row(
            name.replace("_", " "),
            f"{scores['mae_s'] / 60:.2f}",
            f"{scores['rmse_s'] / 60:.2f}",
            f"{100 * scores['within_min']['5']:.1f} %",
            f"{ratios[name]:.3f}" if name in ratios else "",
        )
    short = Table(title="With little history")
    for name in ("days", "what answers", "MAE min", "to the formula"):
        short.add_column(name, justify="right")
    for days, one in report["history"].items():
        ratio = f"{one['ratio_to_formula']:.3f}"
        short.add_row(days, one["stage"], f"{one['mae_s'] / 60:.2f}", ratio)
    return errors, short


def summary(report: Report) -> str:
    """Return the figures of a run in one sentence."""
    ratio = report["mae_ratio"]
    missed = report["missed"]
    return (
        f"{report['legs']['scored']} legs: MAE {report['point']['mae_s'] / 60:.2f} min, to "
        f"constant speed {ratio['constant_speed']:.3f}, zone pair and hour "
        f"{ratio['zone_pair_hour']:.3f}, linear {ratio['linear']:.3f}; P10 to P90 hold "
        f"{100 * report['coverage']:.1f} % ({100 * report['tail_below']:.1f} below, "
        f"{100 * report['tail_above']:.1f} above), interval score "
        f"{report['interval_score_ratio']:.3f}; "
        + (f"missed: {', '.join(missed)}" if missed else "every target is met")
    )


def save_chart(report: Report, path: Path) -> None:
    """Write what P10 to P90 hold by hour of the day, as .html or as a Vega-Lite .json."""
    chart_file(path)
    import altair as alt
    import pandas as pd

    hours = cast("Mapping[str, Mapping[str, float]]", report["by_hour"])
    rows = [
        {"hour": hour, "share": name, "%": 100 * one[key]}
        for hour, one in hours.items()
        for key, name in (("tail_below", "below P10"), ("tail_above", "above P90"))
    ]
    chart = (
        alt.Chart(pd.DataFrame(rows), title="Legs outside P10 to P90, by hour")
        .mark_bar()
        .encode(x="hour:O", y="%:Q", color="share:N", tooltip=["hour:O", "share:N", "%:Q"])
    )
    chart.save(str(path))
