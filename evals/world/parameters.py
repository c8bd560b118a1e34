"""The figures of the simulated world, read from one YAML with their sources."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import cast

import yaml


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with where it comes from; without rows it is an assumption."""

    value: object
    source: str
    rows: int | None
    assumption: bool


@dataclass(frozen=True)
class Parameters:
    figures: Mapping[str, Figure]

    def number(self, name: str) -> float:
        value = self.figures[name].value
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise TypeError(f"{name} is {value!r}, not a number")
        return float(value)

    def numbers(self, name: str) -> tuple[float, ...]:
        return tuple(_floats(self.figures[name].value, name))

    def span(self, name: str) -> tuple[float, float]:
        low, high = self.numbers(name)
        return low, high

    def rows(self, name: str) -> tuple[tuple[float, ...], ...]:
        """Return a table: a list of lists of numbers."""
        value = self.figures[name].value
        if not isinstance(value, list):
            raise TypeError(f"{name} is {value!r}, not a table")
        return tuple(tuple(_floats(row, name)) for row in cast(list[object], value))


def _floats(value: object, name: str) -> list[float]:
    if not isinstance(value, list):
        raise TypeError(f"{name} is {value!r}, not a list of numbers")
    out: list[float] = []
    for item in cast(list[object], value):
        if isinstance(item, bool) or not isinstance(item, int | float):
            raise TypeError(f"{name} holds {item!r}, not a number")
        out.append(float(item))
    return out


def parse(text: str) -> Parameters:
    """Read figures; ValueError for one that has neither rows nor the mark of an assumption."""
    raw = cast(dict[str, dict[str, object]], yaml.safe_load(text))
    figures: dict[str, Figure] = {}
    for name, entry in raw.items():
        rows, assumption = entry.get("rows"), entry.get("assumption", False)
        if (rows is None) is not (assumption is True):
            raise ValueError(f"{name} needs either a row count or the mark of an assumption")
        figures[name] = Figure(
            value=entry["value"],
            source=str(entry["source"]),
            rows=rows if isinstance(rows, int) else None,
            assumption=assumption is True,
        )
    return Parameters(figures)


@cache
def default() -> Parameters:
    """Return the figures that come with tenfour."""
    return parse(files("evals.world").joinpath("parameters.yaml").read_text("utf-8"))
