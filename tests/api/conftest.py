"""A served day for the tests: real store, real owner, real application, no loop."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.live import Live
from tests.api.served import KEY, Served, a_served_day


@pytest.fixture
def served() -> Iterator[Served]:
    live = a_served_day()
    client = TestClient(
        create_app(live),
        headers={"Authorization": f"Bearer {KEY}"},
        raise_server_exceptions=False,
    )
    with client:
        yield Served(client, live)


@pytest.fixture
def live(served: Served) -> Live:
    return served.live
