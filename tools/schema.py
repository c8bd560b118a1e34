"""Arguments of tools, and the strict JSON schema that a model reads them by."""

from collections.abc import Mapping
from typing import TypeVar, cast

from pydantic import BaseModel, ConfigDict, ValidationError


class Args(BaseModel):
    """Arguments of one tool: frozen, and a name that nobody knows is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class NoArgs(Args):
    """A tool that needs nothing."""


A = TypeVar("A", bound=Args)


def parse(kind: type[A], raw: Mapping[str, object] | str) -> A:
    """Read arguments from a mapping or from JSON text; ValueError with one sentence."""
    try:
        if isinstance(raw, str):
            return kind.model_validate_json(raw)
        return kind.model_validate(dict(raw))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "arguments"
        raise ValueError(f"{where}: {first['msg']}") from error


def json_schema(kind: type[Args]) -> dict[str, object]:
    """Return the schema in the strict form: every field named and required, nothing else."""
    raw = cast("dict[str, object]", kind.model_json_schema())
    properties = cast("dict[str, dict[str, object]]", raw.get("properties", {}))
    schema: dict[str, object] = {
        "type": "object",
        "properties": {name: _field(value) for name, value in properties.items()},
        "required": list(properties),
        "additionalProperties": False,
    }
    if "$defs" in raw:
        schema["$defs"] = raw["$defs"]
    return schema


def _field(value: Mapping[str, object]) -> dict[str, object]:
    return {k: v for k, v in value.items() if k not in ("title", "default")}
