"""The page on arrival times: how far off they were, how sure, where, and by which model."""

import html
from collections.abc import Sequence

import streamlit as st

from ui import eta_charts, words
from ui.client import Client, Refusal
from ui.eta_shapes import EtaErrors, EtaQuality
from ui.style import dark

SPANS = {"1": (1, "This day"), "2": (7, "7 days"), "3": (28, "28 days")}
STEPS_SHOWN = 6
HINTS = {
    "MAE": "mean minutes off",
    "RMSE": "mean minutes off, where large ones weigh more",
    "MAPE": "minutes off, as a share of the time that the arrival was still away",
    "P10–P90": "arrivals within the span that was said; 80 % are meant to be",
    "later by": "minutes later than said, in the mean",
    "shrunk": "drawn to the mean of all, as few visits say little",
}
"""What a heading means, shown where the pointer rests."""
_PENDING = "eta_pending"
_WHAT = {
    "added": "trained",
    "promoted": "promoted",
    "rolled_back": "rolled back",
    "renewed": "renewed",
    "fell_back": "fell back",
    "recovered": "answers again",
}


def wanted() -> bool:
    """Whether this page is asked for in place of the board."""
    return st.query_params.get("page") == "eta"


def enter() -> None:
    st.query_params["page"] = "eta"


def show(client: Client) -> None:
    """Draw the page and keep it going: quickly while days are still worked through."""
    pending = bool(st.session_state.get(_PENDING, True))
    st.fragment(_draw, run_every=1 if pending else 10)(client, pending=pending)


def _draw(client: Client, *, pending: bool) -> None:
    days = int(st.session_state.get("eta_days", 1))
    try:
        told = client.eta_quality(days)
    except Refusal as refusal:
        st.caption(f"{refusal} Trying again.")
        return
    if told["complete"] is pending:
        st.session_state[_PENDING] = not told["complete"]
        st.rerun()
    with st.container(key="eta-head", horizontal=True, gap="small", vertical_alignment="center"):
        st.html(
            f'<div class="cause"><span>Arrival times, {html.escape(told["place"])}</span></div>'
        )
        for key, (span, label) in SPANS.items():
            kind = "primary" if span == days else "secondary"
            if st.button(label, shortcut=key, key=f"eta-span-{span}", type=kind):
                st.session_state["eta_days"] = span
                st.session_state[_PENDING] = True
                st.rerun()
        if st.button("Back to the board", shortcut="B", key="eta-back"):
            st.query_params.pop("page", None)
            st.rerun()
    st.html(f'<div class="eta-says">{html.escape(_state(told))}</div>')
    with st.container(key="eta"):
        _figures(told)
        _models(told)


def _state(told: EtaQuality) -> str:
    parts = [f"{words.sentence(told['says'])}."]
    if not told["complete"]:
        until = next((d["scored_until"] for d in told["days"][:1]), None)
        done = f"{len(told['days'])} days so far" if len(told["days"]) > 1 else words.at(until)
        parts.append(f"Still working through the ledger ({done}); the figures are of a part.")
    unseen = sum(d["unseen"] for d in told["days"])
    if unseen:
        parts.append(f"{words.plural(unseen, 'door')} served without a reported arrival.")
    if told["left_out"]:
        parts.append(f"Left out: {'; '.join(told['left_out'])}.")
    return " ".join(parts)


def _figures(told: EtaQuality) -> None:
    if not told["scored"]:
        return
    before = f"{told['grouped_at_min']} min before"
    one, two, three = st.columns([30, 30, 40], gap="medium")
    with one:
        _head("Where arrivals fell", "P10 to P90: the span we say; dashed: 10, 90 %")
        st.altair_chart(eta_charts.coverage(told["horizons"], dark=dark()), key="eta-coverage")
    with two:
        _head("Minutes off, by stops ahead", "what was said in force")
        st.altair_chart(eta_charts.minutes(told["ahead"]), key="eta-ahead")
    with three:
        _head("So long before the arrival", "minutes, and shares within so many of them")
        st.html(_far(told["horizons"]))
        _head("Stops we changed, and those we did not", "1 h before")
        st.html(_apart(told))
    one, two, three = st.columns([30, 30, 40], gap="medium")
    with one:
        _head("Minutes off, by zone", f"from the depot, {before}")
        st.altair_chart(eta_charts.minutes(told["zones"][:6]), key="eta-zones")
    with two:
        _head("Minutes off, by hour", before)
        st.altair_chart(eta_charts.minutes(told["hours"]), key="eta-hours")
    with three:
        _head("Worst addresses", f"{before}; shrunk: drawn to the mean, as one visit is little")
        st.html(_addresses(told))


