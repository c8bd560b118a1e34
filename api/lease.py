"""Who owns a day right now: a lock that dies with its process, with the owner's address in it."""

import fcntl
import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from core.errors import CopilotError
from core.settings import Settings


class DayOwned(CopilotError):
    """Another process has the day in its memory."""

    code = "day_owned"
    status = 409

    def __init__(self, day_id: str, owner: "OwnerNote | None") -> None:
        self.owner = owner
        who = f"process {owner.pid}" if owner is not None else "another process"
        where = f" at {owner.url}" if owner is not None and owner.url else ""
        super().__init__(f"day {day_id} is being run by {who}{where}; use that one or stop it")


@dataclass(frozen=True, slots=True)
class OwnerNote:
    pid: int
    url: str
    """Empty for an owner that serves nobody."""


def _path(settings: Settings, day_id: str) -> Path:
    name = hashlib.sha256(f"{settings.url}\n{day_id}".encode()).hexdigest()[:16]
    return settings.home / f"owner-{name}.lock"


class Lease:
    """The right to own a day; held until closed, or until the process ends in any way."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def announce(self, url: str) -> None:
        """Tell other commands where this owner can be called."""
        self._file.seek(0)
        self._file.truncate()
        json.dump({"pid": os.getpid(), "url": url}, self._file)
        self._file.flush()

    def close(self) -> None:
        self._file.close()


def take(settings: Settings, day_id: str, url: str = "") -> Lease:
    """Take the day, or raise DayOwned naming who has it."""
    settings.home.mkdir(parents=True, exist_ok=True)
    file = _path(settings, day_id).open("a+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise DayOwned(day_id, _note(_path(settings, day_id))) from None
    lease = Lease(file)
    lease.announce(url)
    return lease


def owner_of(settings: Settings, day_id: str) -> OwnerNote | None:
    """Return who owns the day at this moment; None when nobody does."""
    path = _path(settings, day_id)
    if not path.exists():
        return None
    try:
        take_and_leave = path.open("a+", encoding="utf-8")
        with take_and_leave as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return _note(path)
    return None


def _note(path: Path) -> OwnerNote | None:
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
        return OwnerNote(int(read["pid"]), str(read["url"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
