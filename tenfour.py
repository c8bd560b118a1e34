"""The command line, and the one place where clock, ids, store and servers are put together.

Heavy packages are imported inside the commands that need them, so that `--help` answers at once.
"""

import os
import threading
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from api.eta_cli import eta_app
from api.modelling import models_app
from api.quoting import quote
from api.risking import risk
from api.solving import solve
from api.terminal import (
    SAY,
    DayOption,
    Json,
    RoadsOption,
    Seed,
    TravelOption,
    put,
    run_commands,
    until_stopped,
    working,
)
from api.training import train
from api.versioned import version
from core.context import RandomIds, SetClock, SystemClock
from core.settings import Settings
from evals.bench.cli import bench_app
from evals.commands import demo, eval_

if TYPE_CHECKING:
    from api.serving import Service

app = typer.Typer(
    name="tenfour",
    help="An operations copilot for a day of deliveries.\n\nStart with: tenfour demo",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for _command in (eval_, demo, solve, quote, train, risk, version):
    app.command(_command.__name__.rstrip("_"))(_command)
roads_app = typer.Typer(help="Road graphs from OpenStreetMap extracts.", no_args_is_help=True)
for _name, _group in (
    ("roads", roads_app),
    ("bench", bench_app),
    ("models", models_app),
    ("eta", eta_app),
):
    app.add_typer(_group, name=_name)

_debug = threading.Event()


@app.callback()
def root(
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback of a failure.")
    ] = False,
) -> None:
    if debug:
        _debug.set()


