"""Facts that a careless or hostile sender could send, drawn from the schema that the API shows.

Ids are mostly those of the served day, instants mostly of its morning: nonsense as such is refused
at the door and would find nothing behind it.
"""

from collections.abc import Mapping, Sequence
from typing import cast

from hypothesis import strategies as st

from api.decoding import fact_schemas

Schema = Mapping[str, object]
Json = st.SearchStrategy[object]

IDS: Mapping[str, Sequence[str]] = {
    "vehicle_id": ("R1", "R2", "R1", "R2", "", "R9"),
    "giver": ("R1", "R2"),
    "taker": ("R2", "R1"),
    "order_id": ("o1", "o2", "o3", "o4", "o5", "o8", "n1", "n2"),
    "driver_id": ("driver-R1", "driver-R2", "d9"),
    "customer_id": ("c-o1", "c-9"),
}
INSTANTS = (
    "2026-11-10T07:00:00Z",
    "2026-11-10T08:01:00Z",
    "2026-11-10T08:02:30+00:00",
    "2026-11-10T10:02:00+02:00",
    "2026-11-10T11:30:00Z",
    "2026-11-10T16:00:00Z",
    "2026-11-11T09:00:00Z",
    "2026-10-25T01:30:00Z",
    "2000-01-01T00:00:00Z",
    "2100-12-31T23:59:59Z",
    "2026-11-10T08:00:00",
)
WHOLE = (
    0,
    1,
    5,
    60,
    100,
    300,
    900,
    3600,
    86_400,
    604_800,
    10**6,
    10**9,
    10**12,
    -1,
    -300,
    -(10**12),
)
WORDS = ("", "a", "Mannerheimintie", "cold", "call", "where_is_it", "1.5 €", "ö" * 40)
LAT_E6 = (60_170_000, 60_175_000, 60_100_000, 0, -90_000_000, 90_000_000, 90_000_001)
LON_E6 = (24_941_000, 24_960_000, 25_400_000, 0, 180_000_000, -180_000_000, 180_000_001)

_DOCUMENT = cast("dict[str, dict[str, Schema]]", fact_schemas())
_DEFS = _DOCUMENT["$defs"]


def kinds() -> list[str]:
    """Return the type of every fact that may be sent."""
    mapping = cast("Mapping[str, str]", cast("Schema", _DOCUMENT["discriminator"])["mapping"])
    return sorted(k for k in mapping if k != "day_opened")


def data_of(kind: str) -> st.SearchStrategy[dict[str, object]]:
    """Return the data of facts of one type, well formed but for the odd value."""
    mapping = cast("Mapping[str, str]", cast("Schema", _DOCUMENT["discriminator"])["mapping"])
    drawn = _value({"$ref": mapping[kind]}, "data")
    return cast("st.SearchStrategy[dict[str, object]]", drawn)


def _value(schema: Schema, name: str) -> Json:
    """Return values that fit `schema`, for a field of that name."""
    if "$ref" in schema:
        return _value(_DEFS[str(schema["$ref"]).rpartition("/")[2]], name)
    if "anyOf" in schema:
        return st.one_of([_value(s, name) for s in cast("Sequence[Schema]", schema["anyOf"])])
    if "enum" in schema:
        return st.sampled_from(cast("Sequence[object]", schema["enum"]))
    kind = schema.get("type")
    if kind == "object":
        return _object(schema)
    if kind == "array":
        return _array(schema, name)
    return _plain(str(kind), str(schema.get("format", "")), name)


def _plain(kind: str, shape: str, name: str) -> Json:
    if shape == "date-time":
        return st.sampled_from(INSTANTS)
    if name == "lat_e6":
        return st.sampled_from(LAT_E6) | st.integers(60_160_000, 60_180_000)
    if name == "lon_e6":
        return st.sampled_from(LON_E6) | st.integers(24_930_000, 24_960_000)
    if kind in ("integer", "number"):
        return st.sampled_from(WHOLE) | st.integers(0, 2000)
    if kind == "boolean":
        return st.booleans()
    if kind == "null":
        return st.none()
    return st.sampled_from([*IDS[name], *IDS[name]] if name in IDS else WORDS)


def _object(schema: Schema) -> Json:
    fields = cast("Mapping[str, Schema]", schema.get("properties", {}))
    needed = cast("Sequence[str]", schema.get("required", ()))
    drawn = {k: _value(s, k) for k, s in fields.items() if k != "type"}
    if not drawn:
        inner = _value(cast("Schema", schema.get("additionalProperties") or {}), "")
        return st.dictionaries(st.sampled_from(("a", "b")), inner, max_size=2)
    return st.fixed_dictionaries(
        {k: v for k, v in drawn.items() if k in needed},
        optional={k: v for k, v in drawn.items() if k not in needed},
    )


def _array(schema: Schema, name: str) -> Json:
    if "prefixItems" in schema:
        items = [_value(s, name) for s in cast("Sequence[Schema]", schema["prefixItems"])]
        return st.tuples(*items).map(list)
    inner = _value(cast("Schema", schema.get("items", {})), name.removesuffix("s"))
    unique = bool(schema.get("uniqueItems"))
    return st.lists(inner, max_size=3, unique=unique)
