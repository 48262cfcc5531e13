"""Uses Teams again as soon as Microsoft accepts us again, instead of waiting until the pause ends."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from integrations.ports.errors import Unavailable
from integrations.ports.state import AccountPauses
from integrations.teams.client import TokenSource
from integrations.teams.config import PLATFORM
from integrations.teams.errors import is_refused_by_connector

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

CHECK_EVERY_S = 30.0


class TeamsPauses:
    def __init__(self, tokens: TokenSource | None, pauses: AccountPauses) -> None:
        self._tokens = tokens
        self._pauses = pauses
        self._has_checked = False

    async def check(self) -> None:
        """If Teams is paused and Microsoft gives us a token, use it again. Raises Unavailable if the store is down.

        A token that only the Connector refuses proves nothing by being given; the first check after a start trusts it,
        because somebody may have fixed anything before.
        """
        for workspace, reason in (await self._pauses.paused(PLATFORM)).items():
            provable = not self._has_checked or not is_refused_by_connector(reason)
            if provable and await self._has_token():
                await self._pauses.resume(PLATFORM, workspace)
        self._has_checked = True

    async def _has_token(self) -> bool:
        try:
            if self._tokens:
                await self._tokens.get()
        except Unavailable:
            return False
        return True

    async def check_forever(self, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """Check regularly until cancelled."""
        while True:
            await sleep(CHECK_EVERY_S)
            try:
                await self.check()
            except Unavailable as problem:
                log.warning("pause not checked", action="teams.pause_unchecked", reason=str(problem))
