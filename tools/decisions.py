"""A person's own acts on a proposal. In no schema that a model sees."""

from dataclasses import dataclass

from pydantic import Field

from core.desk.commands import Approve, Reject, Undo
from core.domain.ids import OptionId, ProposalId
from core.domain.proposal import ProposalStatus, RejectReason
from tools.effect import Effect
from tools.lookup import the_proposal
from tools.registry import registry
from tools.runtime import Runtime
from tools.schema import Args


class ProposalArgs(Args):
    proposal_id: str = Field(description="Proposal number, for example P-3-1")
    by: str = Field(description="Who decides")


class ApproveArgs(ProposalArgs):
    role: str = "dispatcher"
    option_id: str | None = None


class RejectArgs(ProposalArgs):
    reason: RejectReason
    note: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    proposal_id: ProposalId
    status: ProposalStatus


def _decided(runtime: Runtime, proposal_id: ProposalId) -> Decided:
    return Decided(proposal_id, runtime.day.proposals[proposal_id].status)


@registry.tool(effect=Effect.COMMIT, for_models=False)
def approve(runtime: Runtime, args: ApproveArgs) -> Decided:
    """Approve a proposal, or another option of its table, as the person named."""
    proposal_id = the_proposal(runtime.day, args.proposal_id).proposal.proposal_id
    option_id = None if args.option_id is None else OptionId(args.option_id)
    runtime.owner.submit(Approve(proposal_id, args.by, args.role, option_id))
    return _decided(runtime, proposal_id)


@registry.tool(effect=Effect.COMMIT, for_models=False)
def reject(runtime: Runtime, args: RejectArgs) -> Decided:
    """Reject a proposal with a reason; the case is looked at again with it."""
    proposal_id = the_proposal(runtime.day, args.proposal_id).proposal.proposal_id
    runtime.owner.submit(Reject(proposal_id, args.by, args.reason, args.note))
    return _decided(runtime, proposal_id)


@registry.tool(effect=Effect.COMMIT, for_models=False)
def undo(runtime: Runtime, args: ProposalArgs) -> Decided:
    """Take back a proposal that was put in force, while that can still be done."""
    proposal_id = the_proposal(runtime.day, args.proposal_id).proposal.proposal_id
    runtime.owner.submit(Undo(proposal_id, args.by))
    return _decided(runtime, proposal_id)
