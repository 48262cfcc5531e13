"""The client of the fake Slack in another process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import httpx

from tests.fakes.fake_process import ROOT, FakeProcess
from tests.fakes.slack import Fault

__all__ = ["ROOT", "SlackProcess"]


class SlackProcess(FakeProcess):
    """The process of the fake Slack; it runs inside the `with` block."""

    def __init__(
        self,
        log: Path,
        *,
        delay_ms: float = 30,
        cuts: float = 0,
        busy: float = 0,
        broken: float = 0,
        seed: int = 1,
    ) -> None:
        shares = [f"--cuts={cuts}", f"--busy={busy}", f"--broken={broken}"]
        super().__init__(
            "tests.fakes.slack_server", log, "--any-channel", f"--delay-ms={delay_ms}", f"--seed={seed}", *shares
        )

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/"

    async def set_faults(self, faults: Sequence[Fault]) -> None:
        """Replace its faults."""
        await self._send({"call": "faults", "faults": [asdict(fault) for fault in faults]})

    async def wait_for_posts(self, posts: int) -> None:
        """Wait until that many messages were posted."""
        await self._send({"call": "until", "posts": posts})

    async def _send(self, request: dict[str, Any]) -> None:
        async with httpx.AsyncClient(timeout=60, trust_env=False) as client:
            (await client.post(f"http://127.0.0.1:{self.port}/_control", json=request)).raise_for_status()
