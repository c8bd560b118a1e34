"""The commands `tenfour models ...`: which model of arrival times answers, and since when."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.terminal import SAY, Json, Place, PlannedRoads, Until, put, working
from core.context import SystemClock
from core.errors import NotReady, Refused
from core.settings import Settings

if TYPE_CHECKING:
    from core.eta.life.harvest import Harvest
    from core.eta.life.registry import Registry
    from core.ledger.events import Event
    from core.store.store import Store
    from core.travel.protocol import TravelTimes

models_app = typer.Typer(
    help="Models of arrival times: list, promote, roll back, renew.", no_args_is_help=True
)

By = Annotated[str, typer.Option(help="Who decides; it is written down.")]
Why = Annotated[str, typer.Option(help="Why; it is written down.")]
PERSON = "dispatcher"


@models_app.callback()
def models() -> None:
    """Models of arrival times: list, promote, roll back, renew."""


@models_app.command("list")
def list_(place: Place = None, as_json: Json = False) -> None:
    """Say which models a place has, which one answers, and every step that led there."""
    from core.eta.life.active import active

    registry = registry_of(Settings(), place)
    state, answering = registry.state(), active(registry)
    rows = [_row(registry, one, state.champion, state.challenger) for one in registry.models()]
    if as_json:
        put(
            {
                "place": registry.place,
                "answers": {"model_id": answering.model_id, "provider": answering.provider},
                "champion": state.champion or None,
                "challenger": state.challenger or None,
                "fallen_back": state.fallen_back or None,
                "models": rows,
                "steps": [{name: getattr(s, name) for name in s.__slots__} for s in state.steps],
            }
        )
        return
    typer.echo(f"{registry.place}: {answering.model_id} answers ({answering.provider})")
    for row in rows:
        typer.echo(f"  {row['model_id']}  {row['role']:<11}  {row['says']}")
    for step in state.steps[-10:]:
        what = step.what.replace("_", " ")
        about = step.model_id or "the formula"
        typer.echo(f"  {step.at[:16]}  {what}: {about} by {step.by}" + _after(step.why))


@models_app.command()
def promote(
    model: Annotated[str | None, typer.Argument(help="Its id; the challenger if left out.")] = None,
    place: Place = None,
    by: By = PERSON,
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Let a model answer from now on."""
    registry = registry_of(Settings(), place)
    wanted = model or registry.state().challenger
    if not wanted:
        raise Refused(f"{registry.place} has no challenger; tenfour train --ledger makes one")
    state = registry.promoted(wanted, at=SystemClock().now(), by=by, why=why)
    if as_json:
        put({"place": registry.place, "champion": state.champion})
    else:
        typer.echo(f"{state.champion} answers for {registry.place}")


@models_app.command()
def rollback(place: Place = None, by: By = PERSON, why: Why = "", as_json: Json = False) -> None:
    """Let the champion before this one answer again; before the first it was the formula."""
    registry = registry_of(Settings(), place)
    state = registry.rolled_back(at=SystemClock().now(), by=by, why=why)
    if as_json:
        put({"place": registry.place, "champion": state.champion or None})
    else:
        typer.echo(f"{state.champion or 'the formula'} answers for {registry.place}")


@models_app.command()
def night(
    place: Place = None,
    until: Until = None,
    roads: PlannedRoads = None,
    as_json: Json = False,
) -> None:
    """Renew the champion by everything over before midnight, and watch it for drift: a job for
    every night."""
    from api.judging import tell_day
    from core.eta.life.night import renew

    settings = Settings()
    registry = registry_of(settings, place)
    with working("reading ledgers", quiet=as_json) as tell:
        found = harvested(settings, registry.place, roads, tell)
        at = SystemClock().now()
        end = None if until is None else days_since_1970(until)
        seen = renew(registry, found, at=at, by="night", until=end, tell=tell)
    told = tell_day(settings, seen, at)
    if as_json:
        put({**seen.as_json(), "told": told or None})
        return
    say_left_out(found)
    if not seen.champion:
        typer.echo(f"{seen.place} has no champion to renew: formula, no history yet")
        return
    typer.echo(
        f"{seen.champion} of {seen.place} renewed until {seen.until}: {seen.legs} legs, "
        f"{seen.services} services"
    )
    for week in seen.weeks:
        one = week.as_json()
        typer.echo(
            f"  week of {one['first_day']}: {week.legs} legs, {week.ratio:.3f} of the table's "
            f"error, {100 * week.below:.1f} % below, {100 * week.above:.1f} % above"
        )
    if seen.fallen_back:
        typer.echo(f"formula and history table answer instead: {seen.fallen_back}")
    if told:
        typer.echo(told)


