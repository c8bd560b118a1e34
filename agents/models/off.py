"""No language model: every question falls back to the deterministic wording at once."""

from datetime import datetime

from agents.models.base import ModelFailed, Reply, Request


class OffModel:
    def complete(self, request: Request, now: datetime) -> Reply:
        del now
        raise ModelFailed(f"no language model is set; {request.purpose} is worded without one")
