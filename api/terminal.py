"""The terminal: shared options, results on standard output, words on standard error."""

import json
import signal
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

SAY = Console(stderr=True, highlight=False)
"""People read standard error; standard output carries results."""

Json = Annotated[bool, typer.Option("--json", help="Write one JSON document to standard output.")]
RoadsOption = Annotated[
    Path | None,
    typer.Option("--roads", help="OpenStreetMap extract (.osm.pbf); the bundled city if left out."),
]
Seed = Annotated[int, typer.Option(help="Same inputs and same seed give the same answer.")]


def put(value: object) -> None:
    """Write a result for machines."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")
    sys.stdout.flush()


@contextmanager
def working(words: str, *, quiet: bool = False) -> Generator[Callable[[str], None]]:
    """Show that something long runs; call what it gives with what happens next."""
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TimeElapsedColumn(),
        console=SAY,
        transient=True,
        disable=quiet or not SAY.is_terminal,
    )
    with bar:
        task = bar.add_task(words, total=None)

        def tell(text: str) -> None:
            bar.update(task, description=text)

        yield tell


def until_stopped(alive: Callable[[], bool]) -> None:
    """Wait for Ctrl-C or a polite kill, or until the thing itself is over."""
    over = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        over.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    while alive() and not over.wait(0.3):
        pass
