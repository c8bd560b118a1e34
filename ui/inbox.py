"""The inbox: ten cases, not a thousand dots. Banded by money, sorted by minutes left."""

import time

import streamlit as st

from ui import words
from ui.client import Client, Refusal
from ui.session import select_case, selected_case
from ui.shapes import CaseRow

HANDS_STILL_S = 20
"""New cases come in by themselves when nobody did anything for this long."""


@st.fragment(run_every=3)
def show(client: Client) -> None:
    """Draw the list. The order stays while a person reads; new cases are counted on top."""
    try:
        inbox = client.inbox()
    except Refusal as refusal:
        st.caption(str(refusal))
        return
    band_of = {c["case_id"]: b["band"] for b in inbox["bands"] for c in b["cases"]}
    rows = {c["case_id"]: c for b in inbox["bands"] for c in b["cases"]}
    shown = _settled(list(rows))
    fresh = [c for c in rows if c not in shown]

    head, move = st.columns([60, 40], vertical_alignment="center")
    head.markdown(f"**Cases** &nbsp;{inbox['open']}")
    visible = [c for c in shown if c in rows]
    with move, st.container(horizontal=True, gap="small", horizontal_alignment="right"):
        if st.button("▴", shortcut="K", key="up", help="Previous case") and visible:
            _step(visible, -1)
        if st.button("▾", shortcut="J", key="down", help="Next case") and visible:
            _step(visible, 1)
    if fresh and st.button(
        words.plural(len(fresh), "new case"),
        shortcut="N",
        type="primary",
        width="stretch",
        key="new",
    ):
        st.session_state["inbox_ids"] = list(rows)
        st.rerun(scope="fragment")
    if not visible:
        st.caption("Nothing burns. The day runs as planned.")
    elif selected_case() not in visible:
        _open(visible[0])
    else:
        _list(visible, rows, band_of)
    if inbox["snoozed"]:
        st.caption("Snoozed: " + ", ".join(words.plain(c["title"]) for c in inbox["snoozed"]))


def _settled(current: list[str]) -> list[str]:
    """Return the ids in the order they are shown in; taken over anew when hands are still."""
    now = time.monotonic()
    shown: list[str] = st.session_state.get("inbox_ids", [])
    still = now - st.session_state.get("inbox_touched", 0.0) > HANDS_STILL_S
    if not shown or still:
        st.session_state["inbox_ids"] = shown = current
    return shown


def _list(visible: list[str], rows: dict[str, CaseRow], band_of: dict[str, str]) -> None:
    current = selected_case()
    if st.session_state.get("inbox_choice") not in visible:
        st.session_state["inbox_choice"] = current
    with st.container(key="inbox", height=330, border=False):
        chosen = st.radio(
            "Cases",
            visible,
            key="inbox_choice",
            label_visibility="collapsed",
            format_func=lambda c: _label(rows[c], band_of[c]),
            captions=[_caption(rows[c]) for c in visible],
        )
    if chosen and chosen != current:
        _open(chosen)


def _open(case_id: str) -> None:
    st.session_state["inbox_touched"] = time.monotonic()
    select_case(case_id)
    st.rerun()


def _step(visible: list[str], by: int) -> None:
    current = selected_case()
    place = visible.index(current) if current in visible else -by
    chosen = visible[(place + by) % len(visible)]
    st.session_state["inbox_choice"] = chosen
    _open(chosen)


def _label(row: CaseRow, band: str) -> str:
    colour = words.BAND_COLOURS[band]
    money = words.plain(words.euros(row["waiting_cents"]))
    return (
        f":{colour}[{words.BANDS[band]}] **{money}** · {words.left(row['minutes_left'])} · "
        f"**{words.plain(row['title'])}**"
    )


def _caption(row: CaseRow) -> str:
    parts: list[str] = []
    if row["promises_at_risk"]:
        parts.append(words.plural(row["promises_at_risk"], "promise"))
    if row["callers"]:
        parts.append(words.plural(row["callers"], "caller"))
    if row["status"] == "resolving":
        parts.append("decided, watching")
    elif row["proposal_id"]:
        parts.append(f"{words.plain(row['best_label'])} {words.euros(row['best_cents'])}")
    return " · ".join(parts) or row["status"]
