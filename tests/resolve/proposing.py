"""What a run would propose for a case of the Tuesday, with a verdict that is given."""

from collections.abc import Sequence

from core.domain.day import Day
from core.domain.ids import CaseId
from core.domain.option import Option
from core.domain.proposal import Proposal, Verdict, VerdictKind
from core.resolve.propose import make_proposal
from tests.tower.tuesday import SEED, TRAVEL

PERSON = Verdict(VerdictKind.NEEDS, "test", "a person decides", "dispatcher")


def proposed(
    day: Day, case_id: CaseId, table: Sequence[Option], verdict: Verdict = PERSON
) -> Proposal | None:
    return make_proposal(
        day,
        day.cases[case_id],
        table,
        verdict,
        travel=TRAVEL,
        positions={},
        now=day.now,
        seed=SEED,
    )
