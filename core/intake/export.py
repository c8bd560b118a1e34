"""Turns an export and its mapping into facts and personal words; writes nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from zoneinfo import ZoneInfo

from core.domain.access import Zone
from core.domain.carrier import Carrier
from core.domain.charging import Charger
from core.domain.customer import PersonalText
from core.domain.fact import (
    CarrierListed,
    ChargerListed,
    CustomerRegistered,
    DayOpened,
    DriverListed,
    Fact,
    OrderReceived,
    VehicleListed,
    ZoneListed,
)
from core.domain.fleet import Driver, Vehicle
from core.domain.ids import ChargerId, DayId, EventId, ZoneId
from core.domain.order import Load
from core.domain.place import Area, Point
from core.intake.alternatives import with_alternatives
from core.intake.carriers import read_carriers
from core.intake.depots import read_depots
from core.intake.fields import BadField, Reader
from core.intake.fleet import read_drivers, read_vehicles
from core.intake.mapping import BadMapping, Mapping
from core.intake.orders import ImportedOrder, read_orders
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


@dataclass(frozen=True, slots=True)
class _Read:
    """The files of an export, row by row what is good of them."""

    vehicles: Sequence[Vehicle]
    drivers: Sequence[tuple[Driver, PersonalText]]
    orders: Sequence[ImportedOrder]
    carriers: Sequence[Carrier]
    problems: tuple[Problem, ...]


def read_export(folder: Path, mapping: Mapping, mapping_folder: Path, salt: str) -> Export:
    """Read every file that the mapping names; BadMapping when one cannot be used at all."""
    reader = Reader(mapping.format, mapping.day.service_date, ZoneInfo(mapping.day.zone))
    read = _files(folder, mapping, mapping_folder, reader, salt)
    day_id = day_id_of(mapping)
    opened = Entry(EventId(f"import:day:{day_id}"), _day_opened(day_id, mapping, reader))
    entries = (
        opened,
        *_zones(mapping, reader),
        *_chargers(mapping),
        *_fleet(read),
        *_owed(read, mapping.orders.file),
    )
    return Export(day_id, entries, _words(read), read.problems)


def _files(
    folder: Path, mapping: Mapping, mapping_folder: Path, reader: Reader, salt: str
) -> _Read:
    layout = mapping.format
    order_problems = Problems(mapping.orders.file)
    vehicle_problems = Problems(mapping.vehicles.file)
    driver_problems = Problems(mapping.drivers.file)
    rows = read_rows(folder / mapping.vehicles.file, mapping.vehicles.columns, layout)
    vehicles = read_vehicles(rows, mapping, reader, vehicle_problems)
    rows = read_rows(folder / mapping.drivers.file, mapping.drivers.columns, layout)
    drivers = read_drivers(rows, mapping, reader, vehicles, driver_problems)
    rows = read_rows(folder / mapping.orders.file, mapping.orders.columns, layout)
    orders = read_orders(rows, mapping, reader, _largest(vehicles), order_problems, salt)
    problems = (*order_problems.found, *vehicle_problems.found, *driver_problems.found)
    if mapping.alternatives is not None:
        others = Problems(mapping.alternatives.file)
        rows = read_rows(folder / others.file, mapping.alternatives.columns, layout)
        orders = with_alternatives(orders, rows, mapping, reader, others)
        problems = (*problems, *others.found)
    carriers = _carriers(folder, mapping, mapping_folder, reader)
    return _Read(vehicles, drivers, orders, carriers, problems)


def _zones(mapping: Mapping, reader: Reader) -> Iterator[Entry]:
    """Yield the parts of the town where not everybody may stop; BadMapping names a wrong one."""
    for part in mapping.zones:
        try:
            zone = Zone(
                ZoneId(part.id),
                Area(Point.at(part.lat, part.lon), part.radius_m),
                admits=frozenset(a.strip().lower() for a in part.admits),
                hours=reader.hours("hours", part.hours),
                max_height_cm=round(part.max_height_m * 100) if part.max_height_m else None,
            )
        except (BadField, ValueError) as bad:
            raise BadMapping(f"zones: {part.id}: {bad}") from bad
        yield Entry(EventId(f"import:zone:{part.id}"), ZoneListed(zone), counts_as="zones")


def _chargers(mapping: Mapping) -> Iterator[Entry]:
    for part in mapping.chargers:
        point, power_w = Point.at(part.lat, part.lon), round(part.power_kw * 1000)
        charger = Charger(ChargerId(part.id), point, power_w)
        event_id = EventId(f"import:charger:{part.id}")
        yield Entry(event_id, ChargerListed(charger), counts_as="chargers")


def _fleet(read: _Read) -> Iterator[Entry]:
    """Yield who drives for us and for others."""
    for v in read.vehicles:
        event_id = EventId(f"import:vehicle:{v.vehicle_id}")
        yield Entry(event_id, VehicleListed(v), counts_as="vehicles")
    for d, _ in read.drivers:
        event_id = EventId(f"import:driver:{d.driver_id}")
        yield Entry(event_id, DriverListed(d), counts_as="drivers")
    for c in read.carriers:
        event_id = EventId(f"import:carrier:{c.carrier_id}")
        yield Entry(event_id, CarrierListed(c), counts_as="carriers")


def _owed(read: _Read, file: str) -> Iterator[Entry]:
    """Yield each customer once, then what they ordered."""
    for c in {o.customer.customer_id: o.customer for o in read.orders}.values():
        event_id = EventId(f"import:customer:{c.customer_id}")
        yield Entry(event_id, CustomerRegistered(c), counts_as="customers")
    for o in read.orders:
        event_id = EventId(f"import:order:{o.order.order_id}")
        yield Entry(event_id, OrderReceived(o.order), file, o.line, "orders")


def _words(read: _Read) -> tuple[PersonalText, ...]:
    words = {w.key: w for _, w in read.drivers}
    return tuple((words | {w.key: w for o in read.orders for w in o.words}).values())


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
    return DayOpened(
        day_id=day_id,
        operation=mapping.day.operation,
        service_date=mapping.day.service_date.isoformat(),
        zone=mapping.day.zone,
        depots=read_depots(mapping, reader),
    )
