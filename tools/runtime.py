"""What tools work on: the day with its owner, travel times, time, ids and solvers."""

from dataclasses import dataclass, field
from datetime import datetime

from core.context import Clock, Ids
from core.desk.owner import DayOwner
from core.domain.day import Day
from core.domain.ids import CaseId
from core.domain.option import Option
from core.domain.position import Positions
from core.domain.proposal import Verdict
from core.eta.going import Answers
from core.resolve.draft import Draft
from core.resolve.simulate import Simulator
from core.routing.pool import SolverPool
from core.settings import Settings
from core.travel.protocol import TravelTimes
from tools.audit import Audit, unwritten


@dataclass(slots=True)
class Sheet:
    """The working paper of one case: all its steps see one day at one instant."""

    case_id: CaseId
    revision: int
    day: Day
    positions: Positions
    at: datetime
    simulator: Simulator
    drafts: tuple[Draft, ...] = ()
    options: tuple[Option, ...] = ()
    """Priced; best first once `ranked`."""
    ranked: bool = False
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Runtime:
    """One day's world, as tools see it."""

    owner: DayOwner
    travel: TravelTimes
    clock: Clock
    ids: Ids
    seed: int = 0
    pool: SolverPool | None = None
    settings: Settings | None = None
    """None: as if nothing were set, so no language model."""
    audit: Audit = unwritten
    """Where the gateway writes what was called."""
    answers: Answers | None = None
    """Who knows more of arrivals than the formula; None: nobody."""
    sheets: dict[CaseId, Sheet] = field(default_factory=dict[CaseId, Sheet])
    """Working papers; every gateway has its own."""

    @property
    def day(self) -> Day:
        return self.owner.day

    def now(self) -> datetime:
        """Return the present, which is never before what the ledger has already heard."""
        return max(self.clock.now(), self.day.now)
