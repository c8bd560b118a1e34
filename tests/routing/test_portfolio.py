"""Two engines on one morning: the better answer counts, and it holds every limit."""

from core.routing import engine_kernel, engine_pyvrp
from core.routing.portfolio import cost_mc, improve, rounds_each
from core.routing.walk import of_slot
from tests.routing.test_kernel import a_problem


def test_the_answer_is_no_worse_than_our_own_search_and_holds_every_limit():
    for seed in range(4):
        problem = a_problem(seed)
        found = improve(problem, seed=seed, iterations=10)
        orders = sum(t.order_id is not None for t in problem.tasks)
        own = engine_kernel.solve(problem, seed=seed, rounds=10 * rounds_each(orders))
        served = {t for row in own for t in row}
        left = [
            i for i, t in enumerate(problem.tasks) if t.order_id is not None and i not in served
        ]
        assert (len(found.left), found.cost_mc) <= (len(left), cost_mc(problem, own))
        assert all(of_slot(problem, i, [r]).feasible[0] for i, r in enumerate(found.rows) if r)
        assert found.engine in {engine_kernel.NAME, engine_pyvrp.NAME}


def test_nobody_is_lost_or_served_twice_between_the_engines():
    problem = a_problem(5)
    found = improve(problem, seed=1, iterations=5)
    visits = [t for row in found.rows for t in row if problem.tasks[t].order_id is not None]
    orders = [i for i, t in enumerate(problem.tasks) if t.order_id is not None]
    assert sorted([*visits, *found.left]) == orders


def test_rounds_grow_with_the_orders_up_to_a_thousand_and_become_fewer_beyond():
    counts = (20, 400, 1000, 1001, 2000, 5000)
    assert [rounds_each(n) for n in counts] == [50, 200, 500, 499, 125, 50]
