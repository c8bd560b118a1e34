"""Files in the VRPLIB format, ORTEC's road times among them: windows, releases, reloads, prizes."""

import re

import numpy as np

from core.routing.public.instance import I64, UNLIMITED, BadInstance, Instance
from core.routing.public.numbers import number, numbered, scaled, straight, whole

TENTHS = "dimacs: Euclidean distance times 10, cut to a whole number; distance only"
NEAREST = "Euclidean distance rounded to the nearest whole number"
GIVEN = "the matrix as given, in whole numbers; driving only, neither waiting nor service"

_TAKEN = {
    f"{what}_SECTION"
    for what in (
        *("NODE_COORD", "EDGE_WEIGHT", "DEMAND", "DEPOT", "TIME_WINDOW", "SERVICE_TIME"),
        *("RELEASE_TIME", "PRIZE", "VEHICLES_RELOAD_DEPOT"),
    )
}
Rows = list[tuple[int, list[str]]]


def read_vrplib(name: str, text: str, *, unlimited: bool = False) -> Instance:
    """Return the instance; in the plane tenths count with windows, whole units without.

    `unlimited`: the number of vehicles that the file names is no limit, as in the competition that
    ORTEC's files come from.
    """
    head, sections = _parts(name, text)
    size = _one(name, head, "DIMENSION")
    kind = head.get("EDGE_WEIGHT_TYPE", "EUC_2D")
    windows = "TIME_WINDOW_SECTION" in sections
    if kind == "EXPLICIT":
        scale, convention = 1, GIVEN
        ways = _matrix(name, head, sections, size)
    elif kind == "EUC_2D":
        scale, convention = (10, TENTHS) if windows else (1, NEAREST)
        real = straight(_column(name, sections, "NODE_COORD_SECTION", size, 2)) * scale
        ways = (np.floor(real) if windows else np.floor(real + 0.5)).astype(np.int64)
    else:
        raise BadInstance(name, f"EDGE_WEIGHT_TYPE {kind} is not taken: EXPLICIT or EUC_2D")
    _refuse_depots(name, sections)
    opens, closes = np.zeros(size, np.int64), np.full(size, UNLIMITED)
    if windows:
        both = scaled(_column(name, sections, "TIME_WINDOW_SECTION", size, 2), scale)
        opens, closes = both[:, 0], both[:, 1]
    vehicles = _one(name, head, "VEHICLES") if "VEHICLES" in head else None
    if vehicles is not None and vehicles < 1:
        raise BadInstance(name, f"there are {vehicles} vehicles")
    return Instance(
        name=name,
        convention=convention,
        scale=scale,
        cost=ways,
        time=ways,
        opens=opens,
        closes=closes,
        service=_service(name, head, sections, size, scale),
        load=_each(name, sections, "DEMAND_SECTION", size, 1),
        capacity=_one(name, head, "CAPACITY") if "CAPACITY" in head else UNLIMITED,
        vehicles=None if unlimited else vehicles,
        release=_optional(name, sections, "RELEASE_TIME_SECTION", size, scale),
        reloads="VEHICLES_RELOAD_DEPOT_SECTION" in sections,
        prize=_optional(name, sections, "PRIZE_SECTION", size, scale),
    )


def _parts(name: str, text: str) -> tuple[dict[str, str], dict[str, Rows]]:
    head: dict[str, str] = {}
    sections: dict[str, Rows] = {}
    rows: Rows | None = None
    for line, content in enumerate(text.splitlines(), 1):
        words = content.split()
        if not words:
            continue
        if words[0] == "EOF":
            break
        if re.fullmatch(r"[A-Z_]+_SECTION:?", words[0]):
            title = words[0].rstrip(":")
            if title not in _TAKEN:
                raise BadInstance(name, f"line {line}: {title} is not taken")
            if title in sections:
                raise BadInstance(name, f"line {line}: {title} comes twice")
            rows = sections.setdefault(title, [])
        elif rows is not None and not re.match(r"[A-Za-z]", words[0]):
            rows.append((line, words))
        elif ":" in content:
            key, _, value = content.partition(":")
            head[key.strip().upper()] = value.strip()
        else:
            raise BadInstance(
                name, f"line {line}: {content.strip()[:40]!r} is neither field nor section"
            )
    if "DIMENSION" not in head:
        raise BadInstance(name, "no field DIMENSION: this is no VRPLIB file")
    return head, sections


def _one(name: str, head: dict[str, str], field: str) -> int:
    try:
        return int(head[field])
    except ValueError:
        raise BadInstance(name, f"{field} is {head[field]!r}, not a whole number") from None


def _matrix(name: str, head: dict[str, str], sections: dict[str, Rows], size: int) -> I64:
    form = head.get("EDGE_WEIGHT_FORMAT", "FULL_MATRIX")
    if form != "FULL_MATRIX":
        raise BadInstance(name, f"EDGE_WEIGHT_FORMAT {form} is not taken: FULL_MATRIX")
    rows = sections.get("EDGE_WEIGHT_SECTION", [])
    flat = [whole(name, line, w) for line, words in rows for w in words]
    if len(flat) != size * size:
        why = f"the matrix has {len(flat)} figures, not {size} x {size} = {size * size}"
        raise BadInstance(name, why)
    return np.array(flat, dtype=np.int64).reshape(size, size)


def _column(
    name: str, sections: dict[str, Rows], title: str, size: int, width: int
) -> np.typing.NDArray[np.float64]:
    rows = sections.get(title)
    if rows is None:
        raise BadInstance(name, f"no {title}")
    read: list[tuple[int, list[float]]] = []
    for line, words in rows:
        if len(words) != width + 1:
            raise BadInstance(name, f"line {line}: {width + 1} figures expected in {title}")
        read.append((whole(name, line, words[0]) - 1, [number(name, line, w) for w in words[1:]]))
    table = numbered(name, f"row (counted from 0) in {title}", read)
    if len(table) != size:
        raise BadInstance(name, f"{title} has {len(table)} rows, and DIMENSION is {size}")
    return table


def _each(name: str, sections: dict[str, Rows], title: str, size: int, scale: int) -> I64:
    return scaled(_column(name, sections, title, size, 1)[:, 0], scale)


def _optional(
    name: str, sections: dict[str, Rows], title: str, size: int, scale: int
) -> I64 | None:
    return _each(name, sections, title, size, scale) if title in sections else None


def _service(
    name: str, head: dict[str, str], sections: dict[str, Rows], size: int, scale: int
) -> I64:
    if "SERVICE_TIME_SECTION" in sections:
        return _each(name, sections, "SERVICE_TIME_SECTION", size, scale)
    if "SERVICE_TIME" not in head:
        return np.zeros(size, np.int64)
    service = scaled(np.full(size, number(name, 0, head["SERVICE_TIME"])), scale)
    service[0] = 0
    return service


def _refuse_depots(name: str, sections: dict[str, Rows]) -> None:
    words = [w for _, row in sections.get("DEPOT_SECTION", []) for w in row if w != "-1"]
    if words not in ([], ["1"]):
        raise BadInstance(name, f"one depot, node 1, is taken, not {', '.join(words)[:40]}")
    for line, row in sections.get("VEHICLES_RELOAD_DEPOT_SECTION", []):
        if len(row) != 2 or row[1] != "1":
            raise BadInstance(name, f"line {line}: vehicles reload at depot 1 or nowhere")
