"""The Slack adapter: builds its parts and runs them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

import structlog
from starlette.routing import Route

from integrations.plain.background import BackgroundTasks, Within, refresh_forever, within
from integrations.ports.errors import Paused, Unavailable
from integrations.ports.inbound import ConversationRef
from integrations.ports.platform import AdapterContext, CheckResult
from integrations.slack.client import SlackClient
from integrations.slack.config import INSTALL_PATH, PLATFORM, REDIRECT_PATH, SlackConfig
from integrations.slack.endpoint import SlackEndpoint
from integrations.slack.health import SlackHealth
from integrations.slack.identity import SlackIdentities
from integrations.slack.installations import Installations
from integrations.slack.listeners import BUDGET_S, HomeTab, SlackListeners
from integrations.slack.membership import MembershipEvents, SlackMembership
from integrations.slack.oauth import OAuth
from integrations.slack.parsing import EventBuilder
from integrations.slack.pauses import SlackPauses
from integrations.slack.responses import ResponseUrls
from integrations.slack.send import SlackChat
from integrations.slack.socket_mode import SocketModeConnection

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

REFRESH_EVERY_S = 60
FIRST_REFRESH_EVERY_S = 5  # until the first success, because notices wait for it


class SlackAdapter:
    """A PlatformAdapter for one Slack app in one or several workspaces."""

    name = PLATFORM

    def __init__(
        self, config: SlackConfig, context: AdapterContext, *, budget_s: float = BUDGET_S, in_time: Within = within
    ) -> None:
        self.config = config
        self.context = context
        self.ready = asyncio.Event()
        self._token_checked = config.is_multi_workspace
        self.client = SlackClient(config)
        self.installations = Installations(config, self.client, context.secret_store, context.clock)
        response_urls = ResponseUrls(context.cipher, context.clock)
        self.platform = SlackChat(self.client, self.installations, response_urls, command=config.command)
        self.background = BackgroundTasks()
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
        self.pauses = SlackPauses(self.client, self.installations, context.pauses)
        self.oauth = OAuth(config, context, self.client, self.installations, self.pauses)
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
            refreshing = asyncio.create_task(
                refresh_forever(
                    self._refresh_all,
                    self.ready,
                    PLATFORM,
                    interval_s=REFRESH_EVERY_S,
                    first_interval_s=FIRST_REFRESH_EVERY_S,
                )
            )
            stack.push_async_callback(_cancel, refreshing)
            yield

    async def _refresh_all(self) -> bool:
        """Update the members of every subscribed conversation, because events are missed while the bot is down.

        True when all were updated, apart from those that need a person to act first. Raises Unavailable.
        """
        if not self._token_checked:
            await self.installations.fetch_own()
            self._token_checked = True
        await self.pauses.check()
        if not self.ready.is_set():
            await self._reopen_closed()
        subscribed = await self.context.membership.subscribed_conversations(self.name)
        return all([await self._refresh(where) for where in subscribed if not where.direct])

    async def _reopen_closed(self) -> None:
        """Look whether the bot was invited back while it was down. A channel that cannot be read stays closed."""
        for where in await self.context.membership.closed_conversations(self.name):
            try:
                if not where.direct and (installation := await self.installations.find(where.workspace)):
                    await self.membership.reopen(installation, where)
            except Unavailable:
                log.warning("closed channel not read", action="slack.still_closed", conversation=where.id)

    async def _refresh(self, where: ConversationRef) -> bool:
        """A conversation that cannot be read (missing scope or token) does not stop the others."""
        try:
            if installation := await self.installations.find(where.workspace):
                await self.membership.refresh(installation, where)
        except Unavailable as problem:
            log.warning(
                "members not read", action="slack.members_unknown", conversation=where.id, kind=type(problem).__name__
            )
            if not isinstance(problem, Paused):
                return False
            if not self.ready.is_set():  # the members stored before the start may be out of date
                await self.context.membership.sync(where, None, external=False)
        return True

    async def diagnose(self) -> Sequence[CheckResult]:
        return await SlackHealth(self.config, self.context, self.client, self.installations).findings()


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
