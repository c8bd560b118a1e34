"""The commands `tenfour eta ...`: how good arrival times were, and why an order comes late."""

from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.charting import chart_file
from api.terminal import (
    SAY,
    DayOption,
    Json,
    Place,
    PlannedRoads,
    RoadsOption,
    Seed,
    TravelOption,
    put,
    working,
)
from core.errors import UnknownId
from core.settings import Settings

if TYPE_CHECKING:
    from api.schemas import EtaQuality
    from core.domain.day import Day
    from core.domain.ids import DayId

eta_app = typer.Typer(
    help="Arrival times: how good they were, and why an order is late.", no_args_is_help=True
)
CAUSES = {
    "late_start": "late start",
    "road": "road",
    "dwell": "time at doors",
    "waiting": "waiting",
    "sequence": "sequence",
}


@eta_app.callback()
def eta() -> None:
    """Arrival times: how good they were, and why an order is late."""


@eta_app.command("quality")
def quality_(
    day: Annotated[
        list[str] | None, typer.Option("--day", help="Id of a day; may be said again.")
    ] = None,
    last: Annotated[
        int, typer.Option(min=1, max=366, help="So many days of the operation, if none is named.")
    ] = 1,
    place: Place = None,
    every: Annotated[
        int, typer.Option(min=1, max=60, help="Minutes between the moments that are looked at.")
    ] = 5,
    roads: PlannedRoads = None,
    plot: Annotated[
        Path | None,
        typer.Option(help="File for charts: .html, or .json for Vega-Lite.", callback=chart_file),
    ] = None,
    seed: Seed = 1,
    as_json: Json = False,
) -> None:
    """Judge what was said of arrivals on days in the database, as it was known at each moment."""
    from api.eta_days import quality_of_days

    with working("reading ledgers", quiet=as_json) as tell:
        view = quality_of_days(
            Settings(), day or (), last=last, place=place, every_min=every, roads=roads, seed=seed,
            tell=tell,
        )  # fmt: skip
    if plot is not None:
        from api.eta_tables import save_charts

        save_charts(view, plot)
    if as_json:
        put(view.model_dump(mode="json"))
        return
    _print(view)


def _print(view: "EtaQuality") -> None:
    from api.eta_tables import tables

    for line in view.left_out:
        SAY.print(f"left out: {line}", markup=False)
    if view.scored:
        for table in tables(view):
            SAY.print(table)
    typer.echo(f"{view.place}, {len(view.days)} days: {view.says}")


@eta_app.command()
def explain(
    order: Annotated[str, typer.Argument(help="Number of an order that is still ahead.")],
    day: DayOption = None,
    travel: TravelOption = None,
    roads: RoadsOption = None,
    seed: Seed = 1,
    as_json: Json = False,
) -> None:
    """Say when an order comes, how sure that is, and where its minutes behind the plan went."""
    from api.eta_explained import explained
    from api.opening import find_day, open_store, read_day, travel_for

    settings = Settings()
    store = open_store(settings)
    day_id = find_day(store, day)
    with working("reading the day", quiet=as_json):
        opened = read_day(store, day_id)
        _known(opened, order, day_id)
        times = travel_for(opened, settings, kind=travel, roads=roads)
        view = explained(store, opened, times, settings, order, seed)
    if as_json:
        put(view.model_dump(mode="json"))
        return
    typer.echo(
        f"{view.order_id} on {view.vehicle_id}, as of {_clock(view.now)}: expected "
        f"{_clock(view.expected_at)} (P10 {_clock(view.p10)}, P50 {_clock(view.p50)}, "
        f"P90 {_clock(view.p90)}; late with {view.p_late_pct} %), by {view.model_id}: "
        f"{view.provider}"
    )
    where = f"{view.late_min} min after the promise" if view.late_min else "inside the promise"
    typer.echo(
        f"{where}, which closes at {_clock(view.promise_closes)}; "
        f"planned for {_clock(view.planned_at)}"
    )
    for cause in view.causes:
        typer.echo(f"  {CAUSES[cause.cause]:<14}{cause.minutes:+4d} min")
    typer.echo(f"  {'behind plan':<14}{view.behind_min:+4d} min")


def _known(day: "Day", order: str, day_id: "DayId") -> None:
    """Refuse a number that the day does not hold, with those that look like it."""
    if order in day.orders:
        return
    near = get_close_matches(order, list(day.orders), n=3, cutoff=0.5)
    error = UnknownId("order", order)
    hint = f"did you mean {', '.join(near)}?" if near else "another day is named with --day"
    error.args = (f"there is no order {order!r} on {day_id}; {hint}",)
    raise error


def _clock(instant: datetime) -> str:
    return instant.strftime("%H:%M")
