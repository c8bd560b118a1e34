"""How figures and times are said on the screen: short, one way each."""

import re

from ui.route_shapes import Stop
from ui.shapes import Delay, PriceLine, Undelivered

SAID = 3
"""So many messages that went astray are named in the banner; the rest are counted."""
BANDS = {"high": "●", "middle": "◐", "low": "○"}
"""How much waiting costs; no colour, which is for promises."""
REJECT_REASONS = (
    ("driver_wont", "Driver won't"),
    ("customer_wont", "Customer won't"),
    ("knows_better", "I know better"),
    ("too_dear", "Too dear"),
    ("too_disruptive", "Too disruptive"),
    ("wrong_data", "Data wrong"),
)
CAUSES = {
    "late_start": "late start",
    "road": "road",
    "dwell": "time at doors",
    "waiting": "waiting",
    "sequence": "changed stops",
}
WISHES = {
    "where_is_it": "Where is it?",
    "reschedule": "Another time",
    "cancel": "Cancel",
    "complain": "Complains",
    "other": "Something else",
}
FAILED = {
    "receiverAbsent": "nobody there",
    "rejectedByReceiver": "refused at the door",
    "inaccessibleAddress": "no way in",
    "invalidAddress": "wrong address",
}
"""Why visits failed, by the codes that drivers' systems send."""
_CODES = re.compile(rf"\b({'|'.join(FAILED)})\b")
_MONEY = re.compile(r"(-?)EUR (\d[\d,]*\.\d\d)")
_MONEY_AFTER = re.compile(r"(-?)(\d[\d,]*\.\d{2,3}) EUR\b")
STATUS = {
    "open": "waits for you",
    "held": "done by policy",
    "approved": "approved",
    "rejected": "rejected",
    "expired": "expired",
    "stale": "out of date",
    "superseded": "replaced",
    "undone": "undone",
}


def euros(cents: int | None, *, signed: bool = False) -> str:
    """Return `€71` or `€3.40`: cents only where they matter."""
    if cents is None:
        return "–"
    sign = "-" if cents < 0 else ("+" if signed and cents > 0 else "")
    whole, rest = divmod(abs(cents), 100)
    if whole >= 20:
        return f"{sign}€{whole + (rest >= 50):,}"
    return f"{sign}€{whole}.{rest:02d}"


def at(instant: str | None) -> str:
    """Return the wall time hh:mm of an instant; the API gives it in the zone of the day."""
    return instant[11:16] if instant else "–"


def at_seconds(instant: str) -> str:
    return instant[11:19]


def ago(seconds: int) -> str:
    if seconds < 90:
        return f"{seconds} s"
    if seconds < 5400:
        return f"{round(seconds / 60)} min"
    return f"{round(seconds / 3600)} h"


def seen(age_s: int) -> str:
    """Return how old something is that was seen."""
    return "now" if age_s < 5 else f"{ago(age_s)} ago"


def spoken(text: str) -> str:
    """Return a sentence of the server in the words of the screen: one sign for money, and why a
    visit failed as people say it."""
    text = _MONEY_AFTER.sub(r"\1€\2", _MONEY.sub(r"\1€\2", text))
    return _CODES.sub(lambda code: FAILED[code[0]], text)


def sentence(text: str) -> str:
    """Return a sentence of the server as the screen says it, with its first letter large."""
    text = spoken(text)
    return text[:1].upper() + text[1:]


def priced(line: PriceLine) -> str:
    """Return what a line of a price multiplies: `2.5 promises × €5.00`."""
    amount = f"{line['amount']:.2f}".rstrip("0").rstrip(".")
    one = line["unit"]
    unit = one if amount == "1" or one == "km" or one.endswith("s") else f"{one}s"
    whole, _, part = f"{line['unit_cents'] / 100:.3f}".rstrip("0").partition(".")
    return f"{amount} {unit} × €{whole}.{part:0<2}"


def together(names: list[str]) -> str:
    """Return `V01, V02 and V05`."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def visited(stop: Stop) -> str:
    """Return the order of a stop, with where it goes instead; else what is done there."""
    what = stop["order_id"] or stop["kind"]
    return f"{what} to {stop['way']}" if stop["way"] else what


def late(delay: Delay) -> str:
    """Return how late a route is at its latest promise, and its minutes behind plan by cause."""
    parts = [f"{CAUSES.get(c['cause'], c['cause'])} {c['minutes']:+d}" for c in delay["causes"]]
    behind = delay["behind_min"]
    beside = f"{abs(behind)} min {'behind' if behind >= 0 else 'ahead of'} plan"
    why = f", {beside}: {', '.join(parts)}" if parts else ""
    return f"{delay['vehicle_id']} {delay['late_min']} min late at {delay['order_id']}{why}"


def arrival(stop: Stop) -> str:
    """Return when a stop is reached, and between which times on eight days of ten where known."""
    if stop["p10_at"] is None or stop["p90_at"] is None:
        return at(stop["expected_at"])
    early, late = at(stop["p10_at"]), at(stop["p90_at"])
    return f"{at(stop['expected_at'])} ({early} to {late})"


def may_fail(stop: Stop) -> str:
    """Return how likely nobody is there at the first visit, where that is high."""
    if not stop["attempt_risk_high"] or stop["attempt_risk_pm"] is None:
        return ""
    return f", visit fails {round(stop['attempt_risk_pm'] / 10)} %"


def not_out(lost: list[Undelivered]) -> list[str]:
    """Return a line about what did not go out and one about what perhaps did not, where any."""
    lines: list[str] = []
    for status, what in (("failed", "did not go out"), ("unknown", "may not have arrived")):
        mine = [f"{one['sentence']} ({one['todo']})" for one in lost if one["status"] == status]
        if mine:
            more = f"; and {len(mine) - SAID} more" if len(mine) > SAID else ""
            lines.append(f"{plural(len(mine), 'message')} {what}: {'; '.join(mine[:SAID])}{more}")
    return lines


def left(minutes: int | None) -> str:
    """Return how long there is to decide."""
    if minutes is None:
        return "no hurry"
    if minutes <= 0:
        return "now"
    if minutes < 90:
        return f"{minutes} min"
    return f"{round(minutes / 60)} h"


def plural(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"


def plain(text: str) -> str:
    """Return text from outside with everything escaped that markdown would take for its own."""
    return re.sub(r"([\\`*_{}\[\]<>()#+!|~$:.-])", r"\\\1", text)
