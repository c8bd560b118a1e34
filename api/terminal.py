"""The terminal: shared options, results on standard output, words on standard error."""

import json
import signal
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from typer.exceptions import TyperException

from core.errors import CopilotError

SAY = Console(stderr=True, highlight=False)
"""People read standard error; standard output carries results."""

Json = Annotated[bool, typer.Option("--json", help="Write one JSON document to standard output.")]
RoadsOption = Annotated[
    Path | None,
    typer.Option("--roads", help="OpenStreetMap extract (.osm.pbf); the bundled city if left out."),
]
PlannedRoads = Annotated[
    Path | None, typer.Option("--roads", help="The extract that the days were planned on.")
]
Place = Annotated[
    str | None, typer.Option(help="Whose days; the only operation of the database if left out.")
]
Until = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="The first day that is not read; all if left out."),
]
DayOption = Annotated[
    str | None, typer.Option("--day", help="Id of the day; the latest in the database if left out.")
]
TravelOption = Annotated[
    Literal["estimate", "roads"] | None,
    typer.Option(
        "--travel",
        help="Travel times by formula, or on roads. Left out: as the day was planned, else "
        "on roads where --roads names them, else by formula.",
    ),
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


def run_commands(app: typer.Typer, debug: Callable[[], bool]) -> None:
    """Run the commands typed; what goes wrong is one sentence, and a traceback with `debug`."""
    try:
        code: object = app(prog_name="tenfour", standalone_mode=False)
    except TyperException as error:
        _explain_usage(error)
        raise SystemExit(2) from None
    except (typer.Abort, KeyboardInterrupt):
        raise SystemExit(130) from None
    except CopilotError as error:
        if debug():
            raise
        _say(f"tenfour: {error}")
        raise SystemExit(2) from None
    except Exception as error:
        if debug():
            raise
        _say(f"tenfour failed ({type(error).__name__}); run it as tenfour --debug ... for details")
        raise SystemExit(3) from None
    raise SystemExit(code if isinstance(code, int) else 0)


def _say(words: str) -> None:
    SAY.print(words, style="red", markup=False, soft_wrap=True)


def _explain_usage(error: TyperException) -> None:
    """Say what was wrong with the words typed, and where the right ones are listed."""
    context: object = getattr(error, "ctx", None)
    path = getattr(context, "command_path", "tenfour") if context is not None else "tenfour"
    told: object = getattr(error, "format_message", error.__str__)()
    if str(told):
        words = f"{path}: {str(told).removeprefix('Value error, ').rstrip('.')}; see {path} --help"
        _say(words)
