"""Where the figures of a benchmark go: a file, standard output, or tables on the terminal."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, cast

import typer
from rich.console import RenderableType

from api.charting import chart_file
from api.terminal import SAY, put

Out = Annotated[
    Path | None, typer.Option("--json", help="File for the figures; - is standard output.")
]
Plot = Annotated[
    Path | None,
    typer.Option(help="File for a chart: .html, or .json for Vega-Lite.", callback=chart_file),
]
Strict = Annotated[bool, typer.Option(help="End with 1 where a target is missed.")]


def quiet(out: Path | None) -> bool:
    """Return whether standard output is kept for the figures."""
    return out == Path("-")


def tell_figures(
    figures: Mapping[str, Any],
    out: Path | None,
    summary: str,
    tables: Iterable[RenderableType] = (),
    beside: Callable[[Path], None] | None = None,
    *,
    strict: bool,
) -> None:
    """Write the figures, and say them in tables and a summary unless they went to the terminal.

    `beside` writes something more next to a file of figures, whose path it is given. `strict`
    ends the command with 1 where a target is missed.
    """
    _write(figures, out, summary, tables, beside)
    if strict and missed(figures):
        raise typer.Exit(1)


def missed(figures: Mapping[str, Any]) -> bool:
    """Return whether figures say that a target is missed: by name, line by line, or in one word."""
    targets: Any = figures.get("targets", ())
    held = isinstance(targets, (list, tuple))
    lines = cast("Sequence[Mapping[str, Any]]", targets if held else ())
    named = bool(figures.get("missed", ()))
    return named or any(not t["met"] for t in lines) or not figures.get("good", True)


def _write(
    figures: Mapping[str, Any],
    out: Path | None,
    summary: str,
    tables: Iterable[RenderableType],
    beside: Callable[[Path], None] | None,
) -> None:
    if quiet(out):
        put(figures)
        return
    if out is not None:
        text = json.dumps(figures, ensure_ascii=False, indent=2) + "\n"
        out.write_text(text, encoding="utf-8")
        if beside is not None:
            beside(out)
    for table in tables:
        SAY.print(table)
    typer.echo(summary)
