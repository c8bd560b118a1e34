"""The command `tenfour version`."""

from importlib import metadata

import typer

from api.terminal import Json, put


def version(as_json: Json = False) -> None:
    """Say which tenfour this is."""
    if as_json:
        put({"version": _text()})
    else:
        typer.echo(_text())


def _text() -> str:
    try:
        return metadata.version("tenfour")
    except metadata.PackageNotFoundError:
        return "0.1.0"
