"""What the mid-day search knows of a problem, and the routes it works on."""

from typing import NamedTuple

import numpy as np

from core.routing.kernel.records import I32, I64, Records

FAR = 1 << 28
"""Seconds or metres that are never reached."""

FAR_MC = 1 << 60
"""More than any cost."""

ON_BOARD, ELSEWHERE, AT_START = -1, -2, -3
"""Sources: the vehicle carries the goods in any case, can't have them, or loads them before
it leaves if they are to go with it."""

PLACE = np.dtype(
    [
        ("node", "i8"),  # -1: wherever the vehicle is, as for a rest
        ("opens", "i8"),
        ("closes", "i8"),  # a start after it is forbidden; FAR where it only costs
        ("promise", "i8"),  # a start after it costs
        ("late_mc", "i8"),
        ("service", "i8"),
        ("load_0", "i8"),
        ("load_1", "i8"),
        ("load_2", "i8"),
        ("home", "i8"),  # the route where it is now; -1: it has to find one
        ("rank", "i8"),  # its place among the stops of that route
        ("prize", "i8"),  # what a customer weighs against another when not all fit
        ("kind", "i8"),  # CUSTOMER or one of those below
        ("name", "i8"),  # a random word, to tell routes apart
    ]
)

CUSTOMER, FETCH, REST, FIXED = 0, 1, 2, 3
"""Goes anywhere; goes with those whose goods are fetched there; is due once, somewhere; stays."""

VEHICLE = np.dtype(
    [
        ("start", "i8"),
        ("end", "i8"),
        ("ready", "i8"),
        ("latest", "i8"),
        ("room_0", "i8"),
        ("room_1", "i8"),
        ("room_2", "i8"),
        ("on_0", "i8"),  # on board when it is ready
        ("on_1", "i8"),
        ("on_2", "i8"),
        ("range_m", "i8"),
        ("second_mc", "i8"),
        ("metre_mc", "i8"),
        ("extras", "i8"),  # its rest, and where it fetches goods: from this place on
        ("extras_end", "i8"),
    ]
)

STOP = np.dtype(
    [
        ("place", "i4"),
        ("node", "i4"),
        ("leg_m", "i4"),  # to the next stop
        ("arrive", "i4"),
        ("free", "i4"),  # when the vehicle leaves
        ("due", "i4"),  # latest arrival from which no hard limit breaks
        ("calm", "i4"),  # latest arrival from which nobody is late, from here on
        ("waits", "i4"),  # waiting here and at all that follow
    ]
)
"""What every look at a place needs, and nothing else: it is read hundreds of times a round."""

CARGO = np.dtype(
    [
        ("leg_s", "i4"),
        ("rank", "i4"),  # of a stop that was here before, else -1
        ("grow", "i4"),  # longest row of stops in their former order that ends here
        ("fall", "i4"),  # the same, beginning here
        ("at_0", "i4"),  # on board when it leaves
        ("at_1", "i4"),
        ("at_2", "i4"),
        ("top_0", "i4"),  # most that was on board so far
        ("top_1", "i4"),
        ("top_2", "i4"),
        ("ahead_0", "i4"),  # most that will be on board from here on
        ("ahead_1", "i4"),
        ("ahead_2", "i4"),
        ("late_mc", "i8"),
    ]
)

ROUTE = np.dtype(
    [
        ("size", "i8"),
        ("cost_mc", "i8"),
        ("metres", "i8"),
        ("bad", "i8"),  # 1: a limit is broken
        ("top_0", "i8"),  # most on board at any time
        ("top_1", "i8"),
        ("top_2", "i8"),
        ("kept", "i8"),  # most stops that keep their former order
        ("name", "i8"),  # equal names are equal orders of stops
    ]
)

FOUND = np.dtype(
    [
        ("name", "i8"),  # of the route for which this holds
        ("cost_mc", "i8"),
        ("next_cost_mc", "i8"),
        ("column", "i4"),
        ("fetch", "i4"),  # behind which column its goods are fetched first; -1: no need
        ("next_column", "i4"),
        ("next_fetch", "i4"),
    ]
)


