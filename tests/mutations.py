"""Payloads that are almost right: one of a platform's own with some of its parts taken out or replaced."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

Path = tuple[str | int, ...]
MAX_PATH = 8

NESTED: Any = "deep"
for _ in range(200):
    NESTED = [NESTED]

ODD_VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    10**400,
    1.5e308,
    "",
    "\ud800",
    "a\x00b",
    "x" * 100_000,
    "9" * 400,
    [],
    [None],
    [[]],
    [{"id": []}],
    {},
    {"id": {}},
    {"type": []},
    NESTED,
)
MISSING = object()


@dataclass(frozen=True)
class Mutations:
    """Which payload is changed, and its changes: the number of a path, and of an odd value (-1: the part is missing)."""

    which: int
    steps: tuple[tuple[int, int], ...]

    def of(self, payloads: Sequence[Any]) -> Any:
        """One of *payloads* with the changes."""
        payload = copy.deepcopy(payloads[self.which % len(payloads)])
        for place, odd in self.steps:
            candidates = [*paths(payload)]
            value = MISSING if odd < 0 else copy.deepcopy(ODD_VALUES[odd])
            payload = replaced(payload, candidates[place % len(candidates)], value)
        return payload


_steps = st.tuples(st.integers(0, 1_000), st.integers(-1, len(ODD_VALUES) - 1))
mutations = st.builds(Mutations, st.integers(0, 50), st.lists(_steps, min_size=1, max_size=3).map(tuple))


def paths(value: Any, here: Path = ()) -> Iterator[Path]:
    """The path of every part of *value*, itself included."""
    yield here
    if len(here) < MAX_PATH:
        parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for name, part in parts:
            yield from paths(part, (*here, name))


def replaced(payload: Any, path: Path, value: Any) -> Any:
    """*payload* with *value* at *path*, or without that part."""
    if not path:
        return {} if value is MISSING else value
    *parents, name = path
    owner = payload
    for parent in parents:
        owner = owner[parent]
    if value is MISSING:
        del owner[name]
    else:
        owner[name] = value
    return payload
