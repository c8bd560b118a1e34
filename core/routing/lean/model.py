"""What the lean search knows of a problem, and the routes it works on."""

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from core.routing.kernel.records import I32, I64, Records

FAR = 1 << 30
"""More than any time or cost."""

PLACE = np.dtype(
    [
        ("opens", "i4"),
        ("closes", "i4"),
        ("service", "i4"),
        ("load", "i4"),
        ("name", "i8"),  # a random word, to tell routes apart
    ]
)

STOP = np.dtype(
    [
        ("place", "u4"),  # unsigned: an index that need not be tried for counting from the end
        ("leg", "i4"),  # what the way to the next stop costs
        ("free", "i4"),  # when the vehicle leaves at the earliest
        ("due", "i4"),  # latest arrival from which all that follows is in time
    ]
)

PAIR_STOP = np.dtype([*STOP.descr, ("on", "i4")])
"""Also what is on board behind it."""

TRIP_STOP = np.dtype(
    [
        *STOP.descr,
        ("alone", "i4"),  # `free` if the trip ended here: it may then begin earlier
        ("on", "i4"),  # load of this trip's stops up to this one
        ("behind", "i4"),  # load of this trip's stops behind this one
        ("rest", "i4"),  # when the goods of this trip's stops behind this one are all there
        ("spent", "i4"),  # from leaving the depot to here if nobody ever waits
        ("bound", "i4"),  # latest leaving of the depot from which all up to here are in time
    ]
)
"""Place 0 within a route is a visit to the depot: the trip before ends, the next begins."""

ROUTE = np.dtype(
    [
        ("size", "i8"),
        ("load", "i8"),
        ("cost", "i8"),
        ("name", "i8"),  # equal names are equal orders of stops
        ("parent", "i8"),  # name before the last customer went in, or NO_PARENT
        ("column", "i8"),  # where that customer is
    ]
)

FOUND = np.dtype(
    [
        ("name", "i8"),  # of the route for which this holds
        ("cost", "i4"),
        ("next_cost", "i4"),
        ("column", "i4"),
        ("next_column", "i4"),
    ]
)

NO_PARENT = -1
"""Another change than an insertion was the last. Not 0: so is named what was never found."""


class Pairs(NamedTuple):
    """Who is picked up on the way, and brought to whom: customers are pickups with deliveries."""

    delivery: I32
    """Of each pickup; of all else 0."""
    pickup: I32
    """Of each place its own pickup, which is itself unless it is a delivery."""


class Trips(NamedTuple):
    """A trip begins when its goods are at the depot."""

    ready: I32
    """When the goods of each place are there."""
    again: int
    """1 where vehicles may come back for more, otherwise 0."""


Kind: TypeAlias = Pairs | Trips | None
"""None: everybody is served from the depot, each vehicle leaves it once."""


class Model(NamedTuple):
    """Place 0 is the depot, all others are customers."""

    capacity: int
    place: Records
    cost: I32
    cost_to: I32
    """Transposed, so that the ways to one place lie side by side."""
    seconds: I32
    seconds_to: I32
    near: I32
    """(places, others): all other customers by closeness; of the depot: nothing of use."""
    ranks: I64
    """(orders of insertion, places): what to sort by."""
    idle: int = 0
    """1 where at the same cost a vehicle that stands idle is better than one that is busy."""


class Routes(NamedTuple):
    """Routes with what follows from their order, and what a round needs to be undone."""

    route: Records
    stop: Records
    """(rows, columns): column 0 is the depot, then come the stops, then the depot again."""
    route_of: I32
    """Of each place; -1: in none."""
    found: Records
    """(places, rows): the two cheapest columns, kept while the route has its name."""
    old_route: Records
    old_stop: Records
    touched: I64
    """Rows changed in this round; how many of them there are stands last."""
    kept_in: I64
    """The last round in which each row was changed."""
    absent: I64
    """Customers in no route; how many stands last."""
    missed: I64
    """How often each was left out."""
    todo: I64
    """Customers on the way in, in this round."""
    still: I64
    """Those of them who found no place; at first those who are offered at their price."""
    key: I64
    """What those on the way in are sorted by."""
    tally: I64
    """Cost now, cost of the best, absent in the best, rows in use, number of the round."""
    kind: Any
    """A `Kind`, which tells the compiler what moves to use; a type checker does not follow."""


NOW, LEAST, LEAST_ABSENT, USED, ROUND = 0, 1, 2, 3, 4


def empty_routes(
    model: Model, rows: int, width: int, kind: Kind = None, absent: Sequence[int] | None = None
) -> Routes:
    """Return routes without stops; `absent` must be served, by default everybody."""
    places = len(model.place)
    left = range(1, places) if absent is None else absent
    missing = np.zeros(places + 1, np.int64)
    missing[: len(left)] = left
    missing[-1] = len(left)
    tally = np.zeros(5, np.int64)
    tally[LEAST], tally[LEAST_ABSENT] = FAR, places
    stop = STOP if kind is None else PAIR_STOP if isinstance(kind, Pairs) else TRIP_STOP
    return Routes(
        route=np.zeros(rows, ROUTE),
        stop=np.zeros((rows, width), stop),
        route_of=np.full(places, -1, np.int32),
        found=np.zeros((places, rows), FOUND),
        old_route=np.zeros(rows, ROUTE),
        old_stop=np.zeros((rows, width), stop),
        touched=np.zeros(rows + 1, np.int64),
        kept_in=np.full(rows, -1, np.int64),
        absent=missing,
        missed=np.ones(places, np.int64),
        todo=np.zeros(places, np.int64),
        still=np.zeros(places, np.int64),
        key=np.zeros(places, np.int64),
        tally=tally,
        kind=kind,
    )
