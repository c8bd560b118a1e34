"""The commands on the page of public files run as they stand."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.routing.public_files import solomon

PROJECT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_the_commands_of_the_page_run_one_after_the_other(tmp_path: Path):
    page = (PROJECT / "docs" / "how-to" / "public-files.md").read_text(encoding="utf-8")
    folder = tmp_path / "gehring_homberger"
    folder.mkdir()
    (folder / "tiny.txt").write_text(solomon())
    (folder / "best_known.csv").write_text("instance,distance_truncated_0.1\ntiny.txt,20\n")
    names = {"FILE": folder / "tiny.txt", "PLAN": tmp_path / "plan", "DATA": tmp_path}
    names["FIGURES"] = tmp_path / "figures"
    blocks = re.findall(r"```\n(.*?)```", page, flags=re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if line]
    assert len(lines) == 3
    for line in lines:
        words = [
            str(names.get(w, w)) for w in shlex.split(line.replace("--seconds 5", "--seconds 1"))
        ]
        ran = subprocess.run(
            [sys.executable, "-m", "tenfour", *words[1:]],
            cwd=PROJECT,
            capture_output=True,
            text=True,
        )
        assert ran.returncode == 0, f"{line}: {ran.stderr}"
    assert json.loads(names["PLAN"].read_text())["objective"] == 200
    (ours, _) = json.loads(names["FIGURES"].read_text())["rows"]
    assert (ours["engine"], ours["gap_pct"]) == ("tenfour", 0.0)
