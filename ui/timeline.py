"""Routes against time: windows as bands, stops as marks, moved stops ringed, a line for now."""

import altair as alt
import pandas as pd

from ui.shapes import Route
from ui.style import AT_RISK, BROKEN, FINE, NOW

COLUMNS = ["route", "expected", "opens", "closes", "state", "stop", "moved", "late", "risk"]


def chart(routes: list[Route], opens: str, closes: str, now: str, *, dark: bool) -> alt.LayerChart:
    """Return the timeline of some routes; instants are shown as wall times of the day."""
    drawn = _rows(routes)
    axis = alt.Axis(format="%H:%M", title=None, tickCount=12, grid=True, gridOpacity=0.15)
    scale = alt.Scale(domain=[_wall(opens), _wall(closes)])
    rows = alt.Y("route:N", title=None, axis=alt.Axis(labelLimit=110))
    colour = alt.Color(
        "state:N",
        scale=alt.Scale(
            domain=["done", "fine", "at_risk", "broken"], range=["#4b515c", FINE, AT_RISK, BROKEN]
        ),
        legend=None,
    )
    tips = ["stop:N", "state:N", "late:Q", "risk:Q"]
    windows = (
        alt.Chart(
            pd.DataFrame([m for m in drawn if m["state"] in ("at_risk", "broken")], columns=COLUMNS)
        )
        .mark_bar(height=5, opacity=0.45)
        .encode(x=alt.X("opens:T", scale=scale, axis=axis), x2="closes:T", y=rows, color=colour)
    )
    marks = (
        alt.Chart(pd.DataFrame(drawn, columns=COLUMNS))
        .mark_tick(thickness=3, size=15)
        .encode(x=alt.X("expected:T", scale=scale, axis=axis), y=rows, color=colour, tooltip=tips)
    )
    moved = (
        alt.Chart(pd.DataFrame([m for m in drawn if m["moved"]], columns=COLUMNS))
        .mark_point(size=110, strokeWidth=2, color="#FFFFFF" if dark else "#111111")
        .encode(x=alt.X("expected:T", scale=scale), y=rows, tooltip=tips)
    )
    line = (
        alt.Chart(pd.DataFrame({"now": [_wall(now)]}))
        .mark_rule(color=NOW, strokeWidth=2)
        .encode(x=alt.X("now:T", scale=scale))
    )
    height = max(150, min(330, 34 * max(1, len(routes))))
    return alt.LayerChart(layer=[windows, marks, moved, line]).properties(height=height)


def _rows(routes: list[Route]) -> list[dict[str, object]]:
    return [
        {
            "route": f"{r['vehicle_id']} {r['driver_name']}".strip(),
            "expected": _wall(s["expected_at"]),
            "opens": _wall(s["window"]["opens"]) if s["window"] else None,
            "closes": _wall(s["window"]["closes"]) if s["window"] else None,
            "state": "done" if s["status"] in ("done", "failed", "cancelled") else s["state"],
            "stop": s["order_id"] or s["kind"],
            "moved": s["moved"],
            "late": s["late_min"],
            "risk": s["p_late_pct"],
        }
        for r in routes
        for s in r["stops"]
    ]


def _wall(instant: str) -> str:
    """Drop the offset: the chart shows the wall time of the day, whatever the browser's zone."""
    return instant[:19]
