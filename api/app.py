"""The FastAPI application, put together."""

from fastapi import Depends, FastAPI
from fastapi.routing import APIRoute

from api import (
    basemap,
    cases,
    chat,
    closing,
    contacts,
    control,
    day,
    eta,
    facts,
    health,
    ledger,
    positions,
    problems,
    proposals,
    quotes,
    risks,
    routes,
)
from api.auth import require_key
from api.description import DESCRIPTION, OPEN_REFUSALS, REFUSALS, describe
from api.limits import BodyLimit
from api.live import Live


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
        eta,
        risks,
        quotes,
        contacts,
        chat,
        control,
        closing,
        ledger,
    ):
        app.include_router(module.router, prefix="/v1", dependencies=guarded, responses=REFUSALS)
    for module in (health, basemap):
        app.include_router(module.router, prefix="/v1", responses=OPEN_REFUSALS)
    describe(app)
    return app
