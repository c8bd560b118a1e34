"""One whole attempt at a case: generate, price, rank, and price the winner on fresh paths."""

from collections.abc import Sequence
from datetime import datetime

from core.domain.day import Day
from core.domain.ids import CaseId
from core.domain.option import Option
from core.domain.position import Positions
from core.errors import UnknownId
from core.eta.going import Answers
from core.resolve.draft import Draft
from core.resolve.generate import generate
from core.resolve.price import price
from core.resolve.rank import rank
from core.resolve.simulate import Simulator
from core.resolve.twins import without_twins
from core.routing.pool import SolverPool
from core.travel.protocol import TravelTimes

FRESH = "fresh"
# A winner that fresh paths unseat is followed by the next; a third look changes nothing more.
MOST_LOOKS = 3


def recommend(
    day: Day,
    case_id: CaseId,
    travel: TravelTimes,
    positions: Positions,
    now: datetime,
    *,
    seed: int,
    pool: SolverPool | None = None,
    simulator: Simulator | None = None,
    answers: Answers | None = None,
) -> tuple[Option, ...]:
    """Return the ranked option table of a case, its first option and waiting freshly priced."""
    if case_id not in day.cases:
        raise UnknownId("case", case_id)
    sim = simulator or Simulator(
        day, day.cases[case_id], travel, positions, now, seed=seed, answers=answers
    )
    drafts = generate(day, case_id, travel, positions, now, seed=seed, pool=pool, simulator=sim)
    options = price(day, case_id, drafts, travel, positions, now, seed=seed, simulator=sim)
    return repriced(sim, rank(options, sim))


def repriced(sim: Simulator, ranked: Sequence[Option]) -> tuple[Option, ...]:
    """Return the table with its winner and waiting priced on paths that did not choose them.

    Taking the best of many noisy prices flatters it; where it no longer leads, the next is
    looked at too. Of rows that a person could not tell apart, the better stays.
    """
    fresh = sim.on(FRESH)
    table, seen = tuple(ranked), set[str]()
    for _ in range(MOST_LOOKS):
        first = table[0]
        if not first.feasible or first.waits or first.option_id in seen:
            break
        seen.add(first.option_id)
        again = [o for o in table if o.feasible and (o.waits or o.option_id in seen)]
        drafts = [Draft(o.option_id, o.label, o.actions) for o in again]
        prices = {
            o.option_id: o
            for o in price(
                fresh.day,
                fresh.case.case_id,
                drafts,
                fresh.travel,
                fresh.positions,
                fresh.now,
                seed=fresh.seed,
                simulator=fresh,
            )
        }
        table = rank([prices.get(o.option_id, o) for o in table], fresh, sim)
    return without_twins(table)
