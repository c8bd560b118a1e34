"""What may be done alone, what needs whom, and what nobody may do: a pure judge of actions."""

from collections import Counter

from core.domain.day import GoodsAt
from core.domain.ids import OrderId
from core.domain.money import euros
from core.domain.option import (
    Action,
    AskDriver,
    ChangeRoutes,
    NotifyCustomer,
    Option,
    RefuseOrder,
    TenderOrder,
    Wait,
)
from core.domain.proposal import Verdict, VerdictKind
from core.policy.changes import judge_change
from core.policy.situation import JudgeContext
from core.policy.verdicts import allow, forbid, needs, permits, rank, worst
from core.routing.check.violation import over

__all__ = ["JudgeContext", "judge", "permits", "rank", "worst"]


def judge(subject: Action | Option, context: JudgeContext) -> Verdict:
    """Return the verdict on an action, or the worst one of an option's actions.

    Waiting alone changes nothing and is always allowed. Beside it, `allow` means that a rule of
    the depot lets the machine do it; the safe default is a dispatcher. A `role` that is not
    enough turns `needs` into `forbid`.
    """
    if isinstance(subject, Option):
        verdict = _option(subject, context)
    else:
        verdict = _judge_all((subject,), context)
    if verdict.kind is VerdictKind.NEEDS and context.role and not permits(verdict, context.role):
        text = f"needs a {verdict.role}, not a {context.role}: {verdict.sentence}"
        return forbid("role", text)
    return verdict


def _option(option: Option, context: JudgeContext) -> Verdict:
    if not option.feasible:
        return forbid("infeasible", option.refused_because or "it cannot be done")
    if not option.actions:
        return needs("no_action", "the option does nothing; a person decides what it is for")
    return _judge_all(option.actions, context)


def _judge_all(actions: tuple[Action, ...], context: JudgeContext) -> Verdict:
    messages: Counter[OrderId] = Counter()
    verdicts: list[Verdict] = []
    for action in actions:
        if isinstance(action, NotifyCustomer):
            messages[action.order_id] += 1
        verdicts.append(_judge_one(action, messages, context))
    verdicts += [
        forbid(f"hard_rule_{v.code.value}", v.sentence) for v in context.violations if v.hard
    ]
    spent = [a.price_cents for a in actions if isinstance(a, TenderOrder)]
    if spent:
        verdicts.append(_spend(sum(spent), context))
    verdict = worst(verdicts)
    acts = any(not isinstance(a, Wait) for a in actions)
    if verdict.kind is not VerdictKind.ALLOW or not acts:
        return verdict
    if context.day.killed:
        return needs("kill_switch", "the kill switch is on: nothing happens by itself")
    if context.level() not in ("supervised", "automatic"):
        text = f"{context.exception_type or 'this type'} only shows what it would do"
        return needs("shadow", text)
    return verdict


def _judge_one(action: Action, messages: Counter[OrderId], context: JudgeContext) -> Verdict:
    match action:
        case ChangeRoutes():
            return judge_change(action, context)
        case TenderOrder():
            return _tender(action, context)
        case NotifyCustomer():
            return _notify(action, messages[action.order_id], context)
        case AskDriver():
            if context.day.rules.policy.auto_notify:
                return allow("ask_driver", f"a question from a template to {action.vehicle_id}")
            return needs("ask_driver", "messages are not automatic here")
        case RefuseOrder():
            return needs("refuse", f"refusing {action.order_id} breaks its promise")
        case Wait():
            return allow("wait", "waiting changes nothing")


def _notify(action: NotifyCustomer, nth: int, context: JudgeContext) -> Verdict:
    state = context.day.orders.get(action.order_id)
    if state is None:
        return forbid("unknown_order", f"the day has no order {action.order_id}")
    customer = context.day.customers.get(state.order.customer_id)
    if customer is not None and customer.channel == "none":
        return needs("no_channel", f"the customer of {action.order_id} wants no messages")
    limit = context.day.rules.policy.max_messages_per_order
    count = state.messages + nth
    if count > limit:
        text = f"message {count} about {action.order_id}; {limit} is the limit"
        return needs("messages_cap", text)
    if not context.day.rules.policy.auto_notify:
        return needs("notify", "messages are not automatic here")
    return allow("notify", f"message {count} of at most {limit} about {action.order_id}")


def _tender(action: TenderOrder, context: JudgeContext) -> Verdict:
    state = context.day.orders.get(action.order_id)
    held = context.day.carriers.get(action.carrier_id)
    if state is None:
        return forbid("unknown_order", f"the day has no order {action.order_id}")
    if held is None:
        text = f"there is no rate card agreed with {action.carrier_id}"
        return forbid("unknown_carrier", text)
    if state.goods is not GoodsAt.DEPOT:
        where = state.vehicle_id or state.goods.value
        text = f"the goods of {action.order_id} are on {where}, not at the depot"
        return forbid("goods_on_board", text)
    load, cap = state.order.load, held.carrier.daily_cap_parcels
    if cap is not None and held.taken_parcels + load.parcels > cap:
        text = (
            f"{action.carrier_id} takes {cap} parcels a day and has {held.taken_parcels}; "
            f"{action.order_id} brings {load.parcels}"
        )
        return forbid("carrier_cap", text)
    exceeded = over(load, held.carrier.max_order) if held.carrier.max_order is not None else ()
    if exceeded:
        text = f"{action.order_id} is too big for {action.carrier_id}: {exceeded[0][2]}"
        return forbid("carrier_limit", text)
    if context.now > held.carrier.cut_off:
        text = f"{action.carrier_id} took orders until {context.day.clock(held.carrier.cut_off)}"
        return forbid("carrier_cut_off", text)
    return allow("tender", f"{action.carrier_id} can take {action.order_id}")


def _spend(cents: int, context: JudgeContext) -> Verdict:
    """Return the verdict on the money that all tenders of a decision spend together."""
    policy = context.day.rules.policy
    if cents > policy.spend_manager_cents:
        text = f"{euros(cents)}; above {policy.spend_manager_cents / 100:.2f} a manager"
        return needs("spend", text, "manager")
    cap = policy.auto_tender_cap_cents
    if 0 <= cents <= cap and cap > 0:
        return allow("spend", f"{euros(cents)} of at most {cap / 100:.2f} without asking")
    return needs("spend", f"{euros(cents)}; {cap / 100:.2f} may be spent without asking")
