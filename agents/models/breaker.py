"""A circuit breaker: a model that keeps failing is left alone for a while."""

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from agents.models.base import Model, ModelFailed, Reply, Request

# Three time-outs in a row are an outage, not bad luck; a minute later one question tries again.
FAILURES = 3
REST_S = 60


@dataclass
class Breaker:
    """Passes questions on until `FAILURES` in a row failed, then refuses them for `REST_S`."""

    model: Model
    failures: int = 0
    shut_until: datetime | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def complete(self, request: Request, now: datetime) -> Reply:
        with self._lock:
            if self.shut_until is not None and now < self.shut_until:
                raise ModelFailed(f"the model failed {self.failures} times and rests")
        try:
            reply = self.model.complete(request, now)
        except ModelFailed:
            with self._lock:
                self.failures += 1
                if self.failures >= FAILURES:
                    self.shut_until = now + timedelta(seconds=REST_S)
            raise
        with self._lock:
            self.failures, self.shut_until = 0, None
        return reply
