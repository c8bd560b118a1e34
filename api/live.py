"""What a running server holds: the day's owner and the hands that work on it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal

from fastapi import Depends, Request

from api.chatting import Conversations
from api.following import Following
from api.idempotency import Once
from api.outlook import Outlook, Picture
from core.context import Clock, Ids, SetClock
from core.desk.commands import Command
from core.desk.owner import DayOwner, Receipt
from core.domain.day import Day
from core.domain.plan import Plan
from core.errors import CopilotError
from core.eta.going import Answers
from core.eta.life.active import Active
from core.eta.life.registry import Registry
from core.routing.quote import Quoter
from core.travel.keep import Memory
from core.travel.protocol import TravelTimes

ChatEvents = Iterator[Mapping[str, object]]
FRESH_WAIT_S = 4.0
QUOTES_S = 30


@dataclass
class Live:
    """Everything a request may need, made once by the composition root."""

    owner: DayOwner
    travel: TravelTimes
    clock: Clock
    ids: Ids
    api_key: str
    seed: int = 0
    body_limit_bytes: int = 2_000_000
    version: str = "0.1.0"
    speed: float = 1.0
    """Simulated seconds in one real second, as whoever drives the clock says."""
    conversations: Conversations | None = None
    wake: Callable[[], None] = field(default=lambda: None)
    """Tells the loop that something happened."""
    fresh_wait_s: float = FRESH_WAIT_S
    """How long the answer to a stale decision waits for the proposal to look at instead."""
    loop_state: Callable[[], str] = field(default=lambda: "stopped")
    once: Once = field(default_factory=Once)
    closing: Mapping[str, object] = field(default_factory=dict[str, object])
    """How a played day compared with the same day played otherwise, once it is over."""
    plans: dict[int, Plan] = field(default_factory=dict[int, Plan])
    """The plan of each version, read from the ledger once."""
    prepared: Memory[tuple[int, int], Quoter] = field(default_factory=lambda: Memory(1))
    """The day made ready for quotes: good for half a minute, while nothing happens."""
    answers: Answers | None = None
    """Who knows more of arrivals than the formula; None: nobody."""
    model: Callable[[], Active | None] = field(default=lambda: None)
    """The model of the operation by the files as they were seen last."""
    registry: Registry | None = None
    """The models of the operation; None: it has none."""
    picture: Picture = field(init=False)
    following: Following = field(init=False)
    """What was said through the day, kept for judging it."""

    def __post_init__(self) -> None:
        self.picture = Picture(self.travel, self.seed, self.answers)
        self.following = Following(
            self.owner.store, self._travel_of, seed=self.seed, registry=self.registry
        )

    def _travel_of(self, day: Day) -> TravelTimes | None:
        """Return our travel times where they are those of another day's plan."""
        return self.travel if day.provider == self.travel.stamp else None

    @property
    def day(self) -> Day:
        return self.owner.day

    @property
    def mode(self) -> Literal["live", "driven"]:
        return "driven" if isinstance(self.clock, SetClock) else "live"

    def now(self) -> datetime:
        return max(self.clock.now(), self.day.now)

    def outlook(self, day: Day, now: datetime) -> Outlook:
        return self.picture.of(day, self.owner.positions, now)

    def quoter(self) -> Quoter:
        day, now = self.day, self.now()
        key = day.seq, int(now.timestamp()) // QUOTES_S
        return self.prepared.get(key, lambda: Quoter(day, self.travel, now, self.owner.positions))

    def submit(self, command: Command) -> Receipt:
        receipt = self.owner.submit(command)
        self.wake()
        return receipt

    def submit_all(self, commands: Sequence[Command]) -> tuple[Receipt | CopilotError, ...]:
        results = self.owner.submit_all(commands)
        self.wake()
        return results

    def drive_to(self, instant: datetime) -> None:
        """Put a driven clock forward; it never goes back, and a live one stays alone."""
        if isinstance(self.clock, SetClock) and instant > self.clock.instant:
            self.clock.instant = instant


def _live(request: Request) -> Live:
    live = request.app.state.live
    assert isinstance(live, Live)
    return live


LiveDep = Annotated[Live, Depends(_live)]