@app.command("import")
def import_(
    directory: Annotated[Path, typer.Argument(help="Folder with the export of a day.")],
    mapping: Annotated[Path, typer.Option(help="What the columns mean, with depot, hours, zone.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Read and report; change nothing.")
    ] = False,
    orders: Annotated[
        str | None, typer.Option(help="Another file of orders than the mapping names.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Import a day's orders, vehicles, drivers and carriers from your own files."""
    from api.opening import open_store
    from core.intake.importer import import_directory

    store = open_store(Settings())
    with working("reading the export", quiet=as_json) as tell:
        report = import_directory(
            directory,
            mapping,
            store,
            dry_run=dry_run,
            clock=SystemClock(),
            ids=RandomIds(),
            orders_file=orders,
            progress=tell,
        )
    if as_json:
        put(report.as_json())
        return
    for problem in report.problems:
        SAY.print(str(problem), markup=False)
    typer.echo(report.sentence())


@app.command()
def plan(
    day: DayOption = None,
    travel: TravelOption = None,
    roads: RoadsOption = None,
    iterations: Annotated[int, typer.Option(min=0, help="Limit of the search.")] = 2000,
    seed: Seed = 1,
    as_json: Json = False,
) -> None:
    """Plan an imported day, check the plan and put it in force."""
    from api.lease import take
    from api.opening import find_day, open_store, read_day, travel_for
    from api.planning import plan_and_adopt
    from api.warming import begin_for_a_plan
    from core.desk.owner import DayOwner
    from core.routing.pool import SolverPool

    settings = Settings()
    store = open_store(settings)
    day_id = find_day(store, day)
    lease = take(settings, day_id)
    pool = SolverPool(settings.workers)
    try:
        begin_for_a_plan(pool, SAY.print)
        with working("reading roads", quiet=as_json) as tell:
            opened = read_day(store, day_id)
            times = travel_for(opened, settings, kind=travel, roads=roads, progress=tell)
            owner = DayOwner(store, day_id, clock=SystemClock(), ids=RandomIds(), travel=times)
            tell(f"planning {len(owner.day.orders)} orders")
            planned = plan_and_adopt(
                owner,
                times,
                seed=seed,
                iterations=iterations,
                by="planner",
                pool=pool,
                progress=tell,
            )
    finally:
        pool.close()
        lease.close()
    if as_json:
        put(planned.as_json())
    else:
        typer.echo("\n".join(planned.lines()))
    if planned.violations:
        raise typer.Exit(1)


def _service(
    settings: Settings,
    day: str | None,
    travel: Literal["estimate", "roads"] | None,
    roads: Path | None,
    clock: Literal["system", "driven"],
    seed: int,
) -> "Service":
    from api.opening import find_day, open_store, read_day, travel_for
    from api.serving import Service

    store = open_store(settings)
    day_id = find_day(store, day)
    opened = read_day(store, day_id)
    with working("reading roads") as tell:
        times = travel_for(opened, settings, kind=travel, roads=roads, progress=tell)
    chosen = SystemClock() if clock == "system" else SetClock(opened.now)
    # A search that is cut off leaves semaphores, which its tracker sweeps up; it need not say so.
    os.environ.setdefault("PYTHONWARNINGS", "ignore:resource_tracker:UserWarning")
    return Service(settings, store, day_id, times, clock=chosen, ids=RandomIds(), seed=seed)


def _end(service: "Service") -> None:
    """Stop a service; where a search would not end, end the process with it."""
    if not service.stop():
        SAY.print("stopped in the middle of a search; nothing of it was kept")
        os._exit(0)


@app.command()
def serve(
    day: DayOption = None,
    travel: TravelOption = None,
    roads: RoadsOption = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port; the next free one if taken.")] = None,
    clock: Annotated[
        Literal["system", "driven"],
        typer.Option(help="The real time, or the time that events and the API say."),
    ] = "system",
    seed: Seed = 1,
    as_json: Json = False,
) -> None:
    """Serve a day: the API, with the engine working cases behind it."""
    from api.auth import key_file
    from api.ports import listen

    settings = Settings()
    service = _service(settings, day, travel, roads, clock, seed)
    try:
        bound = listen(host or settings.host, port or settings.port, SAY.print)
        url = service.start(bound, SAY.print)
        day_id = service.live.day.opened.day_id
        if as_json:
            put({"url": url, "day_id": day_id, "pid": os.getpid(), "home": str(settings.home)})
        else:
            typer.echo(f"day {day_id} at {url} (key in {key_file(settings)}); Ctrl-C stops it")
        until_stopped(service.serving)
    finally:
        _end(service)
    if not as_json:
        typer.echo("stopped")


@app.command()
def run(
    day: DayOption = None,
    travel: TravelOption = None,
    roads: RoadsOption = None,
    once: Annotated[bool, typer.Option("--once", help="One look, then end.")] = False,
    seed: Seed = 1,
    as_json: Json = False,
) -> None:
    """Work a day's exceptions unattended: look, propose, do what policy allows."""
    from agents.runner import step

    settings = Settings()
    service = _service(settings, day, travel, roads, "system", seed)
    try:
        if once:
            with working("looking at the day", quiet=as_json):
                step(service.runtime)
        else:
            SAY.print("working the day; Ctrl-C stops it")
            service.work_alone(SAY.print)
            until_stopped(lambda: True)
        seen = service.live.day
        waiting = [p for p in seen.proposals.values() if p.status.value == "open"]
        summary = {
            "day_id": seen.opened.day_id,
            "seq": seen.seq,
            "open_cases": len(seen.open_cases()),
            "waiting_proposals": [p.proposal.proposal_id for p in waiting],
        }
    finally:
        _end(service)
    if as_json:
        put(summary)
    else:
        typer.echo(
            f"{summary['open_cases']} cases open, {len(waiting)} proposals wait for a person"
        )


@app.command()
def console(
    url: Annotated[str | None, typer.Option(help="Address of the API.")] = None,
    port: Annotated[int | None, typer.Option(help="Port; the next free one if taken.")] = None,
    as_json: Json = False,
) -> None:
    """Open the dispatcher's console against a running server."""
    from api.auth import read_or_make_key
    from api.console import start_console
    from api.ports import free_port

    settings = Settings()
    chosen = free_port(settings.host, port or settings.console_port, SAY.print)
    api_url = url or f"http://{settings.host}:{settings.port}"
    process = start_console(settings.host, chosen, api_url, read_or_make_key(settings))
    address = f"http://{settings.host}:{chosen}"
    if as_json:
        put({"url": address, "api": api_url, "pid": process.pid})
    else:
        typer.echo(f"console at {address}, on the day at {api_url}; Ctrl-C stops it")
    try:
        until_stopped(lambda: process.poll() is None)
    finally:
        process.terminate()
        process.wait(10)


@app.command()
def verify(day: DayOption = None, roads: RoadsOption = None, as_json: Json = False) -> None:
    """Check a stored day: hash chain, read tables against a replay, plans with the travel times
    they were made with, what was driven."""
    from api.maps import Maps
    from api.opening import find_day, open_store
    from api.verifying import verify_day

    settings = Settings()
    store, maps = open_store(settings), Maps(settings.cache_dir, roads)
    latest = find_day(store, day)
    days = store.days() if day is None else (latest,)
    with working("replaying", quiet=as_json):
        reports = [verify_day(store, one, maps) for one in days]
    clean = all(not r.problems for r in reports)
    if as_json:
        put({"clean": clean, "days": [r.as_json() for r in reports]})
    else:
        for report in reports:
            typer.echo(f"{report.day_id}: {report.events} events, {report.verdict()}")
            for line in (*report.problems, *report.unchecked):
                typer.echo(f"  {line}")
    if not clean:
        raise typer.Exit(1)


@roads_app.command("build")
def roads_build(
    extract: Annotated[Path, typer.Argument(help="OpenStreetMap extract, FILE.osm.pbf.")],
    out: Annotated[Path | None, typer.Option(help="Where to write the road graph.")] = None,
    as_json: Json = False,
) -> None:
    """Build a road graph from an OpenStreetMap extract."""
    from core.travel.build import build_roads

    target = out or Settings().cache_dir / f"{extract.name.removesuffix('.osm.pbf')}.npz"
    target.parent.mkdir(parents=True, exist_ok=True)
    with working(f"reading {extract.name}", quiet=as_json) as tell:
        built = build_roads(extract, target, tell)
    if as_json:
        put({**asdict(built), "artefact": str(built.artefact)})
    else:
        typer.echo(
            f"{built.nodes} nodes, {built.arcs} arcs, map of {built.map_date}: {built.artefact}"
        )


def main() -> None:
    """Run the command line: a refusal is one sentence, never a traceback."""
    run_commands(app, debug=_debug.is_set)


if __name__ == "__main__":
    main()
