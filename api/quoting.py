"""A promise quote from the command line."""

from datetime import datetime
from typing import Annotated

import typer

from api.terminal import SAY, DayOption, Json, RoadsOption, TravelOption, put, working
from core.errors import NotReady, Refused
from core.settings import Settings

Number = Annotated[int, typer.Option(min=0)]


def quote(
    order: Annotated[
        str | None, typer.Option(help="An order of the day that wants another window.")
    ] = None,
    lat: Annotated[float | None, typer.Option(min=-90, max=90, help="Place of a new one.")] = None,
    lon: Annotated[float | None, typer.Option(min=-180, max=180)] = None,
    window: Annotated[
        list[str] | None,
        typer.Option(help="14:00-16:00; may be said again. Left out: the rest of the day."),
    ] = None,
    length: Annotated[int, typer.Option(min=15, max=720, help="Minutes of each window.")] = 60,
    every: Annotated[int, typer.Option(min=15, max=720, help="Minutes between them.")] = 60,
    parcels: Number = 1,
    weight_g: Number = 0,
    volume_ml: Number = 0,
    service_s: Number = 240,
    needs: Annotated[list[str] | None, typer.Option(help="Skill or equipment.")] = None,
    day: DayOption = None,
    travel: TravelOption = None,
    roads: RoadsOption = None,
    as_json: Json = False,
) -> None:
    """Say which windows can still be promised for an order, by whom and at what added cost."""
    from api.opening import find_day, open_store, read_day, travel_for
    from api.quotes import QuoteBody, order_asked, quote_view
    from core.domain.plan import Progress
    from core.routing.quote import Quoter, windows_ahead

    settings = Settings()
    store = open_store(settings)
    opened = read_day(store, find_day(store, day))
    if not opened.routes:
        raise NotReady("the day has no routes yet; run tenfour plan first")
    if (order is None) == (lat is None or lon is None):
        raise Refused("name either --order, or --lat and --lon of a new one")
    with working("reading the day", quiet=as_json):
        times = travel_for(opened, settings, kind=travel, roads=roads)
        now = opened.now
        if all(r.progress is Progress.AT_DEPOT for r in opened.routes.values()):
            # A plan may be made days before, or looked at days after.
            now = min(r.depart_at for r in opened.routes.values())
        place = None if lat is None or lon is None else {"lat": lat, "lon": lon}
        spans = [_wall(w) for w in window or ()]
        body = QuoteBody.model_validate(
            {
                "order_id": order,
                "place": place,
                "parcels": parcels,
                "weight_g": weight_g,
                "volume_ml": volume_ml,
                "service_s": service_s,
                "needs": needs or [],
                "windows": spans,
            }
        )
        asked, moving = order_asked(opened, body)
        quoter = Quoter(opened, times, now, moving=moving)
        windows = body.asked_windows(opened) or windows_ahead(opened, now, length, every)
        view = quote_view(opened, now, quoter.quote(asked, windows))
    if as_json:
        put(view.model_dump(mode="json"))
        return
    for number, one in enumerate(view.windows):
        when = f"{_clock(one.window.opens)} to {_clock(one.window.closes)}"
        if one.begins_at is None:
            SAY.print(f"{when}  no: {one.why_not}", markup=False)
            continue
        mark = "  (cheapest)" if number == view.best else ""
        euros = f"{one.added_cents / 100:.2f} EUR"
        where = f" to {one.way}" if one.way else ""
        who = f"{one.vehicle_id}{where} at {_clock(one.begins_at)}"
        typer.echo(f"{when}  {who}, {euros} more{mark}")
    if view.best is None:
        raise typer.Exit(1)


def _wall(text: str) -> dict[str, str]:
    opens, dash, closes = text.replace(" ", "").partition("-")
    if not dash:
        raise Refused(f"{text!r} is not a window such as 14:00-16:00")
    return {"opens": opens, "closes": closes}


def _clock(instant: datetime) -> str:
    return instant.strftime("%H:%M")
