"""Worker processes that die are replaced."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from core.routing.pool import SolverPool


def _die_once(mark: str) -> str:
    path = Path(mark)
    if not path.exists():
        path.touch()
        os._exit(1)
    return "done"


def test_work_whose_process_died_is_done_again_in_a_new_one(tmp_path: Path):
    with SolverPool() as pool:
        assert pool.run(_die_once, str(tmp_path / "mark")) == "done"
        assert pool.run(abs, -3) == 3


KILLED = """
import os, time
from core.routing.pool import SolverPool
if __name__ == "__main__":
    with SolverPool() as pool:
        print(pool.run(os.getpid), flush=True)
        # Long enough to be killed; it ends by itself where the test does not get so far.
        time.sleep(60)
"""


def test_a_worker_does_not_outlive_a_process_that_was_killed(tmp_path: Path):
    script = tmp_path / "killed.py"
    script.write_text(KILLED)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        worker = int(process.stdout.readline())
        os.kill(worker, 0)
        process.send_signal(signal.SIGKILL)
    ends = time.monotonic() + 20
    while _runs(worker):
        assert time.monotonic() < ends, "the worker is still there"
        # Another process ends when the system gets round to it.
        time.sleep(0.05)


def _runs(process_id: int) -> bool:
    """Return whether a process is there that has not ended."""
    try:
        os.kill(process_id, 0)
        state = Path(f"/proc/{process_id}/stat")
        return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
