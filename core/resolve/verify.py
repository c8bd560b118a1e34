"""Holds every draft against the exact checker before anybody prices it."""

from dataclasses import replace
from datetime import timedelta

from core.domain.option import RefuseOrder, TenderOrder
from core.resolve.draft import Draft
from core.resolve.simulate import Simulator
from core.routing.check import hard_ones
from core.routing.rulers import check_by_all


def verified(sim: Simulator, draft: Draft) -> Draft:
    """Return the draft as it is, or infeasible with the sentence that says why.

    A change is refused where it breaks a hard rule, and where its first stop will be one that
    nobody may move before anybody can have approved it.
    """
    changes = draft.new_routes()
    if not draft.feasible or not changes:
        return draft
    let_go = [a.order_id for a in draft.actions if isinstance(a, TenderOrder | RefuseOrder)]
    broken = hard_ones(
        check_by_all(sim.reported, changes, draft.meetings(), sim.rulers, sim.now, let_go=let_go)
    )
    if broken:
        return replace(draft, refused_because=broken[0].sentence)
    approved = sim.now + timedelta(seconds=sim.day.rules.thresholds.approval_delay_s)
    for change in changes:
        frozen = sim.frozen_at(change)
        if frozen is not None and frozen < approved:
            at = sim.day.clock(frozen)
            text = f"{change.vehicle_id} commits to its next stop about {at}, before an approval"
            return replace(draft, refused_because=text)
    return draft
