"""Policy's word on an option, for show; the desk judges again, bindingly."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import Field

from core.domain.case import Case
from core.domain.day import Day
from core.domain.ids import OptionId
from core.domain.option import Option
from core.domain.position import Positions
from core.domain.proposal import Verdict
from core.errors import UnknownId
from core.policy.judge import judge
from core.policy.situation import JudgeContext, ages_s
from tools.cases import CaseArgs
from tools.effect import Effect
from tools.registry import registry
from tools.runtime import Runtime, Sheet
from tools.sheets import priced_sheet


class JudgeArgs(CaseArgs):
    option_id: str | None = Field(default=None, description="Option; null: the best one")


@dataclass(frozen=True, slots=True)
class Judged:
    option_id: OptionId
    verdict: Verdict


def verdict_of(
    day: Day, case: Case, option: Option, waiting: Option | None, positions: Positions, at: datetime
) -> Verdict:
    """Judge an option as the machine's own act: nobody has spoken yet."""
    context = JudgeContext(
        day=day,
        exception_type=case.type.value,
        price=option.price,
        role="",
        now=at,
        waiting=None if waiting is None else waiting.price,
        position_ages_s=ages_s(positions, at),
    )
    return judge(option, context)


def verdict_on(sheet: Sheet, option: Option) -> Verdict:
    """Judge one option of a sheet."""
    waiting = next((o for o in sheet.options if o.waits), None)
    case = sheet.day.cases[sheet.case_id]
    return verdict_of(sheet.day, case, option, waiting, sheet.positions, sheet.at)


@registry.tool(effect=Effect.READ, for_models=False)
def judge_option(runtime: Runtime, args: JudgeArgs) -> Judged:
    """Say whether policy allows an option, needs somebody's yes, or forbids it, and by which
    rule."""
    sheet = priced_sheet(runtime, args.case_id)
    if args.option_id is None:
        option = sheet.options[0]
    else:
        found = [o for o in sheet.options if o.option_id == args.option_id]
        if not found:
            raise UnknownId("option", args.option_id)
        option = found[0]
    verdict = verdict_on(sheet, option)
    if option is sheet.options[0]:
        sheet.verdict = verdict
    return Judged(option.option_id, verdict)
