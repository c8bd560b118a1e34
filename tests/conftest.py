"""What holds for every test: nothing depends on luck or on how quick the machine is."""

import pytest
from hypothesis import HealthCheck, settings

# The same examples on every run, and no clock that a slow machine could lose against. Who wants
# to look further than these examples says `pytest --hypothesis-profile=default`.
settings.register_profile(
    "same",
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("same")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files with slow tests first: of two workers none is left with one at the end."""
    long = {item.path for item in items if item.get_closest_marker("slow") is not None}
    items.sort(key=lambda item: item.path not in long)
