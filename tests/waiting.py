"""Waiting for what other threads and processes do: until it is so, however slow the machine."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

PATIENCE_S = 900.0
"""Far beyond what anything here takes: a test that runs into it has failed, not been slow."""
LOOK_EVERY_S = 0.01


def soon(what: Callable[[], T | None], told: str = "it did not come to be") -> T:
    """Return the first answer that is neither None nor False; fail when none comes."""
    until = time.monotonic() + PATIENCE_S
    while True:
        found = what()
        if found is not None and found is not False:
            return found
        assert time.monotonic() < until, told
        time.sleep(LOOK_EVERY_S)  # whoever is waited for needs the machine
