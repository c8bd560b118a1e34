"""The demo with nobody at the screen: equal seeds give equal days, and no hard rule is broken."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.waiting import PATIENCE_S

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
    assert [process.wait(PATIENCE_S) for process in running] == [0, 0]
    one, two = (json.loads(file.read_text(encoding="utf-8")) for file in files)
    assert one.pop("timing").keys() == two.pop("timing").keys()
    assert one == two
    assert tuple(one["arms"]) == ARMS
    for arm in ARMS:
        assert set(one["arms"][arm]) >= FIGURES
        assert one["arms"][arm]["policy_violations"] == 0
        assert one["arms"][arm]["checker"] == []
