"""Parsing of single fields as depots write them; every refusal is a sentence."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from core.domain.time import TimeWindow, from_local
from core.intake.mapping import FormatPart

_GROUPED = re.compile(r"[+-]?\d{1,3}(?:[.\u00a0 ]\d{3})+")
_TIME = re.compile(r"(\d{1,2})(?:[:hH.](\d{2}))?(?::(\d{2}))?\s*[hH]?")
_DATES = {
    "day-first": re.compile(r"(?P<d>\d{1,2})[/.\-](?P<m>\d{1,2})[/.\-](?P<y>\d{4})"),
    "month-first": re.compile(r"(?P<m>\d{1,2})[/.\-](?P<d>\d{1,2})[/.\-](?P<y>\d{4})"),
    "iso": re.compile(r"(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})"),
}
_LARGEST = Decimal(10) ** 12
_REST = re.compile(
    r"(?:(?P<date>\S+)\s+)?(?P<opens>\S+?)\s*-\s*(?P<closes>\S+)\s+(?P<min>\d+)\s*min"
)
_HOURS = re.compile(r"(\S+?)\s*-\s*(\S+)")
_PHONE = re.compile(r"\+?[\d\s()./-]{6,20}")


class BadField(Exception):
    """A field that cannot be read; `field` is ours, the message is for people."""

    def __init__(self, field: str, reason: str) -> None:
        self.field, self.reason = field, reason
        super().__init__(f"{field}: {reason}")


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the text of cells under one file format, for one service date and zone."""

    format: FormatPart
    service_date: date
    zone: ZoneInfo

    def number(self, field: str, text: str) -> Decimal:
        """Return a decimal number.

        With a decimal comma, points group thousands (`1.900,5`), and a lone point that does not
        group (`2.5`) is taken for a decimal point.
        """
        plain = text.strip()
        if self.format.decimal == ",":
            if "," in plain:
                plain = re.sub(r"[.\u00a0 ]", "", plain).replace(",", ".")
            elif _GROUPED.fullmatch(plain):
                plain = re.sub(r"[.\u00a0 ]", "", plain)
        elif "," in plain:
            plain = plain.replace(",", "")
        try:
            number = Decimal(plain)
        except InvalidOperation:
            raise BadField(field, f"{text!r} is not a number") from None
        if not number.is_finite() or abs(number) > _LARGEST:
            raise BadField(field, f"{text!r} is not a number that can be meant")
        return number

    def coordinate(self, field: str, text: str) -> float:
        """Return degrees; both a point and a comma separate decimals here."""
        try:
            degrees = Decimal(text.strip().replace(",", "."))
        except InvalidOperation:
            raise BadField(field, f"{text!r} is not a coordinate") from None
        if not degrees.is_finite() or abs(degrees) > 180:
            raise BadField(field, f"{text!r} is not a coordinate in degrees")
        return float(degrees)

    def scaled(self, field: str, text: str, factor: int) -> int:
        """Return a number in its small unit (kg to g, EUR to cents); not negative."""
        number = self.number(field, text)
        if number < 0:
            raise BadField(field, f"{text} is negative")
        return round(number * factor)

    def above_zero(self, field: str, text: str, factor: int) -> int | None:
        """Return a number in its small unit; None where nothing is written."""
        if not text:
            return None
        number = self.scaled(field, text, factor)
        if number == 0:
            raise BadField(field, "0 cannot be meant; leave it empty for no limit")
        return number

    def count(self, field: str, text: str) -> int:
        number = self.number(field, text)
        if number != number.to_integral_value():
            raise BadField(field, f"{text} is not a whole number")
        if number < 0:
            raise BadField(field, f"{text} is negative")
        return int(number)

    def calendar_date(self, field: str, text: str) -> date:
        found = _DATES[self.format.dates].fullmatch(text.strip())
        if found is None:
            raise BadField(field, f"{text!r} is not a date written {self.format.dates}")
        try:
            return date(int(found["y"]), int(found["m"]), int(found["d"]))
        except ValueError:
            raise BadField(field, f"{text!r} is no date of the calendar") from None

    def time_of_day(self, field: str, text: str) -> time:
        """Return a time of day written 09:30, 9h30, 9.30 or 09:30:00."""
        found = _TIME.fullmatch(text.strip())
        if found is None:
            raise BadField(field, f"{text!r} is not a time of day")
        try:
            return time(int(found[1]), int(found[2] or 0), int(found[3] or 0))
        except ValueError:
            raise BadField(field, f"{text!r} is no time of the clock") from None

    def instant(self, field: str, text: str) -> datetime:
        """Return the UTC instant of a local date and time, or of a time on the service date."""
        parts = text.strip().replace("T", " ").split(None, 1)
        if not parts:
            raise BadField(field, "is empty")
        if len(parts) == 2:
            day = self.calendar_date(field, parts[0])
            if day != self.service_date:
                raise BadField(
                    field,
                    f"{parts[0]} is {day.day} {day:%B %Y} ({self.format.dates}), not the service "
                    f"date {self.service_date.day} {self.service_date:%B %Y}",
                )
        return self.local(field, self.time_of_day(field, parts[-1]))

    def local(self, field: str, wall: time) -> datetime:
        """Return the UTC instant of a wall time on the service date."""
        try:
            return from_local(datetime.combine(self.service_date, wall), self.zone)
        except ValueError as error:
            raise BadField(field, str(error)) from None

    def words(self, text: str) -> frozenset[str]:
        """Return the entries of a list cell, trimmed and in lower case."""
        parts = re.split(rf"[{re.escape(self.format.list_separator)}|/+]", text)
        return frozenset(p.strip().lower() for p in parts if p.strip())

    def rest(self, field: str, text: str) -> tuple[datetime, datetime, int]:
        """Return opening, closing and seconds of a break written `12:00-14:00 45min`."""
        found = _REST.fullmatch(text.strip())
        if found is None:
            raise BadField(field, f"{text!r} is not a break such as 12:00-14:00 45min")
        day = f"{found['date']} " if found["date"] else ""
        opens = self.instant(field, day + found["opens"])
        closes = self.instant(field, day + found["closes"])
        return opens, closes, int(found["min"]) * 60

    def hours(self, field: str, text: str) -> tuple[TimeWindow, ...]:
        """Return windows of the service date written `9:00-12:00, 14:00-17:30`."""
        windows: list[TimeWindow] = []
        for part in filter(None, (p.strip() for p in re.split(r"[,;|+/]", text))):
            found = _HOURS.fullmatch(part)
            if found is None:
                raise BadField(field, f"{part!r} is not a window such as 09:00-12:00")
            opens = self.local(field, self.time_of_day(field, found[1]))
            closes = self.local(field, self.time_of_day(field, found[2]))
            if closes <= opens:
                raise BadField(field, f"{part!r} closes before it opens")
            windows.append(TimeWindow(opens, closes))
        return tuple(sorted(windows))


def looks_like_phone(text: str) -> bool:
    return _PHONE.fullmatch(text.strip()) is not None
