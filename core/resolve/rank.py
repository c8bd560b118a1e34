"""Puts options in order: money under hard rules, and fewer people disturbed where money ties."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from core.domain.day import Day
from core.domain.ids import OptionId, OrderId
from core.domain.money import euros
from core.domain.option import Option, Price, PriceLine
from core.resolve.ahead import hasty
from core.resolve.draft import Draft
from core.resolve.simulate import Simulator

CLEARLY_PCT = 5
"""Two sampled probabilities this far apart differ on the 256 paths that all options share."""


def rank(options: Sequence[Option], *simulators: Simulator) -> tuple[Option, ...]:
    """Return the options best first, the infeasible ones last, each with its reason.

    What was promised on the day itself is kept where it can be: an option that puts such an
    order in danger comes after all that don't. Options within two standard errors of the cheapest
    are equal to it; of those the one that leaves a person time to decide, then disturbs fewer
    drivers, then moves fewer stops, then costs less comes first. The error is that of their
    difference on common paths, where one of `simulators` priced both; else a bound.
    """
    possible = [o for o in options if o.feasible]
    dangers = endangered(possible, simulators[0].day, simulators[0].now) if simulators else {}
    feasible = sorted(possible, key=lambda o: (o.option_id in dangers, *_money(o)))
    infeasible = sorted((o for o in options if not o.feasible), key=lambda o: o.option_id)
    if not feasible:
        return tuple(infeasible)
    cheapest = feasible[0]
    safe = [o for o in feasible if (o.option_id in dangers) is (cheapest.option_id in dangers)]
    equal = [o for o in safe if _equal(o, cheapest, simulators)]
    first = min(equal, key=lambda o: (_hasty(o, simulators), *_calm(o)))
    rest = [o for o in feasible if o is not first]
    ordered = [first, *rest]
    calmer = _hasty(cheapest, simulators) and not _hasty(first, simulators)
    merit = "leaves more time to decide" if calmer else "disturbs fewer"
    reasons = [dangers.get(o.option_id) or _reason(o, ordered, merit) for o in ordered]
    bolder = next((o for o in rest if o.option_id in dangers and _money(o) < _money(first)), None)
    if bolder is not None and first.option_id not in dangers:
        reasons[0] = f"keeps what {bolder.label}, which is cheaper, would put at risk"
    return (
        *(replace(o, reason=why) for o, why in zip(ordered, reasons, strict=True)),
        *(replace(o, reason=o.refused_because) for o in infeasible),
    )


def endangered(options: Sequence[Option], day: Day, now: datetime) -> dict[OptionId, str]:
    """Return the options that put a promise made on the day itself in danger, with the words.

    Danger is a probability of being late above `Thresholds.urgent_late_pct`, where another
    option of the table risks clearly less.
    """
    limit = day.rules.thresholds.urgent_late_pct
    least: dict[OrderId, int] = {}
    for option in options:
        for risk in price_of(option).risks:
            if day.orders[risk.order_id].urgent and risk.promise_closes > now:
                known = least.get(risk.order_id, 100)
                least[risk.order_id] = min(known, risk.p_late_pct)
    found: dict[OptionId, str] = {}
    for option in options:
        for risk in price_of(option).risks:
            lowest = least.get(risk.order_id, 100)
            if risk.p_late_pct > limit and risk.p_late_pct > lowest + CLEARLY_PCT:
                found[option.option_id] = (
                    f"{risk.order_id}, promised today, would be late with {risk.p_late_pct} %; "
                    f"it can be {lowest} %"
                )
                break
    return found


def price_of(option: Option) -> Price:
    """Return the price of a feasible option."""
    if option.price is None:
        raise ValueError(f"option {option.option_id} has no price: {option.refused_because}")
    return option.price


def waiting(options: Sequence[Option]) -> Option:
    """Return the option to wait; every table has exactly one."""
    found = [o for o in options if o.waits]
    if len(found) != 1:
        raise ValueError(f"a table holds one way to wait, not {len(found)}")
    return found[0]


def beats_waiting(option: Option, options: Sequence[Option], min_gain_cents: int) -> bool:
    """Return whether an option is worth somebody's attention: cheaper than waiting by the least
    gain, and by more than two standard errors."""
    if option.waits or option.price is None:
        return False
    gain = price_of(waiting(options)).total_cents - option.price.total_cents
    return gain >= min_gain_cents and gain > 2 * option.price.standard_error_cents


def keeps_promise(option: Option, options: Sequence[Option], day: Day, now: datetime) -> bool:
    """Return whether an option keeps what was promised on the day itself and waiting would not.

    Such a promise is not for sale: the option is worth proposing whatever it costs.
    """
    if option.waits or option.price is None:
        return False
    dangers = endangered([o for o in options if o.feasible], day, now)
    return waiting(options).option_id in dangers and option.option_id not in dangers


def _money(option: Option) -> tuple[int, int, int, str]:
    price = price_of(option)
    return price.total_cents, price.drivers_disturbed, price.stops_moved, option.option_id


def _calm(option: Option) -> tuple[int, int, int, str]:
    price = price_of(option)
    return price.drivers_disturbed, price.stops_moved, price.total_cents, option.option_id


def _hasty(option: Option, simulators: Sequence[Simulator]) -> bool:
    draft = Draft(option.option_id, option.label, option.actions)
    return bool(simulators) and hasty(simulators[0], draft)


def _equal(option: Option, cheapest: Option, simulators: Sequence[Simulator]) -> bool:
    if option is cheapest:
        return True
    gap = price_of(option).total_cents - price_of(cheapest).total_cents
    return gap <= 2 * _error(option, cheapest, simulators)


def _error(a: Option, b: Option, simulators: Sequence[Simulator]) -> float:
    for sim in simulators:
        if {a.option_id, b.option_id} <= sim.costs.keys():
            difference = sim.costs[a.option_id] - sim.costs[b.option_id]
            return float(difference.std()) / len(difference) ** 0.5
    return float(
        (price_of(a).standard_error_cents ** 2 + price_of(b).standard_error_cents ** 2) ** 0.5
    )


def _reason(option: Option, ordered: Sequence[Option], merit: str) -> str:
    """Return the one line that most explains why an option leads, or trails the first; `merit` is
    why a dearer equal one leads."""
    first = ordered[0]
    leads = option is first
    if leads and len(ordered) == 1:
        return "nothing else is possible"
    other = ordered[1] if leads else first
    gap = price_of(option).total_cents - price_of(other).total_cents
    if leads and gap > 0:
        return f"as good as the cheapest within the error, and {merit} than {other.label}"
    if gap == 0:
        return f"costs the same as {other.label}"
    line, cents = _biggest(price_of(option), price_of(other), gap)
    word = "cheaper" if gap < 0 else "dearer"
    sign = "less" if cents < 0 else "more"
    return f"{euros(abs(gap))} {word} than {other.label}: {euros(abs(cents))} {sign} for {line}"


def _biggest(a: Price, b: Price, gap: int) -> tuple[str, int]:
    """Return the line that adds most to the gap between two prices, in the gap's direction."""
    ours, theirs = _by_label(a.lines), _by_label(b.lines)
    gaps = {label: ours.get(label, 0) - theirs.get(label, 0) for label in sorted({*ours, *theirs})}
    label = max(gaps, key=lambda name: gaps[name] if gap > 0 else -gaps[name])
    return label, gaps[label]


def _by_label(lines: Sequence[PriceLine]) -> dict[str, int]:
    return {line.label: line.cents for line in lines}