def say_left_out(found: "Harvest") -> None:
    """Say which pieces and days taught nothing, if there are any."""
    said = ", ".join(f"{count} {why}" for why, count in found.left_out.items() if count)
    if said:
        SAY.print(f"left out: {said}", markup=False)


def registry_of(settings: Settings, place: str | None) -> "Registry":
    """Return the models of a place; of the only operation where none is named."""
    from api.opening import open_store
    from core.eta.life.registry import Registry

    return Registry(settings.home, place or only_place(open_store(settings)))


def only_place(store: "Store") -> str:
    """Return the operation whose days the database holds; refuse where there are several."""
    names = sorted({str(d).rpartition(":")[0] for d in store.days()})
    if not names:
        raise NotReady("the database holds no day yet; run tenfour import DIR --mapping FILE first")
    if len(names) > 1:
        raise Refused(f"name one with --place: the database holds {', '.join(names)}")
    return names[0]


def harvested(
    settings: Settings, place: str, roads: Path | None, tell: Callable[[str], None]
) -> "Harvest":
    """Return what the days of a place teach, each measured by the travel times of its plan.

    Days of another provider than the latest one, and days whose map is not here, are counted and
    left out: ratios over different travel times are different things.
    """
    from api.maps import Maps
    from api.opening import open_store, read_day
    from core.eta.life.harvest import harvest

    store, maps = open_store(settings), Maps(settings.cache_dir, roads)
    days = [d for d in store.days() if str(d).rpartition(":")[0] == place]
    planned = [(d, day) for d in days if (day := read_day(store, d)).provider is not None]
    latest = max(planned, key=lambda one: one[1].opened.service_date, default=None)
    name = "" if latest is None or latest[1].provider is None else latest[1].provider.name
    left_out = {"days of another provider": 0, "days whose map is not here": 0}

    def ledgers() -> "Iterator[tuple[list[Event], TravelTimes]]":
        for day_id, day in planned:
            stamp = day.provider
            if stamp is None or stamp.name != name:
                left_out["days of another provider"] += 1
                continue
            travel = maps.travel(stamp, day.opened.zone)
            if travel is None:
                left_out["days whose map is not here"] += 1
                continue
            tell(f"reading {day_id}")
            yield list(store.load(day_id)), travel

    found = harvest(ledgers())
    return replace(found, left_out={**found.left_out, **left_out}, provider=name)


def days_since_1970(moment: datetime) -> int:
    return (moment.date() - date(1970, 1, 1)).days


def _row(registry: "Registry", model_id: str, champion: str, challenger: str) -> dict[str, Any]:
    role = {champion: "champion", challenger: "challenger"}.get(model_id, "kept")
    try:
        made = registry.load(model_id)
    except Refused as error:
        return {"model_id": model_id, "role": role, "says": f"cannot be used: {error}"}
    origin = made.manifest["origin"]
    return {
        "model_id": model_id,
        "role": role,
        "says": f"{made.sentence}; {origin['trained_from']} to {origin['calibrated_until']}",
        "attempts": made.attempts.sentence,
        "origin": origin,
        "legs": made.legs.manifest["mae_s_on_held_days"],
        "doors": made.manifest["doors"]["mae_s_on_held_days"],
    }


def _after(why: str) -> str:
    return f" ({why})" if why else ""
