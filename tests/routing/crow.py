"""Travel that can be checked by head."""

from core.domain.place import Point


def by_crow(a: Point, b: Point) -> tuple[int, int]:
    """One second for every ten metres, and one road metre for every metre."""
    metres = round(a.crow_m(b) / 100) * 100
    return metres // 10, metres
