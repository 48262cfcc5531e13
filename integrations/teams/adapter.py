"""The Teams adapter: builds its parts and runs them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import httpx
import structlog
from starlette.routing import Route

from integrations.plain.background import BackgroundTasks, refresh_forever
from integrations.ports.inbound import ConversationRef
from integrations.ports.platform import AdapterContext, CheckResult
from integrations.teams.auth import Authenticator, SigningKeys
from integrations.teams.botbuilder import ActivityDispatcher
from integrations.teams.client import TeamsClient
from integrations.teams.config import PLATFORM, TeamsConfig
from integrations.teams.conversations import TeamsConversations
from integrations.teams.endpoint import TeamsEndpoint
from integrations.teams.files import FileConsent, TeamsFiles
from integrations.teams.health import findings
from integrations.teams.identity import TeamsIdentities
from integrations.teams.listeners import InvokeHandler, TeamsListeners
from integrations.teams.membership import TeamsMembership
from integrations.teams.pauses import TeamsPauses
from integrations.teams.send import TeamsChat
from integrations.teams.tokens import AccessTokens

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

PATH = "/api/messages"
REFRESH_EVERY_S = 300.0
MAX_PARALLEL_REFRESHES = 8
FIRST_REFRESH_EVERY_S = 5.0  # until the first success, because notices wait for it


class TeamsAdapter:
    """A PlatformAdapter for one Azure Bot in one tenant."""

    name = PLATFORM

    def __init__(self, config: TeamsConfig, context: AdapterContext) -> None:
        self._config = config
        self._context = context
        self._background = BackgroundTasks()
        self.ready = asyncio.Event()
        self._http = httpx.AsyncClient(follow_redirects=False, limits=httpx.Limits(max_connections=40))
        self._signing_keys = SigningKeys(self._http, config.openid_metadata_url)
        self._tokens = None if config.allow_anonymous else AccessTokens(config, self._signing_keys)
        self._conversations = TeamsConversations(context.secret_store)
        client = TeamsClient(config, self._http, self._tokens)
        identities = TeamsIdentities(config, client, context.accounts, stretch=context.stretch)
        self._membership = membership = TeamsMembership(
            client, identities, self._conversations, context.membership, self._background, stretch=context.stretch
        )
        self._file_consent = FileConsent(config, self._http, context.secret_store, context.clock)
        self.platform = TeamsChat(config, client, self._conversations, self._file_consent)
        invoke_handler = InvokeHandler(context, self.platform, self._file_consent, self._background)
        listeners = TeamsListeners(
            context,
            self._conversations,
            identities,
            membership,
            TeamsFiles(config, self._http),
            invoke_handler,
            self._background,
        )
        endpoint = TeamsEndpoint(
            Authenticator(config, self._signing_keys), ActivityDispatcher(client, listeners), context.clock
        )
        self._pauses = TeamsPauses(self._tokens, context.pauses)
        self.routes = [Route(PATH, endpoint.receive, methods=["POST"])]

    def connected(self) -> AbstractAsyncContextManager[object]:
        return self._http

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        if self._config.allow_anonymous:
            log.warning("no authentication: any local process may act as any user", action="teams.anonymous")
        refreshing = asyncio.create_task(
            refresh_forever(
                self._refresh_all,
                self.ready,
                PLATFORM,
                interval_s=REFRESH_EVERY_S,
                first_interval_s=FIRST_REFRESH_EVERY_S,
            )
        )
        checking = asyncio.create_task(self._pauses.check_forever())
        try:
            yield
        finally:
            for task in (refreshing, checking):
                task.cancel()
            await asyncio.gather(refreshing, checking, return_exceptions=True)
            await self._background.drain()

    async def _refresh_all(self) -> bool:
        """Update the members of every subscribed conversation, because Teams does not repeat missed events.

        A few at a time: each may take seconds, and there may be many. Raises Unavailable and Rejected.
        """
        if not self.ready.is_set():
            await self._pauses.check()
        await self._file_consent.forget_expired()
        limit = asyncio.Semaphore(MAX_PARALLEL_REFRESHES)

        async def refresh(where: ConversationRef) -> None:
            async with limit:
                if reference := await self._conversations.find(where.id):
                    await self._membership.refresh(reference)
                else:  # no service URL is known, so the members cannot be read
                    await self._context.membership.sync(where, None, external=False)

        subscribed = await self._context.membership.subscribed_conversations(PLATFORM)
        outcomes = await asyncio.gather(
            *(refresh(where) for where in subscribed if not where.direct), return_exceptions=True
        )
        for problem in outcomes:
            if isinstance(problem, BaseException):
                raise problem
        return True

    async def diagnose(self) -> Sequence[CheckResult]:
        async with httpx.AsyncClient(follow_redirects=False) as http:
            return await findings(self._config, self._context, self._conversations, http)
