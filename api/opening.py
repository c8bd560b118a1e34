"""Finding what a command works on: the store, the day, the travel times."""

from pathlib import Path
from typing import Literal

from core.domain.day import Day
from core.domain.ids import DayId
from core.errors import NotReady, UnknownId
from core.ledger import fold
from core.settings import Settings
from core.store.store import Store
from core.travel.estimate import EstimateTravel
from core.travel.protocol import TravelTimes

TravelKind = Literal["estimate", "roads"]


def open_store(settings: Settings) -> Store:
    """Open the database, making home and schema where they are missing."""
    if settings.url.startswith("sqlite:///"):
        Path(settings.url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    return Store(settings.url)


def find_day(store: Store, wanted: str | None) -> DayId:
    """Return the day named, else the latest by service date; NotReady when there is none."""
    days = store.days()
    if wanted is not None:
        if DayId(wanted) not in days:
            known = ", ".join(days) or "none yet; tenfour import makes one"
            raise UnknownDay(wanted, known)
        return DayId(wanted)
    if not days:
        raise NotReady("the database holds no day yet; run tenfour import DIR --mapping FILE first")
    return max(days, key=lambda d: (d.rpartition(":")[2], d))


class UnknownDay(UnknownId):
    """No such day in the database."""

    def __init__(self, given: str, known: str) -> None:
        super().__init__("day", given)
        self.args = (f"there is no day {given!r} in the database; it holds: {known}",)


def read_day(store: Store, day_id: DayId) -> Day:
    return fold.replay(store.load(day_id))


def travel_of(kind: TravelKind, zone: str, roads: Path | None = None) -> TravelTimes:
    """Return travel times: on roads (of an extract, or the bundled city), or estimated."""
    if kind == "estimate":
        return EstimateTravel(zone)
    from core.travel.roads import RoadTravel  # reads a map: only who needs it pays

    return RoadTravel.load(roads)
