"""Who may talk to the API: one key for the installation.

Everything under /v1 needs the key, reading too: a page in somebody's browser can reach a server on
loopback, so loopback proves nothing. Open are the health check, the API description and the base
map, none of which says anything about a day.
"""

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

from fastapi import Request

from api.problems import Unauthorised
from core.errors import NotReady
from core.settings import Settings

KEY_FILE = "api-key"


def read_or_make_key(settings: Settings) -> str:
    """Return the key: from the settings, else from the home, where the first caller makes it."""
    given = settings.api_key.get_secret_value()
    if given:
        return given
    path = settings.home / KEY_FILE
    settings.home.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _make_key(path)
    key = path.read_text(encoding="ascii").strip()
    if not key:
        raise NotReady(f"the key file {path} is empty; remove it and start again")
    return key


def _make_key(path: Path) -> None:
    """Write a new key under its name at once, whole: who is killed here leaves no empty key."""
    handle, name = tempfile.mkstemp(prefix=f".{KEY_FILE}-", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        # Somebody may have been faster; then theirs is the key.
        with contextlib.suppress(FileExistsError):
            os.link(name, path)
    finally:
        Path(name).unlink()


def key_file(settings: Settings) -> Path:
    return settings.home / KEY_FILE


def _given(request: Request) -> str:
    bearer = request.headers.get("authorization", "")
    scheme, _, token = bearer.partition(" ")
    if scheme.lower() == "bearer" and token:
        return token.strip()
    return request.headers.get("x-api-key", "")


def require_key(request: Request) -> None:
    """Refuse a request that does not carry the key."""
    key: str = request.app.state.live.api_key
    if not secrets.compare_digest(_given(request).encode(), key.encode()):
        raise Unauthorised
