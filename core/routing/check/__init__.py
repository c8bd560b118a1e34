"""An exact checker of plans and changes that shares no code with whoever made them.

It walks every route again from a plain lookup of seconds and metres. `check_plan` judges a
morning plan, `check_change` a change of a day in progress, `check_executed` the day as it was
driven. An empty answer means: nothing is wrong.
"""

from core.routing.check.change import change_points, check_change, check_times
from core.routing.check.executed import Happened, check_executed, executed_points
from core.routing.check.loads import Overload, overloads_of_change
from core.routing.check.morning import check_plan, plan_points
from core.routing.check.prices import prices_broken
from core.routing.check.violation import Code, Lookup, Violation, hard_ones

__all__ = [
    "Code",
    "Happened",
    "Lookup",
    "Overload",
    "Violation",
    "change_points",
    "check_change",
    "check_executed",
    "check_plan",
    "check_times",
    "executed_points",
    "hard_ones",
    "overloads_of_change",
    "plan_points",
    "prices_broken",
]
