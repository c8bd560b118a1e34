"""The compiled searches are made ready beside a server, and given up with it."""

from pathlib import Path

import pytest

from api.warming import Warming
from core.routing.kernel.kept import compiled_before, kept_in
from core.routing.pool import SolverPool
from core.routing.warming import is_compiled


@pytest.mark.slow
def test_after_it_is_over_both_searches_are_compiled():
    said: list[str] = []
    before = is_compiled()
    with SolverPool() as pool:
        warming = Warming(pool, said.append)
        assert warming.wait(300)
    assert is_compiled()
    assert bool(said) == (not before)


@pytest.mark.slow
def test_it_can_be_given_up_at_any_moment():
    with SolverPool() as pool:
        warming = Warming(pool, lambda _: None)
        warming.stop()
        assert warming.wait(0)


def test_compiled_code_is_looked_for_where_somebody_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    assert kept_in() == str(tmp_path)
    assert not compiled_before("midday")
    folder = tmp_path / "midday_0"
    folder.mkdir()
    (folder / "search.search-1.py311.nbi").touch()
    assert compiled_before("midday")
    assert not is_compiled()
