"""Ask a server for its health again and again, each time on a new connection, as an orchestrator does.

    python -m tests.bot.health_probe URL SECONDS

Prints `[[status, seconds], …]`; the status is 0 without an answer. A process of its own, so that no attack delays it.
"""

from __future__ import annotations

import json
import sys
import time
import urllib.request
from contextlib import suppress

PAUSE_S = 0.01


def probe(url: str, seconds: float) -> list[tuple[int, float]]:
    answers = []
    end = time.perf_counter() + seconds
    while (started := time.perf_counter()) < end:
        status = 0
        with suppress(OSError), urllib.request.urlopen(url, timeout=60) as answer:
            status = answer.status
        answers.append((status, time.perf_counter() - started))
        time.sleep(PAUSE_S)
    return answers


if __name__ == "__main__":
    json.dump(probe(sys.argv[1], float(sys.argv[2])), sys.stdout)
