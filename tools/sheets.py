"""Working papers: every step of a run sees one day at one instant."""

from core.domain.case import Case
from core.errors import Refused
from core.resolve.simulate import Simulator
from tools.lookup import the_case
from tools.runtime import Runtime, Sheet


def open_sheet(runtime: Runtime, case: Case) -> Sheet:
    """Lay out a fresh sheet: from here on every step sees this day at this instant."""
    now = runtime.now()
    positions = runtime.owner.positions
    day = runtime.day
    sheet = Sheet(
        case_id=case.case_id,
        revision=case.revision,
        day=day,
        positions=positions,
        at=now,
        simulator=Simulator(
            day,
            case,
            runtime.travel,
            positions,
            now,
            seed=runtime.seed,
            answers=runtime.answers,
        ),
    )
    runtime.sheets[case.case_id] = sheet
    return sheet


def sheet_of(runtime: Runtime, case_id: str) -> Sheet:
    """Return the sheet of a case, laid out now when there is none yet."""
    case = the_case(runtime.day, case_id)
    sheet = runtime.sheets.get(case.case_id)
    if sheet is None or sheet.revision != case.revision:
        sheet = open_sheet(runtime, case)
    return sheet


def priced_sheet(runtime: Runtime, case_id: str) -> Sheet:
    """Return the sheet of a case whose options have prices."""
    sheet = sheet_of(runtime, case_id)
    if not sheet.options:
        raise Refused(f"case {sheet.case_id} has no priced options yet; price them first")
    return sheet
