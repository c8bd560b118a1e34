"""Files as Li and Lim wrote them: pickups with deliveries, vehicles first, then real distance."""

import numpy as np

from core.routing.public.instance import BadInstance, Instance
from core.routing.public.numbers import number, numbered, scaled, straight, whole

SCALE = 10_000
CONVENTION = "vehicles first, then Euclidean distance in real numbers"


def read_lilim(name: str, text: str) -> Instance:
    """Return the instance; ways are rounded up, so that what holds here holds in real numbers."""
    lines = [(i, t.split()) for i, t in enumerate(text.splitlines(), 1) if t.split()]
    if not lines or len(lines[0][1]) not in (2, 3):
        raise BadInstance(name, "the first line must say vehicles, capacity and speed")
    line, head = lines[0]
    rows: list[tuple[int, list[float]]] = []
    for line, words in lines[1:]:
        if len(words) != 9:
            raise BadInstance(name, f"line {line}: a task has 9 figures, here are {len(words)}")
        rows.append((whole(name, line, words[0]), [number(name, line, w) for w in words[1:]]))
    if not rows:
        raise BadInstance(name, "it holds no depot")
    table = numbered(name, "task", rows)
    partner = _partners(name, table[:, 6].astype(np.int64), table[:, 7].astype(np.int64))
    load = scaled(table[:, 2], 1)
    for task in np.flatnonzero(partner > 0):
        if load[task] <= 0 or load[partner[task]] != -load[task]:
            why = f"the delivery of task {task} does not bring what was picked up"
            raise BadInstance(name, why)
    real = straight(table[:, :2])
    ways = np.ceil(real * SCALE - 1e-9).astype(np.int64)
    return Instance(
        name=name,
        convention=CONVENTION,
        scale=SCALE,
        cost=ways,
        time=ways,
        opens=scaled(table[:, 3], SCALE),
        closes=scaled(table[:, 4], SCALE),
        service=scaled(table[:, 5], SCALE),
        load=load,
        capacity=whole(name, 1, head[1]),
        vehicles=whole(name, 1, head[0]),
        partner=partner,
        vehicles_first=True,
        real=real,
    )


def _partners(
    name: str, pickup: np.typing.NDArray[np.int64], delivery: np.typing.NDArray[np.int64]
) -> np.typing.NDArray[np.int64]:
    """Return each pickup's delivery, and of each delivery its pickup as a negative number."""
    size = len(pickup)
    partner = np.zeros(size, np.int64)
    for task in range(1, size):
        other = int(pickup[task] or delivery[task])
        if (pickup[task] == 0) == (delivery[task] == 0):
            raise BadInstance(name, f"task {task} must name a pickup or a delivery")
        if not 0 < other < size or other == task:
            raise BadInstance(name, f"task {task} belongs to {other}, which is no other task")
        if int(pickup[other] or delivery[other]) != task:
            raise BadInstance(name, f"task {task} belongs to {other}, which belongs to another")
        partner[task] = other if delivery[task] else -other
        if (pickup[task] == 0) == (pickup[other] == 0):
            raise BadInstance(name, f"tasks {task} and {other} are both pickups or deliveries")
    return partner
