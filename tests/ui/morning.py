"""The day of the demo for the browser, played to 10:02 with the engine at work for two minutes."""

from datetime import datetime, timedelta
from datetime import time as wall_time
from pathlib import Path

from core.store.store import Store
from evals.arms import Copilot
from evals.play import Play, opened, step, tick
from evals.stage import ground, staged
from evals.world.city import local
from tools.runtime import Runtime

SEED, VEHICLES = 2, 6
CALM, UNTIL = wall_time(10, 0), wall_time(10, 2)


class Watching:
    """Nobody at the desk: only time is told."""

    def act(self, play: Play) -> None:
        tick(play)


def play_morning(home: Path) -> None:
    """Leave the day in the home's database, with proposals that wait for a person."""
    stage = staged(SEED, ground(), vehicles=VEHICLES)
    store = Store(f"sqlite:///{home / 'tenfour.sqlite'}")
    play = opened(stage, store)
    play.clock.instant = _start(stage.plan.routes[0].depart_at, play)
    zone = stage.city.zone
    while play.clock.now() < local(zone, CALM):
        step(play, Watching())
    copilot = Copilot(
        Runtime(play.owner, stage.travel, play.clock, play.ids, seed=SEED), approves=False
    )
    while play.clock.now() < local(zone, UNTIL):
        step(play, copilot)
    store.close()


def _start(otherwise: datetime, play: Play) -> datetime:
    first = min((r.depart_at for r in play.stage.plan.routes if r.stops), default=otherwise)
    return first - timedelta(seconds=30)
