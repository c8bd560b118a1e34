"""Looks: one meaning for each colour, and everything that matters above the fold."""

import streamlit as st

AT_RISK = "#E69F00"
BROKEN = "#E2553A"
FINE = "#8A93A2"
NOW = "#4C9BE8"
VEHICLES = (
    (86, 180, 233),
    (0, 170, 125),
    (204, 121, 167),
    (150, 130, 230),
    (0, 114, 178),
    (200, 205, 190),
)
"""After Okabe and Ito, which people with any colour vision can tell apart; amber and red are for
promises alone."""

_DARK = {"risk": "#E69F00", "broken": "#F0694F", "good": "#7BC8A4", "paper": "20, 24, 29"}
_LIGHT = {"risk": "#8F5F00", "broken": "#B3341A", "good": "#1F7A4D", "paper": "244, 243, 239"}
"""The same meanings, dark enough to be read on white."""

_CSS = """
<style>
  :root {--row: 1.8rem; --row-gap: 0.16rem; --seen: 9; --here: rgba(76, 155, 232, 0.22);
        --rows: calc(var(--seen) * (var(--row) + 0.215rem));}
  @media (max-height: 1000px) {:root {--seen: 8;}}
  @media (max-height: 900px) {:root {--seen: 7;}}
  @media (max-height: 800px) {:root {--seen: 7; --row: 1.58rem;}}
  .block-container {padding: 0.3rem 0.9rem 0 0.9rem !important; max-width: 100%;}
  header[data-testid="stHeader"], #MainMenu, footer, [data-testid="stStatusWidget"],
  [data-testid="stDecoration"] {display: none;}
  [data-stale="true"] {opacity: 1 !important; transition: none !important;}
  div[data-testid="stVerticalBlock"] {gap: 0.3rem;}
  div[data-testid="stElementContainer"]:has(style) {display: none;}
  .strip {display: flex; gap: 1.5rem; align-items: baseline; white-space: nowrap;
          font-size: 0.95rem; overflow: hidden;}
  .strip b {font-size: 1.05rem;}
  .strip .name {font-weight: 700; letter-spacing: 0.02em;}
  .quiet {opacity: 0.62;}
  .astray {font-size: 0.92rem; white-space: nowrap; overflow: hidden; text-overflow: ellipsis;}
  .risk {color: var(--risk);} .broken {color: var(--broken);} .good {color: var(--good);}
  .stale {opacity: 0.5; font-style: italic;}
  div[class*="st-key-"] button, [data-testid="stPopover"] button {min-height: 2rem;
        padding: 0.1rem 0.6rem;}

  .cause {display: flex; justify-content: space-between; align-items: baseline; gap: 1rem;
          font-size: 1.12rem; font-weight: 650; line-height: 1.3; white-space: nowrap;}
  .cause span:first-child {overflow: hidden; text-overflow: ellipsis;}
  .cause .rest {font-size: 0.9rem; font-weight: 400; opacity: 0.8;}
  .evidence {font-size: 0.84rem; line-height: 1.3; height: 2.6em; overflow: hidden;}
  .evidence div {white-space: nowrap; overflow: hidden; text-overflow: ellipsis;}
  .say {font-size: 0.87rem; line-height: 1.32; height: 3.55rem; overflow-y: auto;
        border-left: 3px solid #4C9BE8; padding: 0 0 0 0.6rem; scrollbar-width: thin;}

  .st-key-options {height: var(--rows) !important; flex: none !important; overflow-y: auto;
        scrollbar-width: thin; gap: var(--row-gap) !important; scroll-snap-type: y proximity;}
  .st-key-options div[class*="st-key-option-"] {scroll-snap-align: start;}
  .st-key-options div[class*="st-key-option-"] button {min-height: var(--row);
        height: var(--row); padding: 0 0.6rem;}
  .st-key-options button > div, .st-key-options button > div > span {width: 100%;
        justify-content: flex-start;}
  .st-key-options button > div > span > span {flex: 1; text-align: left; overflow: hidden;}
  .st-key-options button p {font-size: 0.9rem; text-align: left; white-space: nowrap;
        overflow: hidden; text-overflow: ellipsis;}
  .st-key-options button > div > span > span > div {flex: 1; min-width: 0;}
  .st-key-options button[kind="primary"] {background: var(--here); border-color: #4C9BE8;
        color: inherit;}
  .st-key-decide {height: 2.3rem; flex-wrap: nowrap; white-space: nowrap;}
  .st-key-decide button p {white-space: nowrap;}
  .st-key-slot {height: 3.6rem !important; flex: none !important; overflow: hidden;}
  .st-key-decide:has([class*="st-key-why-"]) {gap: 0.2rem;}
  .st-key-decide [class*="st-key-why-"] button {padding: 0.1rem 0.3rem;}
  .st-key-decide [class*="st-key-why-"] button p {font-size: 0.79rem;}
  .st-key-aside {flex: 1 1 0; min-width: 0;}
  .st-key-aside p {font-size: 0.84rem; opacity: 0.75; white-space: nowrap; overflow: hidden;
        text-overflow: ellipsis;}

  .st-key-inbox {height: calc(var(--rows) + 138px) !important; flex: none !important;
        overflow-y: auto; scrollbar-width: thin;}
  .st-key-inbox [data-testid="stRadio"], .st-key-inbox [data-testid="stRadioGroup"],
  .st-key-inbox [data-testid="stElementContainer"] {width: 100%;}
  .st-key-inbox [data-testid="stRadioGroup"] {gap: 0 !important;}
  .st-key-inbox [data-testid="stRadioGroup"] > div {width: 100%; padding: 0.05rem 0.3rem;
        border-radius: 4px;}
  .st-key-inbox [data-testid="stRadioGroup"] > div[data-selected="true"] {background: var(--here);}
  .st-key-inbox p {font-size: 0.86rem; line-height: 1.2; white-space: nowrap; overflow: hidden;
        text-overflow: ellipsis;}
  .st-key-inbox [data-testid="stRadioOption"] > div {width: 100%; min-width: 0;}
  .st-key-inbox [data-testid="stMarkdownContainer"], .st-key-inbox [data-testid="stRadioCaption"],
  .st-key-inbox [data-testid="stCaptionContainer"] {min-width: 0; overflow: hidden;}
  .st-key-inbox [data-testid="stRadioCaption"] p {font-size: 0.77rem;}
  @media (max-width: 1400px) {
    .strip {gap: 1.1rem;}
    .st-key-inbox p {font-size: 0.83rem;}
    .st-key-inbox [data-testid="stRadioCaption"] p {font-size: 0.75rem;}
  }
  .st-key-inbox-head {flex-wrap: nowrap !important; gap: 0.4rem !important;}
  .st-key-inbox-head div[class*="st-key-"] button, .st-key-inbox-head button {
        padding: 0.1rem 0.4rem; white-space: nowrap;}
  .st-key-inbox-head button p {font-size: 0.82rem; white-space: nowrap;}

  .st-key-talk {height: calc(var(--rows) + 82px) !important; flex: none !important;
        overflow-y: auto; scrollbar-width: thin;}
  .st-key-talk p, .st-key-talk li {font-size: 0.87rem; line-height: 1.32;}
  .st-key-talk td, .st-key-talk th {font-size: 0.8rem; padding: 0.05rem 0.4rem;}
  .st-key-talk td:not(:nth-child(2)) {white-space: nowrap;}
  .st-key-talk [data-testid="stChatMessage"] {padding: 0.25rem 0.4rem; gap: 0.4rem;}

  .verdict {font-size: 1rem; line-height: 1.4; border-left: 3px solid #4C9BE8; margin: 0.5rem 0;
        padding: 0 0 0 0.6rem;}
  table.closing {border-collapse: collapse; font-size: 0.86rem; line-height: 1.3; width: 100%;}
  table.closing th, table.closing td {text-align: right; padding: 0.1rem 0.5rem;
        font-variant-numeric: tabular-nums; border-bottom: 1px solid rgba(128, 128, 128, 0.2);}
  table.closing th:first-child, table.closing td:first-child {text-align: left;}
  table.closing tr:last-child td {font-weight: 700;}
  .lost {font-size: 0.87rem; line-height: 1.4; max-height: calc(100vh - 150px); overflow-y: auto;
        scrollbar-width: thin;}
  .lost ul {margin: 0.3rem 0 0 0; padding-left: 1.1rem;}

  .eta-says {font-size: 0.98rem; line-height: 1.35; border-left: 3px solid #4C9BE8;
        padding: 0 0 0 0.6rem; margin: 0.1rem 0 0.3rem 0;}
  .eta-title {font-size: 0.84rem; line-height: 1.25; white-space: nowrap; overflow: hidden;
        text-overflow: ellipsis;}
  table.eta {border-collapse: collapse; font-size: 0.79rem; line-height: 1.2; width: 100%;}
  table.eta th, table.eta td {text-align: right; padding: 0.06rem 0.4rem; white-space: nowrap;
        font-variant-numeric: tabular-nums; border-bottom: 1px solid rgba(128, 128, 128, 0.2);}
  table.eta th {font-weight: 400; opacity: 0.62;}
  table.eta th:first-child, table.eta td:first-child {text-align: left; overflow: hidden;
        text-overflow: ellipsis; max-width: 14rem;}
  table.eta.words {table-layout: fixed;}
  table.eta.words th, table.eta.words td {text-align: left; overflow: hidden;
        text-overflow: ellipsis;}
  table.eta.words th:nth-child(1) {width: 8rem;}
  table.eta.words th:nth-child(2), table.eta.words th:nth-child(3) {width: 5.6rem;}
  table.eta.words th:nth-child(4) {width: 4.6rem;}
  .eta-quiet {font-size: 0.84rem; opacity: 0.7;}

  [data-testid="stPopoverBody"] {max-width: 20rem;}
  .st-key-map-box {gap: 0 !important;}
  .legend {font-size: 0.74rem; line-height: 1.2rem; height: 1.2rem; white-space: nowrap;
        overflow: hidden; text-overflow: ellipsis; opacity: 0.8;}
  .mapboxgl-ctrl-attrib-button {display: none !important;}
  .mapboxgl-ctrl-attrib.mapboxgl-compact {min-height: 0 !important; margin: 0 !important;
        padding: 0 5px !important; border-radius: 0 !important;
        background: rgba(var(--paper), 0.8) !important;}
  .mapboxgl-ctrl-attrib.mapboxgl-compact .mapboxgl-ctrl-attrib-inner {
        display: block !important; font-size: 0.72rem; color: inherit;}
  .st-key-map-box [data-testid="stElementContainer"]:has([data-testid="stDeckGlJsonChart"]),
  .st-key-map-box [data-testid="stFullScreenFrame"],
  .st-key-map-box [data-testid="stDeckGlJsonChart"],
  .st-key-map-box [data-testid="stDeckGlJsonChart"] > div {
        height: calc(100vh - var(--rows) - 276px) !important; min-height: 0 !important;}
  .st-key-detail-box {height: calc(100vh - var(--rows) - 250px); overflow: hidden;}
  .st-key-detail-box [data-testid="stTabs"] [role="tabpanel"] {padding-top: 0.4rem;
        height: calc(100vh - var(--rows) - 298px); overflow-y: auto; scrollbar-width: thin;}
  .st-key-timeline-box, .st-key-timeline-box [data-testid="stElementContainer"],
  .st-key-timeline-box [data-testid="stFullScreenFrame"],
  .st-key-timeline-box [data-testid="stVegaLiteChart"] {
        height: calc(100vh - var(--rows) - 310px) !important; min-height: 0 !important;}
  .st-key-detail-box [role="tab"] {height: 1.9rem; padding: 0 0.2rem;}
  .st-key-detail-box p, .st-key-detail-box li, .st-key-detail-box td, .st-key-detail-box th {
        font-size: 0.85rem;}
  .st-key-detail-box li {margin: 0;}
  .st-key-detail-box td, .st-key-detail-box th {padding: 0.1rem 0.5rem;}
  [data-testid="stMain"] {overflow-y: auto;}
  [data-testid="stMain"]:focus, [data-testid="stMain"]:focus-visible {outline: none !important;
        box-shadow: none !important;}
</style>
"""


def dark() -> bool:
    """Whether the page is dark: as the browser asks for, and dark where it says nothing."""
    return st.context.theme.type != "light"


def apply() -> None:
    """Put the console's style on the page."""
    colours = _DARK if dark() else _LIGHT
    named = "".join(f"--{name}: {value};" for name, value in colours.items())
    st.html(f"{_CSS}<style>:root {{{named}}}</style>")


def vehicle_colour(vehicle_id: str, among: list[str]) -> tuple[int, int, int]:
    """Return the colour of a vehicle, the same wherever these vehicles are shown together."""
    order = sorted(among)
    return (
        VEHICLES[order.index(vehicle_id) % len(VEHICLES)]
        if vehicle_id in order
        else (140, 140, 140)
    )
