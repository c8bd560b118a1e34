"""The case in the middle: cause, evidence, the option table, and the keys that decide."""

import html

import streamlit as st

from ui import decide, words
from ui.client import Client, Refusal
from ui.session import select_option, selected_case, selected_option
from ui.shapes import CaseDetail, Option, Proposal


@st.fragment(run_every=4)
def show(client: Client) -> None:
    """Draw the selected case; a fresh proposal is announced, never swapped in under the eyes."""
    case_id = selected_case()
    if case_id is None:
        st.caption("Pick a case on the left.")
        return
    try:
        detail = client.case(case_id)
    except Refusal as refusal:
        st.caption(str(refusal))
        return
    _head(detail)
    decide.notice_line()
    proposal = detail["proposal"]
    if proposal is None:
        _no_proposal(client, detail)
        return
    chosen = _options(proposal)
    decide.bar(client, detail["case"], proposal, chosen)
    _details(detail, proposal, chosen)


def _head(detail: CaseDetail) -> None:
    case = detail["case"]
    left = words.left(case["minutes_left"])
    suffix = "" if case["minutes_left"] is None else f" · decide within {left}"
    st.html(
        f'<div class="cause">{html.escape(case["title"])}'
        f'<span class="quiet rest">{html.escape(suffix)}</span></div>'
    )
    lines: list[str] = []
    for exception in detail["exceptions"][:3]:
        for evidence in exception["evidence"][:1]:
            css = "stale" if evidence["stale"] else ""
            age = words.ago(evidence["age_s"])
            lines.append(
                f'<span class="{css}">{html.escape(evidence["sentence"])} '
                f'<span class="quiet">({age} ago)</span></span>'
            )
    more = len(detail["exceptions"]) - 3
    if more > 0:
        lines.append(f'<span class="quiet">and {more} more</span>')
    st.html(f'<div class="evidence">{"<br>".join(lines)}</div>')


def _no_proposal(client: Client, detail: CaseDetail) -> None:
    st.info(detail["note"] or "Working out what could be done …")
    if detail["caller_sentence"]:
        st.html(f'<div class="say">{html.escape(detail["caller_sentence"])}</div>')
    decide.snooze(client, detail["case"])


def _options(proposal: Proposal) -> Option:
    """Draw the table and return the row that is selected; keys 1 to 9 select."""
    known = [o["option_id"] for o in proposal["options"]]
    chosen_id = selected_option(proposal["recommended_id"], known)
    rejecting = bool(st.session_state.get("rejecting"))
    with st.container(key="options", height=196, border=False, gap="xxsmall"):
        for number, option in enumerate(proposal["options"], start=1):
            st.button(
                _row(option),
                key=f"option-{proposal['proposal_id']}-{option['option_id']}",
                shortcut=str(number) if number <= 9 and not rejecting else None,
                type="primary" if option["option_id"] == chosen_id else "secondary",
                width="stretch",
                help=option["reason"] or option["refused_because"] or None,
                on_click=select_option,
                args=(option["option_id"],),
            )
    return next(o for o in proposal["options"] if o["option_id"] == chosen_id)


def _row(option: Option) -> str:
    label = words.plain(option["label"])
    if not option["feasible"]:
        return f"{label} · ✕ {words.plain(option['refused_because'])}"
    price = option["price"]
    money = words.plain(words.euros(price["total_cents"] if price else None))
    best = " · best" if option["recommended"] else ""
    saves = ""
    if price and price["promises_saved"] >= 0.5:
        saved = round(price["promises_saved"])
        saves = f" · saves {words.plural(saved, 'promise')}"
    return f"**{money}** · {label}{best}{saves}"


def _details(detail: CaseDetail, proposal: Proposal, chosen: Option) -> None:
    say = chosen["caller_sentence"] or detail["caller_sentence"]
    hands, sums, promises, why = st.tabs(["Who does what", "Arithmetic", "Promises", "Why this"])
    with hands:
        for action in chosen["actions"]:
            consent = (
                f" *(must agree: {words.plain(action['consent'])})*" if action["consent"] else ""
            )
            st.markdown(f"- {words.plain(action['sentence'])}{consent}")
        for meeting in chosen["meetings"]:
            st.markdown(f"- **{words.plain(meeting['sentence'])}**")
        if say:
            st.html(f'<div class="say"><b>For the caller:</b> {html.escape(say)}</div>')
    with sums:
        price = chosen["price"]
        if price is None:
            st.caption(chosen["refused_because"])
        else:
            error = words.euros(price["standard_error_cents"])
            st.table(
                [
                    {
                        "what": line["sentence"],
                        "€": words.euros(line["cents"]),
                        "from": line["source"],
                    }
                    for line in price["lines"]
                ]
                + [
                    {
                        "what": "total",
                        "€": words.euros(price["total_cents"]),
                        "from": f"± {error} on {price['paths']} paths",
                    }
                ]
            )
    with promises:
        risks = chosen["price"]["risks"] if chosen["price"] else []
        st.dataframe(
            [
                {
                    "order": r["order_id"],
                    "priority": r["priority"],
                    "promised by": words.at(r["promise_closes"]),
                    "expected": words.at(r["expected_at"]),
                    "P(late) %": r["p_late_pct"],
                    "when waiting %": r["wait_p_late_pct"],
                }
                for r in risks
            ],
            hide_index=True,
            height=180,
        )
        for late in detail["late"]:
            st.caption(
                f"{late['order_id']} is {late['late_min']} min late: expected "
                f"{words.at(late['expected_at'])}, promised by {words.at(late['promise_closes'])} "
                f"({late['cause'].replace('_', ' ')})"
            )
    with why:
        st.write(proposal["explanation"])
        st.caption(proposal["verdict"]["sentence"])
        st.caption(
            f"{proposal['proposal_id']} · made {words.at(proposal['made_at'])}, valid until "
            f"{words.at(proposal['expires_at'])} · {proposal['provider']} · "
            f"rules {proposal['rules_digest'][:8]} · seed {proposal['seed']} · "
            f"words by {proposal['explained_by']}"
        )
        for past in detail["history"]:
            st.caption(
                f"{past['proposal_id']}: {words.STATUS.get(past['status'], past['status'])} "
                f"{past['decided_by']} {words.at(past['decided_at'])} {past['note']}"
            )
