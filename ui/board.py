"""Under the case: its map, and beside it the timeline and the selected row opened."""

import pydeck as pdk
import streamlit as st

from ui import details, geo, timeline
from ui.client import Client, Refusal
from ui.route_shapes import ProposalMap, Route, Routes
from ui.session import Shown, shown
from ui.shapes import GeoJson
from ui.style import dark

_TOOLTIP = {"text": "{label}"}


@st.fragment(run_every=5)
def show(client: Client) -> None:
    """Draw both; without a case they show the whole day."""
    case = shown()
    try:
        change = _change(client, case)
        vehicles = _vehicles(case, change)
        routes = client.routes(vehicles or None)
        vehicles = vehicles or [r["vehicle_id"] for r in routes["routes"]]
        drawn = change["timeline"] if change else routes["routes"]
        deck = _deck(client, change, routes, vehicles, case)
    except Refusal as refusal:
        st.caption(f"{refusal} Trying again.")
        return
    left, right = st.columns([42, 58], gap="small")
    with left, st.container(key="map-box"):
        st.html(f'<div class="legend">{_legend(change)}</div>')
        if deck is not None:
            st.pydeck_chart(deck, height=300, key="map")
    with right, st.container(key="detail-box"):
        _tabs(case, drawn, routes)


def _legend(change: ProposalMap | None) -> str:
    lines = "dashed: before · solid: after" if change else "routes as they stand"
    return f"{lines} · ringed: moved · amber: at risk · red: broken"


def _tabs(case: Shown | None, drawn: list[Route], routes: Routes) -> None:
    chosen = case.chosen if case else None
    if case is None or case.proposal is None or chosen is None:
        with st.container(key="timeline-box"):
            _timeline(drawn, routes)
        return
    names = ["Timeline", "Who does what", "Arithmetic", "Promises", "Why this"]
    line, hands, sums, promises, why = st.tabs(names)
    with line, st.container(key="timeline-box"):
        _timeline(drawn, routes)
    with hands:
        details.hands(chosen, chosen["caller_sentence"] or case.detail["caller_sentence"])
    with sums:
        details.arithmetic(chosen)
    with promises:
        details.promises(case.detail, chosen)
    with why:
        details.why(case, case.proposal)


def _timeline(drawn: list[Route], routes: Routes) -> None:
    st.altair_chart(
        timeline.chart(
            drawn, routes["closes"], routes["now"], dark=dark(), times_by=routes["provider"]
        ),
        width="stretch",
        height="stretch",
        key="timeline",
    )


def _change(client: Client, case: Shown | None) -> ProposalMap | None:
    """Return the difference that the selected row would make, if it changes routes.

    What is decided is no difference any more: the routes as they stand show it.
    """
    if case is None or case.proposal is None or case.chosen is None:
        return None
    if case.proposal["status"] != "open":
        return None
    if not case.chosen["vehicle_ids"]:
        return None
    return client.proposal_map(case.proposal["proposal_id"], case.chosen["option_id"])


def _vehicles(case: Shown | None, change: ProposalMap | None) -> list[str]:
    if case is None:
        return []
    if change is None:
        return sorted(case.detail["case"]["vehicle_ids"])
    return sorted({r["vehicle_id"] for r in change["timeline"]})


def _deck(
    client: Client,
    change: ProposalMap | None,
    routes: Routes,
    vehicles: list[str],
    case: Shown | None,
) -> pdk.Deck | None:
    lines = client.route_lines(vehicles) if change is None else change["after"]
    if change is None:
        layers = [geo.route_layer(lines, vehicles)]
        layers.append(geo.stop_layer(routes["routes"], vehicles, dark=dark()))
    else:
        layers = [geo.before_layer(change, vehicles), geo.after_layer(change, vehicles)]
        layers.append(geo.stop_layer(change["timeline"], vehicles, dark=dark()))
    layers += geo.vehicle_layers(routes["routes"], vehicles)
    layers.append(geo.meeting_layer(change["timeline"] if change else routes["routes"]))
    view = _view(case, lines)
    if view is None:
        return None
    theme = "dark" if dark() else "light"
    return pdk.Deck(
        layers=layers,
        initial_view_state=view,
        map_style=f"{client.base_url}/v1/map/style.json?theme={theme}&inline=true",
        tooltip=_TOOLTIP,  # pyright: ignore[reportArgumentType]  # pydeck documents a dict
    )


def _view(case: Shown | None, lines: GeoJson) -> pdk.ViewState | None:
    """Return where the map looks: kept while the case and row are, so that it stands still."""
    name = "day"
    if case is not None:
        row = case.chosen["option_id"] if case.chosen else ""
        name = f"{case.detail['case']['case_id']} {row}"
    views: dict[str, pdk.ViewState] = st.session_state.setdefault("views", {})
    if name not in views:
        points = geo.points_of(lines)
        if not points:
            return None
        views[name] = geo.view_of(points)
    return views[name]
