"""The page on arrival times: what it says in words, and what its charts are drawn from."""

from typing import Any, cast

from ui import eta_charts
from ui.eta_shapes import EtaErrors, EtaWeek


def errors(name: str, **known: Any) -> EtaErrors:
    keys = EtaErrors.__annotations__
    plain: dict[str, Any] = dict.fromkeys(keys)
    return cast(EtaErrors, {**plain, "name": name, "forecasts": 0, "arrivals": 0, **known})


HOUR = errors(
    "1 h", forecasts=9, arrivals=9, mae_min=7.9, below_p10_pct=8.0, inside_pct=83.0,
    above_p90_pct=9.0,
)  # fmt: skip
NOTHING = errors("4 h")


def drawn(chart: Any) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each layer."""
    found: dict[str, Any] = chart.to_dict()
    return found["datasets"]


def test_a_horizon_without_arrivals_has_no_bar():
    rows = [
        r for rows in drawn(eta_charts.coverage([NOTHING, HOUR], dark=True)).values() for r in rows
    ]
    bars = [(r["before"], r["where"], r["percent"]) for r in rows if "where" in r]
    assert bars == [
        ("1 h", "before P10", 8.0), ("1 h", "P10 to P90", 83.0), ("1 h", "after P90", 9.0),
    ]  # fmt: skip
    bars = [r for rows in drawn(eta_charts.minutes([NOTHING, HOUR])).values() for r in rows]
    assert bars == [{"name": "1 h", "minutes": 7.9, "arrivals": 9}]


def test_amber_and_red_stay_with_promises():
    for dark in (True, False):
        colours = str(eta_charts.coverage([HOUR], dark=dark).to_dict())
        assert "#E69F00" not in colours
        assert "#E2553A" not in colours


def test_drift_is_drawn_against_the_table_it_stands_on():
    week: EtaWeek = {
        "first_day": "2026-11-03", "legs": 900, "ratio_to_table": 0.93, "below_p10_pct": 9.0,
        "above_p90_pct": 11.0, "out_of_bounds": [],
    }  # fmt: skip
    rows = [r for rows in drawn(eta_charts.drift([week])).values() for r in rows]
    assert {"name": "11-03", "ratio": 0.93, "legs": 900} in rows
    assert {"ratio": 1.0} in rows
