"""How speed is measured: ours and bare in turn, so that whatever else the machine does slows both alike."""

from __future__ import annotations

import gc
import resource
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles


@dataclass(frozen=True, slots=True)
class Timings:
    """What ours and the bare library took, pair by pair, in seconds."""

    ours: tuple[float, ...]
    bare: tuple[float, ...]

    @property
    def ratios(self) -> tuple[float, ...]:
        """Each of ours against the bare run beside it: a machine that is busy for a while spoils no pair."""
        return tuple(ours / bare for ours, bare in zip(self.ours, self.bare, strict=True))


@dataclass(frozen=True, slots=True)
class Measurement:
    """One line of the table. `facts` are further numbers by name; `bar` is what it should keep to, `kept` whether it does."""

    part: str
    case: str
    store: str
    timings: Timings
    facts: Mapping[str, float] = field(default_factory=dict)
    bar: str = ""
    kept: bool | None = None

    def as_json(self) -> dict[str, object]:
        ratios = self.timings.ratios
        return {
            "part": self.part,
            "case": self.case,
            "store": self.store,
            "runs": len(ratios),
            "ours_s": median(self.timings.ours),
            "bare_s": median(self.timings.bare),
            "ratio": median(ratios),
            "ratio_low": low(ratios),
            "ratio_high": high(ratios),
            **self.facts,
            "bar": self.bar,
            "kept": self.kept,
        }


def low(values: Sequence[float]) -> float:
    """The lower end of what is usual: the 5th percentile, or the least of a few."""
    return min(values) if len(values) < 20 else quantiles(values, n=20)[0]


def high(values: Sequence[float]) -> float:
    """The upper end of what is usual: the 95th percentile, or the greatest of a few."""
    return max(values) if len(values) < 20 else quantiles(values, n=20)[-1]


async def measure_in_turn(
    ours: Callable[[], Awaitable[float]], bare: Callable[[], Awaitable[float]], *, runs: int, warm_up: int = 1
) -> Timings:
    """Seconds of *ours* and *bare*, A B A B …, after some pairs that do not count."""
    pairs = [(await ours(), await bare()) for _ in range(warm_up + runs)][warm_up:]
    return Timings(tuple(a for a, _ in pairs), tuple(b for _, b in pairs))


@contextmanager
def stopwatch() -> Iterator[list[float]]:
    """Seconds of what is inside, as the one entry of the list; what was thrown away before is collected first."""
    gc.collect()
    taken: list[float] = []
    started = time.perf_counter()
    yield taken
    taken.append(time.perf_counter() - started)


def peak_mb() -> float:
    """The most memory this process ever held, in MiB."""
    status = Path("/proc/self/status")
    if status.exists():
        # On Linux ru_maxrss starts from what the parent held when it forked; this line is of the program alone.
        peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(peak.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)


def print_progress(words: str) -> None:
    """Progress, away from the table."""
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()
