"""Judges vehicle and driver rows."""

from collections.abc import Iterable

from core.domain.customer import PersonalText
from core.domain.fleet import BreakRule, Driver, Energy, Vehicle
from core.domain.ids import DriverId, VehicleId
from core.domain.order import Load
from core.domain.time import TimeWindow
from core.intake.depots import depot_named
from core.intake.fields import BadField, Reader
from core.intake.mapping import Mapping
from core.intake.people import territory_of
from core.intake.report import Outcome, Problems
from core.intake.table import Row


def read_vehicles(
    rows: Iterable[Row], mapping: Mapping, reader: Reader, problems: Problems
) -> list[Vehicle]:
    """Return the vehicles of the good rows; the rest is in `problems`."""
    vehicles: dict[str, Vehicle] = {}
    for row in rows:
        try:
            vehicle = _vehicle(row, mapping, reader)
            if vehicle.vehicle_id in vehicles:
                raise BadField("vehicle_id", f"{vehicle.vehicle_id} was there before")
        except BadField as bad:
            problems.add(row.line, bad.field, Outcome.ERROR, bad.reason)
            continue
        vehicles[vehicle.vehicle_id] = vehicle
    return list(vehicles.values())


def _vehicle(row: Row, mapping: Mapping, reader: Reader) -> Vehicle:
    vehicle_id = row.get("vehicle_id")
    if not vehicle_id:
        raise BadField("vehicle_id", "no vehicle number")
    energy = row.get("energy").lower() or Energy.DIESEL.value
    if energy not in {e.value for e in Energy}:
        raise BadField(
            "energy", f"unknown energy {energy!r}; known are {', '.join(e.value for e in Energy)}"
        )
    payload, room = row.get("payload_kg"), row.get("load_l")
    cost, reach = row.get("cost_per_km"), row.get("range_km")
    range_m = reader.scaled("range_km", reach, 1000) if reach else None
    if range_m == 0:
        raise BadField("range_km", "a range of 0 km goes nowhere; leave it empty for no limit")
    return Vehicle(
        vehicle_id=VehicleId(vehicle_id),
        kind=row.get("kind") or "van",
        capacity=Load(
            parcels=mapping.vehicles.parcels,
            weight_g=reader.scaled("payload_kg", payload, 1000) if payload else 10**9,
            volume_ml=reader.scaled("load_l", room, 1000) if room else 10**9,
        ),
        energy=Energy(energy),
        equipment=reader.words(row.get("equipment")),
        cost_per_km_cents=reader.scaled("cost_per_km", cost, 100) if cost else 0,
        range_m=range_m,
        can_reload=row.get("kind") in mapping.vehicles.reloading_kinds,
        cost_per_hour_cents=reader.scaled("cost_per_hour", row.get("cost_per_hour") or "0", 100),
        cost_per_day_cents=reader.scaled("cost_per_day", row.get("cost_per_day") or "0", 100),
        height_cm=reader.above_zero("height_m", row.get("height_m"), 100),
        start_range_m=_start_m(row, reader, range_m),
        # A kilowatt-hour for a hundred kilometres is ten watt-hours for one.
        wh_per_km=reader.above_zero("kwh_per_100km", row.get("kwh_per_100km"), 10),
        charging_w=reader.above_zero("charging_kw", row.get("charging_kw"), 1000),
        depot_id=depot_named(row, "depot", mapping),
        ends_at=depot_named(row, "ends_at", mapping),
    )


def _start_m(row: Row, reader: Reader, range_m: int | None) -> int | None:
    text = row.get("start_km")
    if not text:
        return None
    start_m = reader.scaled("start_km", text, 1000)
    if range_m is None or start_m > range_m:
        raise BadField("start_km", f"{text} km are more than the battery holds (range_km)")
    return start_m


def read_drivers(
    rows: Iterable[Row],
    mapping: Mapping,
    reader: Reader,
    vehicles: Iterable[Vehicle],
    problems: Problems,
) -> list[tuple[Driver, PersonalText]]:
    """Return the drivers of the good rows with their names; the rest is in `problems`."""
    known = {v.vehicle_id for v in vehicles}
    drivers: dict[str, tuple[Driver, PersonalText]] = {}
    driven: set[VehicleId] = set()
    for row in rows:
        try:
            driver = _driver(row, mapping, reader)
            if driver.driver_id in drivers:
                raise BadField("driver_id", f"{driver.driver_id} was there before")
            if driver.vehicle_id is not None and driver.vehicle_id not in known:
                raise BadField("vehicle_id", f"there is no vehicle {driver.vehicle_id}")
            if driver.vehicle_id in driven:
                raise BadField("vehicle_id", f"{driver.vehicle_id} has a driver already")
        except BadField as bad:
            problems.add(row.line, bad.field, Outcome.ERROR, bad.reason)
            continue
        if driver.vehicle_id is not None:
            driven.add(driver.vehicle_id)
        words = PersonalText(key=f"driver:{driver.driver_id}", name=row.get("name"))
        drivers[driver.driver_id] = (driver, words)
    return list(drivers.values())


def _hours(row: Row, field: str, reader: Reader) -> int | None:
    return reader.above_zero(field, row.get(field), 3600)


def _driver(row: Row, mapping: Mapping, reader: Reader) -> Driver:
    driver_id = row.get("driver_id")
    if not driver_id:
        raise BadField("driver_id", "no driver number")
    starts = reader.instant("shift_start", row.get("shift_start"))
    ends = reader.instant("shift_end", row.get("shift_end"))
    if ends <= starts:
        raise BadField("shift_end", "the shift ends before it starts")
    rest = None
    if row.get("rest"):
        opens, closes, duration_s = reader.rest("rest", row.get("rest"))
        try:
            rest = BreakRule(TimeWindow(opens, closes), duration_s)
        except ValueError as error:
            raise BadField("rest", str(error)) from None
    vehicle = row.get("vehicle_id")
    wage = row.get("wage_per_hour")
    return Driver(
        driver_id=DriverId(driver_id),
        shift=TimeWindow(starts, ends),
        vehicle_id=VehicleId(vehicle) if vehicle else None,
        rest=rest,
        skills=reader.words(row.get("skills")),
        wage_cents_per_hour=(
            reader.scaled("wage_per_hour", wage, 100)
            if wage
            else round(mapping.drivers.wage_per_hour * 100)
        ),
        most_driving_s=_hours(row, "max_driving_hours", reader),
        most_driving_on_end_s=_hours(row, "max_driving_on_end_hours", reader),
        most_duty_s=_hours(row, "max_duty_hours", reader),
        territory=territory_of(row, mapping, reader),
    )
