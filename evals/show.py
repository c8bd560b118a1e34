"""The Tuesday for somebody at the screen: a real server, a real console, a simulated city."""

import os
import shutil
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from datetime import time as wall_time
from pathlib import Path

from core.context import CountedIds
from core.desk.owner import DayOwner
from core.domain.position import Position
from core.store.store import Store
from evals.arms import Arm, Copilot, run_arm
from evals.narration import told
from evals.pace import Pace
from evals.play import Play, Stage, opened, result, step
from evals.processes import Started
from evals.remote import RemoteDay
from evals.report import document
from evals.score import ArmResult
from evals.stage import Progress, ground, staged
from evals.world.city import local
from evals.world.world import Told
from tools.runtime import Runtime

STARTS = wall_time(9, 30)
"""The early shift goes home; from here on decisions are the person's at the screen."""
WAITS_FROM = wall_time(10)
"""From here on the clock waits for decisions: what the Tuesday brings has come in by now."""
EARLY_SHIFT = "early shift"
BEAT_S = 0.5
"""Real seconds between two looks at the world."""
LONGEST_STEP_S = 30
LINGER_S = 180.0
"""Real seconds that server and console stay after the day, so that its figures can be read."""
ENDS_BY = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""What ends the demo: Ctrl-C, also where a shell started it deaf to that; a kill; no terminal."""
Say = Callable[[str], None]


@dataclass(frozen=True)
class Screens:
    """Where a person can look."""

    api: str
    console: str


def play_morning(stage: Stage, store: Store, until: datetime) -> Play:
    """Play the day in this process up to `until`: the early shift takes what is recommended."""
    play = opened(stage, store)
    runtime = Runtime(play.owner, stage.travel, play.clock, play.ids, seed=stage.seed)
    copilot = Copilot(runtime, person=EARLY_SHIFT)
    play.clock.instant = min(r.depart_at for r in stage.plan.routes if r.stops)
    while play.clock.now() < until:
        step(play, copilot)
    return play


def show(
    home: Path,
    *,
    seed: int,
    port: int,
    console_port: int,
    fast: float,
    patience_s: float,
    say: Say,
    progress: Progress,
    ready: Callable[[Screens], None],
    over: Callable[[dict[str, ArmResult]], None],
    roads: Path | None = None,
    vehicles: int = 6,
    linger_s: float = LINGER_S,
) -> None:
    """Play the whole demo; `over` gets the figures of doing nothing and of what happened here.

    `home` is emptied first. Server and console stay for `linger_s` after the day.
    KeyboardInterrupt stops them, then passes on.
    """
    for number in ENDS_BY:
        signal.signal(number, signal.default_int_handler)
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    progress("opening the map")
    where = ground(roads, progress=progress)
    progress("building a day that fills its shifts, and planning it")
    stage = staged(seed, where, vehicles=vehicles)
    database = f"sqlite:///{home / 'tenfour.sqlite'}"
    progress("playing the morning up to 09:30: an early shift takes what is recommended")
    store = Store(database)
    play = play_morning(stage, store, local(stage.city.zone, STARTS))
    store.close()

    environment = {
        **os.environ,
        "TENFOUR_HOME": str(home),
        "TENFOUR_DATABASE_URL": database,
        "TENFOUR_API_KEY": "",
    }
    started: list[Started] = []
    try:
        progress("starting the API")
        words = ["serve", "--clock", "driven", "--json", "--seed", str(seed), "--port", str(port)]
        words += ["--roads", str(roads)] if roads is not None else []
        started.append(Started(words, environment))
        server = started[0]
        progress("starting the console")
        words = ["console", "--json", "--url", server.url, "--port", str(console_port)]
        started.append(Started(words, environment))
        ready(Screens(server.url, started[1].url))
        remote = RemoteDay(server.url, (home / "api-key").read_text(encoding="ascii").strip())
        waits_from = local(stage.city.zone, WAITS_FROM)
        _play_on(play, remote, Pace(fast, patience_s, from_at=waits_from), say)
        progress("playing the same day with nothing done")
        results = {
            Arm.DO_NOTHING.value: run_arm(Arm.DO_NOTHING, stage),
            Arm.COPILOT.value: _outcome(play, database),
        }
        remote.set_speed(0)
        remote.tell_closing(document(results))
        remote.close()
        over(results)
        _linger(started, linger_s)
    finally:
        for one in reversed(started):
            one.stop()


def _linger(started: Sequence[Started], seconds: float) -> None:
    """Wait until the time is over or one of them ended."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and all(one.running for one in started):
        time.sleep(BEAT_S)  # a program that ends tells nobody


def _play_on(play: Play, remote: RemoteDay, pace: Pace, say: Say) -> None:
    """Let the world go on against the server until everybody is back or the day is over."""
    remote.catch_up()
    play.world.read = lambda: remote.day
    end = play.stage.city.at(play.stage.scenario.ends)
    owed_s, shown_speed, last = 0.0, 0.0, time.monotonic()
    while play.clock.now() < end and not play.world.finished:
        fresh = remote.catch_up()
        for event in fresh:
            if sentence := told(remote.day, event):
                say(sentence)
        real = time.monotonic()
        speed, words = pace.speed(remote.day, fresh, real)
        if words:
            say(words)
        if speed != shown_speed:
            remote.set_speed(speed)
            shown_speed = speed
        owed_s = min(owed_s + (real - last) * speed, LONGEST_STEP_S)
        last = real
        if owed_s >= 1:
            play.clock.advance(int(owed_s))
            owed_s -= int(owed_s)
            heard = play.world.advance(play.clock.now())
            facts = [h for h in heard if isinstance(h, Told)]
            remote.report(play.clock.now(), facts, [h for h in heard if isinstance(h, Position)])
        time.sleep(BEAT_S)  # the beat of the demo: real time is what it is played against


def _outcome(play: Play, database: str) -> ArmResult:
    """Return the figures of the day as the server left it; it writes no more, for time stands."""
    owner = DayOwner(
        Store(database), play.owner.day_id, clock=play.clock, ids=CountedIds(), travel=None
    )
    try:
        return result(replace(play, owner=owner))
    finally:
        owner.store.close()
