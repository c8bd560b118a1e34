"""Allocation problems drawn from a seed: small ones to enumerate, large ones as a depot has them.

Everything is a whole number and every draw has a purpose of its own, so that a case is the same in
every process.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from core.allocation.problem import (
    BARS,
    Blend,
    Bundle,
    BundleId,
    Lane,
    LaneId,
    LaneKind,
    Offer,
    Problem,
)
from core.allocation.rates import card_price
from core.allocation.volume import bands
from core.context import keyed_rng
from core.domain.carrier import RateCard, Tier
from core.domain.ids import OrderId
from core.domain.order import Load

NINE = datetime(2026, 11, 10, 9, 0, tzinfo=UTC)
"""When everything is tendered; no surge holds."""
CITY_M = 12_000
"""Doors lie in a square of that half-width around the depot."""
PARCELS = (1, 1, 1, 1, 2, 2, 3, 5)


@dataclass(frozen=True, slots=True)
class _Terms:
    """What a drawn carrier asks, how well it keeps promises, and where it does not go."""

    lane: Lane
    card: RateCard
    kept_pm: int
    east_m: tuple[int, int]
    not_above_g: int


def large(seed: int, orders: int = 1000, carriers: int = 8, own: int = 4) -> Problem:
    """Return a day: own groups at marginal cost beside carriers of every kind of rate card."""
    rng = keyed_rng(seed, "allocation.large")
    loads = [_load(rng) for _ in range(orders)]
    doors = [(rng.randint(-CITY_M, CITY_M), rng.randint(-CITY_M, CITY_M)) for _ in range(orders)]
    total = sum(load.parcels for load in loads)
    terms = [_carrier(rng, number, total) for number in range(carriers)]
    garages = [(rng.randint(-CITY_M, CITY_M), rng.randint(-CITY_M, CITY_M)) for _ in range(own)]
    lanes = [_own_lane(rng, number, total, own) for number in range(own)]
    bundles: list[Bundle] = []
    for number, (load, door) in enumerate(zip(loads, doors, strict=True)):
        broken_cents = rng.choice((500, 500, 500, 1200, 2500))
        offers = [
            _own_offer(rng, lane, garage, door)
            for lane, garage in zip(lanes, garages, strict=True)
            if rng.random() < 0.6
        ]
        for term in terms:
            offers += _offer(term, load, door, broken_cents)
        name = f"b{number:04d}"
        left_cents = broken_cents + 2030
        bundles.append(Bundle(BundleId(name), (OrderId(name),), load, left_cents, tuple(offers)))
    carried = [t.lane for t in terms]
    return Problem(tuple(bundles), (*lanes, *carried), _blends(carried))


def small(seed: int) -> Problem:
    """Return a case of up to seven bundles on up to three lanes in which every rule may bind."""
    rng = keyed_rng(seed, "allocation.small")
    count = rng.randint(2, 7)
    lanes = [_small_lane(rng, number) for number in range(rng.randint(1, 3))]
    bundles: list[Bundle] = []
    for number in range(count):
        offers = tuple(_small_offer(rng, lane) for lane in lanes if rng.random() < 0.85)
        load = Load(rng.randint(0, 3), rng.randint(0, 4000), rng.randint(0, 4000))
        bundles.append(
            Bundle(
                BundleId(f"b{number}"),
                (OrderId(f"o{number}"),),
                load,
                rng.choice((0, 700, 2500, 4000)),
                offers,
            )
        )
    blends: list[Blend] = []
    if rng.random() < 0.5:
        share, outsourced = rng.choice((0, 300, 500, 800)), rng.random() < 0.5
        blends.append(Blend("first", (lanes[0].lane_id,), share, outsourced))
    if len(lanes) > 1 and rng.random() < 0.3:
        pair = (lanes[0].lane_id, lanes[1].lane_id)
        blends.append(Blend("pair", pair, 600, rng.random() < 0.5))
    return Problem(tuple(bundles), tuple(lanes), tuple(blends))


def _load(rng: random.Random) -> Load:
    parcels = rng.choice(PARCELS)
    grams = sum(rng.randint(300, 9_000) for _ in range(parcels))
    return Load(parcels, grams, grams * 5)


def _carrier(rng: random.Random, number: int, total: int) -> _Terms:
    """Return a third party (by parcel, mostly with tiers) or, every third one, gig (by the km)."""
    gig = number % 3 == 2
    cap = total * rng.randint(12, 30) // 100
    if gig:
        card = RateCard(
            per_order_cents=rng.randint(350, 600),
            per_km_cents=rng.randint(25, 60),
            max_parcels=cap,
        )
    else:
        price = rng.randint(380, 620)
        steps = rng.choice((0, 1, 2, 3))
        card = RateCard(
            per_parcel_cents=price,
            free_weight_g=5_000,
            per_kg_over_cents=rng.randint(20, 60),
            per_km_cents=rng.choice((0, 0, 8)),
            per_day_cents=rng.choice((0, 4_000, 12_000, 25_000)),
            tiers=tuple(
                Tier(1 + cap * (k + 1) // (steps + 1), price - (k + 1) * rng.randint(15, 50))
                for k in range(steps)
            ),
            tiers_retroactive=rng.random() < 0.4,
            min_parcels=rng.choice((0, 0, cap // 3, cap // 2)),
            short_cents=rng.choice((None, 150)),
            max_parcels=cap,
        )
    lane = Lane(
        LaneId(f"{'GIG' if gig else 'TPL'}{number}"),
        LaneKind.GIG if gig else LaneKind.THIRD_PARTY,
        fixed_cents=card.per_day_cents,
        curve=bands(card),
        min_parcels=card.min_parcels,
        short_mc=None if card.short_cents is None else card.short_cents * 1000,
        max_parcels=card.max_parcels,
        cap_cents=cap * 420 if gig else None,
    )
    west = rng.choice((-CITY_M, -CITY_M, -CITY_M // 2))
    return _Terms(
        lane,
        card,
        kept_pm=rng.randint(880, 985),
        east_m=(west, rng.choice((CITY_M, CITY_M, CITY_M // 2))),
        not_above_g=rng.choice((12_000, 30_000, 90_000)),
    )


def _offer(term: _Terms, load: Load, door: tuple[int, int], broken_cents: int) -> list[Offer]:
    west, east = term.east_m
    if not west <= door[0] <= east or load.weight_g > term.not_above_g:
        return []
    metres = round(1.3 * (abs(door[0]) + abs(door[1])))
    price = card_price(term.card, load, metres, NINE, alone=False)
    # Farther out, promises break more often.
    kept_pm = term.kept_pm - metres // 800
    risk_mc = broken_cents * (1000 - kept_pm)
    return [Offer(term.lane.lane_id, price.cents, risk_mc)]


def _own_lane(rng: random.Random, number: int, total: int, own: int) -> Lane:
    parcels = total * rng.randint(30, 45) // 100 // own
    room = Load(parcels, parcels * 5_500, parcels * 27_000)
    spare_s = parcels * rng.randint(120, 200)
    return Lane(LaneId(f"own{number}"), LaneKind.OWN, room=room, spare_s=spare_s)


def _own_offer(
    rng: random.Random, lane: Lane, garage: tuple[int, int], door: tuple[int, int]
) -> Offer:
    detour_m = (abs(door[0] - garage[0]) + abs(door[1] - garage[1])) // rng.randint(2, 6)
    seconds = 150 + detour_m * rng.randint(14, 24) // 100
    cents = detour_m * 32 // 1000 + seconds * 375 // 1000
    return Offer(lane.lane_id, cents, rng.randint(0, 40_000), added_s=seconds)


def _blends(lanes: Sequence[Lane]) -> tuple[Blend, ...]:
    gig = tuple(lane.lane_id for lane in lanes if lane.kind is LaneKind.GIG)
    rules = [Blend("gig at most a quarter of all", gig, 250)] if gig else []
    rules += [
        Blend(f"{lane.lane_id} at most 35 % of what goes out", (lane.lane_id,), 350, True)
        for lane in lanes[:2]
    ]
    return tuple(rules)


def _small_lane(rng: random.Random, number: int) -> Lane:
    price = rng.randint(100, 700)
    tiers = rng.choice(((), ((3, 80),), ((2, 60), (5, 150)), ((4, -90),)))
    card = RateCard(
        per_parcel_cents=price,
        tiers=tuple(Tier(start, max(0, price - off)) for start, off in tiers),
        tiers_retroactive=rng.random() < 0.5,
    )
    hard = rng.random() < 0.5
    least = rng.choice((0, 0, 3, 6))
    most, cap = rng.choice((None, 4, 8)), rng.choice((None, None, 5))
    return Lane(
        LaneId(f"L{number}"),
        rng.choice((LaneKind.OWN, LaneKind.THIRD_PARTY, LaneKind.GIG)),
        taken_parcels=rng.choice((0, 0, 1, 4)),
        spent_cents=rng.choice((0, 900)),
        fixed_cents=rng.choice((0, 0, 900)),
        curve=bands(card, rng.choice((100, 130))),
        min_parcels=min(least, most or 5, cap or 5),
        short_mc=None if hard else rng.randint(0, 300_000),
        max_parcels=most,
        cap_parcels=cap,
        cap_cents=rng.choice((None, None, 2_500)),
        room=rng.choice((None, Load(5, 6_000, 9_000))),
        spare_s=rng.choice((None, 900)),
    )


def _small_offer(rng: random.Random, lane: Lane) -> Offer:
    barred = rng.random() < 0.1
    return Offer(
        lane.lane_id,
        rng.randint(-100, 1_500),
        rng.randint(0, 300_000),
        added_s=rng.randint(0, 600),
        bars=frozenset({rng.choice(sorted(BARS))}) if barred else frozenset(),
    )
