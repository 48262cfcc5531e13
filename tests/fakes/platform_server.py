"""The fake platform as a process that outlives its callers, with a log that only it writes.

    python -m tests.fakes.platform_server LOG [--delay-ms 30] [--cuts 0.0] [--seed 1]

It prints its port, then answers each line, a JSON object, with another one. A call whose outcome is to be uncertain
gets no answer: the connection breaks. The log has one JSON object for everything that was carried out.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from random import Random
from typing import IO, Any

from integrations.ports.cards import card_from_json
from integrations.ports.chat import Address
from integrations.ports.errors import Rejected, Unavailable
from tests.fakes.platform import FakePlatform, PlatformFaults, PostedMessage

Answer = dict[str, Any]


class PlatformServer:
    """A FakePlatform behind a socket; *cuts* is the share of posts whose connection breaks, before or after."""

    def __init__(self, log: IO[str], *, delay_s: float, cuts: float, random: Random) -> None:
        self._log = log
        self._delay_s = delay_s
        self._cuts = cuts
        self._random = random
        self._platform = FakePlatform(pause=self._pause, on_change=self._write)

    async def _pause(self) -> None:
        if self._delay_s:
            await asyncio.sleep(self._random.uniform(0, self._delay_s))

    def _write(self, did: str, room: str, message: PostedMessage) -> None:
        line = {"did": did, "room": room, "id": message.id, "tag": message.tag, "title": message.card.title}
        self._log.write(json.dumps(line | {"at": time.time()}) + "\n")
        self._log.flush()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                answer = await self._answer(json.loads(line))
                if answer is None:
                    writer.transport.abort()
                    return
                writer.write(json.dumps(answer).encode() + b"\n")
                await writer.drain()
        except ConnectionError:
            pass  # the caller was killed; what it asked for is done
        finally:
            writer.close()

    async def _answer(self, request: Mapping[str, Any]) -> Answer | None:
        """The answer, or None to break the connection."""
        if request["call"] == "faults":
            self._platform.faults = PlatformFaults(**request["faults"])
            return {}
        if request["call"] == "until":
            await self._platform.wait_for_messages(request["messages"])
            return {}
        if request["call"] == "post" and self._random.random() < self._cuts:
            self._platform.faults.cuts.append(self._random.choice(("before", "after")))
        try:
            return {"result": await self._carry_out(request)}
        except Unavailable as error:
            if error.uncertain:
                return None
            return {"failed": "unavailable", "retry_after_s": error.retry_after and error.retry_after.total_seconds()}
        except Rejected as error:
            return {"failed": "rejected", "reason": error.reason, "closes_place": error.closes_place}

    async def _carry_out(self, request: Mapping[str, Any]) -> str | None:
        to = Address("fake", "", request["room"], request["thread"])
        match request["call"]:
            case "post":
                return await self._platform.post(to, card_from_json(request["card"]), request["tag"])
            case "update":
                await self._platform.update(to, request["id"], card_from_json(request["card"]), request["tag"])
            case "delete":
                await self._platform.delete(to, request["id"])
            case "find":
                return await self._platform.find(to, request["tag"], datetime.fromisoformat(request["since"]))
            case call:
                raise ValueError(f"unknown call: {call}")
        return None


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("log", type=Path)
    parser.add_argument("--delay-ms", type=float, default=30)
    parser.add_argument("--cuts", type=float, default=0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    with options.log.open("a", encoding="utf-8") as log:
        server = PlatformServer(log, delay_s=options.delay_ms / 1000, cuts=options.cuts, random=Random(options.seed))
        listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, limit=2**20)
        print(listening.sockets[0].getsockname()[1], flush=True)
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(main())
