"""The selected row opened: who does what, the arithmetic, the promises by name, and why."""

import streamlit as st

from ui import words
from ui.session import Shown
from ui.shapes import CaseDetail, Option, Proposal


def hands(chosen: Option, caller: str) -> None:
    """Who does what, who hands what to whom, who must agree, and what a caller is told."""
    lines = [f"- **{words.plain(words.sentence(m['sentence']))}**" for m in chosen["meetings"]]
    for action in chosen["actions"]:
        consent = f" — must agree: {words.plain(action['consent'])}" if action["consent"] else ""
        lines.append(f"- {words.plain(words.sentence(action['sentence']))}{consent}")
    st.markdown("\n".join(lines) or "Nobody does anything.")
    if caller:
        said = [f"*{words.plain(line)}*" for line in caller.splitlines()]
        st.markdown("\n- ".join([f"For the caller{'s' if len(said) > 1 else ''}:", *said]))


def arithmetic(chosen: Option) -> None:
    """Every line of the price, with where its unit price comes from."""
    price = chosen["price"]
    if price is None:
        st.caption(words.sentence(chosen["refused_because"]))
        return
    lines = ["| | how much | € | from |", "|---|---|--:|---|"]
    for line in price["lines"]:
        cells = (line["label"], words.priced(line), _cents(line["cents"]), line["source"])
        lines.append("| " + " | ".join(words.plain(c) for c in cells) + " |")
    error = words.plain(_cents(price["standard_error_cents"]))
    total = words.plain(_cents(price["total_cents"]))
    lines.append(
        f"| **total** | mean of {price['paths']} played-out days, ± {error} | **{total}** | |"
    )
    st.markdown("\n".join(lines))


def promises(detail: CaseDetail, chosen: Option) -> None:
    """Each promise of the case by name: how late as things stand, and its risk either way."""
    delays = [words.late(d) for d in detail["delays"] if d["late_min"] > 0]
    if delays:
        st.caption(words.plain(" · ".join(delays)))
    late = {r["order_id"]: r for r in detail["late"]}
    risks = {r["order_id"]: r for r in (chosen["price"]["risks"] if chosen["price"] else [])}
    named = [*late, *(o for o in risks if o not in late)]
    st.dataframe(
        [
            {
                "order": order_id,
                "priority": (late.get(order_id) or risks[order_id])["priority"],
                "promised by": words.at((late.get(order_id) or risks[order_id])["promise_closes"]),
                "now expected": words.at(late[order_id]["expected_at"]) if order_id in late else "",
                "min late": late[order_id]["late_min"] if order_id in late else None,
                "with this row": words.at(risks[order_id]["expected_at"])
                if order_id in risks
                else "",
                "risk late %": risks[order_id]["p_late_pct"] if order_id in risks else None,
                "if waiting %": risks[order_id]["wait_p_late_pct"] if order_id in risks else None,
            }
            for order_id in named
        ],
        hide_index=True,
        height=230,
        row_height=26,
    )


def why(shown: Shown, proposal: Proposal) -> None:
    """Why this row leads, what was seen, and what became of earlier proposals."""
    if shown.chosen is not None and shown.chosen["reason"]:
        st.markdown(words.plain(words.sentence(shown.chosen["reason"])) + ".")
    st.markdown(words.plain(words.spoken(proposal["explanation"])))
    st.caption(words.plain(words.sentence(proposal["verdict"]["sentence"])))
    for exception in shown.detail["exceptions"]:
        for evidence in exception["evidence"]:
            age = words.seen(evidence["age_s"])
            st.caption(f"{words.plain(words.sentence(evidence['sentence']))} · {age}")
    for past in shown.detail["history"]:
        st.caption(
            words.plain(
                f"{past['proposal_id']}: {words.STATUS.get(past['status'], past['status'])} "
                f"{past['decided_by']} {words.at(past['decided_at'])} {words.spoken(past['note'])}"
            )
        )
    st.caption(
        words.plain(
            f"{proposal['proposal_id']} · made {words.at(proposal['made_at'])}, valid until "
            f"{words.at(proposal['expires_at'])} · {proposal['provider'][:24]} · "
            f"arrivals by {proposal['model_id'][:8]} · "
            f"rules {proposal['rules_digest'][:8]} · seed {proposal['seed']} · "
            f"words by {proposal['explained_by']}"
        )
    )


def _cents(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"
