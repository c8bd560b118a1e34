"""Many threads ask the same travel times: each gets the right answer, and nothing is made twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import numpy as np
import pytest

from core.domain.place import Area, Point
from core.travel.estimate import EstimateTravel
from core.travel.keep import Memory, Once
from core.travel.protocol import SlowArea, TravelTimes
from core.travel.roads import RoadTravel
from tests.builders import DEPOT, EIGHT, east

THREADS = 8


def all_at_once(work: Callable[[int], None]) -> None:
    """Run `work` in eight threads that begin at the same moment; raise what any of them raised."""
    together = Barrier(THREADS)

    def run(n: int) -> None:
        together.wait()
        work(n)

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(run, range(THREADS)))


def test_a_memory_asked_from_everywhere_stays_bounded_and_right():
    memory = Memory[int, int](at_most=5)

    def work(n: int) -> None:
        for i in range(3000):
            key = (i * (n + 1)) % 37
            assert memory.get(key, lambda key=key: key * key) == key * key
            assert len(memory) <= 5

    all_at_once(work)


def test_what_two_threads_made_at_once_is_one_answer():
    memory, inside = Memory[str, object](at_most=2), Barrier(THREADS)
    found: list[object] = []

    def slow() -> object:
        inside.wait()
        return object()

    all_at_once(lambda _: found.append(memory.get("key", slow)))
    assert len({id(f) for f in found}) == 1


def test_once_is_once():
    made: list[int] = []

    def make() -> int:
        made.append(1)
        return len(made)

    once = Once(make)
    all_at_once(lambda _: None if once() == 1 else pytest.fail("made twice"))
    assert made == [1]


def test_once_that_failed_is_tried_again():
    tries = iter([ValueError("no"), 7])

    def make() -> int:
        drawn = next(tries)
        if isinstance(drawn, Exception):
            raise drawn
        return drawn

    once = Once(make)
    with pytest.raises(ValueError, match="no"):
        once()
    assert once() == 7


def road() -> TravelTimes:
    return RoadTravel.load()


def estimate() -> TravelTimes:
    return EstimateTravel("Europe/Helsinki")


@pytest.mark.parametrize("made", [road, estimate])
def test_shared_travel_times_answer_as_alone(made: Callable[[], TravelTimes]):
    shared, alone = made(), made()
    points: list[Point] = [DEPOT, *(east(150 * n, north=90 * n) for n in range(1, 12))]
    jams = [SlowArea(Area(points[n], 200), 10 * n) for n in range(1, 5)]

    def work(n: int) -> None:
        for i in range(25):
            mine = points[(n + i) % 5 :]
            slow = [jams[(n * i) % 4]] if i % 3 else []
            at = EIGHT + timedelta(hours=i % 3)
            got, wanted = (t.slowed(slow).matrix(mine, at) for t in (shared, alone))
            assert np.array_equal(got.seconds, wanted.seconds)
            assert np.array_equal(got.metres, wanted.metres)
            shared.slowed(slow).geometry(mine[0], mine[-1])

    all_at_once(work)


@pytest.mark.parametrize("made", [road, estimate])
def test_nobody_can_spoil_the_answer_of_another(made: Callable[[], TravelTimes]):
    metres = made().matrix([DEPOT, east(500)], EIGHT).metres
    with pytest.raises(ValueError, match="read-only"):
        metres[0, 1] = 0
