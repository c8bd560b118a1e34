"""The console: what burns, what to do, ask; below it map and timeline; and how times held."""

import streamlit as st

from ui import board, closing, inbox, panel, quality, strip, style, talk
from ui.client import Refusal
from ui.session import connect


def main() -> None:
    """Draw the board; without a server, wait for one and say so."""
    st.set_page_config(page_title="tenfour", layout="wide", initial_sidebar_state="collapsed")
    style.apply()
    client = connect()
    try:
        st.session_state["day"] = client.day()
    except Refusal as refusal:
        _waiting(str(refusal))
        return
    strip.show(client)
    if quality.wanted():
        quality.show(client)
        return
    told = closing.due(client)
    if told is not None:
        closing.show(told)
        return
    left, middle, right = st.columns([26, 50, 24], gap="small")
    with left:
        inbox.show(client)
        closing.watch(client)
    with middle:
        panel.show(client)
    with right:
        talk.show(client)
    board.show(client)


@st.fragment(run_every=2)
def _waiting(sentence: str) -> None:
    """Say why there is no board yet, and look again."""
    st.subheader("tenfour")
    st.info(f"{sentence} This page comes alive by itself when it does.")
    try:
        connect().day()
    except Refusal:
        return
    st.rerun()


main()
