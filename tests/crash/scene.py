"""A day under a server that dies: the people at it, the receiver outside, what both must see."""

import random
import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.domain.decision import MessageSettled, ProposalEnded
from core.domain.ids import ProposalId
from core.domain.proposal import ProposalStatus
from core.ledger.events import Event
from core.settings import Settings
from core.store.store import Store
from tests.builders import minute
from tests.crash.prepared import DAY, prepare
from tests.crash.processes import People, Server, Wish
from tests.outbox.receiver import Receiver, a_receiver

SEED = 20261110
HOLD_MIN = 1
"""Longer than the undo window, after which messages leave."""


@dataclass
class Scene:
    """A day, the server that dies over it, the people at it and the receiver outside."""

    proposals: tuple[ProposalId, ...]
    server: Server
    people: People
    receiver: Receiver
    store: Store

    def ledger(self) -> list[Event]:
        return list(self.store.load(DAY))

    def approvals(self) -> Counter[ProposalId]:
        return Counter(
            e.body.proposal_id
            for e in self.ledger()
            if isinstance(e.body, ProposalEnded) and e.body.status is ProposalStatus.APPROVED
        )

    def outbox(self) -> list[str]:
        return [row.status for row in self.store.outbox(DAY)]

    def live_and_die(self, n: int, rng: random.Random, longest_s: float) -> None:
        """Start the server and kill it: every other time in the midst of a request, else anywhen.

        Anywhen is `longest_s` after it came up at the latest, and at times before it comes up.
        """
        self.server.start()
        if n % 2 == 0:
            self.server.ready()
            self.people.until_asking()
        elif rng.random() < 0.2:
            # While it starts. Who has not come up yet is killed as well.
            time.sleep(rng.uniform(0, 1.5))  # the moment of the kill is drawn
        else:
            self.server.ready()
            time.sleep(rng.uniform(0, longest_s))  # drawn as well
        self.server.kill()

    def until_everything_left(self, from_min: int) -> None:
        """Let time pass until no message waits and the day knows what became of each."""
        for later in range(from_min, from_min + 400):
            pushing = People(self.server).start(1)
            pushing.ask(Wish("/v1/control/clock", {"now": minute(later).isoformat()}))
            pushing.finish()
            told = [e for e in self.ledger() if isinstance(e.body, MessageSettled)]
            rows = self.store.outbox(DAY)
            messages = [r for r in rows if r.kind == "message"]
            if {r.status for r in rows} <= {"sent", "withdrawn"} and len(told) == len(messages):
                return
            time.sleep(0.05)  # sending takes the server some time
        pytest.fail(f"messages still wait: {Counter(self.outbox())}; {self.server.log()}")


@contextmanager
def a_scene(home: Path, proposals: int, people: int, tenders: int = 0) -> Generator[Scene]:
    made = prepare(home, proposals, tenders)
    store = Store(Settings(home=home).url)
    with a_receiver(slow_s=0.02) as receiver:
        server = Server(home, receiver.url)
        try:
            yield Scene(made, server, People(server).start(people), receiver, store)
        finally:
            server.end()
            store.close()


def approval(proposal_id: ProposalId, by: str) -> Wish:
    path = f"/v1/proposals/{proposal_id}/approve"
    return Wish(path, {"by": by}, key=f"{by}-{proposal_id}")


def undoing(proposal_id: ProposalId, by: str) -> Wish:
    path = f"/v1/proposals/{proposal_id}/undo"
    return Wish(path, {"by": by}, key=f"{by}-undo-{proposal_id}")


def fact(event_id: str, kind: str, at_min: float, data: dict[str, object]) -> Wish:
    at = minute(at_min).isoformat()
    body = {"id": event_id, "source": "driver:R1", "type": kind, "time": at, "data": data}
    return Wish("/v1/events", body)


def tick(n: int, at_min: float) -> Wish:
    return fact(f"tick-{n}", "tick", at_min, {})