class Model(NamedTuple):
    """Places are numbered: first the customers, then what belongs to one vehicle each."""

    customers: int
    moved_mc: int
    place: Records
    vehicle: Records
    seconds: I32
    """Between nodes, as are all tables of ways."""
    seconds_to: I32
    """Transposed, so that the ways to one node lie side by side."""
    metres: I32
    metres_to: I32
    source: I32
    """(customers, vehicles): the place where the vehicle fetches the goods, or one of the above."""
    near: I32
    """(customers, others): everybody by closeness, oneself first."""
    ranks: I64
    """(orders of insertion, customers): what to sort by."""


class Routes(NamedTuple):
    """One route for each vehicle with what follows from its order, and what undoes a round."""

    route: Records
    stop: Records
    """(vehicles, columns): column 0 is the start, then come the stops, then the end."""
    cargo: Records
    """More about the same stops."""
    route_of: I32
    """Of each place; -1: in none."""
    uses: I64
    """(places, 4): how many stops of its route need an extra, and their loads."""
    slow: I32
    """Room for the routes that take more than a quick look."""
    left: I32
    right: I32
    ahead: I32
    """Room for one pass over a route each."""
    found: Records
    """(customers, vehicles): the two cheapest places, kept while the route has its name."""
    stayed: Records
    """The same for routes as they were before this round, found again where it is undone."""
    old_route: Records
    old_stop: Records
    old_cargo: Records
    touched: I64
    """Routes changed in this round; how many of them there are stands last."""
    kept_in: I64
    """The last round in which each route was changed."""
    absent: I64
    """Customers in no route; how many stands last."""
    missed: I64
    """How often each customer was left out."""
    todo: I64
    """Customers on the way in, in this round."""
    still: I64
    """Those of them who found no place."""
    key: I64
    """What those on the way in are sorted by."""
    tally: I64
    able: I64
    """How many vehicles can have each customer's goods."""
    own: I64
    """(columns, fields): room for what counts for each stop while a route is squeezed."""
    order: I64
    other: I64
    """Room for two orders of its stops."""


SQUEEZED_FIELDS = 9
"""Of `own`."""

NOW, LOST, LEAST, LEAST_LOST, ROUND, FAILED = 0, 1, 2, 3, 4, 5
"""What the tally holds: cost and prizes lost of the present routes and of the best ones, the number
of the round, and how often in turn nobody could be squeezed into a route."""


def empty_routes(model: Model, width: int) -> Routes:
    """Return routes without stops, everybody absent; `refresh` them before use."""
    rows, places = len(model.vehicle), len(model.place)
    absent = np.zeros(model.customers + 1, np.int64)
    absent[: model.customers] = np.arange(model.customers)
    absent[-1] = model.customers
    able: I64 = (model.source != ELSEWHERE).sum(axis=1, dtype=np.int64)
    tally = np.zeros(6, np.int64)
    tally[LEAST], tally[LEAST_LOST] = FAR_MC, FAR_MC
    return Routes(
        route=np.zeros(rows, ROUTE),
        stop=np.zeros((rows, width), STOP),
        cargo=np.zeros((rows, width), CARGO),
        route_of=np.full(places, -1, np.int32),
        uses=np.zeros((places, 4), np.int64),
        slow=np.zeros(rows, np.int32),
        left=np.zeros(width + 1, np.int32),
        right=np.zeros(width + 1, np.int32),
        ahead=np.zeros(width + 2, np.int32),
        found=np.zeros((model.customers, rows), FOUND),
        stayed=np.zeros((model.customers, rows), FOUND),
        old_route=np.zeros(rows, ROUTE),
        old_stop=np.zeros((rows, width), STOP),
        old_cargo=np.zeros((rows, width), CARGO),
        touched=np.zeros(rows + 1, np.int64),
        kept_in=np.full(rows, -1, np.int64),
        absent=absent,
        missed=np.ones(model.customers, np.int64),
        todo=np.zeros(model.customers + 1, np.int64),
        still=np.zeros(model.customers + 1, np.int64),
        key=np.zeros(model.customers + 1, np.int64),
        tally=tally,
        able=able,
        own=np.zeros((width, SQUEEZED_FIELDS), np.int64),
        order=np.zeros(width, np.int64),
        other=np.zeros(width, np.int64),
    )
