"""What the compiler is told: arrays that come from outside are not counted."""

from typing import Any

import numpy as np
import pytest
from numba import njit  # pyright: ignore[reportUnknownVariableType]

from core.routing.kernel import compiled as decorators
from core.routing.kernel.records import I32


def longest_way(ways: I32) -> int:
    most = 0
    for i in range(len(ways)):
        row = ways[i]
        for j in range(len(row)):
            most = max(most, row[j])
    return most


def code_of(function: Any) -> str:
    assert function(np.array([[0, 7], [5, 0]], np.int32)) == 7
    return "".join(function.inspect_llvm().values())


@pytest.fixture(autouse=True)
def _nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """The text of code can't be looked at where it was read back from a file."""
    monkeypatch.setattr(decorators, "_PLACE", "")


@pytest.mark.parametrize("decorate", [decorators.compiled, decorators.inlined])
def test_a_search_does_not_count_who_uses_its_arrays(decorate: Any):
    counted: Any = njit(longest_way)
    assert "NRT_" in code_of(counted)
    assert "NRT_" not in code_of(decorate(longest_way))
