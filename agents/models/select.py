"""Which model answers, by the settings of the installation."""

from functools import lru_cache
from pathlib import Path

from agents.models.base import Model
from agents.models.breaker import Breaker
from agents.models.off import OffModel
from agents.models.openai import OpenAiModel
from tools.runtime import Runtime


def model_of(runtime: Runtime) -> Model:
    """Return the model that the runtime's settings name; none while the kill switch is on."""
    settings = runtime.settings
    if settings is None or settings.llm_mode == "off" or runtime.day.killed:
        return OffModel()
    return _client(
        settings.llm_mode,
        settings.llm_base_url,
        settings.llm_model,
        settings.llm_api_key.get_secret_value(),
        settings.llm_timeout_s,
    )


@lru_cache(maxsize=8)
def _client(mode: str, base_url: str, model: str, api_key: str, timeout_s: float) -> Model:
    """One client for each endpoint, so that its breaker remembers."""
    transport = None
    if mode == "replay":
        from agents.models.replay import ReplayTransport

        transport, base_url = ReplayTransport(Path(base_url)), "http://replay.invalid/v1"
    return Breaker(
        OpenAiModel(
            base_url=base_url,
            api_key=api_key,
            model=model,
            timeout_s=timeout_s,
            transport=transport,
        )
    )
