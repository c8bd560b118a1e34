"""The end of a played day: how it compared with the same day and nothing done."""

import html

import streamlit as st

from ui import words
from ui.client import Client, Refusal
from ui.shapes import Closing

_SEEN = "closing-seen"


def due(client: Client) -> Closing | None:
    """Return the comparison to show now; None before the end, and back at the board."""
    if st.session_state.get(_SEEN):
        return None
    try:
        told = client.closing()
    except Refusal:
        return None
    return told if told["rows"] else None


@st.fragment(run_every=5)
def watch(client: Client) -> None:
    """Turn the page when the day is over."""
    if due(client) is not None:
        st.rerun()
    if st.session_state.get(_SEEN) and st.button("How the day ended", key="ended"):
        st.session_state[_SEEN] = False
        st.rerun()


def show(told: Closing) -> None:
    """Draw the comparison: what it came to, the figures, and where the copilot lost."""
    verdict, *lost = told["notes"] or [told["title"]]
    with st.container(key="closing"):
        st.html(
            f'<div class="cause">{html.escape(told["title"])}</div>'
            f'<div class="verdict">{html.escape(words.spoken(verdict))}</div>'
        )
        left, right = st.columns([45, 55], gap="large")
        left.html(_table(told))
        with right:
            said = "".join(f"<li>{html.escape(words.spoken(line))}</li>" for line in lost)
            where = "Where the copilot lost" if lost else "The copilot lost nowhere"
            if st.button("Back to the board", shortcut="B", key="back"):
                st.session_state[_SEEN] = True
                st.rerun()
            st.html(f'<div class="lost"><b>{where}</b><ul>{said}</ul></div>')


def _table(told: Closing) -> str:
    head = "".join(f"<th>{html.escape(cell)}</th>" for cell in told["columns"])
    rows = ""
    for row in told["rows"]:
        cells = "".join(f"<td>{html.escape(cell.replace(', EUR', ', €'))}</td>" for cell in row)
        rows += f"<tr>{cells}</tr>"
    return f'<table class="closing"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
