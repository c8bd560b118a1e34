"""Named places where a test makes the process die, to prove what a restart finds."""

import os
import signal

NAMES = ("before_commit", "after_commit", "commit_to_outbox", "mid_send")
VARIABLE = "TENFOUR_FAILPOINT"
"""Holds `name` or `name:n`, to die there for the n-th time."""
_passed: dict[str, int] = {}


def reach(name: str) -> None:
    """Kill this process here, the way the kernel would, if the environment asks for it.

    The environment is read here and not handed in, because a crash needs no cooperation of the
    code that it strikes.
    """
    wanted, _, count = os.environ.get(VARIABLE, "").partition(":")
    if wanted != name:
        return
    _passed[name] = _passed.get(name, 0) + 1
    if _passed[name] >= int(count or "1"):
        os.kill(os.getpid(), signal.SIGKILL)
