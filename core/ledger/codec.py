"""Domain values to plain data and back; the `type` of a body or action tells its class."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar, cast, get_args

from cattrs import BaseValidationError, Converter, transform_error

from core.domain.decision import Decision
from core.domain.fact import Fact
from core.domain.option import Action
from core.domain.time import require_utc
from core.ledger import canonical
from core.ledger.events import Body, Event
from core.ledger.upcast import upcast

T = TypeVar("T")


def _tag(cls: type) -> str:
    default: object = cls.__dataclass_fields__["type"].default  # pyright: ignore
    return str(cast(object, default))


def _by_tag(union: object) -> dict[str, type]:
    return {_tag(cls): cls for cls in cast(tuple[type, ...], get_args(union))}


FACT_TYPES: Mapping[str, type] = _by_tag(Fact)
BODY_TYPES: Mapping[str, type] = _by_tag(Fact) | _by_tag(Decision)
ACTION_TYPES: Mapping[str, type] = _by_tag(Action)


def _instant(value: object, _: object) -> datetime:
    if isinstance(value, datetime):
        return require_utc(value)
    if not isinstance(value, str):
        raise ValueError(f"an instant is written as text, not {value!r}")
    return require_utc(datetime.fromisoformat(value))


def _whole(value: object, _: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"a whole number is expected, not {value!r}")
    return value


def _truth(value: object, _: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"true or false is expected, not {value!r}")
    return value


def _text(value: object, _: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"text is expected, not {value!r}")
    return value


def _converter() -> Converter:
    made = Converter(forbid_extra_keys=True)
    made.register_structure_hook(datetime, _instant)
    made.register_structure_hook(int, _whole)
    made.register_structure_hook(bool, _truth)
    # By identity: text enumerations are subclasses of str and keep their own hook.
    made.register_structure_hook_func(lambda t: t is str, _text)

    def register(union: object, types: Mapping[str, type]) -> None:
        def hook(value: object, _: object) -> object:
            if not isinstance(value, Mapping):
                raise ValueError(f"an object with a type is expected, not {value!r}")
            tagged = cast(Mapping[str, object], value)
            cls = types.get(str(tagged.get("type")))
            if cls is None:
                raise ValueError(f"there is no type {tagged.get('type')!r}")
            return cast(object, made.structure(tagged, cls))

        made.register_structure_hook_func(lambda t: t == union, hook)

    register(Fact, FACT_TYPES)
    register(Body, BODY_TYPES)
    register(Decision, _by_tag(Decision))
    register(Action, ACTION_TYPES)
    return made


_CONVERTER = _converter()


def unstructure(obj: object) -> canonical.Plain:
    """Return any domain value as lists, dicts, strings and whole numbers."""
    return canonical.plain(obj)


def structure(data: object, cls: type[T]) -> T:
    """Make a `cls` from plain data; ValueError names every field that is wrong."""
    try:
        return _CONVERTER.structure(data, cls)
    except BaseValidationError as wrong:
        raise ValueError("; ".join(transform_error(wrong))) from wrong
    except (KeyError, TypeError, AttributeError) as wrong:
        raise ValueError(f"{cls.__name__}: {wrong}") from wrong


def structure_fact(data: object) -> Fact:
    """Make the fact that `type` names; ValueError names every field that is wrong."""
    return structure(data, cast(type[Fact], Fact))


def encode_event(event: Event) -> bytes:
    """Return the canonical bytes of an event."""
    return canonical.to_bytes(event)


def decode_event(stored: bytes) -> Event:
    """Read an event of any version; ValueError when it cannot be understood."""
    envelope = cast(Mapping[str, object], json.loads(stored))
    return structure(upcast(envelope), Event)
