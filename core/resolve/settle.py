"""How a failed attempt ends without a second one: goods ride back, and the customer hears it."""

from collections.abc import Sequence

from core.domain.case import Case, ExceptionType
from core.domain.ids import OptionId, OrderId
from core.domain.option import NotifyCustomer, Option
from core.domain.proposal import Verdict, VerdictKind
from core.resolve.rank import price_of, waiting
from core.tower.settled import BACK_TO_DEPOT


def brings_back(order_id: OrderId) -> tuple[OptionId, NotifyCustomer]:
    """Return the name of the option that ends one failed attempt, and its message."""
    return OptionId(f"return:{order_id}"), NotifyCustomer(order_id, BACK_TO_DEPOT)


def settles(case: Case, option: Option, table: Sequence[Option], verdict: Verdict) -> bool:
    """Return whether an option ends a failed attempt by itself, for no more than waiting costs.

    It needs nobody's attention, so it need not gain anything; where a person would have to decide
    about a mere message, the case is noted instead.
    """
    if case.type is not ExceptionType.FAILED_ATTEMPT or verdict.kind is not VerdictKind.ALLOW:
        return False
    messages = [a for a in option.actions if isinstance(a, NotifyCustomer)]
    only = bool(messages) and len(messages) == len(option.actions)
    if not only or any(m.template != BACK_TO_DEPOT for m in messages):
        return False
    return price_of(option).total_cents <= price_of(waiting(table)).total_cents
