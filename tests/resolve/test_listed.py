"""Names are listed as people say them."""

import pytest

from core.domain.listed import listed


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], ""),
        (["V01"], "V01"),
        (["V01", "V04"], "V01 and V04"),
        (["V01", "V04", "V06"], "V01, V04 and V06"),
    ],
)
def test_names_are_listed_with_commas_and_one_and(names: list[str], said: str):
    assert listed(names) == said
