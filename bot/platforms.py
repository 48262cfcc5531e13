"""Build the adapter of every configured platform. SDKs are loaded here, and only when needed."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from bot.app import App
from bot.inbox import Inbox
from bot.settings import check_platforms
from bot.stored_state import StoredAccountLinks, StoredAccountPauses, StoredMembership, StoredSecretStore
from integrations.ports.platform import AdapterContext, PlatformAdapter

Sleep = Callable[[float], Awaitable[None]]


def build_adapters(
    app: App, inbox: Inbox, sleep: Sleep = asyncio.sleep, stretch: float = 1.0
) -> Sequence[PlatformAdapter]:
    """The adapters of the configured platforms; *sleep* and *stretch* as in AdapterContext. Raises WrongSettings."""
    check_platforms(app.settings)
    adapters: list[PlatformAdapter] = []
    context_of = partial(_adapter_context, app, inbox, sleep, stretch)
    if app.settings.slack.is_on:
        adapters.append(_slack_adapter(app, context_of("slack")))
    if app.settings.teams.is_on:
        adapters.append(_teams_adapter(app, context_of("teams")))
    return adapters


def _adapter_context(app: App, inbox: Inbox, sleep: Sleep, stretch: float, vendor: str) -> AdapterContext:
    store, clock, cipher = app.store, app.ctx.clock, app.ctx.cipher
    return AdapterContext(
        dispatch=app.dispatch,
        inbox=inbox,
        secret_store=StoredSecretStore(store, clock, cipher, vendor),
        accounts=StoredAccountLinks(app.ctx),
        membership=StoredMembership(app.ctx),
        cipher=cipher,
        clock=clock,
        public_url=app.settings.public_url,
        pauses=StoredAccountPauses(store, clock),
        sleep=sleep,
        stretch=stretch,
    )


def _slack_adapter(app: App, context: AdapterContext) -> PlatformAdapter:
    from integrations.slack.adapter import SlackAdapter
    from integrations.slack.config import SlackConfig

    settings = app.settings.slack
    config = SlackConfig(
        bot_token=settings.bot_token.get_secret_value(),
        signing_secret=settings.signing_secret.get_secret_value(),
        app_token=settings.app_token.get_secret_value(),
        client_id=settings.client_id,
        client_secret=settings.client_secret.get_secret_value(),
        allowed_teams=_comma_separated(settings.allowed_teams),
        api_url=settings.api_url,
        command=app.settings.command,
        ca_file=os.environ.get("REQUESTS_CA_BUNDLE", ""),  # Python itself reads SSL_CERT_FILE
    )
    return SlackAdapter(config, context)


def _teams_adapter(app: App, context: AdapterContext) -> PlatformAdapter:
    from integrations.teams.adapter import TeamsAdapter
    from integrations.teams.config import TeamsConfig

    settings = app.settings.teams
    config = TeamsConfig(
        app_id=settings.app_id,
        app_password=settings.app_password.get_secret_value(),
        tenant_id=settings.tenant_id,
        openid_metadata_url=settings.openid_metadata_url,
        authority_url=settings.authority_url,
        service_hosts=_comma_separated(settings.service_hosts),
        allow_anonymous=settings.allow_anonymous,
    )
    return TeamsAdapter(config, context)


def _comma_separated(text: str) -> frozenset[str]:
    return frozenset(word.strip() for word in text.split(",") if word.strip())
