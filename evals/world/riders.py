"""What drivers do: follow the route that the desk holds, finish what they began, and tell facts."""

from collections.abc import Callable, Sequence
from math import exp

from core.domain.day import Day
from core.domain.fact import (
    AttemptFailed,
    Fact,
    HandedOver,
    OrderDelivered,
    RouteDeparted,
    RouteReturned,
    StopFinished,
    StopReached,
)
from core.domain.ids import MeetingId, OrderId, VehicleId
from core.domain.order import FailReason
from core.domain.place import Point
from core.domain.plan import RouteState, Stop, StopKind
from evals.world.city import City
from evals.world.draws import Draws
from evals.world.people import told
from evals.world.rider import Phase, Rider
from evals.world.scenario import Trouble
from evals.world.traffic import Traffic

Tell = Callable[[int, str, str, Fact], None]
"""Report a fact: second of the day, id, who says it, what."""
Appoint = Callable[[int, str, str, int], None]
"""Come back at a second of the day: what for, whom for, on which turn."""


class Riders:
    """All drivers of a day. They know their route and their doors, and nothing else."""

    def __init__(
        self,
        city: City,
        draws: Draws,
        traffic: Traffic,
        trouble: Trouble,
        tell: Tell,
        appoint: Appoint,
    ) -> None:
        self._city, self._draws, self._traffic, self._trouble = city, draws, traffic, trouble
        self._tell, self._appoint = tell, appoint
        self.all = {
            v.vehicle_id: Rider(v.vehicle_id, city.depot.point)
            for v in sorted(city.vehicles, key=lambda v: v.vehicle_id)
        }
        self.cancelled: set[OrderId] = set()
        self._attempts: dict[OrderId, int] = {}
        self._handing: set[MeetingId] = set()

    def begin(self, day: Day) -> None:
        """Appoint every departure that the plan holds."""
        for vehicle_id, rider in self.all.items():
            route = day.routes.get(vehicle_id)
            if route is not None and route.stops:
                self._appoint_departure(rider, route)
            else:
                rider.phase = Phase.DONE

    def _appoint_departure(self, rider: Rider, route: RouteState) -> None:
        delay_s = self._draws.between("depart.delay_s", rider.vehicle_id)
        self._appoint(
            self._city.second(route.depart_at) + delay_s, "depart", rider.vehicle_id, rider.turn
        )

    def read_back(self, day: Day, second: int) -> None:
        """Look at the routes again: the desk has heard everything told so far."""
        for rider in self.all.values():
            rider.just_done.clear()
            route = day.routes.get(rider.vehicle_id)
            if route is None:
                continue
            if rider.phase is Phase.HOMEWARD and self._next_stop(rider, route) is not None:
                self._turn_round(rider, route, second)
            elif rider.phase is Phase.MEETING:
                self._look_for_colleague(rider, route, second, day)

    def _look_for_colleague(self, rider: Rider, route: RouteState, second: int, day: Day) -> None:
        """Stop waiting when the meeting was called off, for oneself or for the other."""
        stop = rider.target
        if stop is None or stop.meets is None or stop.meeting_id in self._handing:
            return
        if all(s.meeting_id != stop.meeting_id for s in route.remaining):
            self._go_on(rider, route, second)
        elif all(s.meeting_id != stop.meeting_id for s in day.routes[stop.meets].remaining):
            self._give_up_meeting(rider, route, second)

    def _turn_round(self, rider: Rider, route: RouteState, second: int) -> None:
        if rider.drive is not None:
            rider.metres += rider.drive.metres_until(second) - rider.drive.metres
            rider.place = rider.drive.at(second)
        self._go_on(rider, route, second)

    def _next_stop(self, rider: Rider, route: RouteState) -> Stop | None:
        for stop in route.remaining:
            if stop.stop_id in rider.just_done or stop.stop_id in rider.given_up:
                continue
            return stop
        return None

    def keep(self, what: str, vehicle_id: VehicleId, turn: int, second: int, day: Day) -> None:
        """Keep an appointment, unless the driver has been sent elsewhere since."""
        rider = self.all[vehicle_id]
        if turn != rider.turn:
            return
        route = day.routes[vehicle_id]
        if what == "depart":
            self._depart(rider, route, second)
        elif what == "arrive":
            self._arrive(rider, route, second, day)
        elif what == "serve":
            self._serve(rider, second, day)
        elif what == "finish":
            self._finish(rider, route, second)
        elif what == "deliver":
            self._deliver(rider, route, second)
        elif what == "fail":
            self._fail(rider, route, second, day)
        elif what == "hand":
            self._hand_over(rider, second, day)
        elif what == "leave":
            self._give_up_meeting(rider, route, second)
        elif what == "home":
            self._home(rider, route, second)

    def _depart(self, rider: Rider, route: RouteState, second: int) -> None:
        planned = self._city.second(route.depart_at)
        if planned > second:
            rider.turn += 1
            self._appoint_departure(rider, route)
            return
        rider.departed = second
        rider.on_board |= set(route.loads)
        v = rider.vehicle_id
        self._tell(second, f"departed:{v}", f"driver:{v}", RouteDeparted(v, rider.place))
        self._go_on(rider, route, second)

    def _go_on(self, rider: Rider, route: RouteState, second: int) -> None:
        rider.turn += 1
        stop = self._next_stop(rider, route)
        rider.target = stop
        goal = stop.point if stop is not None else route.end
        slow = self._is_slow(rider.vehicle_id, second)
        pace = self._trouble.slowness.pace if slow else 1.0
        drive = self._traffic.drive(rider.vehicle_id, rider.place, goal, second, pace)
        rider.drive, rider.metres = drive, rider.metres + drive.metres
        rider.phase = Phase.DRIVING if stop is not None else Phase.HOMEWARD
        what = "arrive" if stop is not None else "home"
        self._appoint(drive.arrives, what, rider.vehicle_id, rider.turn)

    def _is_slow(self, vehicle_id: VehicleId, second: int) -> bool:
        trouble = self._trouble
        return vehicle_id == trouble.slow and second >= trouble.slowness.from_s

    def _arrive(self, rider: Rider, route: RouteState, second: int, day: Day) -> None:
        stop = rider.target
        assert stop is not None, "a driver arrives where they went"
        rider.place, rider.drive = stop.point, None
        if all(s.stop_id != stop.stop_id for s in route.remaining):
            self._go_on(rider, route, second)
            return
        if stop.order_id is not None and stop.order_id not in rider.on_board:
            rider.given_up.add(stop.stop_id)
            self._go_on(rider, route, second)
            return
        v = rider.vehicle_id
        reached = StopReached(v, stop.stop_id, stop.point)
        self._tell(second, f"reached:{stop.stop_id}:{second}", f"driver:{v}", reached)
        rider.phase, rider.turn = Phase.BUSY, rider.turn + 1
        if stop.kind is StopKind.DELIVER and stop.order_id is not None:
            opens = self._city.second(day.orders[stop.order_id].promise.opens)
            self._appoint(max(second, opens), "serve", v, rider.turn)
        elif stop.kind is StopKind.MEET:
            self._await(rider, stop, second)
        else:
            factor = 1.0
            if stop.kind is StopKind.RELOAD:
                factor = exp(0.2 * self._draws.normal("dock", stop.stop_id))
            self._appoint(second + max(1, round(stop.service_s * factor)), "finish", v, rider.turn)

    # At a door

    def _serve(self, rider: Rider, second: int, day: Day) -> None:
        _, order_id = _door(rider)
        state, v = day.orders[order_id], rider.vehicle_id
        p = self._draws.parameters
        if order_id in self.cancelled:
            lasts = round(p.number("service.cancelled_door_s"))
            self._appoint(second + lasts, "fail", v, rider.turn)
            return
        now = self._city.at(second)
        attempt = self._attempts.get(order_id, 0) + 1
        self._attempts[order_id] = attempt
        late = state.promise.lateness_s(now) > 0
        if self._draws.absent(state.order.customer_id, attempt, late, told(state, now)):
            lasts = round(p.number("service.absent_s"))
            self._appoint(second + lasts, "fail", v, rider.turn)
            return
        seconds = state.order.service_s * self._draws.service_factor(v, order_id)
        if self._is_slow(v, second):
            seconds *= self._trouble.slowness.service
        self._appoint(second + max(20, round(seconds)), "deliver", v, rider.turn)

    def _deliver(self, rider: Rider, route: RouteState, second: int) -> None:
        stop, order_id = _door(rider)
        v = rider.vehicle_id
        rider.on_board.discard(order_id)
        rider.just_done.add(stop.stop_id)
        body = OrderDelivered(v, order_id, stop.point)
        self._tell(second, f"delivered:{order_id}", f"driver:{v}", body)
        self._go_on(rider, route, second)

    def _fail(self, rider: Rider, route: RouteState, second: int, day: Day) -> None:
        """Nobody took it: the parcel stays on board and the driver goes on."""
        stop, order_id = _door(rider)
        v = rider.vehicle_id
        rider.just_done.add(stop.stop_id)
        unwanted = order_id in self.cancelled or day.orders[order_id].cancelled
        reason = FailReason.REJECTED if unwanted else FailReason.RECEIVER_ABSENT
        body = AttemptFailed(v, order_id, stop.point, reason)
        attempt = self._attempts.get(order_id, 0)
        self._tell(second, f"failed:{order_id}:{attempt}", f"driver:{v}", body)
        self._go_on(rider, route, second)

    # At the dock, at rest, at a meeting

    def _finish(self, rider: Rider, route: RouteState, second: int) -> None:
        stop = rider.target
        assert stop is not None, "a driver finishes what they began"
        v = rider.vehicle_id
        rider.on_board |= set(stop.loads)
        rider.just_done.add(stop.stop_id)
        body = StopFinished(v, stop.stop_id, stop.point)
        self._tell(second, f"finished:{stop.stop_id}:{second}", f"driver:{v}", body)
        self._go_on(rider, route, second)

    def _await(self, rider: Rider, stop: Stop, second: int) -> None:
        rider.phase = Phase.MEETING
        other = self.all.get(stop.meets) if stop.meets is not None else None
        there = (
            other is not None
            and other.phase is Phase.MEETING
            and other.target is not None
            and other.target.meeting_id == stop.meeting_id
        )
        if there and other is not None and stop.meeting_id is not None:
            self._handing.add(stop.meeting_id)
            other.turn += 1
            self._appoint(second + stop.service_s, "hand", rider.vehicle_id, rider.turn)
        else:
            patience_s = round(self._draws.parameters.number("meeting.patience_s"))
            self._appoint(second + patience_s, "leave", rider.vehicle_id, rider.turn)

    def _hand_over(self, rider: Rider, second: int, day: Day) -> None:
        """Both are there: what is still on board changes hands, and both go on.

        Goods may be gone by then (delivered on the way, say). With none left there is no
        hand-over to report, only two drivers who are done here.
        """
        stop = rider.target
        assert stop is not None, "a driver hands over somewhere"
        assert stop.meets is not None, "and to somebody"
        assert stop.meeting_id is not None, "as agreed"
        other = self.all[stop.meets]
        giver, taker = (rider, other) if stop.gives else (other, rider)
        gives = stop.gives or stop.takes
        goods = tuple(o for o in gives if o in giver.on_board)
        giver.on_board -= set(goods)
        taker.on_board |= set(goods)
        if goods:
            body = HandedOver(
                stop.meeting_id, giver.vehicle_id, taker.vehicle_id, goods, stop.point
            )
            who = f"driver:{taker.vehicle_id}"
            self._tell(second, f"handed:{stop.meeting_id}", who, body)
        for one in (giver, taker):
            if one.target is not None:
                one.just_done.add(one.target.stop_id)
                if not goods:
                    self._tell_finished(one, one.target, second, "met")
            self._go_on(one, day.routes[one.vehicle_id], second)

    def _give_up_meeting(self, rider: Rider, route: RouteState, second: int) -> None:
        stop = rider.target
        assert stop is not None, "a driver waits somewhere"
        rider.just_done.add(stop.stop_id)
        self._tell_finished(rider, stop, second, "alone")
        self._go_on(rider, route, second)

    def _tell_finished(self, rider: Rider, stop: Stop, second: int, how: str) -> None:
        """Say that the driver leaves a meeting at which nothing changed hands."""
        v = rider.vehicle_id
        body = StopFinished(v, stop.stop_id, stop.point)
        self._tell(second, f"{how}:{stop.stop_id}", f"driver:{v}", body)

    def _home(self, rider: Rider, route: RouteState, second: int) -> None:
        rider.place, rider.drive = route.end, None
        if self._next_stop(rider, route) is not None:
            self._go_on(rider, route, second)
            return
        v = rider.vehicle_id
        rider.phase, rider.returned = Phase.DONE, second
        self._tell(second, f"returned:{v}", f"driver:{v}", RouteReturned(v, route.end))

    def finished(self) -> bool:
        return all(r.phase is Phase.DONE for r in self.all.values())

    def places(self, second: int) -> Sequence[tuple[VehicleId, Point]]:
        """Return where every vehicle under way is."""
        return [
            (v, r.at(second))
            for v, r in self.all.items()
            if r.phase not in (Phase.DEPOT, Phase.DONE)
        ]


def _door(rider: Rider) -> tuple[Stop, OrderId]:
    """Return the delivery that the driver is at."""
    stop = rider.target
    assert stop is not None, "a driver at a door went to one"
    assert stop.order_id is not None, "doors belong to orders"
    return stop, stop.order_id
