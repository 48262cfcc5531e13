"""Slack, both ways: what comes in through its door, and the platform that cards go out to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

import structlog
from starlette.routing import Route

from integrations.ports.door import AdapterContext, CheckResult
from integrations.ports.errors import Paused, Rejected, Unavailable
from integrations.ports.inbound import ConversationRef
from integrations.slack.config import SlackConfig
from integrations.slack.ears import EventBuilder
from integrations.slack.errands import SlackBackgroundTasks
from integrations.slack.findings import SlackHealth
from integrations.slack.front import SlackEndpoint
from integrations.slack.home import HomeTab
from integrations.slack.installs import Installations
from integrations.slack.listen import BUDGET_S, SlackListeners, Within, within
from integrations.slack.manifest import REDIRECT_PATH
from integrations.slack.news import MembershipEvents
from integrations.slack.oauth import INSTALL_PATH, OAuth
from integrations.slack.people import SlackIdentities
from integrations.slack.rooms import SlackMembership
from integrations.slack.send import SlackChat
from integrations.slack.socket import SocketModeConnection
from integrations.slack.ways import ResponseUrls
from integrations.slack.web import SlackClient

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

REFRESH_EVERY_S = 60
FIRST_REFRESH_EVERY_S = 5  # notices wait for it


class SlackAdapter:
    """A Door of the ports."""

    name = "slack"

    def __init__(
        self, config: SlackConfig, house: AdapterContext, *, budget_s: float = BUDGET_S, in_time: Within = within
    ) -> None:
        self.config = config
        self.house = house
        self.looked = asyncio.Event()
        self.web = SlackClient(config)
        self.installs = Installations(config, self.web, house.notebook, house.clock)
        ways = ResponseUrls(house.secrets, house.clock)
        self.platform = SlackChat(self.web, self.installs, ways, command=config.command)
        self.errands = SlackBackgroundTasks()
        people = SlackIdentities(self.web, house.accounts, house.clock, stretch=house.stretch)
        self.sitting = SlackMembership(self.web, people, house.rooms, house.clock, stretch=house.stretch)
        ears = EventBuilder(people, self.sitting, ways, self.platform)
        home = HomeTab(self.web, house.dispatch, config.command)
        self.listener = SlackListeners(
            house,
            self.web,
            ears,
            home,
            self.errands,
            command=config.command,
            budget_s=budget_s * house.stretch,
            in_time=in_time,
        )
        news = MembershipEvents(people, self.sitting, self.installs)
        self.front = SlackEndpoint(config, house.clock, self.installs, self.listener, news)
        self.oauth = OAuth(config, house, self.web, self.installs)
        self.line = SocketModeConnection(self.web, config.app_token, self.front.dispatch, sleep=house.sleep)

    @property
    def routes(self) -> Sequence[Route]:
        events = [Route("/slack/events", self.front.receive, methods=["POST"])] if self.config.signing_secret else []
        if not self.config.several:
            return events
        return [*events, Route(INSTALL_PATH, self.oauth.install), Route(REDIRECT_PATH, self.oauth.back)]

    def connected(self) -> AbstractAsyncContextManager[None]:
        return self.web.open()

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self.errands.finished)
            if self.config.app_token:
                await stack.enter_async_context(self.line.open())
            looking = asyncio.create_task(self._look_around(), name="rooms")
            stack.push_async_callback(_cancelled, looking)
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
            await asyncio.sleep(REFRESH_EVERY_S if self.looked.is_set() else FIRST_REFRESH_EVERY_S)

    async def _look_once(self) -> bool:
        """True when every room was looked at, as far as that is possible at all."""
        rooms = [each for each in await self.house.rooms.subscribed(self.name) if not each.direct]
        return all([await self._look_at(each) for each in rooms])

    async def _look_at(self, where: ConversationRef) -> bool:
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

    async def findings(self) -> Sequence[CheckResult]:
        return await SlackHealth(self.config, self.house, self.web, self.installs).findings()


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
