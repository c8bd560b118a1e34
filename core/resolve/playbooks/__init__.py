"""How options for each exception type are generated; one deterministic playbook a file."""

from collections.abc import Mapping

from core.domain.case import ExceptionType
from core.resolve.playbooks.battery_low import battery_low
from core.resolve.playbooks.cancelled_order import cancelled_order
from core.resolve.playbooks.customer_contact import customer_contact
from core.resolve.playbooks.failed_attempt import failed_attempt
from core.resolve.playbooks.forecast_drift import forecast_drift
from core.resolve.playbooks.improvement import improvement
from core.resolve.playbooks.late_route import late_route
from core.resolve.playbooks.road_incident import road_incident
from core.resolve.playbooks.urgent_order import urgent_order
from core.resolve.playbooks.vehicle_breakdown import vehicle_breakdown
from core.resolve.situation import Playbook

PLAYBOOKS: Mapping[ExceptionType, Playbook] = {
    ExceptionType.LATE_ROUTE: late_route,
    ExceptionType.ROAD_INCIDENT: road_incident,
    ExceptionType.VEHICLE_BREAKDOWN: vehicle_breakdown,
    ExceptionType.BATTERY_LOW: battery_low,
    ExceptionType.URGENT_ORDER: urgent_order,
    ExceptionType.CANCELLED_ORDER: cancelled_order,
    ExceptionType.FAILED_ATTEMPT: failed_attempt,
    ExceptionType.CUSTOMER_CONTACT: customer_contact,
    ExceptionType.IMPROVEMENT: improvement,
    ExceptionType.FORECAST_DRIFT: forecast_drift,
}
