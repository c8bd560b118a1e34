"""The mapping file: which file and column means what, and what the export does not say."""

import tomllib
from datetime import date, time
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from core.errors import Refused

Columns = dict[str, str]
"""Our field -> the header in their file."""

ORDER_FIELDS = (
    "order_id",
    "customer",
    "address",
    "city",
    "postcode",
    "lat",
    "lon",
    "parcels",
    "weight_kg",
    "volume_l",
    "opens",
    "closes",
    "priority",
    "needs",
    "service_min",
    "note",
    "phone",
    "hours",
    "max_height_m",
    "release",
    "prize",
    "depot",
    "direction",
    "from_lat",
    "from_lon",
    "from_opens",
    "from_closes",
    "from_service_min",
    "floor",
    "lift",
    "access",
)
ALTERNATIVE_FIELDS = (
    "order_id",
    "way",
    "lat",
    "lon",
    "opens",
    "closes",
    "service_min",
    "hours",
    "max_height_m",
    "price",
)
VEHICLE_FIELDS = (
    "vehicle_id",
    "kind",
    "energy",
    "payload_kg",
    "load_l",
    "equipment",
    "cost_per_km",
    "range_km",
    "height_m",
    "cost_per_hour",
    "cost_per_day",
    "depot",
    "ends_at",
    "start_km",
    "kwh_per_100km",
    "charging_kw",
)
DRIVER_FIELDS = (
    "driver_id",
    "name",
    "vehicle_id",
    "shift_start",
    "shift_end",
    "rest",
    "skills",
    "wage_per_hour",
    "max_driving_hours",
    "max_driving_on_end_hours",
    "max_duty_hours",
    "territory",
)


class BadMapping(Refused):
    """The mapping file cannot be used; the message names the key."""

    code = "bad_mapping"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DayPart(_Part):
    operation: Annotated[str, Field(min_length=1)]
    service_date: date
    zone: str

    @field_validator("zone")
    @classmethod
    def known_zone(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"{zone!r} is no IANA time zone, such as Europe/Lisbon") from error
        return zone


class DepotPart(_Part):
    id: str = "depot"
    lat: Annotated[float, Field(ge=-90, le=90)]
    lon: Annotated[float, Field(ge=-180, le=180)]
    opens: time
    closes: time
    loading_min: Annotated[int, Field(ge=0, le=240)] = 10
    load_out_min: Annotated[int, Field(ge=0, le=240)] = 0
    """Loading in the morning, before a vehicle leaves."""
    doors: Annotated[int | None, Field(gt=0)] = None
    """Vehicles that load at the same time then."""
    reach_km: Annotated[int, Field(gt=0)] = 100
    """Orders farther away than this are taken for mistakes."""


class FormatPart(_Part):
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    decimal: Literal[",", "."] = "."
    dates: Literal["day-first", "month-first", "iso"] = "iso"
    list_separator: Annotated[str, Field(min_length=1)] = ","
    encoding: str = "utf-8"
    """A byte-order mark is recognised by itself."""


class OrdersPart(_Part):
    file: str = "orders.csv"
    columns: Columns
    priorities: dict[str, Literal["standard", "express", "vip"]] = {
        "standard": "standard",
        "express": "express",
        "vip": "vip",
    }
    service_min: Annotated[int, Field(ge=0)] = 4
    """For rows that do not say."""
    returns: tuple[str, ...] = ("return",)
    """What the column `direction` says of goods that come to the depot."""
    lifts: dict[str, bool] = {"yes": True, "no": False}
    """What the column `lift` says."""
    access: dict[str, Literal["street", "code", "gate", "reception", "yard"]] = {
        "street": "street",
        "code": "code",
        "gate": "gate",
        "reception": "reception",
        "yard": "yard",
    }
    """What the column `access` says of the way to a door."""


class AlternativesPart(_Part):
    """Other ways to serve an order, a row for each; without a place one is at its own door."""

    file: str = "alternatives.csv"
    columns: Columns


class VehiclesPart(_Part):
    file: str = "vehicles.csv"
    columns: Columns
    parcels: Annotated[int, Field(gt=0)] = 100_000
    """How many parcels fit, where only weight and volume count."""
    reloading_kinds: tuple[str, ...] = ()
    """Kinds of vehicle that come back to load again."""


class DriversPart(_Part):
    file: str = "drivers.csv"
    columns: Columns
    wage_per_hour: Annotated[float, Field(ge=0)] = 13.5


class CarriersPart(_Part):
    file: str
    """A TOML file, beside the mapping unless the folder of the export holds one of that name."""


