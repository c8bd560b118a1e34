"""The demo with nobody at the screen: equal seeds give equal days, and no hard rule is broken."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.domain.case import CaseStatus, ExceptionType
from core.store.store import Store
from evals.arms import Copilot
from evals.play import step
from evals.show import STARTS, WAITS_FROM, play_morning
from evals.stage import ground, staged
from evals.world.city import local
from tests.waiting import PATIENCE_S
from tools.runtime import Runtime

ARMS = ("do_nothing", "insert_only", "copilot")
FIGURES = {
    "stops",
    "delivered",
    "on_time",
    "promises_broken",
    "late",
    "failed",
    "contacts",
    "cost_cents",
    "stops_moved",
    "drivers_changed",
    "cases",
    "proposals",
    "automatic",
    "approved",
    "rejected",
    "expired",
    "policy_violations",
    "stale",
}


@pytest.mark.slow
def test_two_processes_play_the_same_tuesday(tmp_path: Path):
    files = [tmp_path / "one.json", tmp_path / "two.json"]
    command = [sys.executable, "-m", "tenfour", "demo", "--headless", "--seed", "7"]
    running = [
        # The order of sets differs between them.
        subprocess.Popen(
            [*command, "--vehicles", "3", "--json", str(file)],
            env={**os.environ, "PYTHONHASHSEED": salt},
        )
        for file, salt in zip(files, ("0", "1"), strict=True)
    ]
    try:
        assert [process.wait(PATIENCE_S) for process in running] == [0, 0]
    finally:
        for process in running:
            process.kill()
            process.wait()
    one, two = (json.loads(file.read_text(encoding="utf-8")) for file in files)
    assert one.pop("timing").keys() == two.pop("timing").keys()
    assert one == two
    assert tuple(one["arms"]) == ARMS
    for arm in ARMS:
        assert set(one["arms"][arm]) >= FIGURES
        assert one["arms"][arm]["policy_violations"] == 0
        assert one["arms"][arm]["checker"] == []


@pytest.mark.slow
def test_at_ten_the_person_finds_the_three_promised_cases_each_with_a_recommendation():
    stage = staged(2, ground())
    zone = stage.city.zone
    play = play_morning(stage, Store("sqlite://"), local(zone, STARTS))
    runtime = Runtime(play.owner, stage.travel, play.clock, play.ids, seed=stage.seed)
    nobody = Copilot(runtime, approves=False)
    while play.clock.now() < local(zone, WAITS_FROM):
        step(play, nobody)
    waiting = [c for c in play.day.open_cases() if c.status is CaseStatus.PROPOSED]
    waiting.sort(key=lambda c: -c.waiting_cents)
    snarl, slow, urgent, *small = waiting
    assert snarl.type is ExceptionType.ROAD_INCIDENT
    assert snarl.title.endswith(": 3 riders")
    assert slow.vehicle_ids() == (play.world.trouble.slow,)
    assert slow.title.endswith("2 callers")
    assert urgent.type is ExceptionType.URGENT_ORDER
    assert all(c.waiting_cents < urgent.waiting_cents for c in small)
