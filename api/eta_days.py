"""The quality of arrival times over days in the database, as one read model."""

from collections.abc import Callable, Sequence
from pathlib import Path

from api.eta_views import Setting, quality_view
from api.following import Following
from api.maps import Maps
from api.modelling import only_place
from api.opening import find_day, open_store, read_day
from api.schemas import EtaQuality
from core.domain.day import Day
from core.domain.ids import DayId, OrderId
from core.errors import NotReady, Refused
from core.eta.life.active import active
from core.eta.life.registry import Registry
from core.eta.life.since import drifted
from core.settings import Settings
from core.store.store import Store
from core.travel.protocol import TravelTimes


def quality_of_days(
    settings: Settings,
    wanted: Sequence[str] = (),
    *,
    last: int = 1,
    place: str | None = None,
    every_min: int = 5,
    roads: Path | None = None,
    seed: int = 0,
    tell: Callable[[str], None] = lambda _: None,
) -> EtaQuality:
    """Return the quality over the days named, else over the last ones of a place."""
    store, maps = open_store(settings), Maps(settings.cache_dir, roads)
    day_ids = days_asked(store, wanted, place, last)
    name = str(day_ids[-1]).rpartition(":")[0]
    if any(str(d).rpartition(":")[0] != name for d in day_ids):
        raise Refused("these days are of several operations; judge one at a time")
    registry = Registry(settings.home, name)

    def travel_of(day: Day) -> TravelTimes | None:
        stamp = day.provider
        return None if stamp is None else maps.travel(stamp, day.opened.zone)

    following = Following(store, travel_of, seed, registry, step_s=60 * every_min)
    found = following.over(day_ids, tell)
    latest, answers = read_day(store, day_ids[-1]), active(registry)

    def address_of(order_id: OrderId) -> str:
        text = store.text(f"order:{order_id}")
        return text.address if text is not None else ""

    return quality_view(
        following.judged(found.days),
        Setting(
            place=name,
            now=latest.local(latest.now),
            zone=latest.zone,
            depot=latest.depot.point,
            model_id=answers.model_id,
            provider=answers.provider,
            address_of=address_of,
            weeks=drifted(registry),
            steps=registry.state().steps,
            left_out=found.left_out,
        ),
    )


def days_asked(store: Store, wanted: Sequence[str], place: str | None, last: int) -> list[DayId]:
    """Return the days named, else the last ones of a place, in order of their dates."""
    if wanted:
        return [find_day(store, one) for one in dict.fromkeys(wanted)]
    name = place or only_place(store)
    mine = sorted((d.rpartition(":")[2], d) for d in store.days() if d.rpartition(":")[0] == name)
    if not mine:
        raise NotReady(f"the database holds no day of {name}")
    return [d for _, d in mine[-last:]]
