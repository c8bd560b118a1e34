"""The case in the middle: cause, evidence, the option table, and the keys that decide.

Every part has a fixed place and height, so that nothing moves while a person reads.
"""

import html

import streamlit as st

from ui import decide, session, words
from ui.client import Client, Refusal
from ui.shapes import CaseDetail, Option, Proposal


@st.fragment(run_every=3)
def show(client: Client) -> None:
    """Draw the selected case; a fresh proposal is announced, never swapped in under the eyes."""
    case_id = session.selected_case()
    if case_id is None:
        st.caption("Nothing is selected. Cases come in on the left.")
        return
    try:
        detail = client.case(case_id)
        proposal, fresh = _under_the_eyes(client, detail)
    except Refusal as refusal:
        st.caption(f"{refusal} Trying again.")
        return
    _head(detail)
    if proposal is None:
        session.show(detail, None, None)
        _no_proposal(client, detail)
        return
    chosen = _options(proposal)
    session.show(detail, proposal, chosen)
    with st.container(key="slot", border=False):
        if st.session_state.get("rejecting") and proposal["status"] == "open":
            decide.word(proposal)
        else:
            _summary(detail, chosen)
    decide.bar(client, detail["case"], proposal, chosen, fresh)


def _under_the_eyes(client: Client, detail: CaseDetail) -> tuple[Proposal | None, Proposal | None]:
    """Return the proposal to show, and the newer one that waits to be asked for."""
    newest, held = detail["proposal"], session.reading()
    if held is None or (newest is not None and newest["proposal_id"] == held):
        if newest is not None:
            session.read(newest["proposal_id"])
        return newest, None
    return client.proposal(held), newest


def _head(detail: CaseDetail) -> None:
    case = detail["case"]
    if case["status"] == "closed":
        rest = f"closed: {detail['closed_because']}" if detail["closed_because"] else "closed"
    elif case["status"] == "resolving":
        rest = "decided, watching"
    elif case["status"] == "snoozed":
        rest = f"set aside until {words.at(case['snoozed_until'])}"
    elif case["minutes_left"] is None:
        rest = "no hurry"
    elif case["minutes_left"] <= 0:
        rest = "decide now"
    else:
        rest = f"{words.left(case['minutes_left'])} left to decide"
    st.html(
        f'<div class="cause"><span>{html.escape(case["title"])}</span>'
        f'<span class="rest">{html.escape(rest)}</span></div>'
    )
    lines: list[str] = []
    for exception in detail["exceptions"][:1]:
        for seen in exception["evidence"][:1]:
            css = "stale" if seen["stale"] else ""
            what = html.escape(words.sentence(seen["sentence"]))
            lines.append(f'<div class="{css}">{what} · {words.seen(seen["age_s"])}</div>')
    delays = [words.late(d) for d in detail["delays"] if d["late_min"] > 0]
    if delays:
        lines.append(f"<div>{html.escape(' · '.join(delays))}</div>")
    st.html(f'<div class="evidence">{"".join(lines)}</div>')


def _no_proposal(client: Client, detail: CaseDetail) -> None:
    with st.container(key="options", border=False, gap="xxsmall"):
        st.markdown(detail["note"] or "Working out what could be done …")
    with st.container(key="slot", border=False):
        _say("", detail["caller_sentence"])
    with st.container(key="decide", horizontal=True, gap="small", vertical_alignment="center"):
        if detail["case"]["status"] != "closed":
            decide.snooze(client, detail["case"])


def _options(proposal: Proposal) -> Option:
    """Draw the table and return the row that is selected; keys 1 to 9 select."""
    known = [o["option_id"] for o in proposal["options"]]
    chosen_id = session.selected_option(proposal["recommended_id"], known)
    rejecting = bool(st.session_state.get("rejecting"))
    prices = [o["price"] for o in proposal["options"] if o["price"]]
    cheapest = min((p["total_cents"] for p in prices), default=0)
    with st.container(key="options", border=False, gap="xxsmall"):
        for number, option in enumerate(proposal["options"], start=1):
            here = option["option_id"] == chosen_id
            if st.button(
                _row(option, here=here, cheapest_cents=cheapest),
                key=f"option-{proposal['proposal_id']}-{option['option_id']}",
                shortcut=str(number) if number <= 9 and not rejecting else None,
                type="primary" if here else "secondary",
                width="stretch",
            ):
                session.select_option(option["option_id"])
                st.rerun()
    return next(o for o in proposal["options"] if o["option_id"] == chosen_id)


def _row(option: Option, *, here: bool, cheapest_cents: int) -> str:
    """Return a row's words: price, what is done, what it saves and moves; and the reason of the
    best one where another costs less."""
    mark = "▸ " if here else ""
    label = words.plain(words.sentence(option["label"]))
    if not option["feasible"]:
        return f"{mark}✕ {label} · {words.plain(words.spoken(option['refused_because']))}"
    price = option["price"]
    money = words.plain(words.euros(price["total_cents"] if price else None))
    best = " · best" if option["recommended"] else ""
    saves = ""
    if price and price["promises_saved"] >= 0.5:
        saved = round(price["promises_saved"])
        saves = f" · saves {words.plural(saved, 'promise')}"
    moves = ""
    if price and price["stops_moved"]:
        moves = f" · moves {words.plural(price['stops_moved'], 'stop')}"
    why = ""
    if price and option["recommended"] and price["total_cents"] > cheapest_cents:
        why = f" · {words.plain(words.spoken(option['reason']))}"
    return f"{mark}**{money}** · {label}{best}{saves}{moves}{why}"


def _summary(detail: CaseDetail, chosen: Option) -> None:
    """Say who does what by the selected row, and what to tell a caller."""
    parts = [words.sentence(m["sentence"]) for m in chosen["meetings"]]
    told = sum(1 for a in chosen["actions"] if a["type"] == "notify_customer")
    changed = words.together(chosen["vehicle_ids"])
    if changed:
        moved = chosen["price"]["stops_moved"] if chosen["price"] else 0
        kept = "the stops already planned keep their places"
        parts.append(
            f"{changed}: {words.plural(moved, 'stop') + ' in another place' if moved else kept}"
        )
    parts += [
        words.sentence(a["sentence"])
        for a in chosen["actions"]
        if a["type"] not in ("change_routes", "notify_customer")
    ]
    if told:
        parts.append(f"{words.plural(told, 'customer')} told a new window")
    if not chosen["feasible"]:
        parts = [words.sentence(chosen["refused_because"])]
    _say(" · ".join(parts), chosen["caller_sentence"] or detail["caller_sentence"])


def _say(does: str, caller: str) -> None:
    said: tuple[str, bool] | None = st.session_state.get("notice")
    lines: list[str] = []
    if said:
        text, bad = said
        sign = "◐" if bad else "✓"
        lines.append(f'<div class="{"risk" if bad else "good"}">{sign} {html.escape(text)}</div>')
    if does:
        lines.append(f"<div>{html.escape(does)}</div>")
    if caller:
        first, *others = caller.splitlines()
        more = (
            f' <span class="quiet">+ {len(others)} more in Who does what</span>' if others else ""
        )
        lines.append(
            f'<div class="caller"><span class="quiet">For the caller:</span> '
            f"{html.escape(first)}{more}</div>"
        )
    st.html(f'<div class="say">{"".join(lines)}</div>')
