"""The simplest stage answers unless another did better by more than luck."""

import numpy as np
import pytest

from core.eta.learned.choice import chosen, standard_error

DAYS = np.repeat(np.arange(6), 50)


def noisy(mean: float, seed: int, by_day: float = 0.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return mean + rng.normal(0, 10, 300) + by_day * rng.normal(0, 1, 6)[DAYS]


def test_of_what_is_clearly_better_the_best_is_chosen():
    plain = noisy(60, 1)
    errors = {"formula": plain, "table": plain - 5 + noisy(0, 2) / 10, "trees": plain - 20}
    assert chosen(errors, DAYS) == "trees"


def test_a_hair_better_by_luck_is_equal_and_the_simpler_one_answers():
    plain = noisy(60, 1)
    luck = noisy(0, 2)
    errors = {"formula": plain, "table": plain - 0.3 - (luck - luck.mean())}
    assert errors["table"].mean() < errors["formula"].mean()
    assert chosen(errors, DAYS) == "formula"


def test_a_single_good_day_proves_nothing():
    plain = noisy(60, 1)
    errors = {"formula": plain, "table": plain - 30 * (DAYS == 2)}
    assert chosen(errors, DAYS) == "formula"
    assert chosen({**errors, "table": plain - 5}, DAYS) == "table"


def test_trees_that_surely_beat_the_formula_need_not_pass_a_table_that_does_not():
    plain = noisy(60, 1)
    errors = {"formula": plain, "table": plain + noisy(0, 3), "trees": plain - 8}
    assert chosen(errors, DAYS) == "trees"


def test_the_error_of_a_mean_is_that_of_its_days():
    values = noisy(0, 5, by_day=10.0)
    means = np.array([values[day == DAYS].mean() for day in range(6)])
    assert standard_error(values, DAYS) == pytest.approx(means.std(ddof=1) / np.sqrt(6))
    one = np.zeros(300, dtype=np.int64)
    assert standard_error(values, one) == pytest.approx(values.std(ddof=1) / np.sqrt(300))
    assert standard_error(values[:1], one[:1]) == np.inf
