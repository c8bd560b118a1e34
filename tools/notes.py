"""Words that customers wrote about the orders of a case. Untrusted: for readers only."""

from dataclasses import dataclass

from core.domain.ids import OrderId
from tools.cases import CaseArgs
from tools.effect import Effect
from tools.lookup import the_case
from tools.registry import registry
from tools.runtime import Runtime

# A case with more orders than this is about the road, not about what one of them wrote.
MOST_NOTES = 12


@dataclass(frozen=True, slots=True)
class Note:
    order_id: OrderId
    words: str


@dataclass(frozen=True, slots=True)
class Notes:
    notes: tuple[Note, ...]


@registry.tool(effect=Effect.READ, for_models=False)
def case_notes(runtime: Runtime, args: CaseArgs) -> Notes:
    """Fetch what customers wrote about the orders of a case, as they wrote it."""
    notes: list[Note] = []
    for order_id in the_case(runtime.day, args.case_id).order_ids():
        customer_id = runtime.day.orders[order_id].order.customer_id
        for key in (f"order:{order_id}", f"customer:{customer_id}"):
            text = runtime.owner.personal(key)
            if text is not None and text.note and len(notes) < MOST_NOTES:
                notes.append(Note(order_id, text.note))
    return Notes(tuple(notes))
