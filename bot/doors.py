"""Which platforms this process serves, and what lies behind their doors. SDKs are loaded here, and only when needed."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from bot.app import App
from bot.desk import Desk
from bot.keeping import StoredAccounts, StoredNotebook, StoredPlaces
from bot.settings import check_doors
from integrations.ports.door import Door, House

Sleep = Callable[[float], Awaitable[None]]


def doors(app: App, desk: Desk, sleep: Sleep = asyncio.sleep, stretch: float = 1.0) -> Sequence[Door]:
    """The door of every platform that the settings switch on; *sleep* and *stretch* as in House. Raises WrongSettings."""
    check_doors(app.settings)
    found: list[Door] = []
    house_of = partial(_house, app, desk, sleep, stretch)
    if app.settings.slack.is_on:
        found.append(_slack(app, house_of("slack")))
    if app.settings.teams.is_on:
        found.append(_teams(app, house_of("teams")))
    return found


def _house(app: App, desk: Desk, sleep: Sleep, stretch: float, vendor: str) -> House:
    store, clock, seal = app.store, app.box.clock, app.box.seal
    return House(
        dispatch=app.dispatch,
        desk=desk,
        notebook=StoredNotebook(store, clock, seal, vendor),
        accounts=StoredAccounts(store),
        rooms=StoredPlaces(store, clock),
        secrets=seal,
        clock=clock,
        public_url=app.settings.public_url,
        sleep=sleep,
        stretch=stretch,
    )


def _slack(app: App, house: House) -> Door:
    from integrations.slack.config import SlackConfig
    from integrations.slack.door import SlackDoor

    settings = app.settings.slack
    config = SlackConfig(
        bot_token=settings.bot_token.get_secret_value(),
        signing_secret=settings.signing_secret.get_secret_value(),
        app_token=settings.app_token.get_secret_value(),
        client_id=settings.client_id,
        client_secret=settings.client_secret.get_secret_value(),
        allowed_teams=_words(settings.allowed_teams),
        api_url=settings.api_url,
        command=app.settings.command,
        ca_file=os.environ.get("REQUESTS_CA_BUNDLE", ""),  # SSL_CERT_FILE is minded by Python itself
    )
    return SlackDoor(config, house)


def _teams(app: App, house: House) -> Door:
    from integrations.teams.config import TeamsConfig
    from integrations.teams.door import TeamsDoor

    settings = app.settings.teams
    config = TeamsConfig(
        app_id=settings.app_id,
        app_password=settings.app_password.get_secret_value(),
        tenant_id=settings.tenant_id,
        openid_metadata_url=settings.openid_metadata_url,
        authority_url=settings.authority_url,
        service_hosts=_words(settings.service_hosts),
        allow_anonymous=settings.allow_anonymous,
    )
    return TeamsDoor(config, house)


def _words(text: str) -> frozenset[str]:
    return frozenset(word.strip() for word in text.split(",") if word.strip())
