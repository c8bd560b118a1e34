"""The forecast that all views share, kept until the day or the clock moves on."""

import threading
from datetime import datetime, timedelta

from core.domain.day import Day
from core.domain.position import Positions
from core.eta.going import Answers
from core.tower.outlook import Expected, Outlook, Spread
from core.tower.outlook import outlook as look
from core.travel.protocol import TravelTimes

__all__ = ["Expected", "Outlook", "Picture", "Spread", "look"]


class Picture:
    """The latest outlook, made anew when the day moved on or the clock did."""

    FRESH_S = 20

    def __init__(self, travel: TravelTimes, seed: int, answers: Answers | None = None) -> None:
        self._travel, self._seed, self._answers = travel, seed, answers
        self._lock = threading.Lock()
        self._made: Outlook | None = None

    def of(self, day: Day, positions: Positions, now: datetime) -> Outlook:
        """Return an outlook of this very event, at most `FRESH_S` simulated seconds old."""
        with self._lock:
            made = self._made
            fresh = timedelta(seconds=self.FRESH_S)
            if made is None or made.seq != day.seq or not made.now <= now < made.now + fresh:
                travel, answers = self._travel, self._answers
                made = look(day, travel, positions, now, seed=self._seed, answers=answers)
                self._made = made
            return made