def _models(told: EtaQuality) -> None:
    left, middle, right = st.columns([30, 30, 40], gap="medium")
    with middle:
        if told["scored"]:
            _head("By stops ahead", "before P10, between, after P90")
            st.html(_inside(told["ahead"]))
    with left:
        _head("Drift", "error of each week against the history table's; above 1 is worse")
        if told["drift"]:
            st.altair_chart(eta_charts.drift(told["drift"]), key="eta-drift")
        else:
            why = f"No week to judge yet: {told['provider']}."
            st.html(f'<div class="eta-quiet">{html.escape(why)}</div>')
    with right:
        _head("Models", f"{told['model_id'][:8]} answers now")
        st.html(_steps(told))


def _head(title: str, what: str) -> None:
    st.html(
        f'<div class="eta-title"><b>{html.escape(title)}</b> '
        f'<span class="quiet">{html.escape(what)}</span></div>'
    )


def _far(rows: Sequence[EtaErrors]) -> str:
    head = ("", "arrivals", "MAE", "RMSE", "MAPE", "5", "10", "15", "30 min")
    body = [
        (
            one["name"],
            str(one["arrivals"]),
            _minutes(one["mae_min"]),
            _minutes(one["rmse_min"]),
            _share(one["mape_pct"]),
            _share(one["within_5_pct"]),
            _share(one["within_10_pct"]),
            _share(one["within_15_pct"]),
            _share(one["within_30_pct"]),
        )
        for one in rows
    ]
    return _table(head, body)


def _apart(told: EtaQuality) -> str:
    head = ("", "arrivals", "MAE", "later by", "P10–P90")
    parts = (
        ("never changed", told["untouched"]),
        ("changed before", told["touched"]),
        ("said before the change", told["overtaken"]),
    )
    body = [
        (
            name,
            str(one["arrivals"]),
            _minutes(one["mae_min"]),
            _minutes(one["bias_min"], signed=True),
            _share(one["inside_pct"]),
        )
        for name, rows in parts
        for one in rows
        if one["name"] == "1 h"
    ]
    return _table(head, body)


def _inside(rows: Sequence[EtaErrors]) -> str:
    head = ("stops", "arrivals", "before", "P10–P90", "after")
    body = [
        (
            one["name"],
            str(one["arrivals"]),
            _share(one["below_p10_pct"]),
            _share(one["inside_pct"]),
            _share(one["above_p90_pct"]),
        )
        for one in rows
    ]
    return _table(head, body)


def _addresses(told: EtaQuality) -> str:
    head = ("", "visits", "off", "shrunk", "later by")
    body = [
        (
            one["address"] or one["order_id"] or "",
            str(one["visits"]),
            _minutes(one["mae_min"]),
            _minutes(one["shrunk_min"]),
            _minutes(one["bias_min"], signed=True),
        )
        for one in told["addresses"][:7]
    ]
    return _table(head, body) if body else '<div class="eta-quiet">None stands out.</div>'


def _steps(told: EtaQuality) -> str:
    if not told["steps"]:
        return '<div class="eta-quiet">Nothing was trained yet: tenfour train --ledger.</div>'
    head = ("when", "what", "model", "by", "why")
    body = [
        (
            f"{s['at'][:10]} {words.at(s['at'])}",
            _WHAT.get(s["what"], s["what"]),
            s["model_id"][:8],
            s["by"],
            s["why"],
        )
        for s in told["steps"][:STEPS_SHOWN]
    ]
    return _table(head, body, words=True)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], *, words: bool = False) -> str:
    top = "".join(
        f'<th title="{html.escape(HINTS.get(cell, ""))}">{html.escape(cell)}</th>' for cell in head
    )
    body = ""
    for row in rows:
        body += f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row)}</tr>"
    kind = "eta words" if words else "eta"
    return f'<table class="{kind}"><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>'


def _minutes(value: float | None, *, signed: bool = False) -> str:
    if value is None:
        return "–"
    return f"{value:+.1f}" if signed else f"{value:.1f}"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f} %"
