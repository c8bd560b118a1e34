"""The chosen option, frozen with what it stands on, and what was decided about it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.domain.added import added
from core.domain.foreseen import Foreseen
from core.domain.ids import CarrierId, CaseId, OptionId, OrderId, ProposalId, VehicleId
from core.domain.option import Option


class RejectReason(StrEnum):
    DRIVER_WONT = "driver_wont"
    CUSTOMER_WONT = "customer_wont"
    KNOWS_BETTER = "knows_better"
    TOO_DEAR = "too_dear"
    TOO_DISRUPTIVE = "too_disruptive"
    WRONG_DATA = "wrong_data"


class VerdictKind(StrEnum):
    ALLOW = "allow"
    NEEDS = "needs"
    FORBID = "forbid"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Policy's word on an action, with the rule and the figures."""

    kind: VerdictKind
    rule: str
    sentence: str
    role: str = ""
    """Who must say yes, when `kind` is needs."""


@dataclass(frozen=True, slots=True)
class Basis:
    """Revisions of what an option touches. It stands while all of them do."""

    routes: tuple[tuple[VehicleId, int], ...] = ()
    orders: tuple[tuple[OrderId, int], ...] = ()
    vehicles: tuple[tuple[VehicleId, int], ...] = ()
    carriers: tuple[tuple[CarrierId, int], ...] = ()


class ProposalStatus(StrEnum):
    OPEN = "open"
    HELD = "held"
    """An automatic change in its undo window."""
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"
    STALE = "stale"
    SUPERSEDED = "superseded"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class Proposal:
    proposal_id: ProposalId
    """`P-<case>-<revision>`: one attempt at a case makes at most one proposal."""
    case_id: CaseId
    case_revision: int
    option: Option
    alternatives: tuple[Option, ...]
    """Every other option, waiting and the infeasible ones included, best first."""
    basis: Basis
    """What the recommended option stands on."""
    verdict: Verdict
    made_at: datetime
    expires_at: datetime
    rules_digest: str
    provider: str
    seed: int
    explanation: str = ""
    """Prose; figures in it are rendered from references."""
    explained_by: str = "template"
    bases: tuple[tuple[OptionId, Basis], ...] = ()
    """What each feasible alternative stands on; who approves it instead is held to that."""
    foreseen: Foreseen | None = added(None)
    """Who forecast the arrivals that it is priced by; None: the formula."""
