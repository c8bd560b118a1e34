"""Files as Solomon wrote them (also Gehring and Homberger's): windows in the plane."""

import numpy as np

from core.routing.public.instance import BadInstance, Instance
from core.routing.public.numbers import number, numbered, scaled, straight, whole

SCALE = 10
CONVENTION = "dimacs: Euclidean distance times 10, cut to a whole number; distance only"


def read_solomon(name: str, text: str) -> Instance:
    """Return the instance under the DIMACS convention: distance alone counts, in tenths cut off."""
    fleet: tuple[int, int] | None = None
    rows: list[tuple[int, list[float]]] = []
    mode = ""
    for line, words in ((i, t.split()) for i, t in enumerate(text.splitlines(), 1)):
        if not words:
            continue
        if words[0].upper() in ("VEHICLE", "CUSTOMER"):
            mode = words[0].upper()
        elif mode == "VEHICLE" and words[0][0].isdigit():
            if len(words) != 2:
                raise BadInstance(name, f"line {line}: expected number and capacity of vehicles")
            fleet = whole(name, line, words[0]), whole(name, line, words[1])
        elif mode == "CUSTOMER" and not words[0][0].isalpha():
            if len(words) != 7:
                raise BadInstance(
                    name, f"line {line}: a customer has 7 figures, here are {len(words)}"
                )
            rows.append((whole(name, line, words[0]), [number(name, line, w) for w in words[1:]]))
    if fleet is None:
        raise BadInstance(name, "no section VEHICLE with number and capacity")
    if not rows:
        raise BadInstance(name, "no section CUSTOMER with rows of 7 figures")
    table = numbered(name, "customer", rows)
    ways = np.floor(SCALE * straight(table[:, :2])).astype(np.int64)
    return Instance(
        name=name,
        convention=CONVENTION,
        scale=SCALE,
        cost=ways,
        time=ways,
        opens=scaled(table[:, 3], SCALE),
        closes=scaled(table[:, 4], SCALE),
        service=scaled(table[:, 5], SCALE),
        load=scaled(table[:, 2], 1),
        capacity=fleet[1],
        vehicles=fleet[0],
    )
