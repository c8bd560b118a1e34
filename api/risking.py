"""The command `tenfour risk`: where visits fail more often than luck explains, and how often."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from api.modelling import days_since_1970, harvested, only_place
from api.terminal import Json, Place, PlannedRoads, Until, put, working
from core.domain.place import Point
from core.settings import Settings

if TYPE_CHECKING:
    from core.eta.attempts.anomalies import Anomaly
    from core.store.store import Store

TITLES = {
    "address": "risky addresses",
    "address_window": "addresses with an unreliable part of the day",
    "zone": "risky zones",
    "zone_window": "zones with an unreliable part of the day",
}


def risk(
    place: Place = None,
    until: Until = None,
    roads: PlannedRoads = None,
    as_json: Json = False,
) -> None:
    """Name addresses, zones and hours where first visits fail too often, with counts and dates."""
    from api.opening import open_store
    from core.eta.attempts.anomalies import anomalies

    settings = Settings()
    store = open_store(settings)
    chosen = place or only_place(store)
    with working("reading ledgers", quiet=as_json) as tell:
        tried = harvested(settings, chosen, roads, tell).tried
        if until is not None:
            tried = tried.before(days_since_1970(until))
        found = anomalies(tried)
        words = _addresses(store, chosen, found)
    if as_json:
        put(
            {
                "place": chosen,
                "days": tried.days,
                "attempts": len(tried),
                "failed": int(tried.failed.sum()),
                "anomalies": [{**a.as_json(), "address": words[_point(a)]} for a in found],
            }
        )
        return
    if not len(tried):
        typer.echo(f"{chosen}: no history yet")
        return
    share = 100 * float(tried.failed.mean())
    typer.echo(
        f"{chosen}: {int(tried.failed.sum())} of {len(tried)} first visits failed ({share:.1f} %), "
        f"{tried.days} {'day' if tried.days == 1 else 'days'}"
    )
    if not found:
        typer.echo("no address, zone or part of the day is out of line")
    for kind, title in TITLES.items():
        rows = [a for a in found if a.kind == kind]
        if rows:
            typer.echo(f"{title}:")
        for one in rows:
            typer.echo(f"  {_line(one, words[_point(one)])}")


def _line(one: "Anomaly", address: str) -> str:
    where = address or f"{one.lat_e6 / 1e6:.5f}, {one.lon_e6 / 1e6:.5f}"
    when = f", {one.window}" if one.window else ""
    return (
        f"{where}{when}: {one.failed} of {one.attempts} failed from {one.first_day} to "
        f"{one.last_day} ({one.failed_customers} of {one.customers} customers); "
        f"{one.rate_pm / 10:.1f} %, shrunk by {one.shrunk_by} visits {one.shrunk_pm / 10:.1f} %, "
        f"compared with {one.compared_pm / 10:.1f} %; by luck {one.luck_ppm / 1e4:.4f} %; "
        f"last {', '.join(one.failed_on[:3])}"
    )


def _point(one: "Anomaly") -> Point:
    return Point(one.lat_e6, one.lon_e6)


def _addresses(store: "Store", place: str, found: Sequence["Anomaly"]) -> dict[Point, str]:
    """Return the words of each risky address, as the latest order there has them; zones have none,
    and neither has an address that was erased."""
    from api.opening import read_day

    words: dict[Point, str] = {_point(a): "" for a in found}
    wanted = {_point(a) for a in found if a.kind.startswith("address")}
    days = [d for d in store.days() if str(d).rpartition(":")[0] == place]
    for day_id in sorted(days, key=lambda d: d.rpartition(":")[2], reverse=True):
        if not wanted:
            break
        for order_id, state in sorted(read_day(store, day_id).orders.items()):
            point = state.order.point
            if point is None or point not in wanted:
                continue
            wanted.remove(point)
            text = store.text(f"order:{order_id}")
            words[point] = text.address if text is not None else ""
    return words
