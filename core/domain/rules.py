"""Rules, thresholds and prices of a depot: typed data with a content hash, adopted by an event."""

from dataclasses import dataclass, field

from core.domain.added import added
from core.domain.order import Priority


@dataclass(frozen=True, slots=True)
class Cost:
    """One price with where it comes from; a depot may set its own."""

    cents_milli: int
    """Thousandths of a cent, so that 0.225 euro a minute stays a whole number."""
    unit: str
    source: str

    @property
    def cents(self) -> float:
        return self.cents_milli / 1000


def eur(euros: float, unit: str, source: str) -> Cost:
    return Cost(round(euros * 100_000), unit, source)


_OWN = "assumption of this project, to be set by the depot"


@dataclass(frozen=True, slots=True)
class Costs:
    """The prices that every option, waiting included, is computed with."""

    broken_standard: Cost = eur(5, "promise", _OWN)
    broken_express: Cost = eur(12, "promise", _OWN)
    broken_vip: Cost = eur(25, "promise", _OWN)
    failed_attempt: Cost = eur(
        15.30, "attempt", "assumption: urban failed attempt, public cost model"
    )
    contact: Cost = eur(5, "contact", "assumption: USD 3-14 a contact in two public sources")
    driver_minute: Cost = eur(0.225, "minute", "assumption: 13.50 EUR an hour, marginal")
    driver_minute_full: Cost = eur(0.50, "minute", "assumption: fully loaded, for reports only")
    moved_stop: Cost = eur(0.40, "stop", _OWN)
    disturbed_driver: Cost = eur(2, "driver", _OWN)
    stranded: Cost = added(eur(150, "vehicle", _OWN))
    """Of a vehicle whose battery ends on the road."""
    outside_territory: Cost = added(eur(0, "stop", _OWN))
    """Of a stop that lies outside its driver's own territory."""
    uneven_minute: Cost = added(eur(0, "minute", _OWN))
    """Of working longer than the mean of the day's routes; beyond an hour it counts twice."""
    redirect: Cost = added(
        eur(9.28, "order", "assumption: pickup-point redirect, public cost model")
    )
    """Of serving somebody another way than was planned: they have to be told, and to come."""

    def broken(self, priority: Priority) -> Cost:
        """Return the price of one broken promise of that priority."""
        return {
            Priority.STANDARD: self.broken_standard,
            Priority.EXPRESS: self.broken_express,
            Priority.VIP: self.broken_vip,
        }[priority]


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What customers do, as far as the depot believes; whole per mille. All are assumptions."""

    absent_pm: int = 42
    """Nobody opens although on time (4.23 % of 132,326 first attempts)."""
    absent_late_pm: int = 90
    """Nobody opens when late and untold."""
    absent_late_told_pm: int = 60
    call_late_pm: int = 350
    """A late and untold customer calls."""
    call_late_told_pm: int = 80
    absent_again_pm: int = 400
    """Nobody opens at a second attempt on the same day either."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    late_p_pct: int = 50
    """A stop counts as at risk from this probability on."""
    urgent_late_pct: int = 10
    """What was promised on the day itself counts as held up to this probability of being late;
    an option that risks more leads only where no other risks clearly less."""
    late_route_cents: int = 2500
    """A route raises an exception when its expected lateness costs at least this; on a tight day
    every route has a little, and nobody can work them all."""
    slow_fix_s: int = 420
    """A vehicle between stops that makes no way for this long stands."""
    stale_position_s: int = 300
    paths: int = 256
    proposal_valid_s: int = 900
    undo_window_s: int = 30
    tender_answer_s: int = 300
    approval_delay_s: int = 60
    """Simulation of an option starts this long after it is proposed."""
    meeting_s: int = 720
    """What a meeting costs each driver (drivers and dispatchers speak of 10 to 15 minutes)."""
    wait_review_s: int = 900
    """Waiting means looking again after this long."""
    min_gain_cents: int = 300
    """An option that saves less than this over waiting is not worth anybody's attention."""
    improve_every_s: int = 3600
    """A cheaper rest of the day is looked for so often, on the half of it; 0: never."""
    max_overtime_s: int = 1800
    """A changed route may return this long after its shift; the minutes are priced as driver
    minutes. An assumption: half an hour on a bad day. The morning plan keeps the shift."""
    by_the_hour: bool = added(False)
    """The morning's plan takes each leg at the pace of its own hour; else all legs at the pace of
    the middle of the day."""
    attempt_risk_pm: int = added(150)
    """A first visit that fails with this chance or a higher one is flagged before it is made."""
    even_spread_s: int = added(0)
    """A route may be so much longer than the mean before it costs anything."""


@dataclass(frozen=True, slots=True)
class PolicyRules:
    """What the machine may do alone. Approval follows the action, not the exception type."""

    auto_insert: bool = True
    """Insert a new order where no other promise gets worse."""
    auto_resequence: bool = False
    auto_drop_cancelled: bool = True
    auto_retry_same_route: bool = True
    auto_notify: bool = True
    auto_tender_cap_cents: int = 0
    """Tender without asking up to this price; 0 asks every time."""
    max_auto_collateral_pm: int = 5
    """Extra expected broken promises, in thousandths, that the machine may cause alone. On 256
    sampled paths 5 is one path of one order; docs/decisions/0007 has what wider limits bought."""
    max_messages_per_order: int = 3
    spend_manager_cents: int = 5000
    """Spending more than this needs a manager."""
    auto_redirect: bool = added(False)
    """Serve an order another way than was planned, where nothing else speaks against the change."""


@dataclass(frozen=True, slots=True)
class Rules:
    costs: Costs = field(default_factory=Costs)
    behaviour: Behaviour = field(default_factory=Behaviour)
    thresholds: Thresholds = field(default_factory=Thresholds)
    policy: PolicyRules = field(default_factory=PolicyRules)
