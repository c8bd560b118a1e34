"""The thin typed surface of schemathesis: requests as the API describes them, and what fits."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from hypothesis.strategies import SearchStrategy
from schemathesis import GenerationMode
from schemathesis.specs.openapi import checks

Kind = Literal["good", "bad"]
_MODES: Mapping[Kind, GenerationMode] = {
    "good": GenerationMode.POSITIVE,
    "bad": GenerationMode.NEGATIVE,
}
_CHECKS: list[Any] = [
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
]
_SENT = ("method", "url", "params", "headers", "json", "content", "data", "files")


@dataclass(frozen=True)
class Asked:
    """One generated request."""

    case: Any
    path: str

    def with_ids(self, known: Mapping[str, str]) -> "Asked":
        """Put `known` ids where the path takes one, and into the body at any depth."""
        for name in self.case.path_parameters:
            self.case.path_parameters[name] = known.get(name, self.case.path_parameters[name])
        self.case.body = _replaced(self.case.body, known)
        return self

    def send(self, client: TestClient) -> Response:
        # Waiting for news is a test of its own; here nobody has a minute.
        if self.path == "/v1/changes":
            self.case.query.pop("wait_s", None)
        words: dict[str, Any] = self.case.as_transport_kwargs()
        if isinstance(words.get("data"), bytes):
            words["content"] = words.pop("data")
        return client.request(**{k: v for k, v in words.items() if k in _SENT})

    def check(self, answer: Response) -> None:
        """Fail unless the answer is one that the description knows for this request."""
        self.case.validate_response(answer, checks=_CHECKS)


@dataclass(frozen=True)
class Operation:
    """One page and method of the API."""

    label: str
    writes: bool
    takes_input: bool
    operation: Any

    def requests(self, kind: Kind) -> SearchStrategy[Asked]:
        """Return requests that fit the description, or ones that do not."""
        drawn: Any = self.operation.as_strategy(generation_mode=_MODES[kind])
        return drawn.map(self._asked)

    def _asked(self, case: Any) -> Asked:
        return Asked(case, str(self.operation.path))


def operations(app: FastAPI) -> dict[str, Operation]:
    """Return every operation that the application describes, by its name."""
    described: Any = schemathesis.openapi.from_asgi("/openapi.json", app)
    found: dict[str, Operation] = {}
    for result in described.get_all_operations():
        one: Any = result.ok()
        takes = bool(one.body or one.query or one.path_parameters)
        found[one.label] = Operation(one.label, one.method != "get", takes, one)
    return found


def _replaced(value: Any, known: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_replaced(v, known) for v in value]  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, dict):
        return {k: known.get(k) or _replaced(v, known) for k, v in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return value
