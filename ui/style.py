"""Looks: one meaning for each colour, and everything that matters above the fold."""

import streamlit as st

AT_RISK = "#E69F00"
BROKEN = "#D5452B"
FINE = "#8A93A2"
NOW = "#4C9BE8"
VEHICLES = (
    (86, 180, 233),
    (0, 158, 115),
    (204, 121, 167),
    (240, 228, 66),
    (213, 94, 0),
    (0, 114, 178),
)
"""Okabe and Ito's palette, which people with any colour vision can tell apart."""

_CSS = """
<style>
  .block-container {padding: 0.4rem 0.9rem 0 0.9rem; max-width: 100%;}
  header[data-testid="stHeader"], #MainMenu, footer {display: none;}
  div[data-testid="stVerticalBlock"] {gap: 0.35rem;}
  .strip {display: flex; gap: 1.6rem; align-items: baseline; white-space: nowrap;
          font-size: 0.95rem; padding: 0.1rem 0 0.2rem 0; overflow: hidden;}
  .strip b {font-size: 1.05rem;}
  .strip .name {font-weight: 700; letter-spacing: 0.02em;}
  .strip .quiet, .quiet {opacity: 0.65;}
  .risk {color: #E69F00;} .broken {color: #F0694F;}
  .cause {font-size: 1.15rem; font-weight: 650; line-height: 1.25;}
  .cause .rest {font-size: 0.9rem; font-weight: 400;}
  .say {border-left: 3px solid #4C9BE8; padding: 0.1rem 0 0.1rem 0.6rem; font-size: 0.92rem;}
  .evidence {font-size: 0.86rem; line-height: 1.3;}
  .stale {opacity: 0.5; font-style: italic;}
  div[class*="st-key-options"] button {justify-content: flex-start; text-align: left;
       min-height: 1.95rem; padding: 0.1rem 0.6rem;}
  div[class*="st-key-options"] button p {font-size: 0.92rem; text-align: left;}
  div[class*="st-key-inbox"] label {align-items: flex-start; padding: 0.15rem 0;}
  div[class*="st-key-inbox"] label p {font-size: 0.92rem; line-height: 1.25;}
  div[class*="st-key-decide"] button {min-height: 2.2rem;}
</style>
"""


def apply() -> None:
    """Put the console's style on the page."""
    st.html(_CSS)


def vehicle_colour(vehicle_id: str, among: list[str]) -> tuple[int, int, int]:
    """Return the colour of a vehicle, the same wherever these vehicles are shown together."""
    order = sorted(among)
    return (
        VEHICLES[order.index(vehicle_id) % len(VEHICLES)]
        if vehicle_id in order
        else (140, 140, 140)
    )
