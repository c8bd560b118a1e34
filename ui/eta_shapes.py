"""What the API answers about the quality of arrival times, as far as the page reads it."""

from typing import TypedDict


class EtaErrors(TypedDict):
    name: str
    forecasts: int
    arrivals: int
    routes: int
    mae_min: float | None
    rmse_min: float | None
    mape_pct: float | None
    bias_min: float | None
    within_5_pct: float | None
    within_10_pct: float | None
    within_15_pct: float | None
    within_30_pct: float | None
    below_p10_pct: float | None
    inside_pct: float | None
    above_p90_pct: float | None


class EtaAddress(TypedDict):
    address: str
    order_id: str | None
    visits: int
    mae_min: float
    shrunk_min: float
    bias_min: float


class EtaDay(TypedDict):
    day_id: str
    scored_until: str | None
    arrivals: int
    scored: int
    unseen: int
    ahead: int


class EtaWeek(TypedDict):
    first_day: str
    legs: int
    ratio_to_table: float
    below_p10_pct: float
    above_p90_pct: float
    out_of_bounds: list[str]


class EtaStep(TypedDict):
    at: str
    what: str
    model_id: str
    by: str
    why: str


class EtaQuality(TypedDict):
    now: str
    place: str
    says: str
    complete: bool
    model_id: str
    provider: str
    days: list[EtaDay]
    left_out: list[str]
    arrivals: int
    scored: int
    horizons: list[EtaErrors]
    untouched: list[EtaErrors]
    touched: list[EtaErrors]
    overtaken: list[EtaErrors]
    ahead: list[EtaErrors]
    grouped_at_min: int
    zones: list[EtaErrors]
    hours: list[EtaErrors]
    addresses: list[EtaAddress]
    drift: list[EtaWeek]
    steps: list[EtaStep]
