"""Ingestion of positions, in batches; they go to a log of their own."""

from fastapi import APIRouter

from api.decoding import instant_of
from api.inputs import PositionsBody
from api.live import LiveDep
from api.schemas import AcceptedPositions
from core.domain.ids import VehicleId
from core.domain.place import Point
from core.domain.position import Position
from core.errors import UnknownId

router = APIRouter(tags=["facts"])


@router.post("/positions", status_code=202)
def report_positions(live: LiveDep, body: PositionsBody) -> AcceptedPositions:
    """Report where vehicles were seen. One unknown vehicle or bad place refuses the batch."""
    day = live.day
    ready: list[Position] = []
    for i, p in enumerate(body.positions):
        vehicle_id = VehicleId(p.vehicle_id)
        if vehicle_id not in day.vehicles:
            raise UnknownId("vehicle", vehicle_id)
        at = instant_of(p.at, f"positions.{i}.at")
        ready.append(Position(vehicle_id, at, live.now(), Point.at(p.lat, p.lon)))
    live.owner.report_position(*ready)
    live.wake()
    return AcceptedPositions(accepted=len(ready))
