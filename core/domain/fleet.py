"""What we deliver with: depots, vehicles and drivers."""

from dataclasses import dataclass
from enum import StrEnum

from core.domain.added import added
from core.domain.ids import DepotId, DriverId, VehicleId
from core.domain.order import Load
from core.domain.place import Area, Point
from core.domain.time import TimeWindow


class Energy(StrEnum):
    DIESEL = "diesel"
    PETROL = "petrol"
    ELECTRIC = "electric"
    HUMAN = "human"


@dataclass(frozen=True, slots=True)
class Depot:
    depot_id: DepotId
    point: Point
    opens: TimeWindow
    loading_s: int = 300
    """How long a vehicle stands at the dock to load again."""
    load_out_s: int = added(0)
    """How long it loads in the morning, within the shift, before it leaves."""
    doors: int | None = added(None)
    """So many load at the same time in the morning; None: as many as there are."""

    def __post_init__(self) -> None:
        if self.load_out_s < 0:
            raise ValueError(f"depot {self.depot_id}: loading cannot take {self.load_out_s} s")
        if self.doors is not None and self.doors <= 0:
            raise ValueError(f"depot {self.depot_id}: nobody loads at {self.doors} doors")


@dataclass(frozen=True, slots=True)
class Vehicle:
    vehicle_id: VehicleId
    kind: str
    capacity: Load
    energy: Energy = Energy.DIESEL
    equipment: frozenset[str] = frozenset()
    cost_per_km_cents: int = 0
    range_m: int | None = None
    """Metres without charging; None when nobody has to think of it."""
    can_reload: bool = False
    """May come back to the depot for a second load."""
    height_cm: int | None = added(None)
    """None: nobody has to think of it."""
    cost_per_hour_cents: int = added(0)
    """From departure to return, beside the driver: rent, lease, wear by the hour."""
    cost_per_day_cents: int = added(0)
    """Of using it at all today."""
    start_range_m: int | None = added(None)
    """What is in the battery in the morning; None: as far as it goes."""
    wh_per_km: int | None = added(None)
    """What a kilometre takes out of the battery; None: it does not charge on the day."""
    charging_w: int | None = added(None)
    """The most that it takes in; None: whatever a charger gives."""
    depot_id: DepotId | None = added(None)
    """Where it starts and reloads; None: at the day's first depot."""
    ends_at: DepotId | None = added(None)
    """Where it ends its day; None: where it starts."""

    def __post_init__(self) -> None:
        prices = (self.cost_per_km_cents, self.cost_per_hour_cents, self.cost_per_day_cents)
        for what, cents in zip(("a kilometre", "an hour", "a day"), prices, strict=True):
            if cents < 0:
                raise ValueError(f"vehicle {self.vehicle_id}: {what} cannot cost less than nothing")
        if self.range_m is not None and self.range_m <= 0:
            raise ValueError(f"vehicle {self.vehicle_id}: a range of {self.range_m} m goes nowhere")
        for what, figure in (("Wh", self.wh_per_km), ("W", self.charging_w)):
            if figure is not None and figure <= 0:
                raise ValueError(
                    f"vehicle {self.vehicle_id}: no battery works with {figure} {what}"
                )
        if not 0 <= (self.start_range_m or 0) <= (self.range_m or self.start_range_m or 0):
            has = f"{self.start_range_m} m in a battery of {self.range_m}"
            raise ValueError(f"vehicle {self.vehicle_id}: {has}")
        if self.height_cm is not None and self.height_cm <= 0:
            raise ValueError(f"vehicle {self.vehicle_id}: nothing is {self.height_cm} cm high")


@dataclass(frozen=True, slots=True)
class BreakRule:
    """One rest that must begin and end inside its window."""

    window: TimeWindow
    duration_s: int

    def __post_init__(self) -> None:
        if not 0 < self.duration_s <= self.window.length_s():
            raise ValueError(f"a break of {self.duration_s} s does not fit its window")


@dataclass(frozen=True, slots=True)
class Driver:
    driver_id: DriverId
    shift: TimeWindow
    vehicle_id: VehicleId | None = None
    """None: on standby."""
    rest: BreakRule | None = None
    skills: frozenset[str] = frozenset()
    wage_cents_per_hour: int = 1350
    most_driving_s: int | None = added(None)
    """At the wheel, the whole day."""
    most_driving_on_end_s: int | None = added(None)
    """At the wheel without a rest between (EU 561/2006: 4 h 30)."""
    most_duty_s: int | None = added(None)
    """From departure to return."""
    territory: tuple[Area, ...] = added(())
    """Whose streets the driver knows; stops elsewhere have a price. Empty: every place is."""

    def __post_init__(self) -> None:
        for limit in (self.most_driving_s, self.most_driving_on_end_s, self.most_duty_s):
            if limit is not None and limit <= 0:
                raise ValueError(f"driver {self.driver_id}: a limit of {limit} s forbids all work")
