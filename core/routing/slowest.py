"""A day that goes by the hour, for engines that know one pace."""

from dataclasses import replace

import numpy as np

from core.routing.problem import Problem


def at_slowest(problem: Problem) -> Problem:
    """Return the problem with every leg at the slowest pace of the day; itself where pace is one.

    Who is in time by it is in time by the hour: a shorter leg never makes anybody later.
    """
    if problem.pace is None:
        return problem
    when = np.full(problem.seconds.shape, problem.pace.stretch.argmax(), dtype=np.int64)
    slowest = problem.pace.lasts(problem.seconds, when)
    return replace(problem, seconds=slowest, pace=None)
