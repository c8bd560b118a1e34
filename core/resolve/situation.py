"""What a playbook works with: one case, its simulator, and the moves that routes allow."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.context import key_seed
from core.domain.case import Case
from core.domain.day import Day, GoodsAt
from core.domain.ids import OptionId, OrderId, VehicleId
from core.domain.option import (
    ChangeKind,
    ChangeRoutes,
    NewRoute,
    Wait,
)
from core.domain.place import Point
from core.domain.plan import Progress, Refusal, RouteState
from core.resolve.ahead import DECISION_S, Ahead, ahead, hasty
from core.resolve.draft import Draft
from core.resolve.price import price
from core.resolve.rank import price_of
from core.resolve.scope import Scope, scope_of
from core.resolve.simulate import Simulator
from core.resolve.words import hand_over
from core.routing.exchange import exchanges
from core.routing.insertion import Candidate, insertions
from core.routing.moved import touched
from core.routing.pool import SolverPool
from core.routing.repair import Repaired, RepairRequest, repair
from core.routing.squeeze import squeezed

# A case is one of many in a day: its searches are short, and start from the present routes. On a
# busy machine four iterations took about 0.15 s for one route of 40 stops and 0.6 s for one of 74;
# none at all took about 0.2 s for two routes of 74.
REPAIR_ITERATIONS = 4
EXCHANGE_ITERATIONS = 0
HASTY_ITERATIONS = 0
NEAREST_TAKERS = 3


@dataclass(frozen=True, slots=True)
class Situation:
    """One case at one moment."""

    sim: Simulator
    planning: Ahead
    """Where plans are made from; the simulator and the checker keep to the day as it is."""
    soon: Ahead
    """The same as soon as an approval can come, for what cannot wait for a person's time."""
    pool: SolverPool | None = None

    @classmethod
    def of(cls, sim: Simulator, pool: SolverPool | None = None) -> "Situation":
        """Return the situation of the simulator's case, both plannings made."""
        return cls(sim, ahead(sim, DECISION_S), ahead(sim, 0), pool)

    @property
    def day(self) -> Day:
        return self.sim.day

    @property
    def case(self) -> Case:
        return self.sim.case

    @property
    def scope(self) -> Scope:
        return scope_of(self.day, self.case)

    @property
    def tendered_at(self) -> datetime:
        """Return when a carrier is likely to hear of a tender: approved, and past its undo window.

        What it quotes counts from there.
        """
        limits = self.day.rules.thresholds
        return self.sim.now + timedelta(seconds=limits.approval_delay_s + limits.undo_window_s)

    def wait(self) -> Draft:
        """Return the option to leave things as they are and look again at review time."""
        until = self.sim.now + timedelta(seconds=self.day.rules.thresholds.wait_review_s)
        label = f"wait until {self.day.clock(until)}"
        return Draft(OptionId("wait"), label, (Wait(until),))

    def tell(self) -> Draft:
        """Return the option to change nothing but what customers know."""
        return Draft(OptionId("tell"), "tell the customers the new window", ())

    def repaired(
        self,
        vehicles: Sequence[VehicleId],
        orphans: Sequence[OrderId],
        *,
        meetings: bool,
        iterations: int = REPAIR_ITERATIONS,
        planning: Ahead | None = None,
    ) -> tuple[Repaired, ...]:
        """Return what the engine makes of the rest of those routes, without repeats."""
        start = planning or self.planning
        request = RepairRequest(
            vehicle_ids=tuple(vehicles),
            orphan_ids=tuple(orphans),
            moved_stop_cents=round(self.day.rules.costs.moved_stop.cents),
            meetings=meetings,
        )
        results = repair(
            start.day,
            self.sim.travel,
            self.sim.now,
            request,
            seed=key_seed(self.sim.seed, "repair", *vehicles, *orphans) % 2**31,
            iterations=iterations,
            pool=self.pool,
        )
        whole = [replace(r, changes=tuple(start.whole(c) for c in r.changes)) for r in results]
        return tuple(r for r in whole if touched(self.day, r.changes))

    def inserted(
        self,
        order_id: OrderId,
        *,
        vehicle_ids: Sequence[VehicleId] | None = None,
        late_ok: bool = False,
        planning: Ahead | None = None,
        way: str | None = None,
    ) -> tuple[Candidate | Refusal, ...]:
        """Return each vehicle's answer to one order, the cheapest candidate first: by any of its
        ways, or by that one."""
        start = planning or self.planning
        answers = insertions(
            start.day,
            order_id,
            self.sim.travel,
            self.sim.now,
            vehicle_ids=vehicle_ids,
            positions=self.sim.positions,
            late_ok=late_ok,
            way=way,
        )
        return tuple(
            replace(a, new_route=start.whole(a.new_route)) if isinstance(a, Candidate) else a
            for a in answers
        )

    def squeezed(
        self,
        order_id: OrderId,
        *,
        most: int,
        planning: Ahead | None = None,
        vehicle_ids: Sequence[VehicleId] | None = None,
    ) -> tuple[Candidate, ...]:
        """Return riders, of all or of some, who can be there in time with their stops in another
        order, the cheapest first."""
        start = planning or self.planning
        asked = sorted(start.day.routes) if vehicle_ids is None else vehicle_ids
        found = squeezed(
            start.day,
            order_id,
            self.sim.travel,
            self.sim.now,
            [v for v in asked if self.sim.drivable(v)],
            moved_stop_cents=round(self.day.rules.costs.moved_stop.cents),
            most=most,
            positions=self.sim.positions,
        )
        return tuple(replace(c, new_route=start.whole(c.new_route)) for c in found)

    def hurried(self, order_id: OrderId, vehicle_id: VehicleId) -> tuple[Candidate, ...]:
        """Return how one rider keeps a promise made today, its stops in another order: in time for
        a person to decide; where that is too late, at once. Nothing for any other order."""
        promise = self.day.orders[order_id].promise
        if not self.day.orders[order_id].urgent or promise.closes <= self.sim.now:
            return ()
        for planning in (self.planning, self.soon):
            route = planning.day.routes[vehicle_id]
            committed = {s.order_id for s in route.remaining[: route.frozen]}
            if not planning.day.orders[order_id].open or order_id in committed:
                continue
            found = self.squeezed(order_id, most=1, planning=planning, vehicle_ids=(vehicle_id,))
            if found:
                return found
        return ()

    def resequenced(self, vehicle_id: VehicleId) -> list[Draft]:
        """Return other orders for one rider's own stops: such as leave a person time to decide,
        and such as begin at once."""
        if not self.sim.drivable(vehicle_id):
            return []
        found = list(self.repaired((vehicle_id,), (), meetings=False))
        if self.soon.left.get(vehicle_id) != self.planning.left.get(vehicle_id):
            found += self.repaired(
                (vehicle_id,), (), meetings=False, iterations=HASTY_ITERATIONS, planning=self.soon
            )
        drafts: list[Draft] = []
        for result in found:
            name = f"resequence:{vehicle_id}" + (f":{len(drafts) + 1}" if drafts else "")
            action = ChangeRoutes(ChangeKind.RESEQUENCE, self.only_touched(result.changes))
            drafts.append(Draft(OptionId(name), f"resequence {vehicle_id}", (action,)))
        return drafts

    def exchanged(self, giver: VehicleId, takers: Iterable[VehicleId]) -> list[Draft]:
        """Return ways for one rider to give stops to one other whose goods are at the depot."""
        drafts: list[Draft] = []
        for taker in takers:
            # What is on board changes hands on the road; `handed_over` finds such meetings.
            if not self._at_depot(giver) and not self._at_depot(taker):
                continue
            found = self.repaired((giver, taker), (), meetings=True, iterations=EXCHANGE_ITERATIONS)
            for result in found:
                crossing = _crosses(self.day, result.changes)
                if not crossing:
                    continue
                kind = ChangeKind.MOVE_AT_MEETING if result.meetings else ChangeKind.MOVE_AT_DEPOT
                count = len(crossing)
                name = f"exchange:{giver}:{taker}"
                if any(d.option_id.startswith(name) for d in drafts):
                    name += ":2"
                drafts.append(
                    Draft(
                        OptionId(name),
                        f"{taker} takes {count} {'stop' if count == 1 else 'stops'} of {giver}",
                        (ChangeRoutes(kind, self.only_touched(result.changes), result.meetings),),
                    )
                )
        return drafts

    def handed_over(self, giver: VehicleId, takers: Sequence[VehicleId]) -> list[Draft]:
        """Return ways for one rider to hand goods on board to one of others, met on the road."""
        day = self.planning.day
        if not self.sim.drivable(giver) or not takers:
            return []
        drafts: list[Draft] = []
        lasts_min = day.rules.thresholds.meeting_s // 60
        for result in exchanges(
            day,
            self.sim.travel,
            self.sim.now,
            giver,
            takers,
            moved_stop_cents=round(day.rules.costs.moved_stop.cents),
            seed=key_seed(self.sim.seed, "exchange", giver, *takers) % 2**31,
            iterations=EXCHANGE_ITERATIONS,
            pool=self.pool,
        ):
            (meeting,) = result.meetings
            changes = tuple(self.planning.whole(c) for c in result.changes)
            name = f"meet:{giver}:{meeting.taker}"
            if any(d.option_id == name for d in drafts):
                name += ":2"
            action = ChangeRoutes(
                ChangeKind.MOVE_AT_MEETING, self.only_touched(changes), result.meetings
            )
            label = hand_over(self.day, meeting, self.sim.travel)
            drafts.append(Draft(OptionId(name), label, (action,)))
        if not drafts:
            label = f"{giver} hands goods to {' or '.join(takers)} on the road"
            text = f"no meeting makes up for the {lasts_min} min that it costs each driver"
            return [Draft(OptionId(f"meet:{giver}"), label, (), text)]
        return drafts

    def _at_depot(self, vehicle_id: VehicleId) -> bool:
        """Return whether the route still has goods to fetch that are at the depot."""
        return any(
            self.day.orders[s.order_id].goods is GoodsAt.DEPOT
            for s in self.day.routes[vehicle_id].remaining
            if s.order_id is not None
        )

    def only_touched(self, changes: Sequence[NewRoute]) -> tuple[NewRoute, ...]:
        """Return the changes that change anything, by vehicle."""
        which = touched(self.day, changes)
        return tuple(
            sorted((c for c in changes if c.vehicle_id in which), key=lambda c: c.vehicle_id)
        )

    def takers(self, giver: VehicleId, *, without: Iterable[VehicleId] = ()) -> list[VehicleId]:
        """Return the riders nearest to the giver who could take something over."""
        here = self.place(self.day.routes[giver])
        barred = {giver, *without}
        others = [
            route
            for vehicle_id, route in sorted(self.day.routes.items())
            if vehicle_id not in barred
            and self.sim.drivable(vehicle_id)
            and (route.remaining or route.progress is Progress.AT_DEPOT)
        ]
        others.sort(key=lambda r: (self._nearest_m(r, here), r.vehicle_id))
        return [r.vehicle_id for r in others[:NEAREST_TAKERS]]

    def place(self, route: RouteState) -> Point:
        fixes = self.sim.positions.get(route.vehicle_id, ())
        return fixes[-1].point if fixes else (route.last_point or route.start)

    def _nearest_m(self, route: RouteState, here: Point) -> int:
        points = [self.place(route), *(s.point for s in route.remaining)]
        return min(p.crow_m(here) for p in points)

    def best(self, drafts: Sequence[Draft]) -> Draft | None:
        """Return the cheapest of some drafts, or None when none of them beats waiting.

        One that leaves a person no time has to be cheaper by the least gain worth attention.
        """
        usable = [d for d in drafts if d.feasible]
        if not usable:
            return None
        *cents, waiting = self._cents([*usable, self.wait()])
        least = self.day.rules.thresholds.min_gain_cents
        dear = [c + least * hasty(self.sim, d) for c, d in zip(cents, usable, strict=True)]
        at = min(range(len(usable)), key=lambda i: (dear[i], usable[i].option_id))
        return usable[at] if cents[at] < waiting else None

    def gain(self, draft: Draft) -> int:
        """Return by how many cents a feasible draft is cheaper than waiting."""
        cents, waiting = self._cents([draft, self.wait()])
        return waiting - cents

    def _cents(self, drafts: Sequence[Draft]) -> list[int]:
        options = price(
            self.day,
            self.case.case_id,
            drafts,
            self.sim.travel,
            self.sim.positions,
            self.sim.now,
            seed=self.sim.seed,
            simulator=self.sim,
        )
        return [price_of(o).total_cents for o in options]


Playbook = Callable[[Situation], list[Draft]]


def _crosses(day: Day, changes: Sequence[NewRoute]) -> tuple[OrderId, ...]:
    """Return the orders that another vehicle delivers than before."""
    before = {
        s.order_id: r.vehicle_id
        for r in day.routes.values()
        for s in r.remaining
        if s.order_id is not None
    }
    return tuple(
        sorted(
            s.order_id
            for c in changes
            for s in c.stops
            if s.order_id is not None and before.get(s.order_id, c.vehicle_id) != c.vehicle_id
        )
    )
