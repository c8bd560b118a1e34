"""Goods that changed hands on the road: who had them, and whether the two were at one place."""

from core.domain.fact import HandedOver
from core.domain.ids import VehicleId
from core.domain.place import Point
from core.routing.check.driven import Road, Van
from core.routing.check.fitness import STANDS_WITHIN_M
from core.routing.check.violation import Code

SIGHT_M = 100
"""Two who meet stand within sight of each other."""


def handed_over(road: Road, body: HandedOver) -> None:
    """Move the goods, and hold the meeting against what makes it one."""
    giver, taker = road.vans.get(body.giver), road.vans.get(body.taker)
    if giver is None or taker is None:
        return
    _one_place(road, body, giver, taker)
    for vehicle_id, van in ((body.giver, giver), (body.taker, taker)):
        if all(s.meeting_id != body.meeting_id for s in van.stops):
            text = f"{vehicle_id} handed goods over at {body.meeting_id}, of which its route knows"
            road.add(Code.MEETING, f"{text} nothing", vehicle_id, hard=False)
    for order_id in body.order_ids:
        if order_id not in giver.aboard:
            text = f"{body.giver} gave {order_id} to {body.taker} without having it"
            road.add(Code.GOODS_ON_BOARD, text, body.giver, order_id)
        giver.aboard.discard(order_id)
        taker.aboard.add(order_id)
    for van in (giver, taker):
        van.finish(s for s in van.stops if s.meeting_id == body.meeting_id)
    road.weigh(taker, f"after meeting {body.meeting_id}")


def _one_place(road: Road, body: HandedOver, giver: Van, taker: Van) -> None:
    """Hard where the two, or one of them and the scan, were out of sight of each other."""
    places: list[tuple[str, Point, bool]] = [("the scan", body.point, False)]
    for vehicle_id, van in ((body.giver, giver), (body.taker, taker)):
        place = _place(van, body)
        if place is None:
            _unseen(road, vehicle_id, body)
        else:
            places.append((vehicle_id, *place))
    apart = [
        (one.crow_m(two), one_name, two_name, STANDS_WITHIN_M if rough or rough_too else SIGHT_M)
        for n, (one_name, one, rough) in enumerate(places)
        for two_name, two, rough_too in places[n + 1 :]
    ]
    far = [a for a in apart if a[0] > a[3]]
    if far:
        away, one_name, two_name, _ = max(far)
        text = f"at {body.meeting_id} {one_name} and {two_name} were {away} m apart"
        road.add(Code.MEETING, text, body.giver, amount=away)


def _place(van: Van, body: HandedOver) -> tuple[Point, bool] | None:
    """Return where one side was, and whether that is only roughly known."""
    if body.meeting_id in van.meets_at:
        return van.meets_at[body.meeting_id], False
    where = van.down_at or van.last_point
    return (where, True) if van.down and where is not None else None


def _unseen(road: Road, vehicle_id: VehicleId, body: HandedOver) -> None:
    text = f"{vehicle_id} was not seen to reach {body.meeting_id}, where goods changed hands"
    road.add(Code.MEETING, text, vehicle_id, hard=False)
