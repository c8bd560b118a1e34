"""How good arrival times were: errors, coverage, and the models that made them."""

from datetime import datetime

from api.schemas.base import View
from api.schemas.cases import CauseMinutes


class EtaErrors(View):
    """Errors of some forecasts against the arrivals; null where there were none."""

    name: str
    """What they have in common."""
    forecasts: int
    arrivals: int
    routes: int
    """A route is late as a whole: so many witnesses there truly are."""
    mae_min: float | None
    rmse_min: float | None
    mape_pct: float | None
    """Of the time that the arrival was still away."""
    bias_min: float | None
    """Above zero: people come later than said."""
    within_5_pct: float | None
    within_10_pct: float | None
    within_15_pct: float | None
    within_30_pct: float | None
    below_p10_pct: float | None
    inside_pct: float | None
    """Between P10 and P90; 80 is what they promise."""
    above_p90_pct: float | None


class EtaHorizon(EtaErrors):
    minutes_before: int


class EtaHour(EtaErrors):
    hour: int


class EtaZone(EtaErrors):
    """A cell of about a kilometre each way."""

    lat: float
    lon: float


class EtaAddress(View):
    """An address where what was said was far off."""

    address: str
    """Empty where nobody knows its words any more."""
    order_id: str | None
    """Of the latest visit."""
    lat: float
    lon: float
    visits: int
    mae_min: float
    shrunk_min: float
    """Drawn to the mean of all addresses the fewer visits there were; sorted by it."""
    bias_min: float


class EtaDay(View):
    day_id: str
    scored_until: datetime | None
    """What was said is known up to here; null: nothing was planned yet."""
    arrivals: int
    scored: int
    """Of them, those that had been spoken of beforehand."""
    unseen: int
    """Served doors whose arrival nobody reported: they cannot be scored."""
    ahead: int
    """Doors that are still to be reached."""


class EtaWeek(View):
    """How the model did in a week, against the history table that it stands on."""

    first_day: str
    legs: int
    ratio_to_table: float
    below_p10_pct: float
    above_p90_pct: float
    out_of_bounds: list[str]


class EtaStep(View):
    """Something that was done to the models of the place."""

    at: datetime
    what: str
    """added, promoted, rolled_back, renewed, fell_back or recovered."""
    model_id: str
    """`formula` where no model answers any more."""
    by: str
    why: str


class EtaModel(View):
    model_id: str
    forecasts: int
    """How many of the scored forecasts it made."""


class EtaQuality(View):
    """Only what was in force when a stop was reached is scored, but for `overtaken`."""

    now: datetime
    place: str
    says: str
    """The state of things in a sentence, for people."""
    complete: bool
    """False while days are still being worked through: ask again."""
    model_id: str
    """Who answers at present."""
    provider: str
    days: list[EtaDay]
    left_out: list[str]
    """Days that could not be followed, each with the reason."""
    arrivals: int
    scored: int
    models: list[EtaModel]
    horizons: list[EtaHorizon]
    untouched: list[EtaHorizon]
    touched: list[EtaHorizon]
    """Stops whose way we had changed before they were reached."""
    overtaken: list[EtaHorizon]
    """What was said before a change of ours, which made it void."""
    ahead: list[EtaErrors]
    """By stops ahead: 1, 2-5, 6-20, above 20."""
    grouped_at_min: int
    """Zones, hours and addresses: what was said so many minutes before."""
    zones: list[EtaZone]
    hours: list[EtaHour]
    addresses: list[EtaAddress]
    drift: list[EtaWeek]
    steps: list[EtaStep]
    """What was done to the models, the latest first."""


class EtaExplained(View):
    """When an order comes, how sure that is, and where its minutes behind the plan went."""

    now: datetime
    """What is known is known up to here."""
    order_id: str
    vehicle_id: str
    model_id: str
    provider: str
    expected_at: datetime
    """When its service begins."""
    p10: datetime
    """When it is reached: on one path of ten, on half of them, on nine of ten."""
    p50: datetime
    p90: datetime
    p_late_pct: int
    promise_closes: datetime
    late_min: int
    """After the promise."""
    planned_at: datetime
    behind_min: int
    """Behind the plan."""
    causes: list[CauseMinutes]
    """They add up to the minutes behind the plan."""
