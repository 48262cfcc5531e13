"""The Teams door: what the Bot Connector sends comes in at one address, what we say leaves through its API."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import httpx
import structlog
from starlette.routing import Route

from integrations.ports.errors import Rejected, Unavailable
from integrations.ports.inbound import ConversationRef
from integrations.ports.platform import AdapterContext, CheckResult
from integrations.teams.auth import Authenticator, SigningKeys
from integrations.teams.background import TeamsBackgroundTasks
from integrations.teams.botbuilder import ActivityDispatcher
from integrations.teams.client import TeamsClient
from integrations.teams.config import TeamsConfig
from integrations.teams.conversations import TeamsConversations
from integrations.teams.endpoint import TeamsEndpoint
from integrations.teams.files import FileConsent, TeamsFiles
from integrations.teams.health import findings
from integrations.teams.identity import PLATFORM, TeamsIdentities
from integrations.teams.listeners import InvokeHandler, TeamsListeners
from integrations.teams.membership import TeamsMembership
from integrations.teams.send import TeamsChat
from integrations.teams.tokens import AccessTokens

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

PATH = "/api/messages"
REFRESH_EVERY_S = 300.0
MAX_PARALLEL_REFRESHES = 8
FIRST_REFRESH_EVERY_S = 5.0  # notices wait for it


class TeamsAdapter:
    """One Azure Bot in one tenant, both ways."""

    name = "teams"

    def __init__(self, config: TeamsConfig, context: AdapterContext) -> None:
        self._config = config
        self._context = context
        self._background = TeamsBackgroundTasks()
        self.ready = asyncio.Event()
        self._http = httpx.AsyncClient(follow_redirects=False, limits=httpx.Limits(max_connections=40))
        self._signing_keys = SigningKeys(self._http, config.openid_metadata_url)
        self._tokens = None if config.allow_anonymous else AccessTokens(config, self._signing_keys)
        self._conversations = TeamsConversations(context.secret_store)
        client = TeamsClient(config, self._http, self._tokens)
        identities = TeamsIdentities(config, client, context.accounts, stretch=context.stretch)
        self._membership = membership = TeamsMembership(
            client, identities, self._conversations, context.membership, self._background.start, stretch=context.stretch
        )
        self._file_consent = FileConsent(config, self._http, context.secret_store, context.clock)
        self.platform = TeamsChat(config, client, self._conversations, self._file_consent)
        invoke_handler = InvokeHandler(context, self.platform, self._file_consent, self._background.start)
        listeners = TeamsListeners(
            context,
            self._conversations,
            identities,
            membership,
            TeamsFiles(config, self._http),
            invoke_handler,
            self._background.start,
        )
        endpoint = TeamsEndpoint(Authenticator(config, self._signing_keys), ActivityDispatcher(client, listeners))
        self.routes = [Route(PATH, endpoint.receive, methods=["POST"])]

    def connected(self) -> AbstractAsyncContextManager[object]:
        return self._http

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        if self._config.allow_anonymous:
            log.warning("anybody on this machine may talk as anybody", action="teams.anonymous")
        looking = asyncio.create_task(self._refresh_loop(), name="teams rooms")
        try:
            yield
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)
            await self._background.drain()

    async def _refresh_loop(self) -> None:
        """Who came and went while nobody listened is not told again; so rooms that follow something are looked at."""
        while True:
            try:
                await self._file_consent.forget_expired()
                await self._refresh_all()
                self.ready.set()
            except (Unavailable, Rejected) as problem:
                log.warning("rooms were not looked at", action="teams.rooms_unknown", reason=str(problem))
            await asyncio.sleep(REFRESH_EVERY_S if self.ready.is_set() else FIRST_REFRESH_EVERY_S)

    async def _refresh_all(self) -> None:
        """A few rooms at a time: each may take seconds, and there may be many. Raises Unavailable and Rejected."""
        dispatcher = asyncio.Semaphore(MAX_PARALLEL_REFRESHES)

        async def look(where: ConversationRef) -> None:
            async with dispatcher:
                if reference := await self._conversations.find(where.id):
                    await self._membership.refresh(reference)
                else:  # nobody can be asked who sits there
                    await self._context.membership.sync(where, None, external=False)

        rooms = [each for each in await self._context.membership.subscribed_conversations(PLATFORM) if not each.direct]
        outcomes = await asyncio.gather(*(look(each) for each in rooms), return_exceptions=True)
        for problem in outcomes:
            if isinstance(problem, BaseException):
                raise problem

    async def diagnose(self) -> Sequence[CheckResult]:
        async with httpx.AsyncClient(follow_redirects=False) as http:
            return await findings(self._config, self._context, self._conversations, http)
