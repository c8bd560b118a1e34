"""Rules about meetings: both sides hold the stop, agree on the goods, and really meet."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from core.domain.ids import MeetingId, VehicleId
from core.domain.option import Meeting
from core.domain.plan import Stop, StopKind
from core.domain.time import seconds_between
from core.routing.check.kept import NOTHING, Kept
from core.routing.check.violation import Code, Violation, minutes
from core.routing.check.walk import Walked


def meetings_broken(
    stops_of: Mapping[VehicleId, Sequence[Stop]],
    meetings: Sequence[Meeting],
    changed: Collection[VehicleId] | None,
    least_s: int,
    kept: Mapping[VehicleId, Kept] | None = None,
) -> list[Violation]:
    """Return every inconsistency between the two sides of each meeting.

    `stops_of` holds all routes as they would be; only meetings of a vehicle in `changed` are
    looked at (None: all). Every meeting listed must have its stops. Each side takes `least_s` at
    least, unless its stop is one of those that the vehicle had: `kept`.
    """
    short = _Short(least_s, kept or {})
    sides: dict[MeetingId, list[tuple[VehicleId, Stop]]] = {}
    for vehicle_id, stops in sorted(stops_of.items()):
        for stop in stops:
            if stop.kind is StopKind.MEET and stop.meeting_id is not None:
                sides.setdefault(stop.meeting_id, []).append((vehicle_id, stop))
            elif stop.kind is StopKind.MEET or stop.gives or stop.takes:
                sides.setdefault(MeetingId(""), []).append((vehicle_id, stop))
    found: list[Violation] = []
    for vehicle_id, stop in sides.pop(MeetingId(""), []):
        found.append(_wrong(vehicle_id, f"{stop.stop_id} hands goods over at no named meeting"))
    for meeting_id, pair in sorted(sides.items()):
        if changed is None or any(v in changed for v, _ in pair):
            found += _pair(meeting_id, pair)
            found += [v for side in pair for v in short.of(*side)]
    for meeting in meetings:
        pair = dict(sides.get(meeting.meeting_id, []))
        found += _listed(meeting, pair)
        found += short.as_listed(meeting, pair)
    return found


def _wrong(vehicle_id: VehicleId, text: str, amount: int = 1) -> Violation:
    return Violation(Code.MEETING, True, vehicle_id, None, text, amount)


@dataclass(frozen=True, slots=True)
class _Short:
    """Finds meetings that are shorter than handing goods over takes."""

    least_s: int
    kept: Mapping[VehicleId, Kept]

    def had(self, vehicle_id: VehicleId, stop: Stop) -> bool:
        return stop in self.kept.get(vehicle_id, NOTHING)

    def of(self, vehicle_id: VehicleId, stop: Stop) -> list[Violation]:
        short = self.least_s - stop.service_s
        if short <= 0 or self.had(vehicle_id, stop):
            return []
        text = (
            f"{vehicle_id} has {minutes(stop.service_s)} for {stop.meeting_id}; a meeting takes "
            f"{minutes(self.least_s)}"
        )
        return [_wrong(vehicle_id, text, short)]

    def as_listed(self, meeting: Meeting, sides: Mapping[VehicleId, Stop]) -> list[Violation]:
        short = self.least_s - meeting.duration_s
        if short <= 0 or (sides and all(self.had(v, s) for v, s in sides.items())):
            return []
        text = (
            f"{meeting.meeting_id} is listed with {minutes(meeting.duration_s)}; a meeting takes "
            f"{minutes(self.least_s)}"
        )
        return [_wrong(meeting.giver, text, short)]


def _pair(meeting_id: MeetingId, pair: list[tuple[VehicleId, Stop]]) -> list[Violation]:
    if len(pair) != 2 or pair[0][0] == pair[1][0]:
        names = ", ".join(v for v, _ in pair)
        text = f"meeting {meeting_id} needs one stop on each of two routes; it has {names}"
        return [_wrong(pair[0][0], text, abs(2 - len(pair)) or 1)]
    (one_id, one), (two_id, two) = pair
    found: list[Violation] = []
    if one.meets != two_id or two.meets != one_id:
        text = f"{one_id} meets {one.meets} at {meeting_id}, and {two_id} meets {two.meets}"
        found.append(_wrong(one_id, text))
    if one.point != two.point:
        away = one.point.crow_m(two.point)
        text = f"{one_id} and {two_id} wait {away} m apart for meeting {meeting_id}"
        found.append(_wrong(one_id, text, away))
    if set(one.gives) != set(two.takes) or set(two.gives) != set(one.takes):
        text = (
            f"at {meeting_id} {one_id} gives {_names(one.gives)} and takes {_names(one.takes)}, "
            f"{two_id} gives {_names(two.gives)} and takes {_names(two.takes)}"
        )
        found.append(_wrong(one_id, text))
    both = max(one.arrive_at, two.arrive_at)
    for vehicle_id, stop in pair:
        short = stop.service_s - seconds_between(both, stop.leave_at)
        if short > 0:
            text = (
                f"{vehicle_id} leaves meeting {meeting_id} {minutes(short)} before both have "
                f"been there for {minutes(stop.service_s)}"
            )
            found.append(_wrong(vehicle_id, text, short))
    return found


def _names(order_ids: Sequence[str]) -> str:
    return ", ".join(sorted(order_ids)) or "nothing"


def _listed(meeting: Meeting, sides: Mapping[VehicleId, Stop]) -> list[Violation]:
    found: list[Violation] = []
    orders = set(meeting.order_ids)
    for vehicle_id, gives in ((meeting.giver, True), (meeting.taker, False)):
        stop = sides.get(vehicle_id)
        if stop is None:
            text = f"meeting {meeting.meeting_id} is not on the route of {vehicle_id}"
            found.append(_wrong(vehicle_id, text))
            continue
        if set(stop.gives if gives else stop.takes) != orders:
            verb, has = ("gives", stop.gives) if gives else ("takes", stop.takes)
            text = (
                f"{vehicle_id} {verb} {_names(has)} at {meeting.meeting_id}, "
                f"not {_names(meeting.order_ids)} as agreed"
            )
            found.append(_wrong(vehicle_id, text))
        if stop.point != meeting.point:
            away = stop.point.crow_m(meeting.point)
            text = f"{vehicle_id} waits {away} m from where {meeting.meeting_id} takes place"
            found.append(_wrong(vehicle_id, text, away))
        if stop.service_s < meeting.duration_s:
            text = (
                f"{vehicle_id} has {minutes(stop.service_s)} for {meeting.meeting_id}, which "
                f"takes {minutes(meeting.duration_s)}"
            )
            found.append(_wrong(vehicle_id, text, meeting.duration_s - stop.service_s))
    return found


def stuck(walked: Walked) -> list[Violation]:
    """Return the meeting that a vehicle waits at for ever, because the other one never comes."""
    if walked.stuck_at is None:
        return []
    text = f"{walked.vehicle_id} waits for ever at {walked.stuck_at}: the other waits elsewhere"
    return [_wrong(walked.vehicle_id, text)]
