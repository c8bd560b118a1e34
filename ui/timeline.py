"""Routes against time: windows as bands, stops as marks, moved stops ringed, a line for now."""

from datetime import datetime, timedelta

import altair as alt
import pandas as pd

from ui.route_shapes import Route, Stop
from ui.style import AT_RISK, BROKEN, FINE, NOW
from ui.words import arrival, may_fail, visited

COLUMNS = [
    "route",
    "y",
    "expected",
    "opens",
    "closes",
    "state",
    "stop",
    "moved",
    "min late",
    "risk late %",
    "arrival",
    "band",
]
LOOK_BACK = timedelta(minutes=30)
STATES = ["done", "fine", "at risk", "broken"]
COLOURS = ["#5d6470", FINE, AT_RISK, BROKEN]
SHAPES = ["circle", "circle", "diamond", "cross"]


def chart(
    routes: list[Route], closes: str, now: str, *, dark: bool, times_by: str = ""
) -> alt.LayerChart:
    """Return the timeline of some routes; instants are shown as wall times of the day.

    Each route is a lane, its stops on a staircase inside it, so that windows lie beside each other.
    `times_by` says in words who forecasts them.
    """
    names = [r["vehicle_id"] for r in routes]
    start = (datetime.fromisoformat(_wall(now)) - LOOK_BACK).isoformat()
    drawn = pd.DataFrame([m for m in rows(routes) if str(m["expected"]) >= start], columns=COLUMNS)
    drawn["times by"] = times_by
    axis = alt.Axis(format="%H:%M", title=None, tickCount=10, grid=True, gridOpacity=0.15)
    scale = alt.Scale(domain=[start, max(_wall(closes), start)])
    x = alt.X("expected:T", scale=scale, axis=axis)
    labels = "[" + ",".join(f"'{n}'" for n in names) + "][floor(datum.value)]"
    y = alt.Y(
        "y:Q",
        title=None,
        scale=alt.Scale(domain=[max(1, len(names)), 0], nice=False),
        axis=alt.Axis(
            values=[i + 0.5 for i in range(len(names))],
            labelExpr=labels,
            grid=False,
            ticks=False,
            domain=False,
        ),
    )
    colour = alt.Color("state:N", scale=alt.Scale(domain=STATES, range=COLOURS), legend=None)
    shape = alt.Shape("state:N", scale=alt.Scale(domain=STATES, range=SHAPES), legend=None)
    tips = [
        "route:N",
        "stop:N",
        "arrival:N",
        "state:N",
        "min late:Q",
        "risk late %:Q",
        "times by:N",
    ]
    base = alt.Chart(drawn)
    windows = (
        base.transform_filter("datum.band")
        .mark_rule(strokeWidth=1.5, opacity=0.32, clip=True)
        .encode(
            x=alt.X("opens:T", scale=scale, axis=axis),
            x2="closes:T",
            y=y,
            color=colour,
            tooltip=tips,
        )
    )
    marks = base.mark_point(filled=True, size=34, opacity=1, clip=True).encode(
        x=x, y=y, color=colour, shape=shape, tooltip=tips
    )
    moved = (
        base.transform_filter("datum.moved")
        .mark_point(size=95, strokeWidth=1.2, color="#E8E8E8" if dark else "#111111", clip=True)
        .encode(x=x, y=y, tooltip=tips)
    )
    line = (
        alt.Chart(pd.DataFrame({"expected": [_wall(now)]}))
        .mark_rule(color=NOW, strokeWidth=2)
        .encode(x=x)
    )
    return alt.LayerChart(layer=[windows, moved, marks, line])


def rows(routes: list[Route]) -> list[dict[str, str | float | bool]]:
    """Return one row a stop; `y` is its lane, and within it the stop's place on the route."""
    found: list[dict[str, str | float | bool]] = []
    for lane, route in enumerate(routes):
        ahead = [s for s in route["stops"] if s["status"] in ("open", "current")]
        places = {s["stop_id"]: i for i, s in enumerate(ahead)}
        steps = max(1, len(ahead))
        for stop in route["stops"]:
            place = places.get(stop["stop_id"], 0)
            found.append(_row(route, stop, lane + 0.08 + 0.84 * place / steps))
    return found


def _row(route: Route, stop: Stop, y: float) -> dict[str, str | float | bool]:
    window = stop["window"]
    over = stop["status"] not in ("open", "current")
    return {
        "route": route["vehicle_id"],
        "y": round(y, 4),
        "expected": _wall(stop["expected_at"]),
        "opens": _wall(window["opens"] if window else stop["expected_at"]),
        "closes": _wall(window["closes"] if window else stop["expected_at"]),
        "state": "done" if over else stop["state"].replace("_", " "),
        "stop": visited(stop),
        "moved": stop["moved"],
        "min late": stop["late_min"],
        "risk late %": stop["p_late_pct"],
        "arrival": f"{arrival(stop)}{may_fail(stop)}",
        "band": window is not None and not over,
    }


def _wall(instant: str) -> str:
    """Drop the offset: the chart shows the wall time of the day, whatever the browser's zone."""
    return instant[:19]
