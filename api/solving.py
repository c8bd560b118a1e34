"""A public instance solved from the command line, with what is written about it."""

import json
import time
from pathlib import Path
from typing import Annotated, Literal, cast

import typer

from api.terminal import Seed, put, working
from core.errors import Refused

_SHOWN = 5
"""Customers left out whose reason is printed; the JSON names all."""
_BY_CLOCK = "slices of rounds until the CPU seconds are spent"

Format = Literal["solomon", "vrplib", "lilim", "ortec"]


def solve(
    file: Annotated[Path, typer.Argument(help="A public instance.")],
    form: Annotated[
        Format, typer.Option("--format", help="How it is written, and by which rules it counts.")
    ],
    seconds: Annotated[
        float | None, typer.Option(min=0.01, max=86_400, help="Limit in CPU seconds of one core.")
    ] = None,
    iterations: Annotated[
        int | None, typer.Option(min=1, help="Limit in rounds: the same plan every time.")
    ] = None,
    seed: Seed = 1,
    out: Annotated[
        Path | None, typer.Option("--json", help="File for the plan; - is standard output.")
    ] = None,
) -> None:
    """Solve a public benchmark file (VRPTW, PDPTW, reloads, prizes) under its own objective."""
    with working(f"solving {file.name}", quiet=out == Path("-")):
        found = solve_file(file, form, seconds=seconds, iterations=iterations, seed=seed)
    refused = cast(dict[str, str], found["reasons"])
    if out == Path("-"):
        put(found)
    else:
        if out is not None:
            _write(found, out)
        state = "holds" if found["feasible"] else found["problem"]
        typer.echo(f"{found['objective']} with {found['vehicles']} vehicles: {state}")
        for customer, why in list(refused.items())[:_SHOWN]:
            typer.echo(f"  customer {customer}: {why}")
    if not found["feasible"]:
        raise typer.Exit(1)


def solve_file(
    path: Path, form: Format, *, seconds: float | None, iterations: int | None, seed: int
) -> dict[str, object]:
    """Return the plan of a file as JSON; what is compiled and loaded comes before the clock."""
    from core.routing.public import solve as public
    from core.routing.public.budget import Budget, Rounds, Seconds
    from core.routing.public.judge import refusals
    from core.routing.public.read import read

    if (seconds is None) == (iterations is None):
        raise Refused("give a limit: either --seconds or --iterations")
    instance = read(path, form)
    public.warm_up(instance)
    began = time.process_time()
    budget: Budget
    if iterations is not None:
        budget = Rounds(iterations)
    else:
        assert seconds is not None
        budget = Seconds(seconds, time.process_time, began)
    found = public.solve(instance, budget, seed=seed)
    spent_s = time.process_time() - began
    verdict = found.verdict
    cost = round(verdict.cost, 4)
    return {
        "instance": instance.name,
        "convention": instance.convention,
        "routes": [list(r) for r in found.routes],
        "objective": int(cost) if cost == int(cost) else cost,
        "vehicles": verdict.vehicles,
        "feasible": verdict.problem is None,
        "problem": verdict.problem,
        "unserved": list(verdict.unserved),
        "reasons": {str(c): why for c, why in refusals(instance, verdict.unserved).items()},
        "engines": [
            {"engine": u.engine, "seed": u.seed, "iterations": u.iterations, "cost": u.cost}
            for u in found.engines
        ],
        "limit": {
            "seconds": seconds,
            "iterations": iterations,
            "reproducible": budget.reproducible,
            "counted": "rounds" if seconds is None else _BY_CLOCK,
            "cpu_seconds": round(spent_s, 3),
        },
    }


def _write(document: dict[str, object], out: Path) -> None:
    """Write a result to a file, or refuse the name."""
    try:
        out.write_text(json.dumps(document, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise Refused(f"{out} can't be written ({error.strerror})") from None
