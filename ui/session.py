"""What a browser tab remembers: who works here, what is selected and what is being read."""

import os
from dataclasses import dataclass
from uuid import uuid4

import streamlit as st

from ui.client import Client
from ui.shapes import CaseDetail, Option, Proposal


@dataclass(frozen=True)
class Shown:
    """What the middle of the board shows; the map and the details below follow it."""

    detail: CaseDetail
    proposal: Proposal | None
    chosen: Option | None


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
        leave_case()
        st.query_params["case"] = case_id


def leave_case() -> None:
    """Forget the selected case and all that was picked in it."""
    st.query_params.pop("case", None)
    for key in ("option_id", "rejecting", "notice", "reading", "shown"):
        st.session_state.pop(key, None)


def selected_option(recommended: str, known: list[str]) -> str:
    chosen = st.session_state.get("option_id")
    return chosen if chosen in known else recommended


def select_option(option_id: str) -> None:
    st.session_state["option_id"] = option_id


def reading() -> str | None:
    """Return the proposal that the person reads; a newer one must be asked for."""
    return st.session_state.get("reading")


def read(proposal_id: str) -> None:
    st.session_state["reading"] = proposal_id


def read_newest() -> None:
    """Let the newest proposal of the case be shown next, its best row selected."""
    for key in ("reading", "option_id", "rejecting"):
        st.session_state.pop(key, None)


def show(detail: CaseDetail, proposal: Proposal | None, chosen: Option | None) -> None:
    st.session_state["shown"] = Shown(detail, proposal, chosen)


def shown() -> Shown | None:
    """Return what the middle of the board shows, if it is of the selected case."""
    now: Shown | None = st.session_state.get("shown")
    if now is None or now.detail["case"]["case_id"] != selected_case():
        return None
    return now


def notice(text: str, *, bad: bool = False) -> None:
    st.session_state["notice"] = (text, bad)
