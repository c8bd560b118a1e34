"""The copilot on the right: ask or instruct, and log a call without leaving the board."""

from collections.abc import Iterator
from uuid import uuid4

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui import words
from ui.client import ChatEvent, Client, Refusal
from ui.session import person, selected_case, thread_id


@st.fragment
def show(client: Client) -> None:
    """Draw the conversation and the box for the next message."""
    head, log = st.columns([55, 45], vertical_alignment="center")
    head.markdown("**Copilot**")
    with log, st.popover("Log a call", width="stretch"):
        _log_call(client)
    said: list[tuple[str, str]] = st.session_state.setdefault("said", [])
    box = st.container(border=False, key="talk", autoscroll=True)
    with box:
        if not said:
            st.caption("Ask: why is R4 late · where is order 12 · what if R2 is out until 11:00")
        for who, text in said:
            with st.chat_message(who):
                st.markdown(text)
    _choices(client, box)
    asked = st.chat_input("ask or instruct …", key="ask")
    if asked:
        _ask(client, box, asked)


def _choices(client: Client, box: DeltaGenerator) -> None:
    """Buttons for what the copilot was not sure about, or what it hands back to a person."""
    offered: list[dict[str, str]] = st.session_state.get("offered", [])
    if not offered:
        return
    with st.container(horizontal=True, gap="small", key="offered"):
        for number, choice in enumerate(offered):
            if st.button(choice["label"], key=f"offer-{number}"):
                st.session_state["offered"] = []
                _choose(client, box, choice)


def _choose(client: Client, box: DeltaGenerator, choice: dict[str, str]) -> None:
    if choice["kind"] == "ask":
        _ask(client, box, choice["text"])
        return
    try:
        if choice["kind"] == "approve":
            done = client.approve(choice["proposal_id"], person())["done"]
        else:
            done = client.reject(
                choice["proposal_id"], person(), choice.get("reason", "knows_better"), ""
            )["done"]
    except Refusal as refusal:
        done = str(refusal)
    st.session_state["said"].append(("assistant", words.plain(done)))
    st.rerun()


def _ask(client: Client, box: DeltaGenerator, text: str) -> None:
    said: list[tuple[str, str]] = st.session_state["said"]
    said.append(("user", words.plain(text)))
    with box:
        with st.chat_message("user"):
            st.markdown(words.plain(text))
        with st.chat_message("assistant"):
            try:
                events = client.chat(thread_id(), text, person(), selected_case())
                answer = st.write_stream(_tokens(events))
            except Refusal as refusal:
                answer = words.plain(str(refusal))
                st.markdown(answer)
    said.append(("assistant", answer if isinstance(answer, str) else ""))
    st.rerun(scope="fragment")


def _tokens(events: Iterator[ChatEvent]) -> Iterator[str]:
    """Yield the words of an answer; keep offered buttons for after it."""
    offered: list[dict[str, str]] = []
    for event in events:
        if event.kind in ("token", "text"):
            yield str(event.data.get("text", ""))
        elif event.kind == "buttons":
            offered += [
                {"kind": "ask", "label": button["label"], "text": button["text"]}
                for button in event.data.get("buttons", [])
            ]
        elif event.kind == "decision":
            data = event.data
            label = f"{str(data['decision']).title()} {data['proposal_id']}"
            if data.get("cents") is not None:
                label += f" · {words.euros(int(data['cents']))}"
            offered.append(
                {
                    "kind": str(data["decision"]),
                    "label": label,
                    "proposal_id": str(data["proposal_id"]),
                }
            )
    st.session_state["offered"] = offered


def _log_call(client: Client) -> None:
    """A form for a customer or a driver on the line; what to say comes back at once."""
    who = st.segmented_control(
        "Who calls", ["customer", "driver"], default="customer", key="call-who"
    )
    key = st.session_state.setdefault("call-key", uuid4().hex)
    body: dict[str, object] = {"kind": who, "by": person()}
    if who == "driver":
        body["vehicle_id"] = st.text_input("Vehicle", key="call-vehicle")
        body["late_min"] = int(st.number_input("Minutes late", -60, 600, 20, key="call-late"))
        ready = bool(body["vehicle_id"])
    else:
        body["order_id"] = st.text_input("Order", key="call-order")
        body["intent"] = st.selectbox(
            "Wants", ["where_is_it", "reschedule", "cancel", "complain", "other"], key="call-intent"
        )
        ready = bool(body["order_id"])
    if st.button("Log it", type="primary", disabled=not ready, key="call-send"):
        try:
            logged = client.log_contact(body, f"call:{key}")
        except Refusal as refusal:
            st.warning(str(refusal))
            return
        st.session_state.pop("call-key")
        st.success(logged["say"] or "Logged.")
