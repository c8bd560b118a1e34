"""What a drive really takes: the road graph's time under the world's own hours and bad luck."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from math import ceil

from core.domain.ids import VehicleId
from core.domain.place import Area, Point
from core.travel.protocol import UNREACHABLE, SlowArea, TravelTimes
from evals.world.draws import Draws

PIECE_M = 40
"""A drive is followed in pieces of this length, so that an area's edge is met where it lies."""
NOON = 12
"""Road times are taken at noon; the world's own hours are relative to that."""


@dataclass(frozen=True, slots=True)
class Snarl:
    """A jam as it truly is; the system hears of it later and with a guess of its end."""

    area: Area
    speed_pct: int
    begins: int
    clears: int
    reported: int
    """Seconds of the day. From the report on drivers' own navigation goes round it if it can."""


@dataclass(frozen=True, slots=True)
class Drive:
    """One leg as it will truly be driven."""

    start: Point
    end: Point
    departs: int
    arrives: int
    metres: int
    seconds_at: tuple[float, ...] = field(repr=False)
    trail: tuple[Point, ...] = field(repr=False)

    def at(self, second: int) -> Point:
        """Return where the vehicle is at that second of the day."""
        if second >= self.arrives:
            return self.end
        index = bisect_right(self.seconds_at, second)
        if index == 0:
            return self.start
        if index == len(self.trail):
            return self.end
        t0, t1 = self.seconds_at[index - 1], self.seconds_at[index]
        share = (second - t0) / (t1 - t0) if t1 > t0 else 1.0
        return between(self.trail[index - 1], self.trail[index], share)

    def metres_until(self, second: int) -> int:
        """Return the metres behind the vehicle at that second, for a drive given up midway."""
        if second >= self.arrives:
            return self.metres
        return round(self.metres * (second - self.departs) / max(1, self.arrives - self.departs))


def between(a: Point, b: Point, share: float) -> Point:
    return Point(
        a.lat_e6 + round((b.lat_e6 - a.lat_e6) * share),
        a.lon_e6 + round((b.lon_e6 - a.lon_e6) * share),
    )


class Traffic:
    """True travel of one seed. It knows the future of its own snarls, and nobody else does."""

    def __init__(
        self,
        travel: TravelTimes,
        draws: Draws,
        midnight: datetime,
        snarls: Sequence[Snarl] = (),
        points: Sequence[Point] = (),
    ) -> None:
        self._draws = draws
        self._noon = midnight + timedelta(hours=NOON)
        self._snarls = tuple(snarls)
        self._roads = [travel]
        self._roads += [travel.slowed([SlowArea(s.area, s.speed_pct)]) for s in snarls]
        self._legs: list[dict[tuple[Point, Point], tuple[int, int]]] = [{} for _ in self._roads]
        self._lines: list[dict[tuple[Point, Point], tuple[Point, ...]]] = [{} for _ in self._roads]
        known = tuple(dict.fromkeys(points))
        self._index = {point: i for i, point in enumerate(known)}
        self._known = [r.matrix(known, self._noon) for r in self._roads] if known else []

    def _leg(self, which: int, start: Point, end: Point) -> tuple[int, int]:
        i, j = self._index.get(start), self._index.get(end)
        if i is not None and j is not None:
            known = self._known[which]
            return int(known.seconds[i, j]), int(known.metres[i, j])
        legs = self._legs[which]
        if (start, end) not in legs:
            matrix = self._roads[which].matrix([start, end], self._noon)
            legs[start, end] = (int(matrix.seconds[0, 1]), int(matrix.metres[0, 1]))
        return legs[start, end]

    def _line(self, which: int, start: Point, end: Point) -> tuple[Point, ...]:
        lines = self._lines[which]
        if (start, end) not in lines:
            lines[start, end] = tuple(_pieces(self._roads[which].geometry(start, end)))
        return lines[start, end]

    def _factor(self, vehicle_id: VehicleId, pace: float, a: Point, b: Point, at: int) -> float:
        d = self._draws
        hours = d.hour_speed(NOON) / d.hour_speed(at / 3600 % 24)
        return hours * d.congestion(at) * d.leg_factor(a, b, at) * d.pace(vehicle_id) * pace

    def drive(
        self, vehicle_id: VehicleId, start: Point, end: Point, at: int, pace: float = 1.0
    ) -> Drive:
        """Return the leg that begins at that second of the day."""
        if start == end:
            return Drive(start, end, at, at, 0, (float(at),), (start,))
        which = self._chosen(at)
        seconds, metres = self._leg(which, start, end)
        if seconds >= UNREACHABLE:
            which, (seconds, metres) = 0, self._leg(0, start, end)
        line = self._line(which, start, end)
        lengths = [a.crow_m(b) for a, b in pairwise(line)]
        total = sum(lengths) or 1
        if which:
            seconds = self._at_normal_speed(which, seconds, line, lengths, total)
        factor = self._factor(vehicle_id, pace, start, end, at)
        return self._followed(at, seconds * factor, metres, line, lengths, total)

    def _chosen(self, at: int) -> int:
        """Return which roads the driver's navigation knows of: 0 normal, else a snarl's."""
        for index, snarl in enumerate(self._snarls, start=1):
            if snarl.reported <= at < snarl.clears:
                return index
        return 0

    def _at_normal_speed(
        self, which: int, seconds: int, line: Sequence[Point], lengths: Sequence[int], total: int
    ) -> float:
        snarl = self._snarls[which - 1]
        inside = sum(
            length
            for a, b, length in zip(line, line[1:], lengths, strict=False)
            if snarl.area.holds(between(a, b, 0.5))
        )
        share = inside / total
        return seconds / (1 - share + share * 100 / max(1, snarl.speed_pct))

    def _followed(
        self,
        at: int,
        seconds: float,
        metres: int,
        line: Sequence[Point],
        lengths: Sequence[int],
        total: int,
    ) -> Drive:
        clock = float(at)
        stamps = [clock]
        for (a, b), length in zip(pairwise(line), lengths, strict=True):
            clock = self._after(clock, seconds * length / total, between(a, b, 0.5))
            stamps.append(clock)
        arrives = max(at + 1, ceil(clock))
        return Drive(line[0], line[-1], at, arrives, metres, tuple(stamps), tuple(line))

    def _after(self, clock: float, work: float, where: Point) -> float:
        """Return when a piece of road that takes `work` seconds at normal speed is behind."""
        for snarl in self._snarls:
            if clock >= snarl.clears or clock + work <= snarl.begins:
                continue
            if not snarl.area.holds(where):
                continue
            if clock < snarl.begins:
                work -= snarl.begins - clock
                clock = float(snarl.begins)
            speed = max(1, snarl.speed_pct) / 100
            if clock + work / speed <= snarl.clears:
                return clock + work / speed
            work -= (snarl.clears - clock) * speed
            clock = float(snarl.clears)
        return clock + work


def _pieces(line: Sequence[Point]) -> list[Point]:
    """Return the same line with no piece much longer than `PIECE_M`."""
    out = [line[0]]
    for a, b in pairwise(line):
        parts = max(1, ceil(a.crow_m(b) / PIECE_M))
        out.extend(between(a, b, k / parts) for k in range(1, parts + 1))
    return out
