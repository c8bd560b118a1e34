"""The commands that play a simulated day: demo and eval."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from api.terminal import SAY, Json, RoadsOption, Seed, put, working
from core.settings import Settings


def demo(
    headless: Annotated[
        bool, typer.Option("--headless", help="Nobody at the screen: all arms, as figures.")
    ] = False,
    seed: Seed = 2,
    vehicles: Annotated[int, typer.Option(min=2, max=60, help="How many riders.")] = 6,
    roads: RoadsOption = None,
    out: Annotated[
        Path | None, typer.Option("--json", help="File for the figures; - is standard output.")
    ] = None,
    port: Annotated[int | None, typer.Option(help="Port of the API.")] = None,
    console_port: Annotated[int | None, typer.Option(help="Port of the console.")] = None,
    speed: Annotated[float, typer.Option(min=1, max=600, help="Simulated seconds a second.")] = 60,
    patience: Annotated[
        float, typer.Option(min=0, help="Real seconds that the clock waits for a decision.")
    ] = 120,
) -> None:
    """Play the Tuesday: a snarl, an urgent order, two callers, and a copilot."""
    settings = Settings()
    if headless:
        from evals.demo import headless as play

        with working("playing the Tuesday", quiet=out == Path("-")) as tell:
            figures = play(seed, roads, vehicles, tell)
        if out is None or out == Path("-"):
            put(figures)
        else:
            out.write_text(json.dumps(figures, ensure_ascii=False, indent=2) + "\n", "utf-8")
            typer.echo(f"figures in {out}")
        return
    from evals.report import table, where_it_lost
    from evals.show import Screens, show

    def ready(screens: Screens) -> None:
        SAY.print(f"[bold]Console: {screens.console}[/bold]   (API: {screens.api})")
        SAY.print("Ctrl-C stops everything.")

    SAY.print("A Tuesday of deliveries, from 09:30. Around 10:00 three cases ask for a decision.")
    results = show(
        settings.home / "demo",
        seed=seed,
        port=port or settings.port,
        console_port=console_port or settings.console_port,
        fast=speed,
        patience_s=patience,
        say=SAY.print,
        progress=SAY.print,
        ready=ready,
        roads=roads,
        vehicles=vehicles,
    )
    SAY.print(table(results))
    for line in where_it_lost(results):
        SAY.print(line)
    if out is not None:
        put({name: result.as_dict() for name, result in results.items()})


def eval_(
    seeds: Annotated[int, typer.Option(min=1, max=1000, help="How many seeds to play.")] = 2,
    as_json: Json = False,
) -> None:
    """Play several seeds of the Tuesday and hold them against floors."""
    from evals.demo import compare
    from evals.stage import ground, staged
    from evals.suite import Arms, floors, run, summary

    floor = floors()
    chosen = (*floor.seeds, *range(1000, 1000 + seeds))[:seeds]
    where = ground(None)

    def play(one: int) -> Arms:
        with working(f"seed {one}", quiet=as_json) as tell:
            return compare(staged(one, where), tell)[0]

    verdicts = run(chosen, play, floor)
    good = all(not v.short for v in verdicts)
    if as_json:
        put({"good": good, "seeds": [asdict(v) for v in verdicts]})
    else:
        for verdict in verdicts:
            words = "; ".join(verdict.short) or "holds every floor"
            typer.echo(f"seed {verdict.seed}: saves {verdict.saved_cents} ct, {words}")
        typer.echo(summary(verdicts))
    if not good:
        raise typer.Exit(1)
