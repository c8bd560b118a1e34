"""Reads what was noted of the way to a door: the floor, a lift, how one gets in."""

from typing import TypeVar

from core.domain.order import HIGHEST_FLOOR, LOWEST_FLOOR, Access
from core.intake.fields import BadField, Reader
from core.intake.mapping import Mapping
from core.intake.table import Row

T = TypeVar("T")


def read_floor(row: Row, reader: Reader) -> int | None:
    """Return the floor of the door, 0 at the street, below zero under it; None: not noted."""
    text = row.get("floor")
    if not text:
        return None
    number = reader.number("floor", text)
    if number != number.to_integral_value():
        raise BadField("floor", f"{text} is not a whole number")
    if not LOWEST_FLOOR <= number <= HIGHEST_FLOOR:
        raise BadField("floor", f"{text} is no floor of a house; 0 is at the street")
    return int(number)


def read_lift(row: Row, mapping: Mapping) -> bool:
    """Return whether there is a lift; an empty cell promises none."""
    known = {word.lower(): there for word, there in mapping.orders.lifts.items()}
    return _known("lift", row, known) or False


def read_access(row: Row, mapping: Mapping) -> Access | None:
    """Return how one gets in; None: not noted."""
    known = {word.lower(): Access(ours) for word, ours in mapping.orders.access.items()}
    return _known("access", row, known)


def _known(field: str, row: Row, known: dict[str, T]) -> T | None:
    text = row.get(field)
    if not text:
        return None
    if text.lower() not in known:
        words = ", ".join(sorted(known))
        raise BadField(field, f"unknown {field} {text!r}; known are {words}")
    return known[text.lower()]
