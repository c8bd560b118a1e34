"""Adds up the amounts behind a price, line by line, and the cost on each path."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.domain.option import PriceLine
from core.domain.rules import Cost

Amounts = NDArray[np.float64]


@dataclass
class _Line:
    label: str
    unit: str
    unit_cents_milli: int
    source: str
    amount: float = 0.0


@dataclass
class Tally:
    """Amounts of one option. Every amount added is a vector over the paths, or one number."""

    paths: int
    cents: Amounts = field(init=False)
    """Cost on each path."""
    _lines: dict[str, _Line] = field(default_factory=dict[str, _Line])

    def __post_init__(self) -> None:
        self.cents = np.zeros(self.paths)

    def add(self, label: str, amount: Amounts | float, unit: str, price: Cost) -> None:
        """Add `amount` units at `price`; lines of one label share one price."""
        line = self._lines.setdefault(label, _Line(label, unit, price.cents_milli, price.source))
        line.amount += float(np.mean(amount))
        self.cents += np.asarray(amount, dtype=np.float64) * price.cents

    def lines(self) -> tuple[PriceLine, ...]:
        """Return the arithmetic; lines that come to nothing are left out."""
        made = [_line(line) for line in self._lines.values()]
        return tuple(line for line in made if line.amount_milli and line.cents)


def _line(line: _Line) -> PriceLine:
    amount_milli = round(line.amount * 1000)
    return PriceLine(
        label=line.label,
        amount_milli=amount_milli,
        unit=line.unit,
        unit_cents_milli=line.unit_cents_milli,
        cents=round(amount_milli * line.unit_cents_milli / 1_000_000),
        source=line.source,
    )
