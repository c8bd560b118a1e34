"""A ledger as it was written once, byte for byte, which must go on meaning the same."""

from pathlib import Path

from core.domain.day import Day
from core.domain.decision import OrderTendered, Proposed
from core.ledger import chain, codec, fold
from core.ledger.canonical import digest
from tests.builders import minute

GOLDEN = Path(__file__).parent / "golden" / "tuesday.jsonl"
FOLDED = "fa7811752cc10fdf5f072ed90a6aa4d103828d3c70f6eeb2c99cfa1c36a19aec"
CHAINED = "2a7be4b371b7505f3074017e3a7c297dfe89da0cc753fd5a45b0fa9c1bf555f4"


def lines() -> list[bytes]:
    return GOLDEN.read_bytes().splitlines()


def meaning(day: Day) -> object:
    """What people would say of a day; a field added to the state later does not change it."""
    return {
        "now": day.now,
        "orders": {
            o: (s.status, s.goods, s.vehicle_id, s.promise, s.attempts, s.cancelled, s.tender_id)
            for o, s in day.orders.items()
        },
        "routes": {
            v: ([s.stop_id for s in r.stops], r.done, r.progress, r.revision, r.on_board, r.loads)
            for v, r in day.routes.items()
        },
        "cases": {c: (s.status, s.revision, s.note) for c, s in day.cases.items()},
        "proposals": {p: (s.status, s.decided_by) for p, s in day.proposals.items()},
        "messages": {m: s.outcome for m, s in day.messages.items()},
        "tenders": {t: s.accepted for t, s in day.tenders.items()},
        "unmatched": [u.waits_for for u in day.unmatched],
        "incidents": {i: s.cleared_at for i, s in day.incidents.items()},
        "killed": day.killed,
        "autonomy": day.autonomy,
    }


def test_the_golden_ledger_folds_to_what_it_always_meant():
    day = fold.replay(codec.decode_event(line) for line in lines())
    assert digest(meaning(day)) == FOLDED


def test_the_golden_bytes_chain_to_the_same_hash():
    head = chain.GENESIS
    for line in lines():
        head = chain.next_hash(head, line)
    assert head == CHAINED


def test_folding_one_by_one_is_replaying_at_any_point():
    events = [codec.decode_event(line) for line in lines()]
    day = fold.opened_day(events[0])
    for n, event in enumerate(events[1:], start=2):
        day = fold.apply(day, event)
        if n % 10 == 0:
            assert day == fold.replay(events[:n])
    assert day == fold.replay(events)


def test_a_tender_of_version_1_left_at_once_from_the_depot():
    (old,) = [line for line in lines() if b'"order_tendered"' in line]
    assert b'"version":1' in old
    event = codec.decode_event(old)
    body = event.body
    assert isinstance(body, OrderTendered)
    assert (event.version, body.hold_until, body.pickup) == (2, minute(6), None)


def test_a_proposal_of_version_1_says_nothing_of_what_other_options_stand_on():
    old = next(line for line in lines() if b'"type":"proposed"' in line)
    assert b'"bases"' not in old
    event = codec.decode_event(old)
    body = event.body
    assert isinstance(body, Proposed)
    assert (event.version, body.proposal.bases) == (2, ())
