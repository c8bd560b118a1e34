"""Charts of the page on arrival times: blue and grey, as amber and red stay with promises."""

from collections.abc import Sequence

import altair as alt
import pandas as pd

from ui.eta_shapes import EtaErrors, EtaWeek
from ui.style import NOW

SHARES = ("before P10", "P10 to P90", "after P90")
_GREYS = {True: ("#4a525e", NOW, "#a9b1bd"), False: ("#a9b1bd", NOW, "#5d6470")}
_TARGETS = pd.DataFrame({"percent": [10, 90]})
_HEIGHT = 180


def coverage(rows: Sequence[EtaErrors], *, dark: bool) -> alt.LayerChart:
    """Return where arrivals fell; rules at 10 and 90 % are what P10 and P90 promise."""
    found = [
        {"before": one["name"], "where": name, "percent": value, "order": number}
        for one in rows
        for number, (name, value) in enumerate(zip(SHARES, _shares(one), strict=True))
        if value is not None
    ]
    data = pd.DataFrame(found, columns=["before", "where", "percent", "order"])
    colour = alt.Color(
        "where:N",
        scale=alt.Scale(domain=list(SHARES), range=list(_GREYS[dark])),
        legend=alt.Legend(orient="top", title=None, offset=0, padding=0),
    )
    bars = (
        alt.Chart(data)
        .mark_bar()
        .encode(
            x=alt.X("before:N", sort=_names(rows), title=None, axis=alt.Axis(labelAngle=0)),
            y=alt.Y("percent:Q", title=None, scale=alt.Scale(domain=[0, 100])),
            color=colour,
            order="order:Q",
            tooltip=["before:N", "where:N", "percent:Q"],
        )
    )
    promised = alt.Chart(_TARGETS).mark_rule(strokeDash=[4, 3], opacity=0.8).encode(y="percent:Q")
    return alt.LayerChart(layer=[bars, promised], height=_HEIGHT)


def minutes(rows: Sequence[EtaErrors]) -> alt.LayerChart:
    """Return the mean error of each group as bars with their figures on top."""
    found = [
        {"name": one["name"], "minutes": one["mae_min"], "arrivals": one["arrivals"]}
        for one in rows
        if one["forecasts"]
    ]
    data = pd.DataFrame(found, columns=["name", "minutes", "arrivals"])
    axis = alt.Axis(labelAngle=0, labelOverlap=True)
    x = alt.X("name:N", sort=_names(rows), title=None, axis=axis)
    y = alt.Y("minutes:Q", title=None, axis=alt.Axis(tickCount=4))
    tips = ["name:N", "minutes:Q", "arrivals:Q"]
    base = alt.Chart(data)
    bars = base.mark_bar(color=NOW, opacity=0.85).encode(x=x, y=y, tooltip=tips)
    return alt.LayerChart(layer=[bars, _figures(base, x, y)], height=_HEIGHT)


def drift(weeks: Sequence[EtaWeek]) -> alt.LayerChart:
    """Return each week's error against the history table's; at 1 it is no better."""
    found = [
        {"name": w["first_day"][5:], "ratio": w["ratio_to_table"], "legs": w["legs"]} for w in weeks
    ]
    data = pd.DataFrame(found, columns=["name", "ratio", "legs"])
    order = [str(one["name"]) for one in found]
    x = alt.X("name:N", sort=order, title=None, axis=alt.Axis(labelAngle=0))
    y = alt.Y("ratio:Q", title=None, scale=alt.Scale(zero=False))
    base = alt.Chart(data)
    line = base.mark_line(color=NOW, point=True).encode(x=x, y=y, tooltip=["name:N", "ratio:Q"])
    one = (
        alt.Chart(pd.DataFrame({"ratio": [1.0]}))
        .mark_rule(strokeDash=[4, 3], opacity=0.8)
        .encode(y="ratio:Q")
    )
    return alt.LayerChart(layer=[line, one], height=_HEIGHT - 30)


def _figures(base: alt.Chart, x: alt.X, y: alt.Y) -> alt.Chart:
    text = alt.Text("minutes:Q", format=".1f")
    return base.mark_text(dy=-6, fontSize=11, color=NOW).encode(x=x, y=y, text=text)


def _names(rows: Sequence[EtaErrors]) -> list[str]:
    """Return the order of the groups: a chart whose data change would keep its first one."""
    return [one["name"] for one in rows]


def _shares(one: EtaErrors) -> tuple[float | None, float | None, float | None]:
    return one["below_p10_pct"], one["inside_pct"], one["above_p90_pct"]
