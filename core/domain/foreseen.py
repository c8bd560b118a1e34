"""Who made a forecast that something was decided on."""

from dataclasses import dataclass

FORMULA = "formula"
"""Who answers where no model does."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A model of arrival times in force; a day that never heard of one is forecast by formula."""

    model_id: str
    """`formula`, `table` or the id of a champion."""
    provider: str
    """In words: what its figures rest on, and why it is not more."""

    @property
    def learned(self) -> bool:
        return self.model_id != FORMULA
