"""The ids, times and numbers in what a person typed, found by the day's own ids."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from agents.numbers import in_digits, time_in
from core.domain.day import Day

_TOKEN = re.compile(r"[A-Za-z0-9]+(?:[-_:./][A-Za-z0-9]+)*")
_NAMED = {
    "vehicle": r"(?:van|vehicle|truck|car|bike|rider|route|driver|courier|tour)",
    "order": r"(?:order|parcel|package|delivery|shipment)",
    "case": r"(?:case)",
    "proposal": r"(?:proposal|option|suggestion)",
}
_AFTER = r"\s+(?:number\s+|no\.?\s+|#\s*)?([A-Za-z]*-?\d[\w-]*)"
_MINUTES = re.compile(r"(-?\d{1,3})\s*(?:min|minute|minutes|mins|m)\b", re.IGNORECASE)
_LATE = re.compile(r"(-?\d{1,3})\s*(?:late|behind|delay)|(?:late|behind|delay\w*)\D{0,12}(\d{1,3})")
_STOP = re.compile(r"\bstop\s*(?:number\s*|no\.?\s*|#\s*)?(\d{1,3})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Slots:
    """What was named. `unknown` holds words that look like ids but name nothing."""

    vehicles: tuple[str, ...] = ()
    orders: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    proposals: tuple[str, ...] = ()
    until: str | None = None
    late_min: int | None = None
    stop: int | None = None
    unknown: tuple[tuple[str, str], ...] = ()
    masked: str = ""


@dataclass(slots=True)
class _Found:
    ids: dict[str, list[str]] = field(default_factory=lambda: {k: list[str]() for k in _NAMED})
    unknown: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])


def read(day: Day, text: str) -> Slots:
    """Find every id of the day in the text, then times and numbers; mask them for the router."""
    known = {
        "vehicle": _by_name(day.routes.keys() | day.vehicles.keys()),
        "order": _by_name(day.orders.keys()),
        "case": _by_name(day.cases.keys()),
        "proposal": _by_name(day.proposals.keys()),
    }
    found = _Found()
    plain = _mask_named(in_digits(text), known, found)
    plain = _TOKEN.sub(lambda m: _mask_token(m[0], known, found), plain)
    until = time_in(plain)
    stop = _STOP.search(plain)
    late = _late(plain, stop)
    masked = re.sub(r"\b\d{1,2}[:.h]\d{2}\b", "clocktime", plain)
    masked = re.sub(r"\b(until|till)\s+(?:\d{1,2}\b|noon|midday)", r"\1 clocktime", masked)
    masked = re.sub(r"-?\b\d+\b", "numberword", masked)
    return Slots(
        vehicles=tuple(dict.fromkeys(found.ids["vehicle"])),
        orders=tuple(dict.fromkeys(found.ids["order"])),
        cases=tuple(dict.fromkeys(found.ids["case"])),
        proposals=tuple(dict.fromkeys(found.ids["proposal"])),
        until=until,
        late_min=late,
        stop=int(stop[1]) if stop else None,
        unknown=tuple(found.unknown),
        masked=masked.casefold(),
    )


def _by_name(ids: Iterable[str]) -> dict[str, str]:
    return {i.casefold(): i for i in sorted(ids)}


def _mask_named(text: str, known: dict[str, dict[str, str]], found: _Found) -> str:
    """Mask `van 7`, `order 12`: a noun with the whole id, or with the number it ends in."""
    for kind, noun in _NAMED.items():

        def mask(match: re.Match[str], kind: str = kind) -> str:
            word = match[1]
            hit = _resolve(word, known[kind])
            if hit is not None:
                found.ids[kind].append(hit)
                return f" {kind}id "
            if any(word.casefold() in names for names in known.values()):
                return match[0]
            found.unknown.append((kind, word))
            return f" {kind}id "

        text = re.sub(rf"\b{noun}{_AFTER}", mask, text, flags=re.IGNORECASE)
    return text


def _resolve(word: str, names: dict[str, str]) -> str | None:
    """Return the id that a word names: itself, or the only one that ends in that number."""
    if word.casefold() in names:
        return names[word.casefold()]
    if not word.isdigit():
        return None
    ends = [i for n, i in names.items() if re.search(rf"(?<!\d)0*{int(word)}$", n)]
    return ends[0] if len(ends) == 1 else None


def _mask_token(token: str, known: dict[str, dict[str, str]], found: _Found) -> str:
    if token.isdigit():
        return token
    for kind, names in known.items():
        if token.casefold() in names:
            found.ids[kind].append(names[token.casefold()])
            return f"{kind}id"
    if re.fullmatch(r"[Pp]-\w+-\d+", token):
        found.unknown.append(("proposal", token))
        return "proposalid"
    if re.fullmatch(r"[Cc]-\d+", token):
        found.unknown.append(("case", token))
        return "caseid"
    if re.fullmatch(r"[A-Za-z]{1,3}-?\d{1,2}", token):
        found.unknown.append(("vehicle", token))
        return "vehicleid"
    if re.fullmatch(r"[A-Za-z]{1,4}-?\d{3,}", token):
        found.unknown.append(("order", token))
        return "orderid"
    return token


def _late(plain: str, stop: re.Match[str] | None) -> int | None:
    """Return the minutes of lateness that are named, the number of the stop left out."""
    rest = plain if stop is None else plain[: stop.start()] + " ; " + plain[stop.end() :]
    for pattern in (_MINUTES, _LATE):
        hit = pattern.search(rest.casefold())
        if hit is not None:
            return int(next(g for g in hit.groups() if g is not None))
    return None
