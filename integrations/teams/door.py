"""The Teams door: what the Bot Connector sends comes in at one address, what we say leaves through its API."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from integrations.ports.door import Finding, House
from integrations.teams.config import TeamsConfig
from integrations.teams.send import TeamsChat


class TeamsDoor:
    """One Azure Bot in one tenant, both ways."""

    name = "teams"

    def __init__(self, config: TeamsConfig, house: House) -> None:
        self._config = config
        self._house = house
        self.platform = TeamsChat()
        self.routes = [Route("/api/messages", self._heard, methods=["POST"])]

    async def _heard(self, _request: Request) -> Response:
        return Response(status_code=501)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        yield

    async def findings(self) -> Sequence[Finding]:
        return ()
