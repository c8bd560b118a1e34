"""Every figure of the world says where it comes from."""

import pytest

from evals.world.parameters import default, parse


def test_every_figure_has_a_source_and_either_rows_or_the_mark_of_an_assumption():
    for name, figure in default().figures.items():
        assert figure.source, name
        assert (figure.rows is not None) is not figure.assumption, name


def test_a_figure_without_rows_or_mark_is_refused():
    with pytest.raises(ValueError, match=r"leg\.sd needs"):
        parse("leg.sd: {value: 1, source: somewhere}")


def test_a_word_is_no_number():
    figures = parse("pace: {value: fast, source: somewhere, assumption: true}")
    with pytest.raises(TypeError, match="not a number"):
        figures.number("pace")