class ZonePart(_Part):
    """A part of the town with rules about who may stop there, and when."""

    id: Annotated[str, Field(min_length=1)]
    lat: Annotated[float, Field(ge=-90, le=90)]
    lon: Annotated[float, Field(ge=-180, le=180)]
    radius_m: Annotated[int, Field(gt=0)]
    admits: tuple[str, ...] = ()
    """Kinds of vehicle or of energy that may always stop there."""
    hours: str = ""
    """When all others may: 07:00-10:30."""
    max_height_m: Annotated[float | None, Field(gt=0)] = None


class ChargerPart(_Part):
    """A place where electric vehicles may charge on the day."""

    id: Annotated[str, Field(min_length=1)]
    lat: Annotated[float, Field(ge=-90, le=90)]
    lon: Annotated[float, Field(ge=-180, le=180)]
    power_kw: Annotated[float, Field(gt=0)]


class TerritoryPart(_Part):
    """Streets that some drivers know: a disc. Several of one id are one territory."""

    id: Annotated[str, Field(min_length=1)]
    lat: Annotated[float, Field(ge=-90, le=90)]
    lon: Annotated[float, Field(ge=-180, le=180)]
    radius_m: Annotated[int, Field(gt=0)]


class PricesPart(_Part):
    """Prices that a depot may set; 0: nothing is asked."""

    outside_territory: Annotated[float, Field(ge=0)] = 0
    """EUR of a stop outside its driver's own territory."""
    uneven_minute: Annotated[float, Field(ge=0)] = 0
    """EUR of a minute of working longer than the mean of the day's routes."""
    even_spread_min: Annotated[int, Field(ge=0)] = 0
    """So much longer costs nothing."""
    redirect: Annotated[float | None, Field(ge=0)] = None
    """EUR of serving an order on the day another way than was planned; None: as rules have it."""


class PlanPart(_Part):
    """How a morning is planned."""

    by_the_hour: bool = False
    """Each leg at the pace of its own hour; else all at that of the middle of the day."""


class Mapping(_Part):
    """A whole mapping file."""

    day: DayPart
    depot: DepotPart
    depots: tuple[DepotPart, ...] = ()
    """Further ones; vehicles and orders that name none belong to the first."""
    format: FormatPart = FormatPart()
    orders: OrdersPart
    alternatives: AlternativesPart | None = None
    vehicles: VehiclesPart
    drivers: DriversPart
    carriers: CarriersPart | None = None
    zones: tuple[ZonePart, ...] = ()
    chargers: tuple[ChargerPart, ...] = ()
    territories: tuple[TerritoryPart, ...] = ()
    prices: PricesPart = PricesPart()
    plan: PlanPart = PlanPart()


def first_problem(error: ValidationError) -> str:
    """Return one sentence for the first thing that pydantic found wrong."""
    problem = error.errors()[0]
    key = ".".join(str(part) for part in problem["loc"])
    return f"{key}: {problem['msg'].removeprefix('Value error, ')}"


def read_toml(path: Path) -> dict[str, object]:
    """Return the tables of a TOML file; BadMapping says what to mend."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise BadMapping(f"{path} does not exist; name the file to use") from error
    except (OSError, UnicodeDecodeError) as error:
        raise BadMapping(f"{path} cannot be read as UTF-8 text: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise BadMapping(f"{path.name} is not TOML: {error}") from error


def read_mapping(path: Path) -> Mapping:
    """Return the mapping in `path`; BadMapping names the key that does not fit."""
    try:
        mapping = Mapping.model_validate(read_toml(path))
    except ValidationError as error:
        raise BadMapping(f"{path.name}: {first_problem(error)}") from error
    for part, known, needed in (
        ("orders", ORDER_FIELDS, {"order_id", "customer", "lat", "lon", "opens", "closes"}),
        ("alternatives", ALTERNATIVE_FIELDS, {"order_id", "way"}),
        ("vehicles", VEHICLE_FIELDS, {"vehicle_id"}),
        ("drivers", DRIVER_FIELDS, {"driver_id", "shift_start", "shift_end"}),
    ):
        if getattr(mapping, part) is None:
            continue
        columns: Columns = getattr(mapping, part).columns
        if unknown := sorted(set(columns) - set(known)):
            raise BadMapping(
                f"{path.name}: {part}.columns.{unknown[0]} is not a field; "
                f"known are {', '.join(known)}"
            )
        if missing := sorted(needed - set(columns)):
            raise BadMapping(f"{path.name}: {part}.columns must say where {missing[0]} stands")
    return mapping
