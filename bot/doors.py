"""Which platforms this process serves, and what lies behind their doors. SDKs are loaded here, and only when needed."""

from __future__ import annotations

import os
from collections.abc import Sequence

from bot.app import App
from bot.desk import Desk
from bot.keeping import StoredAccounts, StoredNotebook, StoredPlaces
from bot.settings import check_doors
from integrations.ports.door import Door, House


def doors(app: App, desk: Desk) -> Sequence[Door]:
    """The door of every platform that the settings switch on. Raises WrongSettings."""
    check_doors(app.settings)
    found: list[Door] = []
    if app.settings.slack.is_on:
        found.append(_slack(app, desk))
    if app.settings.teams.is_on:
        found.append(_teams(app, desk))
    return found


def _house(app: App, desk: Desk, vendor: str) -> House:
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
    )


def _slack(app: App, desk: Desk) -> Door:
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
    return SlackDoor(config, _house(app, desk, "slack"))


def _teams(app: App, desk: Desk) -> Door:
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
    return TeamsDoor(config, _house(app, desk, "teams"))


def _words(text: str) -> frozenset[str]:
    return frozenset(word.strip() for word in text.split(",") if word.strip())
