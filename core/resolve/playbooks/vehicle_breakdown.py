"""A vehicle is down: neighbours take its goods over, carriers what is still at the depot."""

from core.allocation.tender import quotes
from core.domain.day import GoodsAt
from core.domain.ids import OptionId, OrderId, VehicleId
from core.domain.option import Action, AskDriver, ChangeKind, ChangeRoutes, TenderOrder
from core.domain.plan import Refusal
from core.resolve.asked import not_before
from core.resolve.draft import Draft
from core.resolve.situation import Situation

ASK_REPAIR = "ask_repair_time"


def vehicle_breakdown(situation: Situation) -> list[Draft]:
    """Return rescues by one neighbour and by several, and asking how long the repair takes."""
    drafts: list[Draft] = []
    for vehicle_id in situation.scope.vehicles:
        route = situation.day.routes[vehicle_id]
        owed = tuple(
            s.order_id
            for s in route.remaining
            if s.order_id is not None and situation.day.orders[s.order_id].open
        )
        takers = situation.takers(vehicle_id)
        groups = [(t,) for t in takers] + ([tuple(takers)] if len(takers) > 1 else [])
        for group in groups:
            drafts.extend(_rescued(situation, vehicle_id, group, owed))
        tenders = _tendered(situation, owed)
        if tenders:
            drafts.append(
                Draft(
                    OptionId(f"tender:{vehicle_id}"),
                    f"carriers bring {len(tenders)} of {vehicle_id}'s orders from the depot",
                    tenders,
                )
            )
        drafts.append(
            Draft(
                OptionId(f"ask:{vehicle_id}"),
                f"ask {vehicle_id} how long the repair takes, and tell the customers",
                (AskDriver(vehicle_id, ASK_REPAIR),),
            )
        )
    return drafts


def _rescued(
    situation: Situation,
    down: VehicleId,
    takers: tuple[VehicleId, ...],
    owed: tuple[OrderId, ...],
) -> list[Draft]:
    drafts: list[Draft] = []
    for result in situation.repaired((down, *takers), owed, meetings=True):
        on_board = any(o in situation.day.routes[down].on_board for o in owed)
        kind = ChangeKind.MOVE_AT_MEETING if on_board else ChangeKind.MOVE_AT_DEPOT
        left = len(result.unserved)
        tail = f", {left} left over" if left else ""
        name = f"rescue:{'+'.join(takers)}" + (f":{len(drafts) + 1}" if drafts else "")
        drafts.append(
            Draft(
                OptionId(name),
                f"{' and '.join(takers)} take over from {down}{tail}",
                (ChangeRoutes(kind, situation.only_touched(result.changes), result.meetings),),
            )
        )
    return drafts


def _tendered(situation: Situation, owed: tuple[OrderId, ...]) -> tuple[Action, ...]:
    """Return the best quote for each order whose goods are still at the depot."""
    sim, actions = situation.sim, list[Action]()
    for order_id in owed:
        if situation.day.orders[order_id].goods is not GoodsAt.DEPOT:
            continue
        answers = quotes(situation.day, order_id, sim.lookup, situation.tendered_at)
        free = (
            a
            for a in answers
            if not isinstance(a, Refusal)
            and not_before(situation.day, order_id, a.carrier_id, sim.now) is None
        )
        best = next(free, None)
        if best is not None:
            actions.append(
                TenderOrder(
                    order_id=order_id,
                    carrier_id=best.carrier_id,
                    price_cents=best.price_cents,
                    pickup=best.pickup,
                    pickup_by=best.pickup_by,
                    deliver_by=best.deliver_by,
                )
            )
    return tuple(actions)
