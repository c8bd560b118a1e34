"""The commands that measure: `tenfour bench ...`. Each file beside this holds one of them."""

from pathlib import Path
from typing import Annotated

import typer

from api.terminal import Seed, working
from core.errors import Refused
from evals.bench.cli_eta import eta, history, progress, risk
from evals.bench.cli_out import Out, Plot, Strict, quiet, tell_figures

bench_app = typer.Typer(
    help="Benchmarks: our engines beside what people use.", no_args_is_help=True
)


@bench_app.callback()
def bench() -> None:
    """Measure our engines beside what people use."""


bench_app.command()(eta)
bench_app.command()(risk)
bench_app.command()(progress)
bench_app.command()(history)


@bench_app.command()
def allocation(
    cases: Annotated[int, typer.Option(min=0, max=10_000, help="Small cases to enumerate.")] = 100,
    days: Annotated[int, typer.Option(min=0, max=1_000, help="Whole days.")] = 10,
    orders: Annotated[int, typer.Option(min=1, max=5_000, help="Orders of a whole day.")] = 1000,
    carriers: Annotated[int, typer.Option(min=1, max=50, help="Carriers of a whole day.")] = 8,
    seed: Seed = 1,
    out: Out = None,
    plot: Plot = None,
    strict: Strict = False,
) -> None:
    """Measure the allocation: enumeration on small cases, rate shopping on whole days."""
    from evals.bench.allocation import run
    from evals.bench.allocation_view import save_chart, summary, tables

    with working("allocating", quiet=quiet(out)) as tell:
        report = run(cases, seed, days=days, orders=orders, carriers=carriers, tell=tell)
    if plot is not None:
        save_chart(report, plot)
    tell_figures(report.as_json(), out, summary(report), tables(report), strict=strict)


@bench_app.command()
def routing(
    data: Annotated[Path, typer.Option("--data", help="Folder with the public files.")],
    seconds: Annotated[str, typer.Option(help="CPU seconds of each solve, by commas.")] = "5,30",
    engines: Annotated[
        str, typer.Option(help="Of tenfour, pyvrp, ortools, vroom; by commas.")
    ] = "tenfour,pyvrp,ortools,vroom",
    families: Annotated[
        str, typer.Option(help="Folders of files: also solomon, li_lim, multi_trip, prizes.")
    ] = "ortec,gehring_homberger",
    files: Annotated[
        str, typer.Option(help="Only files with one of these in their name; by commas.")
    ] = "",
    seeds: Annotated[str, typer.Option(help="Seeds, by commas.")] = "1",
    out: Out = None,
    plot: Plot = None,
    strict: Strict = False,
) -> None:
    """Measure the routing search beside PyVRP, OR-Tools and VROOM, all on one core, interleaved."""
    from evals.bench.routing import run
    from evals.bench.routing_view import save_chart, summary, tables

    with working("routing", quiet=quiet(out)) as tell:
        report = run(
            data,
            seconds=[_number(s) for s in _words(seconds)],
            engines=_words(engines),
            seeds=[int(_number(s)) for s in _words(seeds)],
            families=_words(families),
            wanted=_words(files),
            tell=tell,
        )
    if plot is not None:
        save_chart(report, plot)
    tell_figures(report.as_json(), out, summary(report), tables(report), strict=strict)


@bench_app.command()
def repair(
    data: Annotated[Path, typer.Option("--data", help="Folder with the ORTEC files.")],
    cases: Annotated[int, typer.Option(min=1, max=10_000, help="Days in progress.")] = 60,
    seed: Seed = 1,
    seconds: Annotated[
        float, typer.Option(min=0.05, max=3600, help="CPU seconds of each repair.")
    ] = 1.0,
    judge_seconds: Annotated[
        float, typer.Option(min=0.05, max=3600, help="CPU seconds of each engine for the judge.")
    ] = 10.0,
    out: Out = None,
    plot: Plot = None,
    strict: Strict = False,
) -> None:
    """Measure repairs of days in progress beside PyVRP, OR-Tools and VROOM from the same plan."""
    from evals.bench.repair import run
    from evals.bench.repair_view import save_chart, summary, tables

    with working("repairing", quiet=quiet(out)) as tell:
        report = run(
            data, cases=cases, seed=seed, seconds=seconds, judge_seconds=judge_seconds, tell=tell
        )
    if plot is not None:
        save_chart(report, plot)
    tell_figures(report.as_json(), out, summary(report), tables(report), strict=strict)


@bench_app.command()
def quote(
    stops: Annotated[int, typer.Option(min=1, max=5_000, help="Orders of the day.")] = 400,
    vehicles: Annotated[int, typer.Option(min=1, max=500, help="Vans of the day.")] = 20,
    quotes: Annotated[int, typer.Option(min=1, max=10_000, help="Questions at each moment.")] = 200,
    processes: Annotated[int, typer.Option(min=1, max=50, help="Fresh processes.")] = 5,
    seed: Seed = 1,
    out: Out = None,
    strict: Strict = False,
) -> None:
    """Measure the promise quote: every window of the rest of a day, before and after departure."""
    from evals.bench.quote import lines, run

    with working("quoting", quiet=quiet(out)) as tell:
        report = run(
            stops=stops,
            vehicles=vehicles,
            quotes=quotes,
            processes=processes,
            seed=seed,
            tell=tell,
        )
    tell_figures(report.as_json(), out, "\n".join(lines(report)), strict=strict)


@bench_app.command()
def rich(
    orders: Annotated[int, typer.Option(min=1, max=5_000, help="Orders of the day.")] = 1000,
    vehicles: Annotated[int, typer.Option(min=3, max=500, help="Vehicles of the day.")] = 50,
    iterations: Annotated[int, typer.Option(min=0, help="Limit of the search.")] = 30,
    seed: Seed = 1,
    out: Out = None,
    strict: Strict = False,
) -> None:
    """Plan one big day that has every rule of the model in it, and check it once more."""
    from evals.bench.rich import lines, run

    with working("planning", quiet=quiet(out)) as tell:
        report = run(orders=orders, vehicles=vehicles, iterations=iterations, seed=seed, tell=tell)
    tell_figures(report.as_json(), out, "\n".join(lines(report)), strict=strict)


def _words(text: str) -> list[str]:
    """Return what stands between commas, each once."""
    return list(dict.fromkeys(w.strip() for w in text.split(",") if w.strip()))


def _number(word: str) -> float:
    try:
        return float(word)
    except ValueError:
        raise Refused(f"{word!r} is not a number") from None
