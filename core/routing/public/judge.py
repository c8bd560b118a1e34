"""What a plan costs under a file's own rules, or why it breaks them; no engine has a part."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.routing.public.instance import Instance


@dataclass(frozen=True, slots=True)
class Verdict:
    """The cost of a plan, and what is wrong with it."""

    cost: float
    vehicles: int
    unserved: tuple[int, ...]
    problem: str | None
    """The first rule broken; None where the plan holds."""

    def __str__(self) -> str:
        return self.problem or f"{self.cost:g} with {self.vehicles} vehicles"


def judge(instance: Instance, routes: Sequence[Sequence[int]]) -> Verdict:
    """Walk every route, stop by stop.

    The cost is in the file's own scale (see `Instance.scale`), or in real distance where that is
    the rule, with the prizes of those left out.
    """
    used = [r for r in routes if r]
    served: dict[int, int] = {}
    cost, problem = 0.0, None
    for number, route in enumerate(used, 1):
        for stop in route:
            if stop == 0 and instance.reloads:
                continue
            if not 0 < stop < instance.size:
                return Verdict(0, len(used), (), f"route {number}: there is no customer {stop}")
            if stop in served:
                why = f"customer {stop} is in routes {served[stop]} and {number}"
                return Verdict(0, len(used), (), why)
            served[stop] = number
        spent, broken = _walk(instance, route)
        cost += spent
        if broken is not None and problem is None:
            problem = f"route {number}: {broken}"
    missing = tuple(c for c in range(1, instance.size) if c not in served)
    if instance.prize is not None:
        cost += sum(int(instance.prize[c]) for c in missing)
        missing = ()
    if problem is None and instance.vehicles is not None and len(used) > instance.vehicles:
        problem = f"{len(used)} vehicles, and there are {instance.vehicles}"
    if problem is None and missing:
        problem = f"{len(missing)} customers not served, {missing[0]} the first"
    return Verdict(cost, len(used), missing, problem)


def refusals(instance: Instance, unserved: Sequence[int]) -> dict[int, str]:
    """Return for each of these customers why even a vehicle of its own could not serve it.

    A pickup is tried with its delivery behind it.
    """
    said: dict[int, str] = {}
    for customer in unserved:
        row = [customer]
        if instance.partner is not None:
            other = int(instance.partner[customer])
            row = [customer, other] if other > 0 else [-other, customer]
        why = _walk(instance, row)[1]
        said[customer] = "no vehicle has room and time left" if why is None else f"alone: {why}"
    return said


def _walk(instance: Instance, route: Sequence[int]) -> tuple[float, str | None]:
    """Return what a route costs, and the first rule that it breaks."""
    real = instance.real
    scale = instance.scale if real is not None else 1
    way = instance.cost if real is None else real
    time = instance.time if real is None else real
    cost, broken = 0.0, None
    at, load, on_board = 0, 0, set[int]()
    # In real numbers, what a sum of roots loses by rounding is no lateness.
    hair = 0.0 if real is None else 1e-6
    clock = int(instance.opens[0]) / scale
    clock = max(clock, _release(instance, route, 0))
    for k, stop in enumerate([*route, 0]):
        cost += float(way[at][stop])
        clock += float(time[at][stop])
        closes = int(instance.closes[stop]) / scale
        if clock > closes + hair:
            who = f"customer {stop}" if stop else "the depot"
            broken = broken or f"{who} reached at {clock:g}, its window closes at {closes:g}"
        clock = max(clock, int(instance.opens[stop]) / scale) + int(instance.service[stop]) / scale
        at = stop
        if stop == 0:
            load = 0
            clock = max(clock, _release(instance, route, k + 1))
            continue
        load += int(instance.load[stop])
        if not 0 <= load <= instance.capacity:
            broken = broken or f"load {load} at customer {stop}, capacity {instance.capacity}"
        if instance.partner is not None:
            partner = int(instance.partner[stop])
            if partner > 0:
                on_board.add(partner)
            elif stop in on_board:
                on_board.remove(stop)
            else:
                broken = broken or f"delivery {stop} before its pickup {-partner}"
    if on_board:
        broken = broken or f"picked up for {min(on_board)}, and never delivered"
    return cost, broken


def _release(instance: Instance, route: Sequence[int], since: int) -> int:
    """Return when the goods of the trip that begins at a position are all at the depot."""
    if instance.release is None:
        return 0
    latest = 0
    for stop in route[since:]:
        if stop == 0:
            break
        latest = max(latest, int(instance.release[stop]))
    return latest
