"""What a script says in two processes whose hashes are salted apart."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def said_twice(script: str) -> set[str]:
    """Return what the script wrote, once where both processes wrote the same."""
    return {
        subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env={"PYTHONHASHSEED": salt, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for salt in ("1", "2")
    }
