"""The client of the fake platform in another process."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

from integrations.ports.cards import Card, to_json
from integrations.ports.chat import Address
from integrations.ports.errors import Rejected, Unavailable
from integrations.ports.inbound import Attachment
from tests.fakes.fake_process import ROOT, FakeProcess
from tests.fakes.platform import PlatformFaults, link_to

__all__ = ["ROOT", "PlatformProcess", "RemotePlatform"]


class RemotePlatform:
    """A ChatPlatform on a local port: one connection a call; no answer means that the outcome is uncertain."""

    def __init__(self, port: int, *, name: str = "fake", can_find: bool = True, timeout_s: float = 5) -> None:
        self.name = name
        self.can_find = can_find
        self.spacing = timedelta(0)
        self._port = port
        self._timeout_s = timeout_s

    async def post(self, to: Address, card: Card, tag: str, file: Attachment | None = None) -> str:
        return cast(str, await self._call("post", to, card=to_json(card), tag=tag))

    async def update(self, to: Address, remote_id: str, card: Card, tag: str) -> None:
        await self._call("update", to, id=remote_id, card=to_json(card), tag=tag)

    async def delete(self, to: Address, remote_id: str) -> None:
        await self._call("delete", to, id=remote_id)

    async def find(self, to: Address, tag: str, since: datetime) -> str | None:
        return cast(str | None, await self._call("find", to, tag=tag, since=since.isoformat()))

    def link(self, to: Address, remote_id: str) -> str:
        return link_to(to.conversation, remote_id)

    async def set_faults(self, faults: PlatformFaults) -> None:
        """Replace its faults."""
        await self._send({"call": "faults", "faults": asdict(faults)})

    async def wait_for_messages(self, messages: int) -> None:
        """Wait until its rooms hold that many messages."""
        await self._send({"call": "until", "messages": messages})

    async def _call(self, name: str, to: Address, **rest: object) -> object:
        answer = await self._send({"call": name, "room": to.conversation, "thread": to.thread} | rest)
        match answer:
            case {"failed": "unavailable", "retry_after_s": pause}:
                raise Unavailable(self.name, retry_after=None if pause is None else timedelta(seconds=pause))
            case {"failed": "rejected", "reason": reason, "closes_place": closes_place}:
                raise Rejected(reason, closes_place=closes_place)
            case _:
                return answer.get("result")

    async def _send(self, request: dict[str, Any]) -> dict[str, Any]:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self._port, limit=2**20)
        except OSError as error:
            raise Unavailable(self.name) from error
        try:
            async with asyncio.timeout(self._timeout_s):
                writer.write(json.dumps(request).encode() + b"\n")
                await writer.drain()
                line = await reader.readline()
        except (OSError, TimeoutError) as error:
            raise Unavailable(self.name, uncertain=True) from error
        finally:
            writer.close()
        if not line:
            raise Unavailable(self.name, uncertain=True)
        return cast(dict[str, Any], json.loads(line))


class PlatformProcess(FakeProcess):
    """The process of the fake platform; it runs inside the `with` block."""

    def __init__(self, log: Path, *, delay_ms: float = 30, cuts: float = 0, seed: int = 1) -> None:
        options = [f"--delay-ms={delay_ms}", f"--cuts={cuts}", f"--seed={seed}"]
        super().__init__("tests.fakes.platform_server", log, *options)
