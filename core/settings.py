"""How this installation is deployed: places, addresses and keys. Nothing about the work itself."""

from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

LlmMode = Literal["off", "openai", "replay"]


def _named(name: str) -> AliasChoices:
    """Read `LLM_X` as well as `TENFOUR_LLM_X`: other tools know the short names."""
    return AliasChoices(f"TENFOUR_{name}", name)


class Settings(BaseSettings):
    """Deployment settings, from the environment with the prefix `TENFOUR_`."""

    model_config = SettingsConfigDict(
        env_prefix="TENFOUR_", env_ignore_empty=True, extra="ignore", populate_by_name=True
    )

    home: Path = Field(default_factory=lambda: Path.home() / ".local" / "share" / "tenfour")
    """Where the database, the API key and the note of a running server live."""
    database_url: str = ""
    """Empty: `tenfour.sqlite` in the home."""
    cache: Path | None = None
    """Where built road graphs live; None: `cache` in the home."""
    host: str = "127.0.0.1"
    port: int = Field(default=8410, ge=1, le=65535)
    console_port: int = Field(default=8510, ge=1, le=65535)
    api_key: SecretStr = SecretStr("")
    """Empty: made on the first serve and kept in the home, readable by its owner only."""
    body_limit_bytes: int = Field(default=2_000_000, ge=1_000)
    workers: int = Field(default=1, ge=1, le=64)
    """Processes that solve."""
    outbox_url: str = ""
    """Where messages and tenders are posted, keyed; empty: into `outbox.jsonl` in the home."""
    outbox_retry_base_s: int = Field(default=5, ge=1, le=3600)
    """After the first failed try of a keyed message; the pause doubles with each one."""
    outbox_retry_cap_s: int = Field(default=600, ge=1, le=86_400)
    """No pause between two tries is longer."""
    outbox_retry_for_s: int = Field(default=4 * 3600, ge=0, le=7 * 86_400)
    """A keyed message is given up when its pauses come to more than this."""
    llm_mode: LlmMode = Field(default="off", validation_alias=_named("LLM_MODE"))
    llm_base_url: str = Field(default="", validation_alias=_named("LLM_BASE_URL"))
    llm_model: str = Field(default="", validation_alias=_named("LLM_MODEL"))
    llm_api_key: SecretStr = Field(default=SecretStr(""), validation_alias=_named("LLM_API_KEY"))
    llm_timeout_s: float = Field(default=20, gt=0, validation_alias=_named("LLM_TIMEOUT_S"))
    """How long a model may take to answer; after it the deterministic wording stands."""

    @property
    def url(self) -> str:
        """The address of the database."""
        return self.database_url or f"sqlite:///{self.home / 'tenfour.sqlite'}"

    @property
    def cache_dir(self) -> Path:
        return self.cache or self.home / "cache"
