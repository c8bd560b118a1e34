"""Typed identifiers, so that a checker refuses a vehicle where an order belongs."""

from typing import NewType

DayId = NewType("DayId", str)
DepotId = NewType("DepotId", str)
CustomerId = NewType("CustomerId", str)
OrderId = NewType("OrderId", str)
VehicleId = NewType("VehicleId", str)
DriverId = NewType("DriverId", str)
CarrierId = NewType("CarrierId", str)
ZoneId = NewType("ZoneId", str)
ChargerId = NewType("ChargerId", str)
StopId = NewType("StopId", str)
MeetingId = NewType("MeetingId", str)
PlanId = NewType("PlanId", str)
IncidentId = NewType("IncidentId", str)
ContactId = NewType("ContactId", str)
ExceptionId = NewType("ExceptionId", str)
CaseId = NewType("CaseId", str)
OptionId = NewType("OptionId", str)
ProposalId = NewType("ProposalId", str)
TenderId = NewType("TenderId", str)
MessageId = NewType("MessageId", str)
EventId = NewType("EventId", str)
"""The sender's own id of a fact, or ours for a decision; a ledger holds each once."""
