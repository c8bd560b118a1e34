"""Worker processes that die are replaced."""

import os
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
