"""The fake Slack in another process: how to start it, how to spoil its mood, and how to read its log."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self, cast

import httpx

from tests.fakes.slack import Fault

ROOT = Path(__file__).parents[2]


class SlackProcess:
    """The other process, for as long as the `with` block lasts."""

    def __init__(self, log: Path, *, delay_ms: float = 30, cuts: float = 0, seed: int = 1) -> None:
        self.log = log
        self.port = 0
        options = ["--open-house", f"--delay-ms={delay_ms}", f"--cuts={cuts}", f"--seed={seed}"]
        self._command = [sys.executable, "-m", "tests.fakes.slack_server", str(log), *options]

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(self._command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        self.port = int(cast(IO[str], self._process.stdout).readline())
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        with self._process:
            self._process.terminate()

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/"

    async def has(self, faults: Sequence[Fault]) -> None:
        """From now on, these faults and no others."""
        await self._ask({"call": "faults", "faults": [asdict(each) for each in faults]})

    async def until_posted(self, posts: int) -> None:
        """Wait until so many messages were posted."""
        await self._ask({"call": "until", "posts": posts})

    async def _ask(self, question: dict[str, Any]) -> None:
        async with httpx.AsyncClient(timeout=60, trust_env=False) as client:
            (await client.post(f"http://127.0.0.1:{self.port}/_control", json=question)).raise_for_status()

    def happened(self, did: str = "post") -> list[dict[str, Any]]:
        """What the other process says was carried out, in order."""
        lines = self.log.read_text(encoding="utf-8").splitlines(keepends=True)
        whole = [json.loads(line) for line in lines if line.endswith("\n")]
        return [line for line in whole if line["did"] == did]
