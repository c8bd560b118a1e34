"""Delivery exceptions and the cases that a dispatcher works."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.domain.added import added
from core.domain.foreseen import Foreseen
from core.domain.ids import CaseId, ExceptionId, OrderId, VehicleId


class ExceptionType(StrEnum):
    """The types that tenfour detects, by their names in the catalogue."""

    LATE_ROUTE = "late_route"
    ROAD_INCIDENT = "road_incident"
    VEHICLE_BREAKDOWN = "vehicle_breakdown"
    URGENT_ORDER = "urgent_order"
    CANCELLED_ORDER = "cancelled_order"
    FAILED_ATTEMPT = "failed_attempt"
    CUSTOMER_CONTACT = "customer_contact"
    BATTERY_LOW = "battery_low"
    IMPROVEMENT = "improvement"
    """Nothing is wrong, but the rest of the day may be had cheaper; asked at set times."""
    FORECAST_DRIFT = "forecast_drift"
    """The model of arrival times no longer does what it promised; the history table answers."""
    REQUEST = "request"
    """A person asks for a change that no detector asked for."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One observation behind an exception, kept as it was when it counted."""

    sentence: str
    at: datetime
    """When it was observed; the console shows its age."""
    value: int | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryException:
    """A detected departure from the plan, with its evidence."""

    exception_id: ExceptionId
    """Derived from type and subject, so that the same trouble is found once."""
    type: ExceptionType
    subject: str
    """What it is about: `vehicle:V3`, `order:PT-1`, `incident:I-1`."""
    cause: str
    """Key of the root cause; exceptions with one cause share a case."""
    vehicle_ids: tuple[VehicleId, ...]
    order_ids: tuple[OrderId, ...]
    detected_at: datetime
    evidence: tuple[Evidence, ...]


class CaseStatus(StrEnum):
    OPEN = "open"
    PROPOSED = "proposed"
    RESOLVING = "resolving"
    """A decision was committed; facts have to show that it worked."""
    SNOOZED = "snoozed"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Case:
    """One or more exceptions with one root cause."""

    case_id: CaseId
    cause: str
    title: str
    exceptions: tuple[DeliveryException, ...]
    opened_at: datetime
    status: CaseStatus
    revision: int
    """Counts attempts at it: a rejection, a stale basis or new evidence starts the next."""
    waiting_cents: int = 0
    """Expected cost of waiting, as last priced."""
    deadline_at: datetime | None = None
    """When waiting can no longer be undone."""
    snoozed_until: datetime | None = None
    closed_at: datetime | None = None
    closed_because: str = ""
    note: str = ""
    """What the last run found, when it found nothing better than waiting."""
    foreseen: Foreseen | None = added(None)
    """Who forecast what this attempt rests on; None: the formula, as on every first day."""

    @property
    def type(self) -> ExceptionType:
        return self.exceptions[0].type

    def order_ids(self) -> tuple[OrderId, ...]:
        return tuple(sorted({o for e in self.exceptions for o in e.order_ids}))

    def vehicle_ids(self) -> tuple[VehicleId, ...]:
        return tuple(sorted({v for e in self.exceptions for v in e.vehicle_ids}))
