"""The command `tenfour train`: a model of legs from a file, with what it is worth."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from api.terminal import Json, Seed, put, working


def train(
    legs: Annotated[Path, typer.Option("--legs", help="Parquet file of driven legs.")],
    out: Annotated[Path, typer.Option("--out", help="Folder to write the model into.")],
    place: Annotated[
        str | None, typer.Option(help="Whose legs these are; the file's name if left out.")
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The first day that is not used; all if left out."),
    ] = None,
    calibrate_days: Annotated[
        int | None,
        typer.Option(min=0, max=365, help="Last days that calibrate; a quarter if left out."),
    ] = None,
    seed: Seed = 1,
    as_json: Json = False,
) -> None:
    """Train arrival times on legs that were driven, and write the model with its figures."""
    from core.eta.learned.train_file import train_file

    end = None if until is None else (until.date() - date(1970, 1, 1)).days
    with working("training", quiet=as_json) as tell:
        made = train_file(
            legs,
            out,
            place=place or legs.stem,
            until=end,
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
        f"model {made.model_id} of {place or legs.stem} in {out}: "
        f"{made.model.stage.sentence}, {made.manifest['legs']['trained']} legs"
        + (f"; mean error on held days: {said}" if said else "")
    )
