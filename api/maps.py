"""Finds the travel times again that a plan was made with, by the stamp it carries."""

from pathlib import Path

from core.domain.plan import ProviderStamp
from core.errors import NotReady
from core.travel.estimate import EstimateTravel
from core.travel.protocol import TravelTimes


class Maps:
    """The formula, the bundled map, the graphs in a cache, and one that somebody names."""

    def __init__(self, cache: Path | None = None, named: Path | None = None) -> None:
        """`named`: an extract or a built graph; NotReady when it is not there."""
        self._cache, self._named = cache, named
        self._known: dict[tuple[ProviderStamp, str], TravelTimes | None] = {}

    def travel(self, stamp: ProviderStamp, zone: str) -> TravelTimes | None:
        """Return the travel times of that stamp, or None when no map here carries it."""
        key = (stamp, zone)
        if key not in self._known:
            self._known[key] = self._found(stamp, zone)
        return self._known[key]

    def _found(self, stamp: ProviderStamp, zone: str) -> TravelTimes | None:
        estimate = EstimateTravel(zone)
        if stamp.name == estimate.stamp.name:
            return estimate if stamp == estimate.stamp else None
        if stamp.name != "roads":
            return None
        # Reading maps is heavy to import; only who needs it pays.
        from core.travel.graph import stamped_digest
        from core.travel.roads import RoadTravel

        for artefact in self._graphs():
            if stamped_digest(artefact) == stamp.digest:
                return RoadTravel.load(artefact, zone)
        bundled = RoadTravel.load(None, zone)
        return bundled if bundled.stamp == stamp else None

    def _graphs(self) -> list[Path]:
        """Return the graphs on disk, the named one first."""
        found: list[Path] = []
        if self._named is not None:
            found.append(self._built(self._named))
        if self._cache is not None and self._cache.is_dir():
            found += sorted(self._cache.glob("*.npz"))
        return found

    def _built(self, named: Path) -> Path:
        if named.suffix == ".npz":
            if not named.is_file():
                raise NotReady(f"there is no road graph {named}; tenfour roads build makes one")
            return named
        from core.travel.build import ensure_roads

        return ensure_roads(named, self._cache or named.parent)
