"""An allocation in the making: what a move costs exactly, and whether the rules let it be made."""

from collections.abc import Callable, Iterable

from core.allocation.bill import (
    LEFT,
    Choice,
    Taken,
    blend_sides,
    money_room_cents,
    short_parcels,
    spend_mc,
)
from core.allocation.problem import Lane, LaneId, LaneKind, Offer, Problem
from core.domain.order import Load

_NOTHING = Taken(0, Load(), 0, 0, 0)


class Filling:
    """Begins with everything left to nobody; each move is exact."""

    def __init__(self, problem: Problem, closed: Iterable[LaneId] = ()) -> None:
        self.problem = problem
        self.closed = frozenset(closed)
        self.choice: list[int] = [LEFT] * len(problem.bundles)
        self.got: list[Taken] = [_NOTHING] * len(problem.lanes)
        lanes = {lane.lane_id: i for i, lane in enumerate(problem.lanes)}
        self.offers: list[dict[int, Offer]] = [
            {lanes[o.lane_id]: o for o in b.offers if not o.bars and o.lane_id not in self.closed}
            for b in problem.bundles
        ]
        nothing = [0] * len(lanes)
        self._members = [{lanes[x] for x in b.lane_ids} for b in problem.blends]
        self._sides = [list(blend_sides(problem, b, nothing)) for b in problem.blends]

    def made(self) -> Choice:
        return tuple(self.choice)

    def delta_mc(self, bundle: int, to: int) -> int:
        """Return what the whole costs more after that move."""
        now = self.choice[bundle]
        if now == to:
            return 0
        left_mc = self.problem.bundles[bundle].left_cents * 1000
        delta = left_mc if to == LEFT else -left_mc if now == LEFT else 0
        if now != LEFT:
            delta += self._change_mc(now, self._changed(bundle, now, -1))
        if to != LEFT:
            delta += self._change_mc(to, self._changed(bundle, to, 1))
        return delta

    def takes(self, bundle: int, to: int) -> bool:
        """Return whether no upper limit of the lane, and no share of all parcels, forbids it.

        Minima and shares of what goes out are not looked at: they bind the whole, not a move.
        """
        if to == LEFT:
            return True
        if to not in self.offers[bundle]:
            return False
        if not _fits(self.problem.lanes[to], self._changed(bundle, to, 1)):
            return False
        more = 1000 * self.problem.bundles[bundle].load.parcels
        now = self.choice[bundle]
        for blend, members, (share, most) in zip(
            self.problem.blends, self._members, self._sides, strict=True
        ):
            inside = to in members and now not in members
            if not blend.outsourced and inside and share + more > most:
                return False
        return True

    def keeps(self, bundle: int, to: int) -> bool:
        """Return whether an allocation that keeps every rule still would after that move."""
        if not self.takes(bundle, to):
            return False
        now = self.choice[bundle]
        for at, sign in ((now, -1), (to, 1)):
            if at == LEFT:
                continue
            lane, after = self.problem.lanes[at], self._changed(bundle, at, sign)
            short = short_parcels(lane, after.load.parcels)
            if lane.short_mc is None and short and after.bundles:
                return False
        parcels = self.problem.bundles[bundle].load.parcels
        for number, blend in enumerate(self.problem.blends):
            if not blend.outsourced:
                continue
            share, most = self._shifted(number, now, -parcels, *self._sides[number])
            share, most = self._shifted(number, to, parcels, share, most)
            if share > most and share > self._idle_share(number):
                return False
        return True

    def move(self, bundle: int, to: int) -> None:
        now = self.choice[bundle]
        parcels = self.problem.bundles[bundle].load.parcels
        if now != LEFT:
            self.got[now] = self._changed(bundle, now, -1)
        if to != LEFT:
            self.got[to] = self._changed(bundle, to, 1)
        for number, (share, most) in enumerate(self._sides):
            share, most = self._shifted(number, now, -parcels, share, most)
            self._sides[number] = list(self._shifted(number, to, parcels, share, most))
        self.choice[bundle] = to

    def broken_blends(self) -> list[int]:
        """Return the blends whose share is too large through what was taken now."""
        return [
            n
            for n, (share, most) in enumerate(self._sides)
            if share > most and share > self._idle_share(n)
        ]

    def below(self) -> list[int]:
        """Return the lanes that take something, and less than their hard minimum."""
        return [
            at
            for at, (lane, got) in enumerate(zip(self.problem.lanes, self.got, strict=True))
            if lane.short_mc is None and got.bundles and short_parcels(lane, got.load.parcels)
        ]

    def members(self, blend: int) -> set[int]:
        return self._members[blend]

    def cheapest(
        self, bundle: int, lanes: Iterable[int], allowed: Callable[[int, int], bool]
    ) -> tuple[int, int] | None:
        """Return (cost, lane) of the cheapest allowed move to one of the lanes."""
        found = [(self.delta_mc(bundle, to), to) for to in lanes if allowed(bundle, to)]
        return min(found, default=None)

    def _idle_share(self, number: int) -> int:
        members = self._members[number]
        return 1000 * sum(self.problem.lanes[m].taken_parcels for m in members)

    def _shifted(
        self, number: int, lane: int, parcels: int, share: int, most: int
    ) -> tuple[int, int]:
        if lane == LEFT:
            return share, most
        blend = self.problem.blends[number]
        if lane in self._members[number]:
            share += 1000 * parcels
        if blend.outsourced and self.problem.lanes[lane].kind is not LaneKind.OWN:
            most += blend.most_pm * parcels
        return share, most

    def _changed(self, bundle: int, lane: int, sign: int) -> Taken:
        got, offer = self.got[lane], self.offers[bundle][lane]
        load = self.problem.bundles[bundle].load
        return Taken(
            got.bundles + sign,
            Load(
                got.load.parcels + sign * load.parcels,
                got.load.weight_g + sign * load.weight_g,
                got.load.volume_ml + sign * load.volume_ml,
            ),
            got.price_cents + sign * offer.price_cents,
            got.risk_mc + sign * offer.risk_mc,
            got.added_s + sign * offer.added_s,
        )

    def _change_mc(self, number: int, after: Taken) -> int:
        lane, before = self.problem.lanes[number], self.got[number]
        change = spend_mc(lane, after) - spend_mc(lane, before) + after.risk_mc - before.risk_mc
        if lane.short_mc is not None:
            short = short_parcels(lane, after.load.parcels)
            change += lane.short_mc * (short - short_parcels(lane, before.load.parcels))
        return change


def _fits(lane: Lane, got: Taken) -> bool:
    parcels = lane.taken_parcels + got.load.parcels
    caps = [c for c in (lane.cap_parcels, lane.max_parcels) if c is not None]
    return (
        all(parcels <= cap for cap in caps)
        and (lane.cap_cents is None or spend_mc(lane, got) <= 1000 * money_room_cents(lane))
        and (lane.room is None or got.load.fits(lane.room))
        and (lane.spare_s is None or got.added_s <= lane.spare_s)
    )
