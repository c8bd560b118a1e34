"""Where the audit entries of a served day go: into the store, a few at a time."""

from hashlib import sha256
from threading import Lock

from core.domain.ids import DayId
from core.store.store import Store, ToolCall
from tools.audit import AuditEntry
from tools.effect import Effect

AT_ONCE = frozenset({Effect.PROPOSE.value, Effect.COMMIT.value})
"""Calls that change something are on disk before the next step, with all that led to them."""
BATCH = 64
KEPT = 50_000
"""Calls kept of a day; a look a second makes that many in half a day."""
DIGEST = 16
"""Hexadecimal digits that tell one set of arguments from another; the arguments are not kept."""


class Trail:
    """An audit sink. Safe to use from several threads; `flush` when there is time."""

    def __init__(self, store: Store, day_id: DayId, *, kept: int = KEPT) -> None:
        self._store, self._day_id, self._kept = store, day_id, kept
        self._waiting: list[ToolCall] = []
        self._lock = Lock()

    def __call__(self, entry: AuditEntry) -> None:
        with self._lock:
            self._waiting.append(_call(entry))
            due = entry.effect in AT_ONCE or len(self._waiting) >= BATCH
        if due:
            self.flush()

    def flush(self) -> None:
        """Write what waits, and forget the oldest calls of the day beyond what is kept."""
        with self._lock:
            if self._waiting:
                self._store.add_tool_calls(self._day_id, self._waiting, keep=self._kept)
                self._waiting = []


def _call(entry: AuditEntry) -> ToolCall:
    """Leave out every word of a person: arguments, sentences, names of tools that do not exist."""
    return ToolCall(
        seq=entry.seq,
        at=entry.at,
        tool=entry.tool if entry.effect else "",
        effect=entry.effect,
        scope=entry.actor.partition(":")[0],
        args_digest=sha256(entry.args.encode()).hexdigest()[:DIGEST] if entry.args else "",
        code=entry.code if not entry.ok else "ok",
    )
