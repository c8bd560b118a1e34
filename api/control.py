"""Controls of the machine: autonomy, the kill switch, and a driven clock."""

from fastapi import APIRouter

from api.day import autonomy_of
from api.decoding import instant_of
from api.inputs import AutonomyBody, ClockBody, KillBody
from api.live import Live, LiveDep
from api.schemas import Clock, Control
from core.desk.commands import SetAutonomy, SetKillSwitch
from core.domain.case import ExceptionType
from core.errors import NotReady

router = APIRouter(tags=["control"])


def _control(live: Live) -> Control:
    day = live.day
    return Control(seq=day.seq, killed=day.killed, autonomy=autonomy_of(day))


@router.get("/control")
def control(live: LiveDep) -> Control:
    """Return how much the machine may do alone."""
    return _control(live)


@router.post("/control/autonomy/{exception_type}")
def autonomy(live: LiveDep, exception_type: ExceptionType, body: AutonomyBody) -> Control:
    """Set the autonomy of one exception type: shadow, supervised or automatic."""
    live.submit(SetAutonomy(exception_type.value, body.level, body.by))
    return _control(live)


@router.post("/control/autonomy")
def all_autonomy(live: LiveDep, body: AutonomyBody) -> Control:
    """Set the autonomy of every exception type."""
    for exception_type in ExceptionType:
        if live.day.autonomy.get(exception_type.value, "supervised") != body.level:
            live.submit(SetAutonomy(exception_type.value, body.level, body.by))
    return _control(live)


@router.post("/control/kill-switch")
def kill_switch(live: LiveDep, body: KillBody) -> Control:
    """Stop everything that the machine does alone, or let it go on."""
    live.submit(SetKillSwitch(body.on, body.by))
    return _control(live)


@router.post("/control/clock")
def clock(live: LiveDep, body: ClockBody) -> Clock:
    """Put a driven clock forward, or say how fast it runs; refused where the clock is real."""
    if live.mode != "driven":
        raise NotReady("this day runs on the real clock; start it with --clock driven")
    if body.now is not None:
        live.drive_to(instant_of(body.now, "now"))
    if body.speed is not None:
        live.speed = body.speed
    live.wake()
    return Clock(mode=live.mode, speed=live.speed)
