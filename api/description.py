"""How the API describes itself in OpenAPI: its refusals, its key, its words."""

from functools import partial
from typing import Any

from fastapi import FastAPI

from api.problems import MEDIA_TYPE
from api.schemas import Problem

DESCRIPTION = """
Facts go in, decisions go in, read models come out. Everything under /v1 but the health check and
the base map needs the API key, as `Authorization: Bearer KEY` or `X-API-Key: KEY`. Instants are
RFC 3339 in the zone of the day; money is whole cents. A refusal is an RFC 9457 problem document
with one sentence, and changed nothing.
"""
_PROBLEM: dict[str, Any] = {
    "description": "A refusal: one sentence, a stable code, nothing changed",
    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
REFUSALS: dict[int | str, dict[str, Any]] = dict.fromkeys(
    (400, 401, 403, 404, 405, 409, 413, 422), _PROBLEM
)
"""What a page that needs the key may refuse with."""
OPEN_REFUSALS: dict[int | str, dict[str, Any]] = dict.fromkeys((405, 422), _PROBLEM)
"""The same of a page that is open to all."""

_KEYS: dict[str, Any] = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
}
_EITHER: list[dict[str, list[str]]] = [{"bearer": []}, {"header": []}]


def describe(app: FastAPI) -> None:
    """Let the description of `app` say what FastAPI does not know of it."""
    app.openapi = partial(_document, app, app.openapi)


def _document(app: FastAPI, made: Any) -> dict[str, Any]:
    if app.openapi_schema is None:
        document: dict[str, Any] = made()
        shown: dict[str, Any] = document["components"]
        shown["schemas"]["Problem"] = Problem.model_json_schema()
        shown["securitySchemes"] = _KEYS
        for page in document["paths"].values():
            for operation in page.values():
                if "401" in operation["responses"]:
                    operation["security"] = _EITHER
    return app.openapi_schema or {}
