"""Refusals as RFC 9457 problem documents: one sentence, a stable code, never a traceback."""

import logging
from collections.abc import Sequence
from uuid import uuid4

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.schemas import JsonObject, Problem
from core.errors import CopilotError, Stale

MEDIA_TYPE = "application/problem+json"
_LOG = logging.getLogger("tenfour.api")


class Invalid(CopilotError):
    """The input is wrong; `errors` says where."""

    code = "invalid"
    status = 422

    def __init__(self, errors: Sequence[tuple[str, str]]) -> None:
        self.errors = tuple(errors)
        where, what = self.errors[0]
        more = f" ({len(self.errors) - 1} more)" if len(self.errors) > 1 else ""
        super().__init__(f"{where}: {what}{more}; nothing was changed")


class TooLarge(CopilotError):
    code = "too_large"
    status = 413

    def __init__(self, limit: int) -> None:
        super().__init__(f"the body is larger than {limit} bytes; send it in parts")


class Unauthorised(CopilotError):
    code = "unauthorised"
    status = 401

    def __init__(self) -> None:
        super().__init__(
            "send the API key as 'Authorization: Bearer KEY' or 'X-API-Key: KEY'; "
            "it is in the file api-key of the tenfour home"
        )


class KeyReused(CopilotError):
    """An Idempotency-Key came again with another request."""

    code = "idempotency_key_reused"
    status = 422

    def __init__(self) -> None:
        super().__init__("this Idempotency-Key was used for another request; take a new one")


def clean(text: str) -> str:
    """Return `text` as something that UTF-8 can carry."""
    return text.encode("utf-8", "replace").decode("utf-8")


def answer(problem: Problem) -> JSONResponse:
    headers = {"WWW-Authenticate": "Bearer"} if problem.status == 401 else None
    return JSONResponse(
        problem.model_dump(mode="json", exclude_none=True),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers=headers,
    )


def problem_of(
    status: int,
    code: str,
    detail: str,
    errors: Sequence[tuple[str, str]] | None = None,
    *,
    moved: Sequence[str] | None = None,
    fresh: str | None = None,
) -> Problem:
    lines: list[JsonObject] | None = None
    if errors:
        lines = [{"where": clean(where), "message": clean(what)} for where, what in errors]
    return Problem(
        type=f"urn:tenfour:problem:{code}",
        title=code.replace("_", " "),
        status=status,
        detail=clean(detail),
        code=code,
        errors=lines,
        moved=list(moved) if moved is not None else None,
        fresh_proposal_id=fresh,
    )


def from_error(error: CopilotError, fresh: str | None = None) -> Problem:
    moved = error.moved if isinstance(error, Stale) else None
    errors = error.errors if isinstance(error, Invalid) else None
    return problem_of(error.status, error.code, str(error), errors, moved=moved, fresh=fresh)


def _of_the_framework(request: Request, error: HTTPException) -> tuple[str, str]:
    """Return code and words of a refusal that never came to our own pages."""
    if error.status_code == 404:
        return "not_found", f"there is no page {request.url.path}; /openapi.json lists them all"
    if error.status_code == 405:
        takes = (error.headers or {}).get("Allow", "another method")
        return "method_not_allowed", f"this page does not take {request.method}; use {takes}"
    return "bad_request", "the body cannot be read; send JSON in UTF-8"


_PLAIN = {
    "timezone_aware": "it carries no time zone; send the offset too: 2026-11-10T10:04:12+02:00",
    "json_invalid": "the body is not JSON",
    "missing": "it is missing",
    "string_unicode": "it is no text that UTF-8 can carry",
    "model_attributes_type": "it is no JSON object; send one as application/json",
    "dict_type": "it is no JSON object",
}


def _plainly(kind: str, message: str) -> str:
    """Return what is wrong with a field, in our words where the reader's say too little."""
    if kind.startswith("datetime_"):
        return f"it is no instant, which is written like 2026-11-10T08:04:12Z ({message})"
    return _PLAIN.get(kind, message.removeprefix("Value error, "))


def install(app: FastAPI) -> None:
    """Make every failure of `app` answer with a problem document."""

    @app.exception_handler(CopilotError)
    def refused(_: Request, error: CopilotError) -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        fresh = getattr(error, "fresh_proposal_id", None)
        return answer(from_error(error, fresh if isinstance(fresh, str) else None))

    @app.exception_handler(RequestValidationError)
    def invalid(_: Request, error: RequestValidationError) -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        found = [
            (".".join(str(part) for part in e["loc"]), _plainly(str(e["type"]), str(e["msg"])))
            for e in error.errors()
        ]
        return answer(from_error(Invalid(found or [("body", "it cannot be read")])))

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        code, words = _of_the_framework(request, error)
        response = answer(problem_of(error.status_code, code, f"{words}; nothing was changed"))
        response.headers.update(error.headers or {})
        return response

    @app.exception_handler(Exception)
    def failed(_: Request, error: Exception) -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        number = uuid4().hex[:8]
        _LOG.error("failure %s", number, exc_info=error)
        return answer(
            problem_of(500, "failure", f"tenfour failed here; the server's log has it as {number}")
        )
