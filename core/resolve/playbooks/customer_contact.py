"""Customers ask: answer them; where one slow rider keeps them waiting, help the rider too."""

from core.resolve.draft import Draft
from core.resolve.situation import Situation


def customer_contact(situation: Situation) -> list[Draft]:
    """Return the answer alone, and with another order of the stops where a slow rider is why."""
    drafts = [situation.tell()]
    if situation.case.cause.startswith("vehicle:"):
        for vehicle_id in situation.scope.vehicles:
            drafts.extend(situation.resequenced(vehicle_id))
    return drafts
