"""Tells the day which model of arrival times answers, as soon as somebody chose another one."""

from datetime import datetime
from pathlib import Path

from core.desk.commands import ReportFact
from core.desk.owner import DayOwner
from core.domain.ids import EventId
from core.eta.learned.leg_model import Stage
from core.eta.life.active import Active, active
from core.eta.life.answering import DayAnswers
from core.eta.life.registry import STATE, Registry

Stamp = tuple[tuple[str, int, int], ...]


class Choice:
    """Holds a day to the models of its place. What is in force is a fact of the day's ledger, so
    that everybody who reads it forecasts alike; this alone looks at files."""

    def __init__(
        self, owner: DayOwner, registry: Registry, answers: DayAnswers, provider: str
    ) -> None:
        self._owner, self._registry, self._answers = owner, registry, answers
        self._provider = provider
        self._seen: Stamp | None = None
        self.present: Active | None = None
        """Who answers by the files as they were seen last."""

    def look(self, now: datetime) -> None:
        """Report who answers from now on, if the files say otherwise than the day does.

        A day that never heard of a model is not told that there is none.
        """
        stamp = self._stamp()
        if stamp == self._seen:
            return
        self.present = active(self._registry, self._provider)
        chosen = self._answers.keep(self.present)
        day = self._owner.day
        usual = day.forecaster is None and chosen.provider == Stage.FORMULA.sentence
        if chosen != day.forecaster and not usual:
            event_id = EventId(f"forecaster:{day.seq}:{chosen.digest or chosen.model_id}")
            self._owner.submit(ReportFact(event_id, now, "feed:models", chosen))
        self._seen = stamp

    def _stamp(self) -> Stamp:
        """Return what tells whether any file of the place's models was written since."""
        state = self._registry.folder / STATE
        paths = [state]
        if state.exists():
            paths += sorted(p for p in self._registry.folder.rglob("*") if p.is_file())
        return tuple(_mark(p) for p in paths if p.exists())


def _mark(path: Path) -> tuple[str, int, int]:
    said = path.stat()
    return str(path), said.st_mtime_ns, said.st_size
