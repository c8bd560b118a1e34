"""Riders are held up on the road: what suits each of them, alone and together."""

from core.domain.ids import VehicleId
from core.domain.listed import listed
from core.resolve.draft import Draft, combined
from core.resolve.situation import Situation
from core.resolve.verify import verified

MOST_EXCHANGES = 2


def road_incident(situation: Situation) -> list[Draft]:
    """Return the best change for each rider, all of them combined, and exchanges for the worst
    held up with riders outside the jam."""
    riders = situation.scope.vehicles
    drafts = [situation.tell()]
    own: list[Draft] = []
    for vehicle_id in riders:
        tried = [verified(situation.sim, d) for d in situation.resequenced(vehicle_id)]
        best = situation.best(tried)
        if best is not None:
            own.append(best)
        else:
            drafts.extend(d for d in tried if not d.feasible)
    drafts.extend(own)
    if len(own) > 1:
        names = listed(v for d in own for v in d.vehicle_ids())
        drafts.append(combined("resequence:all", f"resequence {names}", own))
    for vehicle_id in _worst(situation)[:MOST_EXCHANGES]:
        takers = situation.takers(vehicle_id, without=riders)
        offers = [
            *situation.exchanged(vehicle_id, takers[:1]),
            *situation.handed_over(vehicle_id, takers),
        ]
        traded = [verified(situation.sim, d) for d in offers]
        best = situation.best(traded)
        drafts.extend(traded if best is None else [best])
        others = [d for d in own if best and not set(d.vehicle_ids()) & set(best.vehicle_ids())]
        if best is not None and others:
            label = f"{best.label}, and resequence " + listed(
                v for d in others for v in d.vehicle_ids()
            )
            drafts.append(combined(f"mixed:{vehicle_id}", label, [best, *others]))
    return drafts


def _worst(situation: Situation) -> list[VehicleId]:
    """Return the riders of the case by the promises they are expected to break, most first."""
    sim = situation.sim
    expected: list[tuple[float, VehicleId]] = []
    for vehicle_id in situation.scope.vehicles:
        if not sim.drivable(vehicle_id):
            continue
        drive = sim.drive(vehicle_id)
        broken = sum(
            float((drive.start_s[s.stop_id] > sim.closes_s(s.order_id)).mean())
            for s in sim.present(vehicle_id)
            if s.order_id is not None and situation.day.orders[s.order_id].open
        )
        expected.append((-broken, vehicle_id))
    return [vehicle_id for _, vehicle_id in sorted(expected)]
