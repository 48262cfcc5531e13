"""Slack, both ways: what comes in through its door, and the platform that cards go out to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from starlette.routing import Route

from integrations.ports.chat import ChatPlatform
from integrations.ports.door import Finding, House
from integrations.slack.config import SlackConfig
from integrations.slack.installs import Installs
from integrations.slack.send import SlackChat
from integrations.slack.ways import Ways
from integrations.slack.web import Web


class SlackDoor:
    """A Door of the ports."""

    name = "slack"

    def __init__(self, config: SlackConfig, house: House) -> None:
        self.config = config
        self.house = house
        self.web = Web(config)
        self.installs = Installs(config, self.web, house.notebook, house.clock)
        self.ways = Ways(house.secrets, house.clock)
        self.platform: ChatPlatform = SlackChat(self.web, self.installs, self.ways, command=config.command)
        self.routes: Sequence[Route] = ()

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        async with self.web.open():
            yield

    async def findings(self) -> Sequence[Finding]:
        return ()
