"""Puts a judged export into the ledger: all good rows in one transaction, or none of them."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from core.context import Clock, Ids
from core.desk.commands import AdoptRules, Command, ReportFact
from core.desk.owner import DayOwner
from core.domain.customer import PersonalText
from core.domain.rules import Rules
from core.errors import CopilotError
from core.intake.export import Entry, day_id_of, read_export
from core.intake.mapping import read_mapping
from core.intake.people import rules_of
from core.intake.report import ImportReport, Outcome, Problem
from core.store.store import Store

ACTOR = "feed:import"
Step = Callable[[str], None]
"""Told what is being done, for whoever shows progress."""


def import_directory(
    folder: Path,
    mapping_file: Path,
    store: Store,
    *,
    dry_run: bool,
    clock: Clock,
    ids: Ids,
    orders_file: str | None = None,
    progress: Step = lambda _: None,
) -> ImportReport:
    """Read an export and, unless `dry_run`, write its good rows as facts.

    Said again with the same files it adds nothing; a row that changed since is reported, not
    overwritten. `orders_file` names another file of orders than the mapping does. BadMapping when
    the mapping or a whole file cannot be used.
    """
    progress("reading the mapping")
    mapping = read_mapping(mapping_file)
    if orders_file is not None:
        mapping = mapping.model_copy(
            update={"orders": mapping.orders.model_copy(update={"file": orders_file})}
        )
    salt = "" if dry_run else _salt(store, mapping.day.operation, ids)
    progress("reading and judging rows")
    export = read_export(folder, mapping, mapping_file.parent, salt)
    if dry_run:
        counted = Counter(e.counts_as for e in export.entries if e.counts_as)
        return ImportReport(export.day_id, True, dict(counted), export.problems)

    progress("writing")
    owner = DayOwner(store, day_id_of(mapping), clock=clock, ids=ids)
    at = owner.events()[0].at if owner.is_open else clock.now()
    commands = _commands(export.entries, at, rules_of(mapping), fresh=not owner.is_open)
    results = owner.submit_all([command for _, command in commands])
    imported: Counter[str] = Counter()
    refused: list[Problem] = []
    for (entry, _), result in zip(commands, results, strict=True):
        if isinstance(result, CopilotError):
            refused.append(
                Problem(entry.file, entry.line, "row", Outcome.ERROR, f"{entry.event_id}: {result}")
            )
        elif not result.duplicate and entry.counts_as:
            imported[entry.counts_as] += 1
    store.put_text(*export.words)
    return ImportReport(
        export.day_id, False, dict(imported), tuple(sorted_problems(export.problems, refused))
    )


def _commands(
    entries: Sequence[Entry], at: datetime, rules: Rules, *, fresh: bool
) -> list[tuple[Entry, Command]]:
    """Return the facts in file order; a day that opens gets its rules right after."""
    commands: list[tuple[Entry, Command]] = []
    for entry in entries:
        commands.append((entry, ReportFact(entry.event_id, at, ACTOR, entry.fact)))
        if fresh and len(commands) == 1:
            commands.append((entry, AdoptRules(rules, by="import")))
    return commands


def sorted_problems(read: Sequence[Problem], refused: Sequence[Problem]) -> Iterator[Problem]:
    """Yield problems by file and line."""
    yield from sorted([*read, *refused], key=lambda p: (p.file, p.line))


def _salt(store: Store, operation: str, ids: Ids) -> str:
    """Return what keeps customer ids from being computed back to people; made once."""
    key = f"salt:{operation}"
    known = store.text(key)
    if known is None:
        known = PersonalText(key=key, note=ids.next("salt"))
        store.put_text(known)
    return known.note
