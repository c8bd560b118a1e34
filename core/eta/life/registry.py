"""Which model answers for a place: champion, challenger, and every step that led there."""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from shutil import rmtree
from typing import Any, cast

from core.errors import Refused
from core.eta.life.bundle import DepotModel, load_depot

FORMAT, STATE, CANDIDATE = 1, "registry.json", "candidate"
MOST_STEPS = 500


class RegistryUnreadable(Refused):
    """The list of models of a place is damaged; nothing is guessed in its stead."""

    code = "registry_unreadable"


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was done to the models of a place."""

    at: str
    what: str
    """added, promoted, rolled_back, renewed, fell_back or recovered."""
    model_id: str
    """Empty: the formula."""
    by: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """The models of a place; without a champion the formula answers."""

    champion: str = ""
    challenger: str = ""
    fallen_back: str = ""
    """Why the champion does not answer for now; empty while it does."""
    steps: tuple[Step, ...] = ()

    def after(self, step: Step, **changes: str) -> "State":
        return replace(self, steps=(*self.steps, step)[-MOST_STEPS:], **changes)


class Registry:
    """The folder of a place's models. Whoever changes it holds the place's lease."""

    def __init__(self, home: Path, place: str) -> None:
        if not place:
            raise Refused("models belong to a place; it has no name")
        self.place = place
        self.folder = home / "models" / _folder_name(place)

    def state(self) -> State:
        """Return what is written; nothing written yet is a place without models."""
        path = self.folder / STATE
        try:
            said = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return State()
        except (ValueError, OSError) as error:
            raise RegistryUnreadable(f"{path} is not readable: {error}") from error
        return _state(path, said, self.place)

    def models(self) -> tuple[str, ...]:
        """Return the ids of all models kept, sound or not."""
        if not self.folder.is_dir():
            return ()
        return tuple(sorted(p.name for p in self.folder.iterdir() if p.is_dir() and _is_id(p.name)))

    def path(self, model_id: str) -> Path:
        if not _is_id(model_id) or not (self.folder / model_id).is_dir():
            known = ", ".join(self.models()) or "none yet; tenfour train --ledger makes one"
            raise Refused(f"there is no model {model_id!r} of {self.place}; it has: {known}")
        return self.folder / model_id

    def load(self, model_id: str) -> DepotModel:
        return load_depot(self.path(model_id), self.place)

    def candidate(self) -> Path:
        """Return an empty folder to train into; `added` gives it its name."""
        folder = self.folder / CANDIDATE
        _remove(folder)
        folder.mkdir(parents=True)
        return folder

    def added(self, made: DepotModel, *, at: datetime, by: str) -> State:
        """Take the candidate in as challenger; the same model again changes nothing."""
        goal = self.folder / made.model_id
        if goal.exists():
            _remove(self.folder / CANDIDATE)
        else:
            (self.folder / CANDIDATE).rename(goal)
        state = self.state()
        if made.model_id in (state.champion, state.challenger):
            return state
        step = Step(at.isoformat(), "added", made.model_id, by, made.sentence)
        return self._write(state.after(step, challenger=made.model_id))

    def promoted(self, model_id: str, *, at: datetime, by: str, why: str = "") -> State:
        """Make a sound model the champion; a damaged one, or one of another place, is refused."""
        self.load(model_id)
        state = self.state()
        if state.champion == model_id:
            raise Refused(f"{model_id} is the champion of {self.place} already")
        challenger = "" if state.challenger == model_id else state.challenger
        step = Step(at.isoformat(), "promoted", model_id, by, why)
        return self._write(
            state.after(step, champion=model_id, challenger=challenger, fallen_back="")
        )

    def rolled_back(self, *, at: datetime, by: str, why: str = "") -> State:
        """Return to the champion before this one; before the first one the formula answered."""
        state = self.state()
        if not state.champion:
            raise Refused(f"{self.place} has no champion to roll back from: the formula answers")
        before = _before(state)
        if before:
            self.load(before)
        step = Step(at.isoformat(), "rolled_back", before, by, why)
        return self._write(state.after(step, champion=before, fallen_back=""))

    def noted(self, what: str, *, at: datetime, by: str, why: str, fallen_back: str) -> State:
        """Write down what a night's look at the champion came to."""
        state = self.state()
        step = Step(at.isoformat(), what, state.champion, by, why)
        return self._write(state.after(step, fallen_back=fallen_back))

    def _write(self, state: State) -> State:
        self.folder.mkdir(parents=True, exist_ok=True)
        said = {"format": FORMAT, "place": self.place, **asdict(state)}
        text = json.dumps(said, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
        fresh = self.folder / f"{STATE}.new"
        with fresh.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.folder / STATE)
        return state


def _before(state: State) -> str:
    """Return the champion that the current one took the place of, as the steps tell it."""
    line: list[str] = [""]
    for step in state.steps:
        if step.what == "promoted":
            line.append(step.model_id)
        elif step.what == "rolled_back" and len(line) > 1:
            line.pop()
    return line[-2] if len(line) > 1 else ""


def _state(path: Path, said: object, place: str) -> State:
    try:
        told = cast("Mapping[str, Any]", said)
        if told["format"] != FORMAT:
            raise RegistryUnreadable(f"{path} is of another format")
        if told["place"] != place:
            raise RegistryUnreadable(f"{path} is of {told['place']!r}, not of {place!r}")
        words = {name: str(told[name]) for name in ("champion", "challenger", "fallen_back")}
        steps = tuple(Step(**one) for one in told["steps"])
    except (KeyError, TypeError) as error:
        raise RegistryUnreadable(f"{path} lacks a part: {error}") from error
    return State(**words, steps=steps)


def _is_id(name: str) -> bool:
    return re.fullmatch(r"[0-9a-f]{16}", name) is not None


def _folder_name(place: str) -> str:
    """Return a folder for any name: readable, and never that of another place."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", place).strip("-").lower()[:40]
    return f"{plain}-{sha256(place.encode()).hexdigest()[:8]}"


def _remove(folder: Path) -> None:
    if folder.exists():
        rmtree(folder)
