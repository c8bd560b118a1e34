"""An option before it has a price."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.domain.ids import OptionId, OrderId, VehicleId
from core.domain.option import (
    Action,
    ChangeRoutes,
    Meeting,
    NewRoute,
    NotifyCustomer,
    Wait,
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A set of actions that could resolve a case; infeasible when `refused_because` says why."""

    option_id: OptionId
    """Says what it does: `wait`, `resequence:R1`, `insert:R2`, `tender:GIG`."""
    label: str
    actions: tuple[Action, ...]
    refused_because: str = ""

    @property
    def feasible(self) -> bool:
        return not self.refused_because

    @property
    def waits(self) -> bool:
        return any(isinstance(a, Wait) for a in self.actions)

    def new_routes(self) -> tuple[NewRoute, ...]:
        return tuple(r for a in self.actions if isinstance(a, ChangeRoutes) for r in a.routes)

    def meetings(self) -> tuple[Meeting, ...]:
        return tuple(m for a in self.actions if isinstance(a, ChangeRoutes) for m in a.meetings)

    def vehicle_ids(self) -> tuple[VehicleId, ...]:
        return tuple(sorted({r.vehicle_id for r in self.new_routes()}))

    def told(self) -> dict[OrderId, NotifyCustomer]:
        return {a.order_id: a for a in self.actions if isinstance(a, NotifyCustomer)}


def combined(name: str, label: str, drafts: Sequence[Draft]) -> Draft:
    """Return one draft that does what all of the given ones do."""
    actions = tuple(a for d in drafts for a in d.actions)
    return Draft(OptionId(name), label, actions)
