"""The inbox: ten cases, not a thousand dots. Banded by money, sorted by minutes left."""

import time
from zlib import crc32

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
        st.caption(f"{refusal} Trying again.")
        return
    band_of = {c["case_id"]: b["band"] for b in inbox["bands"] for c in b["cases"]}
    found = [c for b in inbox["bands"] for c in b["cases"]]
    # What is decided burns no more: it comes after what waits for somebody.
    rows = {c["case_id"]: c for c in sorted(found, key=_decided)}
    shown = _settled(list(rows))
    fresh = [c for c in rows if c not in shown]
    visible = [c for c in shown if c in rows]
    with st.container(key="inbox-head", horizontal=True, gap="small", vertical_alignment="center"):
        st.markdown(f"**Cases** &nbsp;{inbox['open']}", width="stretch")
        if fresh and st.button(f"{len(fresh)} new", shortcut="N", type="primary", key="new"):
            st.session_state["inbox_ids"] = list(rows)
            st.rerun(scope="fragment")
        if inbox["snoozed"]:
            _set_aside(inbox["snoozed"])
        if st.button("▴", shortcut="K", key="up") and visible:
            _step(visible, -1)
        if st.button("▾", shortcut="J", key="down") and visible:
            _step(visible, 1)
    with st.container(key="inbox", border=False):
        if not visible:
            st.caption("Nothing burns. The day runs as planned.")
        elif selected_case() is None:
            _open(visible[0])
        else:
            _list(visible, rows, band_of)


def _decided(row: CaseRow) -> bool:
    return row["status"] == "resolving"


def _set_aside(snoozed: list[CaseRow]) -> None:
    """Keep what is snoozed within reach: it is no work now, but its customers may call."""
    most = words.plain(words.euros(max(c["waiting_cents"] for c in snoozed)))
    # A popover of its own for each case: choosing one closes it.
    with st.popover(f"{len(snoozed)} aside · {most}", key=f"set-aside-{selected_case()}"):
        st.caption("Set aside until their time, dearest first.")
        for row in sorted(snoozed, key=lambda c: (-c["waiting_cents"], c["case_id"])):
            until = words.at(row["snoozed_until"])
            label = words.plain(f"{words.euros(row['waiting_cents'])} {row['title']} · {until}")
            if st.button(label, key=f"aside-{row['case_id']}", width="stretch"):
                _open(row["case_id"])


def _settled(current: list[str]) -> list[str]:
    """Return the ids in the order they are shown in; taken over anew when hands are still."""
    now = time.monotonic()
    shown: list[str] = st.session_state.get("inbox_ids", [])
    still = now - st.session_state.get("inbox_touched", now) > HANDS_STILL_S
    if not shown or still:
        st.session_state["inbox_ids"] = shown = current
    return shown


def _list(visible: list[str], rows: dict[str, CaseRow], band_of: dict[str, str]) -> None:
    current = selected_case()
    # The radio follows the address; a case that left the list stays open in the middle.
    place = visible.index(current) if current in visible else None
    labels = {c: _label(rows[c], band_of[c]) for c in visible}
    # A radio forgets its choice when the words of its options change, so those make a new one.
    written = crc32("\n".join(labels.values()).encode())
    chosen = st.radio(
        "Cases",
        visible,
        index=place,
        key=f"inbox-{current}-{place}-{written}",
        label_visibility="collapsed",
        format_func=labels.__getitem__,
        captions=[_caption(rows[c]) for c in visible],
        width="stretch",
    )
    if chosen and chosen != current:
        _open(chosen)


def touched() -> None:
    """Note that somebody is at work: the list keeps its order for a while."""
    st.session_state["inbox_touched"] = time.monotonic()


def _open(case_id: str) -> None:
    touched()
    select_case(case_id)
    st.rerun()


def _step(visible: list[str], by: int) -> None:
    current = selected_case()
    place = visible.index(current) if current in visible else (-1 if by > 0 else 0)
    _open(visible[(place + by) % len(visible)])


def _label(row: CaseRow, band: str) -> str:
    money = words.plain(words.euros(row["waiting_cents"]))
    sign = "✓" if _decided(row) else words.BANDS[band]
    return (
        f"{sign} **{money}** · {words.left(row['minutes_left'])} · **{words.plain(row['title'])}**"
    )


def _caption(row: CaseRow) -> str:
    parts: list[str] = []
    if row["promises_at_risk"]:
        parts.append(f"◐ {words.plural(row['promises_at_risk'], 'promise')}")
    if row["callers"]:
        parts.append(words.plural(row["callers"], "caller"))
    if _decided(row):
        parts.append("decided, watching")
    elif row["proposal_id"]:
        money = words.euros(row["best_cents"])
        parts.append(f"{money} {words.sentence(row['best_label'])}")
    else:
        parts.append("working on it")
    return words.plain(" · ".join(parts))
