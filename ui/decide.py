"""The bar of decisions: approve, edit, reject, snooze and undo, each by one key."""

from collections.abc import Callable

import streamlit as st

from ui import session, words
from ui.client import Client, Refusal
from ui.session import notice, person
from ui.shapes import CaseRow, Decided, Option, Proposal

SNOOZE_MIN = 15


def bar(
    client: Client, case: CaseRow, proposal: Proposal, chosen: Option, fresh: Proposal | None
) -> None:
    """Draw the keys that fit the state of the proposal, always in the same place."""
    with st.container(key="decide", horizontal=True, gap="small", vertical_alignment="center"):
        if proposal["status"] == "open":
            if st.session_state.get("rejecting"):
                _reasons(client, proposal)
            else:
                _open(client, case, proposal, chosen)
            return
        st.session_state.pop("rejecting", None)
        if proposal["undo_s"] > 0:
            _undo(client, proposal)
        else:
            _ended(client, case, proposal, fresh)


def _open(client: Client, case: CaseRow, proposal: Proposal, chosen: Option) -> None:
    proposal_id = proposal["proposal_id"]
    other = chosen["option_id"] != proposal["recommended_id"]
    if st.button("Approve best", shortcut="A", type="primary", key=f"approve-{proposal_id}"):
        _submit(lambda: client.approve(proposal_id, person()))
    if st.button(
        "Use selected row",
        shortcut="E",
        key=f"edit-{proposal_id}",
        disabled=not other or not chosen["feasible"],
    ):
        _submit(lambda: client.approve(proposal_id, person(), chosen["option_id"]))
    if st.button("Reject", shortcut="X", key=f"reject-{proposal_id}"):
        st.session_state["rejecting"] = True
        st.rerun(scope="fragment")
    snooze(client, case)
    _aside(f"valid until {words.at(proposal['expires_at'])}")


def snooze(client: Client, case: CaseRow) -> None:
    """Draw the key that puts a case aside for a quarter of an hour."""
    if st.button("Snooze", shortcut="Z", key=f"snooze-{case['case_id']}"):
        day = st.session_state.get("day")
        now = day["now"] if day else case["opened_at"]
        hour, minute = divmod(int(now[11:13]) * 60 + int(now[14:16]) + SNOOZE_MIN, 60)
        until = f"{hour % 24:02d}:{minute:02d}"
        _submit(
            lambda: client.snooze(case["case_id"], person(), until, case["revision"]),
            then=session.leave_case,
        )


def _reasons(client: Client, proposal: Proposal) -> None:
    for number, (code, label) in enumerate(words.REJECT_REASONS, start=1):
        if st.button(label, shortcut=str(number), key=f"why-{code}"):
            word = str(st.session_state.get(f"word-{proposal['proposal_id']}") or "")
            st.session_state["rejecting"] = False
            _submit(
                lambda code=code, word=word: client.reject(
                    proposal["proposal_id"], person(), code, word
                ),
                then=session.read_newest,
            )
    if st.button("Back", shortcut="Esc", key="why-back"):
        st.session_state["rejecting"] = False
        st.rerun(scope="fragment")


def word(proposal: Proposal) -> None:
    """Ask for a word beside the reason of a rejection."""
    st.text_input(
        "A word, if you like",
        key=f"word-{proposal['proposal_id']}",
        label_visibility="collapsed",
        placeholder="Why? A word, if you like, then Enter and the number of a reason",
    )


def _undo(client: Client, proposal: Proposal) -> None:
    if st.button("Undo", shortcut="U", key=f"undo-{proposal['proposal_id']}"):
        _submit(lambda: client.undo(proposal["proposal_id"], person()), then=session.read_newest)
    _aside(f"✓ {words.STATUS[proposal['status']]}, undo {proposal['undo_s']} s · J next case")


def _ended(client: Client, case: CaseRow, proposal: Proposal, fresh: Proposal | None) -> None:
    """Say what became of the proposal under the eyes, and offer the one that replaces it."""
    status = words.STATUS.get(proposal["status"], proposal["status"])
    by = f" by {proposal['decided_by']}" if proposal["decided_by"] else ""
    when = f" {words.at(proposal['decided_at'])}" if proposal["decided_at"] else ""
    if fresh is not None:
        best = fresh["options"][0]
        money = words.euros(best["price"]["total_cents"] if best["price"] else None)
        if st.button("Show the fresh one", shortcut="F", type="primary", key="fresh"):
            session.read_newest()
            st.session_state.pop("notice", None)
            st.rerun()
        _aside(f"{status}{when} · fresh: {money} {words.sentence(best['label'])}")
        return
    if case["status"] in ("open", "proposed"):
        snooze(client, case)
        _aside(f"{status}{when} · working out a fresh one …")
        return
    _aside(f"{status}{by}{when}")


def _aside(text: str) -> None:
    with st.container(key="aside"):
        st.markdown(words.plain(text))


def _submit(call: Callable[[], Decided], then: Callable[[], None] | None = None) -> None:
    """Make one decision and say in place what came of it."""
    try:
        done = call()["done"]
    except Refusal as refusal:
        said = str(refusal)
        if refusal.moved:
            said += f" Moved on: {', '.join(refusal.moved)}."
        notice(said, bad=True)
    else:
        if then is not None:
            then()
        notice(words.sentence(done))
    st.rerun()
