"""Minutes of delay by cause: they add up, whatever happened on the way."""

from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.fact import DriverReported, OrderDelivered, StopReached
from core.domain.ids import OrderId, StopId
from core.kpi.delay import Cause, Delay
from tests.agents.scene import V1, Morning
from tests.builders import east, minute
from tools.effect import Scope
from tools.registry import Done, Gateway
from tools.routes import LatenessArgs, explain_lateness


def explained(morning: Morning, order_id: str | None = None) -> Delay:
    gateway = Gateway(morning.runtime, Scope.agent())
    args = LatenessArgs(vehicle_id="V1", order_id=order_id)
    result = gateway.call(explain_lateness, args)
    assert isinstance(result, Done), result
    return result.value


def seconds(delay: Delay) -> dict[Cause, int]:
    return {c.cause: c.seconds for c in delay.causes}


def test_a_late_start_and_a_quick_door_are_told_apart():
    delay = explained(Morning(), "o2")
    # Left at 08:02 instead of 08:00, stood 2 minutes at o1 instead of 4, then 50 s to o2 for 360.
    assert seconds(delay) == {
        Cause.LATE_START: 120,
        Cause.ROAD: -120 - 310,
        Cause.DWELL: -120,
        Cause.WAITING: 0,
        Cause.SEQUENCE: 0,
    }
    assert delay.behind_s == -430


def test_what_the_driver_says_counts_as_time_on_the_road():
    morning = Morning()
    morning.tell(DriverReported(V1, OrderId("o2"), 40 * 60))
    delay = explained(morning, "o2")
    assert delay.expected_at == minute(60)
    assert delay.late_min == 15
    assert delay.behind_min == 40


def test_a_route_is_explained_by_its_latest_stop():
    morning = Morning()
    morning.tell(DriverReported(V1, OrderId("o3"), 60 * 60))
    assert explained(morning).order_id == "o3"


@settings(max_examples=30, deadline=None)
@given(
    reached=st.integers(13, 60),
    stays=st.integers(0, 30),
    later=st.integers(0, 40),
    reported=st.integers(-20, 90),
)
def test_causes_add_up_whatever_happened(reached: int, stays: int, later: int, reported: int):
    morning = Morning()
    morning.clock.instant = minute(reached)
    morning.tell(StopReached(V1, StopId("deliver:o2"), east(1000)))
    morning.clock.instant = minute(reached + stays)
    morning.tell(OrderDelivered(V1, OrderId("o2"), east(1000)))
    morning.tell(DriverReported(V1, OrderId("o3"), reported * 60))
    morning.clock.instant = minute(reached + stays + later)
    delay = explained(morning)
    assert sum(c.seconds for c in delay.causes) == delay.behind_s
    assert sum(c.minutes for c in delay.causes) == delay.behind_min
    assert delay.late_min == max(0, -(-_late_s(delay) // 60))


def _late_s(delay: Delay) -> int:
    return round((delay.expected_at - delay.promise_closes).total_seconds())
