"""The base map from our own roads: no request leaves the house."""

from fastapi import APIRouter, Response

from api.drawing import collection
from api.live import LiveDep
from api.schemas import JsonObject
from core.travel.streets import ATTRIBUTION

router = APIRouter(prefix="/map", tags=["map"])

_OPEN = {"Access-Control-Allow-Origin": "*", "Cache-Control": "max-age=3600"}
_PAPER = {"light": "#f4f3ef", "dark": "#14181d"}
_ROAD = {"light": "#cfccc4", "dark": "#4a5665"}


def main_roads(live: LiveDep) -> JsonObject:
    """Return the main roads of the map in use; none where the provider knows no roads."""
    found = getattr(live.travel, "main_roads_geojson", None)
    if not callable(found):
        return collection([])
    roads = found()
    assert isinstance(roads, dict)
    return {str(key): value for key, value in roads.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


@router.get("/roads.geojson")
def roads(live: LiveDep, response: Response) -> JsonObject:
    """Return the main roads as GeoJSON."""
    response.headers.update(_OPEN)
    return main_roads(live)


@router.get("/style.json")
def style(
    live: LiveDep, response: Response, theme: str = "light", inline: bool = False
) -> JsonObject:
    """Return a MapLibre style of the main roads; with `inline`, the roads are inside it."""
    response.headers.update(_OPEN)
    shade = theme if theme in _PAPER else "light"
    data: object = main_roads(live) if inline else "/v1/map/roads.geojson"
    return {
        "version": 8,
        "name": f"tenfour {shade}",
        "sources": {"roads": {"type": "geojson", "data": data, "attribution": ATTRIBUTION}},
        "layers": [
            {"id": "paper", "type": "background", "paint": {"background-color": _PAPER[shade]}},
            {
                "id": "roads",
                "type": "line",
                "source": "roads",
                "layout": {"line-cap": "round", "line-join": "round"},
                "paint": {
                    "line-color": _ROAD[shade],
                    "line-width": ["interpolate", ["linear"], ["zoom"], 10, 0.6, 14, 2.2, 17, 6],
                },
            },
        ],
    }
