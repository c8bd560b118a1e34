"""The commands that play a simulated day: demo and eval."""

import json
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.terminal import SAY, Json, RoadsOption, Seed, put, working
from core.errors import NotReady
from core.settings import Settings

if TYPE_CHECKING:
    from evals.score import ArmResult


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
            _write(out, figures)
        return
    from evals.report import table, verdict, where_it_lost
    from evals.show import LINGER_S, Screens, show

    say = partial(SAY.print, markup=False, soft_wrap=True)

    def ready(screens: Screens) -> None:
        say(f"Console: {screens.console}   (API: {screens.api})", style="bold")
        say("Open it in a browser. Ctrl-C stops everything.")

    def over(results: "dict[str, ArmResult]") -> None:
        SAY.print(table(results))
        say(verdict(results), style="bold")
        lost = where_it_lost(results)
        say("Where the copilot lost:" if lost else "The copilot lost nowhere.")
        for line in lost:
            say(f"  {line}")
        say(f"The console shows this too, for {LINGER_S / 60:.0f} minutes; Ctrl-C ends it now.")
        if out is not None:
            document = {name: result.as_dict() for name, result in results.items()}
            if out == Path("-"):
                put(document)
            else:
                _write(out, document)

    say(
        "A Tuesday of deliveries. You come in at 09:30, when the early shift goes home. At 10:00 "
        "the clock begins to wait for you: a snarl, an urgent order, two callers."
    )
    try:
        show(
            settings.home / "demo",
            seed=seed,
            port=port or settings.port,
            console_port=console_port or settings.console_port,
            fast=speed,
            patience_s=patience,
            say=say,
            progress=say,
            ready=ready,
            over=over,
            roads=roads,
            vehicles=vehicles,
        )
    finally:
        say("Everything is stopped.")


def _write(out: Path, document: object) -> None:
    """Write figures where they were asked for; NotReady where that cannot be."""
    try:
        out.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", "utf-8")
    except OSError as error:
        raise NotReady(f"cannot write the figures to {out}: {error.strerror}") from error
    typer.echo(f"figures in {out}")


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
