"""The console as a process of its own; it speaks HTTP to the API and no more."""

import os
import subprocess
import sys
from importlib.util import find_spec

from core.errors import NotReady


def start_console(host: str, port: int, api_url: str, key: str) -> subprocess.Popen[bytes]:
    """Start the console on a port, against the API at `api_url`; the caller ends it."""
    found = find_spec("ui.app")
    if found is None or found.origin is None:
        raise NotReady("the console is not installed; install tenfour again")
    words = [
        *(sys.executable, "-m", "streamlit", "run", found.origin),
        *(f"--server.address={host}", f"--server.port={port}", "--server.headless=true"),
        *("--browser.gatherUsageStats=false", "--client.toolbarMode=minimal"),
        *("--server.fileWatcherType=none", "--global.developmentMode=false"),
        "--logger.level=warning",
        # Its message cache breaks when parts of the page refresh at once: "ForwardMsg MISS".
        "--global.minCachedMessageSize=1e12",
        # Amber and red belong to promises, so the accent is a blue. Dark or light: as the
        # browser asks for, which at night is dark.
        *("--theme.dark.primaryColor=#3A86C8", "--theme.light.primaryColor=#2B6CA8"),
    ]
    environment = {**os.environ, "TENFOUR_API_URL": api_url, "TENFOUR_API_KEY": key}
    # Its greeting repeats the address; what goes wrong it says on standard error.
    return subprocess.Popen(  # noqa: S603  # our own interpreter and file
        words, env=environment, stdout=subprocess.DEVNULL
    )
