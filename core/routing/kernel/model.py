"""What the kernel knows of a problem, and the routes it works on: a few arrays of records."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.routing.kernel.records import I32, I64, Records

FAR = 1 << 29
"""A time that is never reached, and more than any cost."""

LONGEST_LEG = 1 << 20
"""Seconds or metres that stand for no way at all."""

PLACE = np.dtype(
    [
        ("opens", "i8"),
        ("closes", "i8"),
        ("service", "i8"),
        ("load_0", "i8"),
        ("load_1", "i8"),
        ("load_2", "i8"),
        ("prize", "i8"),  # what a customer weighs against another when not all fit
        ("name", "i8"),  # a random word, to tell routes apart
    ]
)

VEHICLE = np.dtype(
    [
        ("start", "i8"),
        ("end", "i8"),
        ("ready", "i8"),
        ("latest", "i8"),
        ("room_0", "i8"),
        ("room_1", "i8"),
        ("room_2", "i8"),
        ("range_m", "i8"),
        ("second_mc", "i8"),
        ("metre_mc", "i8"),
        ("depot", "i8"),  # where it takes its next load; -1: it does not come back for one
        ("loading", "i8"),
        ("rest_opens", "i8"),
        ("rest_closes", "i8"),
        ("rest_length", "i8"),  # -1: none is owed
    ]
)

WAY = np.dtype(
    [
        ("s", "i4"),
        ("m", "i4"),
        ("back_s", "i4"),  # the other way round
        ("back_m", "i4"),
    ]
)

STOP = np.dtype(
    [
        ("place", "i4"),
        ("leg_mc", "i4"),  # what the way to the next stop costs
        ("free", "i4"),  # when the vehicle leaves, the rest behind it or none owed
        ("tired", "i4"),  # when it leaves with the rest still ahead; FAR where that cannot be
        ("due", "i4"),  # latest arrival from which all that follows is in time, the rest taken
        ("due_tired", "i4"),  # the same with the rest ahead; -FAR where it does not fit any more
        ("on_0", "i4"),  # delivered since the last loading, this stop included
        ("on_1", "i4"),
        ("on_2", "i4"),
        ("trip_0", "i4"),  # whole load of the trip that goes on behind this stop
        ("trip_1", "i4"),
        ("trip_2", "i4"),
    ]
)

ROUTE = np.dtype(
    [
        ("size", "i8"),
        ("cost_mc", "i8"),
        ("metres", "i8"),
        ("name", "i8"),  # equal names are equal orders of stops
        ("parent", "i8"),  # name before the last customer went in, or NO_PARENT
        ("column", "i8"),  # where that customer is
        ("first", "i8"),  # the place behind the start, and what the way there costs
        ("first_mc", "i8"),
        ("last", "i8"),  # the place before the end, and what the way from there costs
        ("last_mc", "i8"),
        ("touched", "i8"),  # whether this round changed it
        ("old_size", "i8"),
    ]
)

FOUND = np.dtype(
    [
        ("name", "i8"),  # of the route for which this holds
        ("cost_mc", "i8"),
        ("column", "i8"),
        ("how", "i8"),
        ("next_cost_mc", "i8"),
        ("next_column", "i8"),
        ("next_how", "i8"),
    ]
)

SPOT = np.dtype(
    [
        ("route", "i4"),  # -1: left out
        ("column", "i4"),
        ("before", "i4"),  # the place before, and what the way from there costs
        ("before_mc", "i4"),
        ("after", "i4"),
        ("after_mc", "i4"),
    ]
)
"""Where a customer is. Small enough to stay beside the processor, which stops are not."""

BESIDE = np.dtype([("cost_mc", "i4"), ("route", "i4"), ("column", "i4")])
"""A place for a customer, and what it would cost there."""

NO_PARENT = -1
"""Another change than an insertion was the last. Not 0: so is named what was never found."""

PLAIN, LOAD_BEFORE, LOAD_AFTER = 0, 1, 2
"""How a customer goes in: alone, or with a loading right before or after it."""


class Model(NamedTuple):
    """Places are numbered: first the customers, then the depots."""

    customers: int
    place: Records
    vehicle: Records
    way: Records
    """(places, places): everything about the ways between two of them, in one place in memory."""
    able: NDArray[np.int8]
    """(customers, vehicles): whether that vehicle may serve the customer."""
    near: I32
    """(customers, others): everybody by closeness, oneself first."""
    close: I32
    """(customers, others): who may well come right before or after, the likeliest first."""
    ranks: I64
    """(orders of insertion, customers): what to sort by."""
    toll: I32
    """(customers, vehicles): what it costs that just this one serves them."""


class Routes(NamedTuple):
    """One route for each vehicle with what follows from its order."""

    route: Records
    stop: Records
    """(vehicles, columns): column 0 is the start, then come the stops, then the end."""
    spot: Records
    """Of each customer."""
    old: I32
    """(vehicles, columns): places of a route as they were before this round."""
    found: Records
    """(customers, vehicles): the two cheapest places, kept while the route has its name."""
    beside: Records
    """Places for one customer, beside those who are close and at the ends of routes."""
    absent: I32
    """Customers in no route."""
    still: I32
    """Those who found no place in this round."""
    missed: I64
    """How often each customer was left out."""
    todo: I32
    """Customers on the way in, in this round."""
    key: I64
    """What those on the way in are sorted by."""


def empty_routes(model: Model, width: int) -> Routes:
    """Return routes without stops; `refresh` them before use."""
    rows = len(model.vehicle)
    spot = np.zeros(model.customers, dtype=SPOT)
    spot["route"] = -1
    return Routes(
        route=np.zeros(rows, dtype=ROUTE),
        stop=np.zeros((rows, width), dtype=STOP),
        spot=spot,
        old=np.zeros((rows, width), dtype=np.int32),
        found=np.zeros((model.customers, rows), dtype=FOUND),
        beside=np.zeros(2 * (model.close.shape[1] + rows), dtype=BESIDE),
        absent=np.zeros(model.customers, dtype=np.int32),
        still=np.zeros(model.customers, dtype=np.int32),
        missed=np.ones(model.customers, dtype=np.int64),
        todo=np.zeros(2 * model.customers, dtype=np.int32),
        key=np.zeros(2 * model.customers, dtype=np.int64),
    )
