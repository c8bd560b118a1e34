"""Turns an export and its mapping into facts and personal words; writes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from zoneinfo import ZoneInfo

from core.domain.carrier import Carrier
from core.domain.customer import PersonalText
from core.domain.fact import (
    CarrierListed,
    CustomerRegistered,
    DayOpened,
    DriverListed,
    Fact,
    OrderReceived,
    VehicleListed,
)
from core.domain.fleet import Depot, Vehicle
from core.domain.ids import DayId, DepotId, EventId
from core.domain.order import Load
from core.domain.place import Point
from core.domain.time import TimeWindow
from core.intake.carriers import read_carriers
from core.intake.fields import BadField, Reader
from core.intake.fleet import read_drivers, read_vehicles
from core.intake.mapping import BadMapping, Mapping
from core.intake.orders import read_orders
from core.intake.report import Problem, Problems
from core.intake.table import read_rows


@dataclass(frozen=True, slots=True)
class Entry:
    """One fact to report, with the place in the files that it came from."""

    event_id: EventId
    fact: Fact
    file: str = ""
    line: int = 0
    counts_as: str = ""


@dataclass(frozen=True, slots=True)
class Export:
    """A whole export, read and judged."""

    day_id: DayId
    entries: tuple[Entry, ...]
    words: tuple[PersonalText, ...]
    problems: tuple[Problem, ...]


def day_id_of(mapping: Mapping) -> DayId:
    return DayId(f"{mapping.day.operation}:{mapping.day.service_date.isoformat()}")


def read_export(folder: Path, mapping: Mapping, mapping_folder: Path, salt: str) -> Export:
    """Read every file that the mapping names; BadMapping when one cannot be used at all."""
    reader = Reader(mapping.format, mapping.day.service_date, ZoneInfo(mapping.day.zone))
    order_problems = Problems(mapping.orders.file)
    vehicle_problems = Problems(mapping.vehicles.file)
    driver_problems = Problems(mapping.drivers.file)

    layout = mapping.format
    vehicles = read_vehicles(
        read_rows(folder / mapping.vehicles.file, mapping.vehicles.columns, layout),
        mapping,
        reader,
        vehicle_problems,
    )
    drivers = read_drivers(
        read_rows(folder / mapping.drivers.file, mapping.drivers.columns, layout),
        mapping,
        reader,
        vehicles,
        driver_problems,
    )
    orders = read_orders(
        read_rows(folder / mapping.orders.file, mapping.orders.columns, layout),
        mapping,
        reader,
        _largest(vehicles),
        order_problems,
        salt,
    )
    carriers = _carriers(folder, mapping, mapping_folder, reader)

    day_id = day_id_of(mapping)
    entries = [Entry(EventId(f"import:day:{day_id}"), _day_opened(day_id, mapping, reader))]
    entries += [
        Entry(EventId(f"import:vehicle:{v.vehicle_id}"), VehicleListed(v), counts_as="vehicles")
        for v in vehicles
    ]
    entries += [
        Entry(EventId(f"import:driver:{d.driver_id}"), DriverListed(d), counts_as="drivers")
        for d, _ in drivers
    ]
    entries += [
        Entry(EventId(f"import:carrier:{c.carrier_id}"), CarrierListed(c), counts_as="carriers")
        for c in carriers
    ]
    customers = {o.customer.customer_id: o.customer for o in orders}
    entries += [
        Entry(
            EventId(f"import:customer:{c.customer_id}"),
            CustomerRegistered(c),
            counts_as="customers",
        )
        for c in customers.values()
    ]
    entries += [
        Entry(
            EventId(f"import:order:{o.order.order_id}"),
            OrderReceived(o.order),
            mapping.orders.file,
            o.line,
            "orders",
        )
        for o in orders
    ]
    words = {w.key: w for _, w in drivers}
    words |= {w.key: w for o in orders for w in o.words}
    return Export(
        day_id,
        tuple(entries),
        tuple(words.values()),
        (*order_problems.found, *vehicle_problems.found, *driver_problems.found),
    )


def _largest(vehicles: Sequence[Vehicle]) -> Load | None:
    """Return the largest capacity in each dimension, over all vehicles."""
    if not vehicles:
        return None
    return reduce(
        lambda a, b: Load(
            max(a.parcels, b.parcels), max(a.weight_g, b.weight_g), max(a.volume_ml, b.volume_ml)
        ),
        (v.capacity for v in vehicles),
    )


def _carriers(
    folder: Path, mapping: Mapping, mapping_folder: Path, reader: Reader
) -> list[Carrier]:
    if mapping.carriers is None:
        return []
    beside_export = folder / mapping.carriers.file
    path = beside_export if beside_export.is_file() else mapping_folder / mapping.carriers.file
    try:
        return read_carriers(path, reader)
    except BadField as bad:
        raise BadMapping(f"{path.name}: {bad.field} {bad.reason}") from bad


def _day_opened(day_id: DayId, mapping: Mapping, reader: Reader) -> DayOpened:
    try:
        opens = reader.local("opens", mapping.depot.opens)
        closes = reader.local("closes", mapping.depot.closes)
        depot = Depot(
            DepotId(mapping.depot.id),
            Point.at(mapping.depot.lat, mapping.depot.lon),
            TimeWindow(opens, closes),
            loading_s=mapping.depot.loading_min * 60,
        )
    except (BadField, ValueError) as bad:
        raise BadMapping(f"depot: {bad}") from bad
    return DayOpened(
        day_id=day_id,
        operation=mapping.day.operation,
        service_date=mapping.day.service_date.isoformat(),
        zone=mapping.day.zone,
        depots=(depot,),
    )
