"""The bar of decisions: approve, edit, reject, snooze and undo, each by one key."""

from collections.abc import Callable

import streamlit as st

from ui import words
from ui.client import Client, Refusal
from ui.session import notice, person, select_option
from ui.shapes import CaseRow, Decided, Option, Proposal

SNOOZE_MIN = 15


def bar(client: Client, case: CaseRow, proposal: Proposal, chosen: Option) -> None:
    """Draw the keys that fit the state of the proposal."""
    if proposal["status"] == "open":
        if st.session_state.get("rejecting"):
            _reasons(client, proposal)
        else:
            _open(client, case, proposal, chosen)
    elif proposal["undo_s"] > 0:
        _undo(client, proposal)
    else:
        status = words.STATUS.get(proposal["status"], proposal["status"])
        by = f" by {proposal['decided_by']}" if proposal["decided_by"] else ""
        st.caption(f"{proposal['proposal_id']}: {status}{by} {words.at(proposal['decided_at'])}")


def _open(client: Client, case: CaseRow, proposal: Proposal, chosen: Option) -> None:
    proposal_id = proposal["proposal_id"]
    best = proposal["recommended_id"]
    other = chosen["option_id"] != best
    with st.container(key="decide", horizontal=True, gap="small"):
        if st.button("Approve", shortcut="A", type="primary", key=f"approve-{proposal_id}"):
            _submit(lambda: client.approve(proposal_id, person()))
        if st.button(
            "Use the selected row",
            shortcut="E",
            key=f"edit-{proposal_id}",
            disabled=not other or not chosen["feasible"],
            help="Edit: commit the row that you selected instead of the best one",
        ):
            _submit(lambda: client.approve(proposal_id, person(), chosen["option_id"]))
        if st.button("Reject", shortcut="X", key=f"reject-{proposal_id}"):
            st.session_state["rejecting"] = True
            st.rerun(scope="fragment")
        snooze(client, case)
        st.caption(f"{words.left(proposal['expires_in_s'] // 60)} left")


def snooze(client: Client, case: CaseRow) -> None:
    """Draw the key that puts a case aside for a quarter of an hour."""
    if st.button(
        "Snooze",
        shortcut="Z",
        key=f"snooze-{case['case_id']}",
        help=f"Look again in {SNOOZE_MIN} min",
    ):
        day = st.session_state.get("day")
        now = day["now"] if day else case["opened_at"]
        hour, minute = divmod(int(now[11:13]) * 60 + int(now[14:16]) + SNOOZE_MIN, 60)
        until = f"{hour % 24:02d}:{minute:02d}"
        _submit(lambda: client.snooze(case["case_id"], person(), until, case["revision"]))


def _reasons(client: Client, proposal: Proposal) -> None:
    word = st.text_input(
        "A word, if you like",
        key=f"word-{proposal['proposal_id']}",
        label_visibility="collapsed",
        placeholder="Why? A word, if you like; then pick a reason (1-6)",
    )
    with st.container(key="decide-why", horizontal=True, gap="small"):
        for number, (code, label) in enumerate(words.REJECT_REASONS, start=1):
            if st.button(label, shortcut=str(number), key=f"why-{code}"):
                st.session_state["rejecting"] = False
                _submit(
                    lambda code=code: client.reject(
                        proposal["proposal_id"], person(), code, word or ""
                    )
                )
        if st.button("Back", shortcut="Esc", key="why-back"):
            st.session_state["rejecting"] = False
            st.rerun(scope="fragment")


def _undo(client: Client, proposal: Proposal) -> None:
    with st.container(key="decide-undo", horizontal=True, gap="small"):
        st.success(f"Done, undo {proposal['undo_s']} s", icon="✓")
        if st.button("Undo", shortcut="U", key=f"undo-{proposal['proposal_id']}"):
            _submit(lambda: client.undo(proposal["proposal_id"], person()))


def _submit(call: Callable[[], Decided]) -> None:
    """Make one decision and say in place what came of it."""
    try:
        notice(call()["done"])
    except Refusal as refusal:
        words_said = str(refusal)
        if refusal.fresh_proposal_id:
            words_said += f" The fresh one is {refusal.fresh_proposal_id}, shown below."
            select_option("")
        notice(words_said, bad=True)
    st.rerun()


def notice_line() -> None:
    """Say what came of the last decision, until another case is picked."""
    said: tuple[str, bool] | None = st.session_state.get("notice")
    if said:
        text, bad = said
        (st.warning if bad else st.success)(text)
