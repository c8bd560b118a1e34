"""Tiers, minimum and surge, computed by hand."""

from pathlib import Path

import pytest

from core.allocation.pieces import pieces
from core.allocation.rates import card_price
from core.allocation.volume import bands, volume_mc
from core.domain.carrier import RateCard, Surge, Tier
from core.domain.order import Load
from core.ledger import codec
from tests.allocation.problems import a_lane
from tests.builders import a_window, minute

STEPS = (Tier(101, 380), Tier(301, 350))
FORWARD = RateCard(per_parcel_cents=420, tiers=STEPS)
BACKWARD = RateCard(per_parcel_cents=420, tiers=STEPS, tiers_retroactive=True)


@pytest.mark.parametrize(
    ("card", "parcels", "cents"),
    [
        (FORWARD, 0, 0),
        (FORWARD, 100, 100 * 420),
        (FORWARD, 101, 100 * 420 + 380),
        (FORWARD, 300, 100 * 420 + 200 * 380),
        (FORWARD, 310, 100 * 420 + 200 * 380 + 10 * 350),
        (BACKWARD, 100, 100 * 420),
        (BACKWARD, 101, 101 * 380),
        (BACKWARD, 301, 301 * 350),
    ],
)
def test_a_volume_costs_what_the_tiers_say(card: RateCard, parcels: int, cents: int):
    assert volume_mc(bands(card), parcels) == cents * 1000


def test_a_surge_multiplies_every_tier_exactly():
    # 101 parcels at 4.20 x 1.3 for 100 and 3.80 x 1.3 for one
    assert volume_mc(bands(FORWARD, 130), 101) == (100 * 546 + 494) * 1000


def test_a_card_without_tiers_has_no_curve():
    assert bands(RateCard(per_parcel_cents=420)) == ()


def test_the_pieces_of_a_lane_meet_at_its_minimum_and_end_at_its_maximum():
    lane = a_lane("N", curve=bands(FORWARD), min_parcels=50, short_mc=100_000, max_parcels=400)
    closed, *open_ones = pieces(lane)
    assert closed.closed
    assert closed.const_mc == 50 * 100_000
    assert [(p.least, p.most) for p in open_ones] == [(0, 49), (50, 100), (101, 300), (301, 400)]
    # below the minimum each parcel is paid, and saves what it would cost to be short of it
    assert open_ones[0].slope_mc == 420_000 - 100_000


def test_a_hard_minimum_leaves_no_piece_below_it():
    lane = a_lane("N", min_parcels=50, taken_parcels=20, max_parcels=100, fixed_cents=7)
    _, only = pieces(lane)
    assert (only.least, only.most, only.const_mc) == (30, 80, 7_000)


def test_one_order_falls_into_the_tiers_behind_what_went_before():
    price = card_price(FORWARD, Load(4, 0, 0), 0, minute(0), taken_parcels=98)
    assert price.cents == 2 * 420 + 2 * 380
    assert [(line.label, line.amount) for line in price.lines] == [
        ("parcels", 2),
        ("parcels from 101 on", 2),
    ]


def test_the_first_order_of_a_day_pays_for_the_coming_and_no_surge_on_it():
    card = RateCard(per_order_cents=200, per_day_cents=5_000, surges=(Surge(a_window(), 150),))
    assert card_price(card, Load(1, 0, 0), 0, minute(1)).cents == 300 + 5_000
    assert card_price(card, Load(1, 0, 0), 0, minute(1), taken_parcels=1).cents == 300


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"min_parcels": 50, "max_parcels": 40}, "at least 50 parcels and takes at most 40"),
        ({"per_parcel_cents": -1}, "per_parcel_cents -1"),
        ({"short_cents": -5}, "short_cents -5"),
        ({"tiers": (Tier(200, 1), Tier(100, 2))}, "smallest first"),
    ],
)
def test_a_card_that_makes_no_sense_is_refused(changes: dict[str, object], says: str):
    with pytest.raises(ValueError, match=says):
        RateCard(**changes)  # pyright: ignore[reportArgumentType]


def test_a_tier_from_the_first_parcel_or_below_zero_is_refused():
    with pytest.raises(ValueError, match="no tier"):
        Tier(1, 100)
    with pytest.raises(ValueError, match="-3 cents"):
        Tier(2, -3)


def test_a_carrier_listed_before_there_were_tiers_is_read_with_none():
    golden = Path(__file__).parents[1] / "ledger" / "golden" / "tuesday.jsonl"
    (line,) = [x for x in golden.read_bytes().splitlines() if b'"carrier_listed"' in x]
    event = codec.decode_event(line)
    assert event.version == 2
    carrier = codec.unstructure(event.body)
    assert isinstance(carrier, dict)
    assert b'"tiers"' not in line
