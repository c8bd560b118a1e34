"""What is noted of a door: how one gets in, and how high it may be."""

from enum import StrEnum


class Access(StrEnum):
    """How one gets to a door: a typed note in place of words."""

    STREET = "street"
    CODE = "code"
    """A code or a key opens it; the code itself is personal text."""
    GATE = "gate"
    RECEPTION = "reception"
    """Somebody lets one in: a porter, a front desk."""
    YARD = "yard"


LOWEST_FLOOR, HIGHEST_FLOOR = -9, 199
