"""Slack, both ways: what comes in through its door, and the platform that cards go out to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

import structlog
from starlette.routing import Route

from integrations.ports.door import Finding, House
from integrations.ports.errors import Paused, Rejected, Unavailable
from integrations.ports.inbound import Whereabouts
from integrations.slack.config import SlackConfig
from integrations.slack.ears import Ears
from integrations.slack.errands import Errands
from integrations.slack.findings import Checks
from integrations.slack.front import Front
from integrations.slack.home import Home
from integrations.slack.installs import Installs
from integrations.slack.listen import BUDGET_S, Listener, Within, within
from integrations.slack.manifest import BACK
from integrations.slack.news import News
from integrations.slack.oauth import INSTALL, OAuth
from integrations.slack.people import People
from integrations.slack.rooms import Sitting
from integrations.slack.send import SlackChat
from integrations.slack.socket import Line
from integrations.slack.ways import Ways
from integrations.slack.web import Web

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

LOOK_EVERY_S = 60
FIRST_LOOK_EVERY_S = 5  # notices wait for it


class SlackDoor:
    """A Door of the ports."""

    name = "slack"

    def __init__(
        self, config: SlackConfig, house: House, *, budget_s: float = BUDGET_S, in_time: Within = within
    ) -> None:
        self.config = config
        self.house = house
        self.looked = asyncio.Event()
        self.web = Web(config)
        self.installs = Installs(config, self.web, house.notebook, house.clock)
        ways = Ways(house.secrets, house.clock)
        self.platform = SlackChat(self.web, self.installs, ways, command=config.command)
        self.errands = Errands()
        people = People(self.web, house.accounts, house.clock, stretch=house.stretch)
        self.sitting = Sitting(self.web, people, house.rooms, house.clock, stretch=house.stretch)
        ears = Ears(people, self.sitting, ways, self.platform)
        home = Home(self.web, house.dispatch, config.command)
        self.listener = Listener(
            house,
            self.web,
            ears,
            home,
            self.errands,
            command=config.command,
            budget_s=budget_s * house.stretch,
            in_time=in_time,
        )
        news = News(people, self.sitting, self.installs)
        self.front = Front(config, house.clock, self.installs, self.listener, news)
        self.oauth = OAuth(config, house, self.web, self.installs)
        self.line = Line(self.web, config.app_token, self.front.dispatch, sleep=house.sleep)

    @property
    def routes(self) -> Sequence[Route]:
        events = [Route("/slack/events", self.front.receive, methods=["POST"])] if self.config.signing_secret else []
        if not self.config.several:
            return events
        return [*events, Route(INSTALL, self.oauth.install), Route(BACK, self.oauth.back)]

    def connected(self) -> AbstractAsyncContextManager[None]:
        return self.web.open()

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self.errands.finished)
            if self.config.app_token:
                await stack.enter_async_context(self.line.open())
            looking = asyncio.create_task(self._look_around(), name="rooms")
            stack.push_async_callback(_ended, looking)
            yield

    async def _look_around(self) -> None:
        """Look again who sits in the rooms that follow something: who came and went while nobody listened is not known."""
        known = self.config.several
        while True:
            try:
                known = known or bool(await self.installs.asked())
                if await self._look_once():
                    self.looked.set()
            except (Unavailable, Rejected) as problem:
                log.warning("rooms were not looked at", action="slack.rooms_unknown", kind=type(problem).__name__)
            await asyncio.sleep(LOOK_EVERY_S if self.looked.is_set() else FIRST_LOOK_EVERY_S)

    async def _look_once(self) -> bool:
        """True when every room was looked at, as far as that is possible at all."""
        rooms = [each for each in await self.house.rooms.subscribed(self.name) if not each.direct]
        return all([await self._look_at(each) for each in rooms])

    async def _look_at(self, where: Whereabouts) -> bool:
        """One that cannot be looked at, for want of a scope or a token, does not keep the others from it."""
        try:
            if installation := await self.installs.of(where.workspace):
                await self.sitting.look(installation, where)
        except Unavailable as problem:
            log.warning(
                "a room was not looked at",
                action="slack.room_unseen",
                conversation=where.conversation,
                kind=type(problem).__name__,
            )
            if not isinstance(problem, Paused):
                return False
            if not self.looked.is_set():  # what was known before the start may be long past
                await self.house.rooms.seen(where, None, external=False)
        return True

    async def findings(self) -> Sequence[Finding]:
        return await Checks(self.config, self.house, self.web, self.installs).findings()


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
