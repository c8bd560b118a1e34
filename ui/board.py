"""Below the fold: the map and the timeline of the selected case and option."""

import pydeck as pdk
import streamlit as st

from ui import geo, timeline
from ui.client import Client, Refusal
from ui.session import selected_case, selected_option
from ui.shapes import ProposalMap, Route

_TOOLTIP = {"text": "{label}"}


@st.fragment(run_every=10)
def show(client: Client) -> None:
    """Draw both; without a case they show the whole day."""
    try:
        shown, vehicles = _proposal_map(client)
        routes = client.routes(vehicles or None)
        if shown is None:
            vehicles = [r["vehicle_id"] for r in routes["routes"]]
            layers = [geo.route_layer(client.route_lines(vehicles), vehicles)]
            drawn: list[Route] = routes["routes"]
        else:
            layers = [geo.before_layer(shown, vehicles), geo.after_layer(shown, vehicles)]
            layers.append(geo.moved_layer(shown, vehicles))
            drawn = shown["timeline"]
    except Refusal as refusal:
        st.caption(str(refusal))
        return
    if shown is None:
        layers.append(geo.stop_layer(drawn, vehicles))
    layers.append(geo.vehicle_layer(routes["routes"], vehicles))
    points = [[s["lon"], s["lat"]] for r in drawn for s in r["stops"] if s["status"] != "done"]
    points += [
        [r["last_seen"]["lon"], r["last_seen"]["lat"]] for r in routes["routes"] if r["last_seen"]
    ]
    left, right = st.columns([45, 55], gap="small")
    with left:
        if points:
            deck = pdk.Deck(
                layers=layers,
                initial_view_state=geo.view_of(points),
                map_style=f"{client.base_url}/v1/map/style.json",
                tooltip=_TOOLTIP,  # pyright: ignore[reportArgumentType]  # pydeck documents a dict
            )
            st.pydeck_chart(deck, height=330, key="map")
        st.caption("before dashed, after solid · © OpenStreetMap contributors")
    with right:
        dark = st.get_option("theme.base") != "light"
        st.altair_chart(
            timeline.chart(drawn, routes["opens"], routes["closes"], routes["now"], dark=dark),
            width="stretch",
            key="timeline",
        )


def _proposal_map(client: Client) -> tuple[ProposalMap | None, list[str]]:
    """Return the difference that the selected option makes, with the vehicles of the case."""
    case_id = selected_case()
    if case_id is None:
        return None, []
    detail = client.case(case_id)
    vehicles = detail["case"]["vehicle_ids"]
    proposal = detail["proposal"]
    if proposal is None:
        return None, vehicles
    known = [o["option_id"] for o in proposal["options"]]
    option_id = selected_option(proposal["recommended_id"], known)
    option = next(o for o in proposal["options"] if o["option_id"] == option_id)
    if not option["vehicle_ids"]:
        return None, vehicles
    shown = client.proposal_map(proposal["proposal_id"], option_id)
    return shown, sorted({r["vehicle_id"] for r in shown["timeline"]} | set(option["vehicle_ids"]))
