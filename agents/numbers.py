"""Numbers and times as people say them: `twenty`, `a quarter of an hour`, `half ten`, `11.30`."""

import re

# fmt: off
_ONES = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
# fmt: on
_VALUES = {w: i for i, w in enumerate(_ONES)} | {w: 10 * (i + 2) for i, w in enumerate(_TENS)}
_WORD = re.compile(
    rf"\b(?:(?P<tens>{'|'.join(_TENS)})(?:[\s-]+(?P<ones>{'|'.join(_ONES[1:10])}))?"
    rf"|(?P<plain>{'|'.join(_ONES)}))\b",
    re.IGNORECASE,
)
_PHRASES = (
    (re.compile(r"\b(?:a|one)?\s*quarter of an hour\b", re.IGNORECASE), "15 minutes"),
    (re.compile(r"\bhalf an hour\b", re.IGNORECASE), "30 minutes"),
    (re.compile(r"\bthree quarters of an hour\b", re.IGNORECASE), "45 minutes"),
    (re.compile(r"\b(?:an|one) hour\b", re.IGNORECASE), "60 minutes"),
)
_CLOCK = re.compile(r"\b([01]?\d|2[0-3])\s?[:.h]\s?([0-5]\d)\b", re.IGNORECASE)
_HOUR = re.compile(
    r"\b(?:until|till|by|before|at)\s+(1[0-2]|[1-9])\s?(am|pm|o'clock)?(?![\w:.])", re.IGNORECASE
)
_NOON = re.compile(r"\b(?:noon|midday)\b", re.IGNORECASE)


def in_digits(text: str) -> str:
    """Return the text with number words and usual spans of time written in digits."""
    for pattern, digits in _PHRASES:
        text = pattern.sub(digits, text)
    return _WORD.sub(_value, text)


def _value(match: re.Match[str]) -> str:
    if match["plain"]:
        return str(_VALUES[match["plain"].lower()])
    ones = match["ones"]
    return str(_VALUES[match["tens"].lower()] + (_VALUES[ones.lower()] if ones else 0))


def time_in(text: str) -> str | None:
    """Return the first time of day in the text as hh:mm, or None."""
    clock = _CLOCK.search(text)
    if clock is not None:
        return f"{int(clock[1]):02d}:{clock[2]}"
    if _NOON.search(text):
        return "12:00"
    hour = _HOUR.search(in_digits(text))
    if hour is None:
        return None
    value = int(hour[1])
    if (hour[2] or "").lower() == "pm" and value < 12:
        value += 12
    return f"{value:02d}:00"
