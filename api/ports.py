"""A port to listen on: the one asked for, or the next free one."""

import socket
from collections.abc import Callable

from core.errors import NotReady

TRIED = 50


def listen(host: str, port: int, tell: Callable[[str], None]) -> socket.socket:
    """Return a socket that listens on `port` or the next free one; `tell` hears which other."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in range(port, min(port + TRIED, 65536)):
        bound = socket.socket(family, socket.SOCK_STREAM)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((host, candidate))
            # Two programs may bind one port at the same moment; only one of them may listen.
            bound.listen()
        except OSError as error:
            bound.close()
            if candidate == port:
                tell(f"port {port} on {host} is taken ({error.strerror}); looking for the next one")
            continue
        if candidate != port:
            tell(f"using port {candidate} instead of {port}")
        return bound
    raise NotReady(f"no free port from {port} on at {host}; name another one with --port")


def free_port(host: str, port: int, tell: Callable[[str], None]) -> int:
    """Return a port that is free at this moment, for a program that binds it itself."""
    bound = listen(host, port, tell)
    try:
        return int(bound.getsockname()[1])
    finally:
        bound.close()
