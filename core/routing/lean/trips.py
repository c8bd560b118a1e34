"""Vehicles that come back for more goods, which are not at the depot from the first hour on."""

from core.routing.lean.insertion import look, put
from core.routing.lean.removal import take_out
from core.routing.lean.timing import refresh

__all__ = ["look", "put", "refresh", "take_out"]
