"""What other carriers would ask for an order."""

from dataclasses import dataclass

from core.allocation.tender import Quote, quotes
from core.domain.ids import OrderId
from core.domain.place import Point
from core.travel.lookup import matrix_lookup
from tools.effect import Effect
from tools.lookup import the_order
from tools.orders import OrderArgs
from tools.registry import registry
from tools.runtime import Runtime


@dataclass(frozen=True, slots=True)
class CarrierQuotes:
    order_id: OrderId
    quotes: tuple[Quote, ...]
    """Least expected cost first."""
    refusals: tuple[str, ...]


@registry.tool(effect=Effect.READ)
def quote_carriers(runtime: Runtime, args: OrderArgs) -> CarrierQuotes:
    """Ask every carrier's rate card what one order would cost and by when it would be delivered,
    and say why the others cannot take it."""
    day, now = runtime.day, runtime.now()
    order = the_order(day, args.order_id).order
    points: list[Point] = [d.point for d in day.opened.depots]
    points += [p for c in day.carriers.values() if (p := c.carrier.pickup) is not None]
    if order.point is not None:
        points.append(order.point)
    lookup = matrix_lookup(runtime.travel, points, now)
    answers = quotes(day, order.order_id, lookup, now)
    return CarrierQuotes(
        order_id=order.order_id,
        quotes=tuple(a for a in answers if isinstance(a, Quote)),
        refusals=tuple(a.sentence for a in answers if not isinstance(a, Quote)),
    )
