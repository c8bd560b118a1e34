"""What a browser tab remembers: who works here and what is selected, nothing else."""

import os
from uuid import uuid4

import streamlit as st

from ui.client import Client


@st.cache_resource
def connect() -> Client:
    """Return the client of the API that this console was started for."""
    return Client(
        os.environ.get("TENFOUR_API_URL", "http://127.0.0.1:8410"),
        os.environ.get("TENFOUR_API_KEY", ""),
    )


def person() -> str:
    return st.session_state.setdefault("person", os.environ.get("TENFOUR_PERSON", "dispatcher"))


def thread_id() -> str:
    """Return the id of this tab's conversation; it survives a reload by the address."""
    if "thread" not in st.query_params:
        st.query_params["thread"] = uuid4().hex[:12]
    return st.query_params["thread"]


def selected_case() -> str | None:
    return st.query_params.get("case")


def select_case(case_id: str) -> None:
    if selected_case() != case_id:
        st.query_params["case"] = case_id
        st.session_state.pop("option_id", None)
        st.session_state["rejecting"] = False
        st.session_state.pop("notice", None)


def selected_option(recommended: str, known: list[str]) -> str:
    chosen = st.session_state.get("option_id")
    return chosen if chosen in known else recommended


def select_option(option_id: str) -> None:
    st.session_state["option_id"] = option_id


def notice(text: str, *, bad: bool = False) -> None:
    st.session_state["notice"] = (text, bad)
