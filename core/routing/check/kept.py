"""Which stops of a changed route are the ones it had: the same in everything but their times."""

from collections.abc import Iterable
from operator import attrgetter

from core.domain.plan import Stop

timeless = attrgetter(
    "stop_id",
    "kind",
    "point",
    "service_s",
    "order_id",
    "loads",
    "meeting_id",
    "meets",
    "gives",
    "takes",
    "way",
)
"""Everything about a stop but its estimated times."""


class Kept:
    """The stops that a route had before. What is among them is excused; a stop that only bears
    the name of one of them is judged like any other."""

    def __init__(self, stops: Iterable[Stop] = ()) -> None:
        self._held = frozenset(timeless(s) for s in stops)

    def __contains__(self, stop: Stop) -> bool:
        return timeless(stop) in self._held


NOTHING = Kept()
