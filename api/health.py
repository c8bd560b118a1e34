"""Whether the server is alive, for whoever starts or watches it; open to all, says no secret."""

from fastapi import APIRouter

from api.live import LiveDep
from api.schemas import Health

router = APIRouter(tags=["health"])


@router.get("/health")
def health(live: LiveDep) -> Health:
    """Return ok, or degraded with what the loop stumbled over."""
    state = live.loop_state()
    return Health(
        status="ok" if state in ("running", "stopped") else "degraded",
        version=live.version,
        day_id=live.day.opened.day_id,
        seq=live.day.seq,
        loop=state,
    )
