"""How fast the simulated day runs: quickly, but in real time while a proposal awaits a person."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.domain.day import Day
from core.domain.decision import CaseAnswered, CaseSnoozed, ProposalEnded, ProposalUndone
from core.domain.proposal import ProposalStatus
from core.ledger.events import Event

FAST = 60.0
REAL = 1.0
PATIENCE_S = 120.0
"""Real seconds that the clock waits for somebody; then it goes on until somebody acts again."""
MACHINES = ("policy", "tenfour", "time")


@dataclass
class Pace:
    """Chooses the speed from what waits and from when a person was last heard of."""

    fast: float = FAST
    patience_s: float = PATIENCE_S
    _waiting_since: float | None = None
    _given_up: bool = False

    def speed(self, day: Day, fresh: Sequence[Event], real_s: float) -> float:
        """Return simulated seconds for one real second, at `real_s` on any steady clock."""
        if any(by_person(e) for e in fresh):
            self._waiting_since, self._given_up = None, False
        waits = any(p.status is ProposalStatus.OPEN for p in day.proposals.values())
        if not waits:
            self._waiting_since = None
            return self.fast
        if self._given_up:
            return self.fast
        if self._waiting_since is None:
            self._waiting_since = real_s
        if real_s - self._waiting_since >= self.patience_s:
            self._given_up = True
            return self.fast
        return REAL


def by_person(event: Event) -> bool:
    """Whether somebody at a desk did this."""
    match event.body:
        case ProposalEnded(by=by) | ProposalUndone(by=by) | CaseSnoozed(by=by):
            return by not in MACHINES
        case CaseAnswered():
            return True
        case _:
            return False
