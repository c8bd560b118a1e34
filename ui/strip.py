"""The thin strip on top: the day, its promises, its money, and who is at the wheel."""

import html
from datetime import date

import streamlit as st

from ui import quality, words
from ui.client import Client, Refusal
from ui.session import person
from ui.shapes import Day


@st.fragment(run_every=2)
def show(client: Client) -> None:
    """Draw the strip; it refreshes by itself and says so when it is old."""
    try:
        day = client.day()
        st.session_state["day"] = day
    except Refusal as refusal:
        st.html(f'<div class="strip broken">{html.escape(str(refusal))} Trying again.</div>')
        return
    bar, times, pilot = st.columns([77, 9, 14], vertical_alignment="center", gap="xsmall")
    with bar:
        st.html(_line(day))
    with times:
        if st.button("Times", shortcut="T", key="times", help="How good arrival times were"):
            quality.enter()
            st.rerun()
    with pilot, st.popover(f"Autopilot: {day['autopilot']}", width="stretch"):
        _controls(client, day)
    for line in words.not_out(day["undelivered"]):
        st.html(f'<div class="astray broken">{html.escape(line)}</div>')


def _line(day: Day) -> str:
    kpi = day["kpi"]
    speed = day["clock"]["speed"]
    when = date.fromisoformat(day["service_date"])
    live = "live ●" if speed == 1 else f"×{speed:g} ●" if speed else "the day is over"
    parts = [
        '<span class="name">tenfour</span>',
        f"<span>{html.escape(day['operation'].title())} · {when:%a %d %b} · "
        f"<b>{words.at_seconds(day['now'])}</b> <span class='quiet'>{live}</span></span>",
        f"<span>On time <b>{kpi['on_time_pct']} %</b> "
        f"<span class='quiet'>(plan {kpi['plan_on_time_pct']})</span></span>",
        f"<span class='risk'>◐ At risk <b>{kpi['at_risk']}</b></span>",
        f"<span class='broken'>✕ Broken <b>{kpi['broken']}</b></span>",
        f"<span>Cost <b>{words.euros(kpi['cost_delta_cents'], signed=True)}</b></span>",
        f"<span class='quiet'>{kpi['delivered']} of {kpi['orders']} delivered</span>",
        f"<span class='quiet'>{html.escape(person())}</span>",
    ]
    return f'<div class="strip">{"".join(parts)}</div>'


def _controls(client: Client, day: Day) -> None:
    """Autonomy for each type of exception, and the switch that stops the machine."""
    killed = st.toggle("Stop the machine (kill switch)", value=day["killed"], key="kill")
    if killed != day["killed"]:
        client.set_kill_switch(killed, person(), day["seq"])
        st.rerun(scope="fragment")
    levels = ["shadow", "supervised", "automatic"]
    for exception_type, level in sorted(day["autonomy"].items()):
        chosen = st.selectbox(
            exception_type.replace("_", " "),
            levels,
            index=levels.index(level),
            key=f"autonomy-{exception_type}",
        )
        if chosen and chosen != level:
            client.set_autonomy(exception_type, chosen, person(), day["seq"])
            st.rerun(scope="fragment")
