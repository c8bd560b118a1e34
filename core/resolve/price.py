"""The one pricing function: what an option, waiting included, is expected to cost."""

from collections.abc import Sequence
from datetime import datetime

from core.domain.day import Day
from core.domain.ids import CaseId, OrderId
from core.domain.option import Option, Price
from core.domain.position import Positions
from core.resolve.draft import Draft
from core.resolve.played import Played, play
from core.resolve.risks import collateral_pm, promises_saved_milli, risks_of, table_of_risks
from core.resolve.scope import scope_of
from core.resolve.simulate import Simulator
from core.resolve.waiting import worth_of_knowing
from core.routing.moved import disturbed, moved_stops
from core.travel.protocol import TravelTimes


def price(
    day: Day,
    case_id: CaseId,
    drafts: Sequence[Draft],
    travel: TravelTimes,
    positions: Positions,
    now: datetime,
    *,
    seed: int,
    simulator: Simulator | None = None,
) -> tuple[Option, ...]:
    """Return one option for each draft, in the same order, all priced on the same paths.

    Prices are marginal: driving counts against the present plan, lateness in full for the
    vehicles and orders of the case and as a difference for everybody else. The lines of a price
    add up to its total. `simulator` may carry paths that generation has already sampled.
    """
    sim = simulator or Simulator(day, day.cases[case_id], travel, positions, now, seed=seed)
    scope = scope_of(sim.day, sim.case)
    feasible = [d for d in drafts if d.feasible]
    tallies = {d.option_id: play(sim, scope, d) for d in feasible}
    baseline = play(sim, scope, None)
    for draft in feasible:
        if draft.waits:
            worth = worth_of_knowing(
                sim,
                [v for v in scope.vehicles if sim.drivable(v)],
                baseline.tally.cents,
                [(o, tallies[o.option_id].tally.cents) for o in feasible if not o.waits],
            )
            if worth is not None:
                tallies[draft.option_id].tally.add(worth.label, 1.0, "chance", worth.price)
    table = table_of_risks(baseline, list(tallies.values()))
    options: list[Option] = []
    for draft in drafts:
        if not draft.feasible:
            options.append(_infeasible(draft))
            continue
        played = tallies[draft.option_id]
        sim.costs[draft.option_id] = played.tally.cents
        options.append(
            Option(
                option_id=draft.option_id,
                label=draft.label,
                actions=draft.actions,
                price=_price(sim, draft, played, baseline, table),
            )
        )
    return tuple(options)


def _infeasible(draft: Draft) -> Option:
    return Option(
        option_id=draft.option_id,
        label=draft.label,
        actions=draft.actions,
        price=None,
        refused_because=draft.refused_because,
    )


def _price(
    sim: Simulator, draft: Draft, played: Played, baseline: Played, table: Sequence[OrderId]
) -> Price:
    lines = played.tally.lines()
    difference = played.tally.cents - baseline.tally.cents
    changes = draft.new_routes()
    return Price(
        total_cents=sum(line.cents for line in lines),
        lines=lines,
        standard_error_cents=round(float(difference.std()) / sim.paths**0.5),
        paths=sim.paths,
        risks=risks_of(sim, played, baseline, table),
        stops_moved=len(moved_stops(sim.day, changes)),
        drivers_disturbed=len(disturbed(sim.day, changes)),
        promises_saved_milli=promises_saved_milli(sim, played, baseline),
        collateral_pm=collateral_pm(sim, played, baseline),
    )
