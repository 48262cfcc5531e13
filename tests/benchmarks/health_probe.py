"""Ask a server for its health every 20 ms, each time on a new connection, as an orchestrator does.

    python -m tests.benchmarks.health_probe URL

Runs until SIGTERM, then prints `[[status, seconds], …]`; the status is 0 without an answer. It prints an empty line when
it starts. A process of its own, so that nothing else that the benchmark does delays it.
"""

from __future__ import annotations

import json
import signal
import sys
import time
import urllib.request
from contextlib import suppress
from threading import Event

INTERVAL_S = 0.02
TIMEOUT_S = 15


def probe(url: str, stop: Event) -> list[tuple[int, float]]:
    answers = []
    while not stop.is_set():
        started = time.perf_counter()
        status = 0
        with suppress(OSError), urllib.request.urlopen(url, timeout=TIMEOUT_S) as answer:
            status = answer.status
        taken_s = time.perf_counter() - started
        answers.append((status, taken_s))
        stop.wait(max(0.0, INTERVAL_S - taken_s))
    return answers


def main() -> None:
    stop = Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    print(flush=True)
    json.dump(probe(sys.argv[1], stop), sys.stdout)


if __name__ == "__main__":
    main()
