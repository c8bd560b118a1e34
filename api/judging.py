"""Tells a day what the night found of its model, so that a fallen one is a case of its own."""

from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from core.context import RandomIds, SystemClock
from core.domain.fact import ForecastsJudged
from core.domain.ids import DayId, EventId
from core.errors import NotReady
from core.settings import Settings

if TYPE_CHECKING:
    from core.eta.life.night import Night

WAIT_S = 20.0


def tell_day(settings: Settings, seen: "Night", at: datetime) -> str:
    """Report a judgement to the day that begins; return what was done with it, in words.

    A fallen model is told to every day it is fallen on, a sound one only when that is news. The
    same judgement is told once.
    """
    if not (seen.fallen_back or seen.changed):
        return ""
    from api.lease import owner_of, take
    from api.opening import open_store
    from core.desk.commands import ReportFact
    from core.desk.owner import DayOwner

    store, day_id = open_store(settings), DayId(f"{seen.place}:{seen.until}")
    if day_id not in store.days():
        return f"there is no day {day_id} yet to open a case on; run this again when there is"
    body = ForecastsJudged(seen.champion, not seen.fallen_back, seen.fallen_back)
    said = f"{body.model_id}\n{body.sound}\n{body.why}"
    event_id = f"forecasts:{seen.until}:{sha256(said.encode()).hexdigest()[:12]}"
    owner = owner_of(settings, day_id)
    if owner is not None and owner.url:
        _post(settings, owner.url, event_id, at, body)
        return f"told the server of {day_id}"
    lease = take(settings, day_id)
    try:
        desk = DayOwner(store, day_id, clock=SystemClock(), ids=RandomIds())
        desk.submit(ReportFact(EventId(event_id), at, "feed:models", body))
    finally:
        lease.close()
    return f"told {day_id}"


def _post(settings: Settings, url: str, event_id: str, at: datetime, body: ForecastsJudged) -> None:
    import httpx

    from api.auth import read_or_make_key

    event = {
        "specversion": "1.0",
        "id": event_id,
        "source": "feed:models",
        "type": f"tenfour.{body.type}",
        "time": at.isoformat(),
        "data": {"model_id": body.model_id, "sound": body.sound, "why": body.why},
    }
    headers = {"x-api-key": read_or_make_key(settings)}
    try:
        answer = httpx.post(f"{url}/v1/events", json=event, headers=headers, timeout=WAIT_S)
    except httpx.HTTPError as error:
        raise NotReady(f"the server at {url} does not answer: {error}") from error
    if answer.status_code >= 300:
        raise NotReady(f"the server at {url} refused the judgement: {answer.text[:200]}")
