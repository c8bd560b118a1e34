"""How good arrival times were, over the served day and days before it."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.eta_views import Setting, quality_view
from api.following import saying
from api.live import Live, LiveDep
from api.schemas import EtaQuality
from core.domain.day import Day
from core.domain.ids import DayId, OrderId
from core.errors import Refused
from core.eta.learned.leg_model import Stage
from core.eta.learned.serve import FORMULA_ID
from core.eta.life.registry import Step
from core.eta.life.since import drifted

router = APIRouter(tags=["eta"])
MOST_DAYS = 28


@router.get("/eta/quality")
def eta_quality(
    live: LiveDep,
    days: Annotated[
        int, Query(ge=1, le=MOST_DAYS, description="The served day and so many less one before it")
    ] = 1,
) -> EtaQuality:
    """Return errors and coverage of what was said, against the arrivals that happened.

    Every forecast is the one of its moment: it knows what had been received by then. Long days
    take several calls to work through; until `complete` the figures are those of a part.
    """
    day, now = live.day, live.now()
    before = _before(live, day, days - 1)
    say = saying(live.travel, live.seed, live.answers)
    found = live.following.served(live.owner, say, before, now)
    foreseen = live.answers.foreseen(day) if live.answers is not None else None
    return quality_view(
        live.following.judged(found.days),
        Setting(
            place=str(live.owner.day_id).rpartition(":")[0],
            now=day.local(now),
            zone=day.zone,
            depot=day.depot.point,
            model_id=foreseen.model_id if foreseen is not None else FORMULA_ID,
            provider=foreseen.provider if foreseen is not None else Stage.FORMULA.sentence,
            address_of=lambda order_id: _address(live, order_id),
            weeks=drifted(live.registry) if live.registry is not None else (),
            steps=_steps(live),
            left_out=found.left_out,
            complete=found.complete,
        ),
    )


def _before(live: Live, day: Day, count: int) -> list[DayId]:
    """Return so many days of the same operation before this one, the latest first."""
    place = str(live.owner.day_id).rpartition(":")[0]
    dates = [
        (d.rpartition(":")[2], d)
        for d in live.owner.store.days()
        if d.rpartition(":")[0] == place and d.rpartition(":")[2] < day.opened.service_date
    ]
    return [d for _, d in sorted(dates, reverse=True)[:count]]


def _address(live: Live, order_id: OrderId) -> str:
    text = live.owner.personal(f"order:{order_id}")
    return text.address if text is not None else ""


def _steps(live: Live) -> tuple[Step, ...]:
    try:
        return live.registry.state().steps if live.registry is not None else ()
    except Refused:
        return ()
