"""What differs between kinds of problems; the compiler chooses by the type of `Routes.kind`.

What is called here from Python is not there: only compiled code can choose.
"""

from inspect import signature
from typing import Any, cast

from numba.extending import overload  # pyright: ignore[reportUnknownVariableType]

from core.routing.kernel.compiled import UNCOUNTED
from core.routing.kernel.draws import Draws
from core.routing.lean import insertion, pairs, removal, timing, trips
from core.routing.lean.model import I64, Model, Pairs, Routes, Trips

COMPILED_ONLY = "compiled code puts the function of its kind of problem here; Python has none"


def look(model: Model, routes: Routes, customer: int, number: int) -> None:
    """Find the two cheapest columns of a route for a customer that break no limit."""
    raise NotImplementedError(COMPILED_ONLY)


def look_again(model: Model, routes: Routes, customer: int, number: int) -> None:
    """Bring up to date what was found before the last customer went into the route."""
    raise NotImplementedError(COMPILED_ONLY)


def put(model: Model, routes: Routes, customer: int, number: int, column: int) -> None:
    """Put a customer where a look has found room."""
    raise NotImplementedError(COMPILED_ONLY)


def refresh(model: Model, routes: Routes, number: int) -> None:
    """Work out everything that follows from a route's order."""
    raise NotImplementedError(COMPILED_ONLY)


def take_out(
    model: Model,
    routes: Routes,
    rng: Draws,
    number: int,
    customer: int,
    length: int,
    gone: I64,
    count: int,
) -> int:
    """Take a string of stops that holds the customer out of a route; return how many are gone."""
    raise NotImplementedError(COMPILED_ONLY)


def _choose(stub: Any, plain: Any, paired: Any, tripped: Any) -> None:
    """Tell the compiler what to put in the place of a function above."""

    def chosen(*args: Any) -> Any:
        routes = args[1]
        kind = dict(zip(routes.fields, routes.types, strict=True))["kind"]
        named: Any = getattr(kind, "instance_class", None)
        made: Any = paired if named is Pairs else tripped if named is Trips else plain
        return made.py_func

    chosen.__dict__["__signature__"] = signature(plain.py_func)
    overload(stub, jit_options=cast("Any", {"forceinline": True, **UNCOUNTED}))(chosen)


_choose(look, insertion.look, pairs.look, trips.look)
_choose(look_again, insertion.look_again, pairs.look, trips.look)
_choose(put, insertion.put, pairs.put, trips.put)
_choose(refresh, timing.refresh, pairs.refresh, trips.refresh)
_choose(take_out, removal.take_out, pairs.take_out, trips.take_out)
