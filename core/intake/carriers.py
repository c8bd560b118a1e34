"""Reads the carriers' agreements from the TOML file that a person typed."""

from datetime import time
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.domain.carrier import Carrier, CarrierKind, RateCard, Surge, Tier
from core.domain.ids import CarrierId
from core.domain.order import Load
from core.domain.place import Area, Point
from core.domain.time import TimeWindow
from core.intake.fields import Reader
from core.intake.mapping import BadMapping, first_problem, read_toml

_UNLIMITED = 10**9


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SurgePart(_Part):
    opens: time
    closes: time
    price_pct: Annotated[int, Field(ge=1)]


class TierPart(_Part):
    from_parcels: int
    per_parcel: Annotated[float, Field(ge=0)]


class AreaPart(_Part):
    lat: float
    lon: float
    radius_km: Annotated[float, Field(gt=0)]


class CarrierPart(_Part):
    """One carrier; money in euros, as in the agreement."""

    id: Annotated[str, Field(min_length=1)]
    kind: Literal["3pl", "gig"]
    per_order: Annotated[float, Field(ge=0)] = 0
    per_parcel: Annotated[float, Field(ge=0)] = 0
    free_kg: Annotated[float, Field(ge=0)] = 0
    per_kg_over: Annotated[float, Field(ge=0)] = 0
    per_km: Annotated[float, Field(ge=0)] = 0
    surges: tuple[SurgePart, ...] = ()
    per_day: Annotated[float, Field(ge=0)] = 0
    tiers: tuple[TierPart, ...] = ()
    tiers_retroactive: bool = False
    min_parcels: Annotated[int, Field(ge=0)] = 0
    per_parcel_short: Annotated[float, Field(ge=0)] | None = None
    max_parcels: Annotated[int, Field(gt=0)] | None = None
    cut_off: time
    delivers_from: time
    delivers_to: time
    lead_min: Annotated[int, Field(gt=0)] | None = None
    daily_cap_parcels: Annotated[int, Field(gt=0)] | None = None
    promise_kept: Annotated[float, Field(ge=0, le=1)] = 1
    max_kg: Annotated[float, Field(gt=0)] | None = None
    max_l: Annotated[float, Field(gt=0)] | None = None
    refuses: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    pickup_lat: float | None = None
    pickup_lon: float | None = None
    answers_within_min: Annotated[int, Field(gt=0)] = 5
    areas: tuple[AreaPart, ...] = ()
    max_parcel_kg: Annotated[float, Field(gt=0)] | None = None
    max_parcel_l: Annotated[float, Field(gt=0)] | None = None
    daily_cap: Annotated[float, Field(ge=0)] | None = None


class CarriersFile(_Part):
    carriers: tuple[CarrierPart, ...]


def read_carriers(path: Path, reader: Reader) -> list[Carrier]:
    """Return the carriers of a file; BadMapping names the key that does not fit."""
    try:
        parts = CarriersFile.model_validate(read_toml(path)).carriers
        carriers = [_carrier(part, reader) for part in parts]
    except ValidationError as error:
        raise BadMapping(f"{path.name}: {first_problem(error)}") from error
    except ValueError as error:
        raise BadMapping(f"{path.name}: {error}") from error
    ids = [c.carrier_id for c in carriers]
    if len(set(ids)) < len(ids):
        raise BadMapping(f"{path.name}: two carriers share one id")
    return carriers


def _cents(euros: float) -> int:
    return round(euros * 100)


def _thousandths(value: float | None) -> int | None:
    """Return kilograms in grams, or litres in millilitres; None stays None."""
    return None if value is None else round(value * 1000)


def _carrier(part: CarrierPart, reader: Reader) -> Carrier:
    limited = part.max_kg is not None or part.max_l is not None
    pickup = None
    if part.pickup_lat is not None and part.pickup_lon is not None:
        pickup = Point.at(part.pickup_lat, part.pickup_lon)
    return Carrier(
        carrier_id=CarrierId(part.id),
        kind=CarrierKind(part.kind),
        rates=RateCard(
            per_order_cents=_cents(part.per_order),
            per_parcel_cents=_cents(part.per_parcel),
            free_weight_g=round(part.free_kg * 1000),
            per_kg_over_cents=_cents(part.per_kg_over),
            per_km_cents=_cents(part.per_km),
            surges=tuple(
                Surge(
                    TimeWindow(reader.local("opens", s.opens), reader.local("closes", s.closes)),
                    s.price_pct,
                )
                for s in part.surges
            ),
            per_day_cents=_cents(part.per_day),
            tiers=tuple(Tier(t.from_parcels, _cents(t.per_parcel)) for t in part.tiers),
            tiers_retroactive=part.tiers_retroactive,
            min_parcels=part.min_parcels,
            short_cents=None if part.per_parcel_short is None else _cents(part.per_parcel_short),
            max_parcels=part.max_parcels,
        ),
        cut_off=reader.local("cut_off", part.cut_off),
        delivers=TimeWindow(
            reader.local("delivers_from", part.delivers_from),
            reader.local("delivers_to", part.delivers_to),
        ),
        lead_s=part.lead_min * 60 if part.lead_min is not None else None,
        daily_cap_parcels=part.daily_cap_parcels,
        promise_kept_pct=round(part.promise_kept * 100),
        max_order=(
            Load(
                parcels=_UNLIMITED,
                weight_g=round(part.max_kg * 1000) if part.max_kg is not None else _UNLIMITED,
                volume_ml=round(part.max_l * 1000) if part.max_l is not None else _UNLIMITED,
            )
            if limited
            else None
        ),
        refuses=frozenset(part.refuses),
        only=frozenset(part.only),
        offers=frozenset(part.offers),
        pickup=pickup,
        answers_within_s=part.answers_within_min * 60,
        areas=tuple(Area(Point.at(a.lat, a.lon), round(a.radius_km * 1000)) for a in part.areas),
        max_parcel_g=_thousandths(part.max_parcel_kg),
        max_parcel_ml=_thousandths(part.max_parcel_l),
        daily_cap_cents=None if part.daily_cap is None else _cents(part.daily_cap),
    )
