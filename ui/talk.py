"""The copilot on the right: ask or instruct, and log a call without leaving the board."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui import words
from ui.client import ChatEvent, Client, Refusal
from ui.session import person, selected_case, shown, thread_id

AVATARS = {"user": ":material/person:", "assistant": ":material/route:"}


@dataclass(frozen=True)
class Said:
    """One line of the conversation, with the table that came with it as markdown."""

    who: str
    text: str
    table: str = ""


@st.fragment
def show(client: Client) -> None:
    """Draw the conversation and the box for the next message."""
    head, log = st.columns([55, 45], vertical_alignment="center")
    head.markdown("**Copilot**")
    with log, st.popover("Log a call", width="stretch"):
        _log_call(client)
    said: list[Said] = st.session_state.setdefault("said", [])
    box = st.container(border=False, key="talk", autoscroll=True)
    with box:
        if not said:
            st.caption(_examples())
        for one in said:
            with st.chat_message(one.who, avatar=AVATARS[one.who]):
                st.markdown(one.text)
                if one.table:
                    st.markdown(one.table)
    _choices(client, box)
    asked = st.chat_input("ask or instruct …", key="ask")
    if asked:
        _ask(client, box, asked)
    elif st.session_state.get("pending"):
        _answer(client, box)


def _examples() -> str:
    """Return questions about what is on the screen."""
    case = shown()
    vehicles = case.detail["case"]["vehicle_ids"] if case else []
    orders = case.detail["case"]["order_ids"] if case else []
    asks = ["what is open"]
    asks += [f"why is {v} late" for v in vehicles[:1]]
    asks += [f"where is order {o}" for o in orders[:1]]
    asks += [f"what if {v} is out until 11:30" for v in vehicles[:1]]
    return words.plain("Ask: " + " · ".join(asks))


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
    st.session_state["said"].append(Said("assistant", words.plain(words.sentence(done))))
    st.rerun()


def _ask(client: Client, box: DeltaGenerator, text: str) -> None:
    """Take up a question, unless it is the one that an interrupted run left unanswered."""
    if st.session_state.get("pending") != text:
        line = Said("user", words.plain(text))
        st.session_state["said"].append(line)
        st.session_state["offered"] = []
        st.session_state["pending"] = text
        with box, st.chat_message(line.who, avatar=AVATARS[line.who]):
            st.markdown(line.text)
    _answer(client, box)


def _answer(client: Client, box: DeltaGenerator) -> None:
    """Answer the question that is pending. It stays so until its answer is kept: what happens
    elsewhere on the page may end this run at any word, and the next one asks again."""
    text: str = st.session_state["pending"]
    answer, tables = "", list[str]()
    with box, st.chat_message("assistant", avatar=AVATARS["assistant"]):
        try:
            with st.spinner("Looking it up …"):
                events = client.chat(thread_id(), text, person(), selected_case())
                written = st.write_stream(_tokens(events, tables))
            answer = written if isinstance(written, str) else ""
        except Refusal as refusal:
            answer = words.plain(str(refusal))
    answer = answer or ("" if tables else "The copilot has no answer to that; ask in other words.")
    st.session_state["said"].append(Said("assistant", answer, "\n".join(tables)))
    st.session_state["pending"] = None
    st.rerun(scope="fragment")


def _tokens(events: Iterator[ChatEvent], tables: list[str]) -> Iterator[str]:
    """Yield the words of an answer; keep its table and the offered buttons for after it."""
    offered: list[dict[str, str]] = []
    held = ""
    for event in events:
        data = event.data
        if event.kind == "text":
            held += str(data.get("text", ""))
            if not held.rstrip().endswith("EUR"):
                # An amount comes in two words and is said as one.
                yield words.plain(words.spoken(held))
                held = ""
        elif event.kind == "problem":
            yield words.plain(str(data.get("detail", "The copilot failed; ask again.")))
        elif event.kind == "table":
            tables.append(_table(data))
        elif event.kind == "buttons":
            offered += [
                {"kind": "ask", "label": button["label"], "text": button["text"]}
                for button in data.get("buttons", [])
            ]
        elif event.kind == "decision":
            offered.append(
                {
                    "kind": str(data["decision"]),
                    "label": f"{words.sentence(str(data['decision']))} {data['proposal_id']}",
                    "proposal_id": str(data["proposal_id"]),
                }
            )
    if held:
        yield words.plain(held)
    st.session_state["offered"] = offered


def _table(data: dict[str, Any]) -> str:
    rows: list[list[str]] = [data["columns"], ["---"] * len(data["columns"]), *data["rows"]]
    return "\n".join(
        "| "
        + " | ".join(c if c == "---" else words.plain(words.spoken(str(c))) for c in row)
        + " |"
        for row in rows
    )


def _log_call(client: Client) -> None:
    """A form for a customer or a driver on the line; what to say comes back at once."""
    who = st.segmented_control(
        "Who calls",
        ["customer", "driver"],
        default="customer",
        key="call-who",
        format_func=words.sentence,
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
            "Wants", list(words.WISHES), key="call-intent", format_func=words.WISHES.__getitem__
        )
        ready = bool(body["order_id"])
    if st.button("Log it", type="primary", disabled=not ready, key="call-send"):
        try:
            logged = client.log_contact(body, f"call:{key}")
        except Refusal as refusal:
            st.warning(str(refusal))
            return
        st.session_state.pop("call-key")
        say = words.plain(words.spoken(logged["say"]))
        st.markdown(f"**Say:** {say}" if say else "Logged.")
