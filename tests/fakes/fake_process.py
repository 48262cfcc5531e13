"""Starts and stops a fake platform in another process, which outlives its callers, and reads its log."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self, cast

ROOT = Path(__file__).parents[2]


class FakeProcess:
    """The process runs inside the `with` block. It prints its port, and appends to *log*."""

    def __init__(self, module: str, log: Path, *options: str) -> None:
        self.log = log
        self.port = 0
        self._command = [sys.executable, "-m", module, str(log), *options]

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(self._command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        self.port = int(cast(IO[str], self._process.stdout).readline())
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        with self._process:
            self._process.terminate()

    def entries(self, did: str = "post") -> list[dict[str, Any]]:
        """What it carried out, in order, by its own log."""
        lines = self.log.read_text(encoding="utf-8").splitlines(keepends=True)
        whole = [json.loads(line) for line in lines if line.endswith("\n")]
        return [line for line in whole if line["did"] == did]
