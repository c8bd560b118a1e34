"""Turns a case into the drafts of its option table."""

from dataclasses import replace
from datetime import datetime

from core.domain.day import Day
from core.domain.ids import CaseId
from core.domain.position import Positions
from core.errors import UnknownId
from core.resolve.draft import Draft
from core.resolve.playbooks import PLAYBOOKS
from core.resolve.redirect import with_redirects
from core.resolve.rejected import not_again
from core.resolve.simulate import Simulator
from core.resolve.situation import Situation
from core.resolve.tell import told
from core.resolve.verify import verified
from core.routing.pool import SolverPool
from core.travel.protocol import TravelTimes


def generate(
    day: Day,
    case_id: CaseId,
    travel: TravelTimes,
    positions: Positions,
    now: datetime,
    *,
    seed: int,
    pool: SolverPool | None = None,
    simulator: Simulator | None = None,
) -> tuple[Draft, ...]:
    """Return what could be done about a case: unpriced, checked, with the messages that each
    option calls for. Infeasible ones carry their reason; the last is always to wait.

    Raises UnknownId for a case that the day does not hold.
    """
    if case_id not in day.cases:
        raise UnknownId("case", case_id)
    case = day.cases[case_id]
    sim = simulator or Simulator(day, case, travel, positions, now, seed=seed)
    situation = Situation.of(sim, pool)
    drafts: list[Draft] = []
    for draft in PLAYBOOKS[case.type](situation):
        checked = verified(sim, draft)
        checked = replace(checked, label=with_redirects(day, checked.label, checked))
        spoken = not_again(day, case, told(sim, checked) if checked.feasible else checked)
        if spoken.feasible and not spoken.actions:
            continue
        if any(_same(spoken, other) for other in drafts):
            continue
        drafts.append(spoken)
    return (*drafts, situation.wait())


def _same(a: Draft, b: Draft) -> bool:
    return a.feasible and b.feasible and a.actions == b.actions
