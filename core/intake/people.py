"""Reads where drivers are at home, and what a depot asks for leaving it and for uneven work."""

from dataclasses import replace

from core.domain.place import Area, Point
from core.domain.rules import Cost, Rules
from core.intake.fields import BadField, Reader
from core.intake.mapping import Mapping
from core.intake.table import Row


def territory_of(row: Row, mapping: Mapping, reader: Reader) -> tuple[Area, ...]:
    """Return the areas that a cell names; none where it is empty."""
    known = {part.id.lower() for part in mapping.territories}
    wanted = reader.words(row.get("territory"))
    if unknown := sorted(wanted - known):
        names = ", ".join(sorted(known)) or "none"
        raise BadField("territory", f"there is no territory {unknown[0]!r}; known are {names}")
    return tuple(
        Area(Point.at(part.lat, part.lon), part.radius_m)
        for part in mapping.territories
        if part.id.lower() in wanted
    )


def rules_of(mapping: Mapping) -> Rules:
    """Return the rules that a day begins with: ours, with the prices that the mapping sets."""
    rules, asked = Rules(), mapping.prices
    costs = rules.costs
    if asked.outside_territory:
        cost = _price(asked.outside_territory, "stop")
        costs = replace(costs, outside_territory=cost)
    if asked.uneven_minute:
        costs = replace(costs, uneven_minute=_price(asked.uneven_minute, "minute"))
    if asked.redirect is not None:
        costs = replace(costs, redirect=_price(asked.redirect, "order"))
    limits = replace(
        rules.thresholds,
        even_spread_s=asked.even_spread_min * 60,
        by_the_hour=mapping.plan.by_the_hour,
    )
    return replace(rules, costs=costs, thresholds=limits)


def _price(euros: float, unit: str) -> Cost:
    return Cost(round(euros * 100_000), unit, "import: mapping")
