"""A decision sent twice under one Idempotency-Key is made once and answered twice."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Header
from pydantic import BaseModel

from api.problems import KeyReused
from api.schemas import Decided

KEPT = 10_000
"""Answers remembered; the oldest goes first. The desk refuses a second decision anyway."""

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        max_length=200,
        description="The same key with the same request gives the first answer again.",
    ),
]


@dataclass
class _Entry:
    fingerprint: str
    lock: threading.Lock = field(default_factory=threading.Lock)
    answer: Decided | None = None


@dataclass
class Once:
    """Remembers answers by key. A refusal changed nothing, so it is not remembered."""

    entries: OrderedDict[str, _Entry] = field(default_factory=OrderedDict[str, _Entry])
    lock: threading.Lock = field(default_factory=threading.Lock)

    def run(
        self, key: str | None, what: str, body: BaseModel, work: Callable[[], Decided]
    ) -> Decided:
        """Return the answer of `work`, done at most once for each key; KeyReused for a mix-up."""
        if not key:
            return work()
        fingerprint = hashlib.sha256(f"{what}\n{body.model_dump_json()}".encode()).hexdigest()
        with self.lock:
            entry = self.entries.setdefault(key, _Entry(fingerprint))
            while len(self.entries) > KEPT:
                self.entries.popitem(last=False)
        if entry.fingerprint != fingerprint:
            raise KeyReused
        with entry.lock:
            if entry.answer is None:
                entry.answer = work()
                return entry.answer
            return entry.answer.model_copy(update={"duplicate": True})
