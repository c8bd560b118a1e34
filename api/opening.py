"""Finding what a command works on: the store, the day, the travel times."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from core.domain.day import Day
from core.domain.ids import DayId
from core.errors import NotReady, UnknownId
from core.ledger import fold
from core.settings import Settings
from core.store.store import Store
from core.travel.estimate import EstimateTravel
from core.travel.protocol import UNREACHABLE, TravelTimes

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


def travel_for(
    day: Day,
    settings: Settings,
    *,
    kind: TravelKind | None = None,
    roads: Path | None = None,
    progress: Callable[[str], None] | None = None,
) -> TravelTimes:
    """Return travel times for a day: as asked, else as its plan was made, else estimated.

    On roads: of an extract, of a built graph, or of the bundled centre of Helsinki.
    """
    zone = day.opened.zone
    if kind is None:
        planned_on_roads = day.provider is not None and day.provider.name == "roads"
        kind = "roads" if roads is not None or planned_on_roads else "estimate"
    if kind == "estimate":
        return EstimateTravel(zone)
    # Reading maps is heavy to import; only who needs it pays.
    from core.travel.build import ensure_roads
    from core.travel.roads import RoadTravel

    if roads is not None and roads.suffix != ".npz":
        roads = ensure_roads(roads, settings.cache_dir, progress)
    if roads is not None and not roads.is_file():
        raise NotReady(f"there is no road graph {roads}; tenfour roads build makes one")
    travel = RoadTravel.load(roads, zone)
    _require_on_map(day, travel)
    return travel


def _require_on_map(day: Day, travel: TravelTimes) -> None:
    """Refuse a map of somewhere else: every way from the depot would be no way."""
    points = [s.order.point for s in day.orders.values() if s.order.point is not None]
    if not points:
        return
    sample = (day.depot.point, *points[:20])
    away = travel.matrix(sample, day.now).seconds[0, 1:]
    if bool((away >= UNREACHABLE).all()):
        raise NotReady(
            f"the map of {travel.stamp.name} does not hold the depot of {day.opened.operation}; "
            "name the right extract with --roads FILE.osm.pbf, or take --travel estimate"
        )
