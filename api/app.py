"""The FastAPI application, put together."""

from typing import Any

from fastapi import Depends, FastAPI
from fastapi.routing import APIRoute

from api import (
    basemap,
    cases,
    chat,
    contacts,
    control,
    day,
    facts,
    health,
    ledger,
    positions,
    problems,
    proposals,
    routes,
)
from api.auth import require_key
from api.limits import BodyLimit
from api.live import Live
from api.schemas import Problem

DESCRIPTION = """
Facts go in, decisions go in, read models come out. Everything under /v1 but the health check and
the base map needs the API key, as `Authorization: Bearer KEY` or `X-API-Key: KEY`. Instants are
RFC 3339 in the zone of the day; money is whole cents. A refusal is an RFC 9457 problem document
with one sentence, and changed nothing.
"""
_PROBLEM: dict[str, Any] = {
    "model": Problem,
    "description": "A refusal: one sentence, a stable code, nothing changed",
    "content": {problems.MEDIA_TYPE: {}},
}
_REFUSED = (400, 401, 403, 404, 405, 409, 413, 422)
REFUSALS: dict[int | str, dict[str, Any]] = dict.fromkeys(_REFUSED, _PROBLEM)


def _operation_id(route: APIRoute) -> str:
    return f"{route.tags[0]}_{route.name}" if route.tags else route.name


def create_app(live: Live) -> FastAPI:
    """Return the application over one day. It starts nothing: the loop is the caller's."""
    app = FastAPI(
        title="tenfour",
        version=live.version,
        description=DESCRIPTION,
        generate_unique_id_function=_operation_id,
        docs_url=None,
        redoc_url=None,
    )
    app.state.live = live
    problems.install(app)
    app.add_middleware(BodyLimit, limit=live.body_limit_bytes)
    guarded = [Depends(require_key)]
    for module in (
        facts,
        positions,
        day,
        cases,
        proposals,
        routes,
        contacts,
        chat,
        control,
        ledger,
    ):
        app.include_router(module.router, prefix="/v1", dependencies=guarded, responses=REFUSALS)
    for module in (health, basemap):
        app.include_router(module.router, prefix="/v1")
    return app
