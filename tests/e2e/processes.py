"""A free port for an external process, and waiting until it answers."""

from __future__ import annotations

import socket
import time
from urllib.error import URLError
from urllib.request import urlopen

PATIENCE_S = 60


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def until_answers(address: str, *, every_s: float = 0.1) -> None:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        try:
            with urlopen(address, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(every_s)
    raise AssertionError(f"no answer at {address}")
