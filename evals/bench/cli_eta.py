"""The commands that measure forecasts: `tenfour bench eta`, `risk`, `progress`, `history`."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from api.terminal import Seed, working
from core.errors import Refused
from evals.bench.cli_out import Plot, Strict, quiet, tell_figures

Rows = Annotated[
    Path | None,
    typer.Option("--json", help="File for the figures, with a .parquet of every row beside it."),
]
TrainUntil = Annotated[
    datetime, typer.Option(formats=["%Y-%m-%d"], help="The first day that is not trained on.")
]
TestFrom = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The first day tested.")]


def eta(
    legs: Annotated[Path, typer.Option("--legs", help="Parquet file of legs.")],
    train_until: TrainUntil,
    calibrate_until: Annotated[
        datetime,
        typer.Option(formats=["%Y-%m-%d"], help="The first day that is not calibrated on."),
    ],
    test_from: TestFrom,
    rounds: Annotated[int, typer.Option(min=1, max=5_000, help="Rounds of trees.")] = 300,
    seed: Seed = 1,
    out: Rows = None,
    plot: Plot = None,
    strict: Strict = False,
) -> None:
    """Measure leg forecasts beside constant speed, the zone pair's hour and a linear model."""
    from core.eta.learned.training import SHAPE
    from evals.bench.eta import Dates, run
    from evals.bench.eta_report import as_json, write_rows
    from evals.bench.eta_view import save_chart, summary, tables

    dates = Dates(_date(train_until), _date(calibrate_until), _date(test_from))
    with working("legs", quiet=quiet(out)) as tell:
        outcome = run(legs, dates, seed=seed, shape=replace(SHAPE, rounds=rounds), tell=tell)
    report = as_json(outcome)
    if plot is not None:
        save_chart(report, plot)
    tell_figures(
        report,
        out,
        summary(report),
        tables(report),
        beside=lambda path: write_rows(outcome, path.with_suffix(".parquet")),
        strict=strict,
    )


def risk(
    attempts: Annotated[Path, typer.Option("--attempts", help="Parquet file of attempts.")],
    train_until: TrainUntil,
    test_from: TestFrom,
    seed: Seed = 1,
    out: Rows = None,
    strict: Strict = False,
) -> None:
    """Measure the chance of a failed attempt beside the history of customers and of cells."""
    from evals.bench.risk import as_json, run, write_rows
    from evals.bench.risk_view import summary, tables

    with working("attempts", quiet=quiet(out)) as tell:
        outcome = run(attempts, _date(train_until), _date(test_from), seed=seed, tell=tell)
    report = as_json(outcome)
    tell_figures(
        report,
        out,
        summary(report),
        tables(report),
        beside=lambda path: write_rows(outcome, path.with_suffix(".parquet")),
        strict=strict,
    )


def progress(
    seeds: Annotated[int, typer.Option(min=1, max=1_000, help="Towns, seeded 1 and up.")] = 10,
    stops: Annotated[int, typer.Option(min=12, max=400, help="Stops of each route.")] = 150,
    out: Rows = None,
    plot: Plot = None,
    strict: Strict = False,
) -> None:
    """Measure arrivals of simulated routes under way, and what customers are told of them."""
    from evals.bench.progress import run
    from evals.bench.progress_report import as_json, write_rows
    from evals.bench.progress_view import save_chart, summary, tables

    with working("routes", quiet=quiet(out)) as tell:
        outcome = run(seeds, stops=stops, tell=tell)
    report = as_json(outcome)
    if plot is not None:
        save_chart(report, plot)
    tell_figures(
        report,
        out,
        summary(report),
        tables(report),
        beside=lambda path: write_rows(outcome, path),
        strict=strict,
    )


def history(
    seeds: Annotated[int, typer.Option(min=1, max=100, help="Towns, seeded 1 and up.")] = 3,
    days: Annotated[str, typer.Option(help="Days of history, by commas.")] = "1,7,30",
    out: Rows = None,
    strict: Strict = False,
) -> None:
    """Measure what the days of a ledger teach: models of 1, 7 and 30 of them, on the days after."""
    from evals.bench.history import run
    from evals.bench.history_report import as_json, write_rows
    from evals.bench.history_view import summary, tables

    lengths = _whole_days(days)
    with working("days", quiet=quiet(out)) as tell:
        outcome = run(seeds, lengths, tell=tell)
    report = as_json(outcome)
    tell_figures(
        report,
        out,
        summary(report),
        tables(report),
        beside=lambda path: write_rows(outcome, path),
        strict=strict,
    )


def _whole_days(text: str) -> tuple[int, ...]:
    """Return lengths of history; Refused unless each is a whole number of days from 1 to 120."""
    words = [w.strip() for w in text.split(",") if w.strip()]
    if not words or not all(w.isdecimal() and 1 <= int(w) <= 120 for w in words):
        raise Refused(f"--days takes whole numbers from 1 to 120 by commas, such as 1,7,30: {text}")
    return tuple(sorted({int(w) for w in words}))


def _date(moment: datetime) -> date:
    return moment.date()
