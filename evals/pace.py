"""How fast the simulated day runs: quickly, but in real time while a proposal awaits a person."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core.domain.day import Day
from core.domain.decision import CaseAnswered, CaseSnoozed, ProposalEnded, ProposalUndone
from core.domain.ids import ProposalId
from core.domain.proposal import ProposalStatus
from core.ledger.events import Event

FAST = 60.0
REAL = 1.0
PATIENCE_S = 120.0
"""Real seconds that the clock waits for somebody, once for all that waits together."""
MOST_UNANSWERED = 5
"""After so many waits in vain in a row the clock waits no more, until somebody acts."""
MACHINES = ("policy", "tenfour", "time")


@dataclass
class Pace:
    """Chooses the speed from what waits and from when a person was last heard of.

    Before `from_at` the clock waits for nobody, and what waits by then is waited for together.
    """

    fast: float = FAST
    patience_s: float = PATIENCE_S
    most_unanswered: int = MOST_UNANSWERED
    from_at: datetime | None = None
    _waiting_since: float | None = None
    _passed: set[ProposalId] = field(default_factory=set[ProposalId])
    """Proposals for which the clock has waited in vain."""
    _unanswered: int = 0

    def speed(self, day: Day, fresh: Sequence[Event], real_s: float) -> tuple[float, str]:
        """Return simulated seconds for one real second at `real_s` on any steady clock.

        With it comes a sentence when the clock changes its mind, otherwise nothing.
        """
        if any(by_person(e) for e in fresh):
            self._waiting_since, self._unanswered = None, 0
            self._passed.clear()
        if self.from_at is not None and day.now < self.from_at:
            return self.fast, ""
        open_ids = {i for i, p in day.proposals.items() if p.status is ProposalStatus.OPEN}
        if not open_ids - self._passed:
            self._waiting_since = None
            return self.fast, ""
        if self._unanswered >= self.most_unanswered:
            return self.fast, ""
        if self._waiting_since is None:
            self._waiting_since = real_s
            names = sorted(open_ids - self._passed)
            what = f"{' and '.join(names)} {'waits' if len(names) == 1 else 'wait'} for you"
            how = f"the clock runs in real time for up to {self.patience_s:.0f} s"
            return REAL, f"{what}: {how}. Decide on the console."
        if real_s - self._waiting_since < self.patience_s:
            return REAL, ""
        self._passed |= open_ids
        self._waiting_since = None
        self._unanswered += 1
        if self._unanswered >= self.most_unanswered:
            times = f"{self._unanswered} times in a row"
            return self.fast, f"Nobody answered {times}: the day goes on until somebody decides."
        return self.fast, "Nobody answered: the day goes on, and the proposal stays open."


def by_person(event: Event) -> bool:
    """Whether somebody at a desk did this."""
    match event.body:
        case ProposalEnded(by=by) | ProposalUndone(by=by) | CaseSnoozed(by=by):
            return by not in MACHINES
        case CaseAnswered():
            return True
        case _:
            return False
