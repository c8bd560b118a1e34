"""A smaller problem out of several plans: customers that all of them visit in a row become one.

Leaves out no plan that has those rows in it, and takes the ways within off the cost of each alike.
Where the time that a route takes costs nothing, a row behaves just like one place: its service is
the driving and service within, it opens when nobody need wait in it any longer, it closes at the
latest arrival that keeps all windows; if somebody waits even then, that is service too. (What good
plans share is kept so in the tour merging of Cook and Seymour, 2003.)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from core.routing.engine_lean import Plain

Rows = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Contracted:
    """Place `i` of the smaller problem is `strings[i - 1]` of the whole one."""

    problem: Plain
    strings: Rows

    def inward(self, rows: Rows) -> Rows:
        """Return a plan of the whole problem, one that was contracted, as one of the smaller."""
        number = {string[0]: i for i, string in enumerate(self.strings, 1)}
        return tuple(tuple(number[c] for c in row if c in number) for row in rows)

    def outward(self, rows: Rows) -> Rows:
        """Return a plan of the smaller problem as one of the whole."""
        return tuple(tuple(c for place in row for c in self.strings[place - 1]) for row in rows)


def contract(problem: Plain, plans: Sequence[Rows]) -> Contracted:
    """Return the problem in which what follows one another in all plans is one place.

    For plain problems: no prizes, pairs, releases or reloads. Every plan holds everybody in time.
    """
    strings = _shared(len(problem.opens), plans)
    first = np.array([0, *(string[0] for string in strings)])
    last = np.array([0, *(string[-1] for string in strings)])
    cost = np.ascontiguousarray(problem.cost[np.ix_(last, first)])
    seconds = cost
    if problem.seconds is not problem.cost:
        seconds = np.ascontiguousarray(problem.seconds[np.ix_(last, first)])
    depot = (int(problem.opens[0]), int(problem.closes[0]), int(problem.service[0]))
    times = np.array([depot, *(_as_one(problem, string) for string in strings)])
    load = np.array([0, *(int(problem.load[list(string)].sum()) for string in strings)])
    opens, closes, service = (np.ascontiguousarray(column) for column in times.T)
    small = Plain(cost, seconds, opens, closes, service, load, problem.capacity, problem.vehicles)
    return Contracted(small, strings)


def _shared(size: int, plans: Sequence[Rows]) -> Rows:
    """Return the longest strings of customers that are in all plans, ordered by their first."""
    first, *others = ({arc for row in plan for arc in pairwise(row)} for plan in plans)
    behind = dict(first.intersection(*others))
    inner = set(behind.values())
    strings: list[tuple[int, ...]] = []
    for customer in range(1, size):
        if customer in inner:
            continue
        string = [customer]
        while string[-1] in behind:
            string.append(behind[string[-1]])
        strings.append(tuple(string))
    return tuple(strings)


def _as_one(problem: Plain, string: Sequence[int]) -> tuple[int, int, int]:
    """Return when a string opens and closes as one place, and its service; seconds.

    There is an arrival from which all its windows can be kept: some plan visits it so.
    """
    before, spent, done = string[0], 0, 0
    latest = int(problem.closes[before])
    for customer in string:
        service = int(problem.service[customer])
        way = int(problem.seconds[before, customer]) if customer != before else 0
        spent += way
        latest = min(latest, int(problem.closes[customer]) - spent)
        done = max(done + way, int(problem.opens[customer])) + service
        spent += service
        before = customer
    # Where somebody is waited for even after the latest arrival, it always ends at the same time.
    opens = min(done - spent, latest)
    return opens, latest, done - opens
