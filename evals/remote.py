"""A day that a server owns, as the simulated world meets it: facts out, a replica back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import httpx

from core.domain.day import Day
from core.domain.fact import Tick
from core.domain.position import Position
from core.errors import NotReady
from core.ledger import fold
from core.ledger.codec import decode_event, unstructure
from core.ledger.events import Event
from evals.world.world import Told


class RemoteDay:
    """Speaks to a running server over HTTP, as a depot's feeds and phones do."""

    def __init__(self, url: str, key: str) -> None:
        self._http = httpx.Client(
            base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=60.0
        )
        self._day: Day | None = None
        self.events: list[Event] = []

    @property
    def day(self) -> Day:
        """The replica as of the last `catch_up`."""
        if self._day is None:
            self.catch_up()
        assert self._day is not None, "a served day holds at least its opening"
        return self._day

    def catch_up(self) -> tuple[Event, ...]:
        """Fold what came into the ledger since; return it."""
        fresh: list[Event] = []
        while True:
            since = self.events[-1].seq if self.events else 0
            lines = self._ask("GET", "/v1/ledger", params={"since": since}).splitlines()
            for line in lines:
                event = decode_event(line)
                self._day = (
                    fold.opened_day(event) if self._day is None else fold.apply(self._day, event)
                )
                self.events.append(event)
                fresh.append(event)
            if not lines:
                return tuple(fresh)

    def report(self, now: datetime, told: Sequence[Told], seen: Sequence[Position]) -> None:
        """Say what happened up to `now`, and that it is `now`."""
        if seen:
            positions = [
                {
                    "vehicle_id": p.vehicle_id,
                    "at": p.at.isoformat(),
                    "lat": p.point.lat,
                    "lon": p.point.lon,
                }
                for p in seen
            ]
            self._post("/v1/positions", {"positions": positions})
        ticked = _tick(now)
        self._post("/v1/events", [ticked, *(_cloud_event(t) for t in told)])

    def set_speed(self, speed: float) -> None:
        """Tell the console how fast time runs."""
        self._post("/v1/control/clock", {"speed": speed})

    def tell_closing(self, document: Mapping[str, object]) -> None:
        """Show every console how the day compared."""
        self._post("/v1/closing", document)

    def close(self) -> None:
        self._http.close()

    def _post(self, path: str, body: object) -> None:
        self._ask("POST", path, json=body)

    def _ask(self, method: str, path: str, **call: Any) -> bytes:
        try:
            answer = self._http.request(method, path, **call)
        except httpx.HTTPError as error:
            raise NotReady(
                f"the server at {self._http.base_url} does not answer any more; start again"
            ) from error
        if answer.is_error:
            raise NotReady(f"the server refused {path}: {answer.text[:300]}")
        return answer.content


def _cloud_event(told: Told) -> dict[str, object]:
    data = unstructure(told.body)
    assert isinstance(data, dict), "every fact is a record"
    kind = data.pop("type")
    return {
        "specversion": "1.0",
        "id": told.event_id,
        "source": told.actor,
        "type": f"tenfour.{kind}",
        "time": told.at.isoformat(),
        "data": data,
    }


def _tick(now: datetime) -> dict[str, object]:
    return {
        "specversion": "1.0",
        "id": f"tick:{now.isoformat()}",
        "source": "feed:clock",
        "type": f"tenfour.{Tick().type}",
        "time": now.isoformat(),
        "data": {},
    }
