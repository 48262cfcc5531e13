"""Slack, both ways: what comes in through its door, and the platform that cards go out to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

import structlog
from starlette.routing import Route

from integrations.ports.errors import Paused, Rejected, Unavailable
from integrations.ports.inbound import ConversationRef
from integrations.ports.platform import AdapterContext, CheckResult
from integrations.slack.background import SlackBackgroundTasks
from integrations.slack.client import SlackClient
from integrations.slack.config import INSTALL_PATH, REDIRECT_PATH, SlackConfig
from integrations.slack.endpoint import SlackEndpoint
from integrations.slack.events import EventBuilder
from integrations.slack.health import SlackHealth
from integrations.slack.identity import SlackIdentities
from integrations.slack.installations import Installations
from integrations.slack.listeners import BUDGET_S, HomeTab, SlackListeners, Within, within
from integrations.slack.membership import MembershipEvents, SlackMembership
from integrations.slack.oauth import OAuth
from integrations.slack.responses import ResponseUrls
from integrations.slack.send import SlackChat
from integrations.slack.socket_mode import SocketModeConnection

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

REFRESH_EVERY_S = 60
FIRST_REFRESH_EVERY_S = 5  # notices wait for it


class SlackAdapter:
    """A Door of the ports."""

    name = "slack"

    def __init__(
        self, config: SlackConfig, context: AdapterContext, *, budget_s: float = BUDGET_S, in_time: Within = within
    ) -> None:
        self.config = config
        self.context = context
        self.ready = asyncio.Event()
        self.client = SlackClient(config)
        self.installations = Installations(config, self.client, context.secret_store, context.clock)
        response_urls = ResponseUrls(context.cipher, context.clock)
        self.platform = SlackChat(self.client, self.installations, response_urls, command=config.command)
        self.background = SlackBackgroundTasks()
        identities = SlackIdentities(self.client, context.accounts, context.clock, stretch=context.stretch)
        self.membership = SlackMembership(
            self.client, identities, context.membership, context.clock, stretch=context.stretch
        )
        events = EventBuilder(identities, self.membership, response_urls, self.platform)
        home = HomeTab(self.client, context.dispatch, config.command)
        self.listeners = SlackListeners(
            context,
            self.client,
            events,
            home,
            self.background,
            command=config.command,
            budget_s=budget_s * context.stretch,
            in_time=in_time,
        )
        membership_events = MembershipEvents(identities, self.membership, self.installations)
        self.endpoint = SlackEndpoint(config, context.clock, self.installations, self.listeners, membership_events)
        self.oauth = OAuth(config, context, self.client, self.installations)
        self.socket_mode = SocketModeConnection(
            self.client, config.app_token, self.endpoint.dispatch, sleep=context.sleep
        )

    @property
    def routes(self) -> Sequence[Route]:
        events = [Route("/slack/events", self.endpoint.receive, methods=["POST"])] if self.config.signing_secret else []
        if not self.config.is_multi_workspace:
            return events
        return [*events, Route(INSTALL_PATH, self.oauth.install), Route(REDIRECT_PATH, self.oauth.callback)]

    def connected(self) -> AbstractAsyncContextManager[None]:
        return self.client.open()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self.background.drain)
            if self.config.app_token:
                await stack.enter_async_context(self.socket_mode.open())
            looking = asyncio.create_task(self._refresh_loop(), name="rooms")
            stack.push_async_callback(_cancelled, looking)
            yield

    async def _refresh_loop(self) -> None:
        """Look again who sits in the rooms that follow something: who came and went while nobody listened is not known."""
        known = self.config.is_multi_workspace
        while True:
            try:
                known = known or bool(await self.installations.fetch_own())
                if await self._refresh_all():
                    self.ready.set()
            except (Unavailable, Rejected) as problem:
                log.warning("rooms were not looked at", action="slack.rooms_unknown", kind=type(problem).__name__)
            await asyncio.sleep(REFRESH_EVERY_S if self.ready.is_set() else FIRST_REFRESH_EVERY_S)

    async def _refresh_all(self) -> bool:
        """True when every room was looked at, as far as that is possible at all."""
        rooms = [each for each in await self.context.membership.subscribed_conversations(self.name) if not each.direct]
        return all([await self._refresh(each) for each in rooms])

    async def _refresh(self, where: ConversationRef) -> bool:
        """One that cannot be looked at, for want of a scope or a token, does not keep the others from it."""
        try:
            if installation := await self.installations.find(where.workspace):
                await self.membership.refresh(installation, where)
        except Unavailable as problem:
            log.warning(
                "a room was not looked at",
                action="slack.room_unseen",
                conversation=where.id,
                kind=type(problem).__name__,
            )
            if not isinstance(problem, Paused):
                return False
            if not self.ready.is_set():  # what was known before the start may be long past
                await self.context.membership.sync(where, None, external=False)
        return True

    async def diagnose(self) -> Sequence[CheckResult]:
        return await SlackHealth(self.config, self.context, self.client, self.installations).findings()


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
