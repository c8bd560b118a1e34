"""The command `tenfour train`: a model from a file of legs or from the ledger's own days."""

from pathlib import Path
from typing import Annotated

import typer

from api.modelling import days_since_1970, harvested, registry_of, say_left_out
from api.terminal import Json, PlannedRoads, Seed, Until, put, working
from core.context import SystemClock
from core.errors import Refused
from core.settings import Settings


def train(
    legs: Annotated[
        Path | None, typer.Option("--legs", help="Parquet file of driven legs.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder to write the model of a file into.")
    ] = None,
    ledger: Annotated[
        bool, typer.Option("--ledger", help="From the days in the database, into their models.")
    ] = False,
    place: Annotated[
        str | None, typer.Option(help="Whose legs these are; the file's name if left out.")
    ] = None,
    until: Until = None,
    calibrate_days: Annotated[
        int | None,
        typer.Option(min=0, max=365, help="Last days that calibrate; a quarter if left out."),
    ] = None,
    roads: PlannedRoads = None,
    seed: Seed = 1,
    as_json: Json = False,
) -> None:
    """Train arrival times on legs that were driven, and write the model with its figures.

    From a file it is written to --out. From the ledger it becomes the challenger of its place;
    tenfour models promote lets it answer.
    """
    end = None if until is None else days_since_1970(until)
    if ledger is (legs is not None):
        raise Refused("train either on a file with --legs, or on the days you have with --ledger")
    if legs is None:
        _of_ledger(place, end, roads, seed, as_json)
    elif out is None:
        raise Refused("--legs needs --out, the folder to write the model into")
    else:
        _of_file(legs, out, place or legs.stem, end, calibrate_days, seed, as_json)


def _of_file(
    legs: Path,
    out: Path,
    place: str,
    until: int | None,
    calibrate_days: int | None,
    seed: int,
    as_json: bool,
) -> None:
    from core.eta.learned.train_file import train_file

    with working("training", quiet=as_json) as tell:
        made = train_file(
            legs,
            out,
            place=place,
            until=until,
            calibrate_days=calibrate_days,
            seed=seed,
            tell=tell,
        )
    if as_json:
        put(dict(made.manifest))
        return
    errors = made.manifest["mae_s_on_held_days"]
    said = ", ".join(f"{stage} {seconds / 60:.2f} min" for stage, seconds in errors.items())
    typer.echo(
        f"model {made.model_id} of {place} in {out}: "
        f"{made.model.stage.sentence}, {made.manifest['legs']['trained']} legs"
        + (f"; mean error on held days: {said}" if said else "")
    )


def _of_ledger(
    place: str | None, until: int | None, roads: Path | None, seed: int, as_json: bool
) -> None:
    from core.eta.life.bundle import train_harvest

    settings = Settings()
    registry = registry_of(settings, place)
    with working("training", quiet=as_json) as tell:
        found = harvested(settings, registry.place, roads, tell)
        made = train_harvest(
            found, registry.candidate(), registry.place, until=until, seed=seed, tell=tell
        )
    state = registry.added(made, at=SystemClock().now(), by="train")
    if as_json:
        put(
            {
                **made.manifest,
                "champion": state.champion or None,
                "leg_manifest": made.legs.manifest,
            }
        )
        return
    say_left_out(found)
    typer.echo(
        f"model {made.model_id} of {registry.place} from {len(found.days)} days, "
        f"{len(found.driven)} legs and {len(found.served)} services: {made.sentence}; "
        f"attempts: {made.attempts.sentence}"
    )
    if state.champion != made.model_id:
        typer.echo(f"{state.champion or 'the formula'} goes on answering; tenfour models promote")
