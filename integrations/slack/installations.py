"""Which workspaces have installed Handshake, and the token of each, stored encrypted.

one workspace   the token in the settings; Slack says once which workspace it belongs to
several         the tokens from OAuth, of allowed workspaces only
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from integrations.ports.clock import Clock
from integrations.ports.errors import Paused, Rejected, Unavailable
from integrations.ports.state import SecretStore
from integrations.slack.client import SlackClient
from integrations.slack.config import SlackConfig
from integrations.slack.errors import NAME, PAUSE

INSTALLATION = "installation"
WORKSPACE = "workspace"  # the organisation of a workspace, learned from its requests
FRESH = timedelta(minutes=10)  # how long an installation is cached
ABSENT_FRESH = timedelta(seconds=30)  # … and its absence, because another replica may be installing it now
OWN = "own"
NOT_INSTALLED = "not_installed"


@dataclass(frozen=True, slots=True)
class Installation:
    """One installed workspace, or a whole organisation if `everywhere`. `url` is the workspace's address."""

    team: str
    enterprise: str
    token: str = field(repr=False)
    bot_user: str = ""
    bot: str = ""
    name: str = ""
    url: str = ""
    everywhere: bool = False

    def serves(self, team: str, enterprise: str = "") -> bool:
        return team == self.team or bool(self.everywhere and enterprise and enterprise == self.enterprise)

    @property
    def key(self) -> str:
        return key_of(self.team, self.enterprise, everywhere=self.everywhere)


def key_of(team: str, enterprise: str, *, everywhere: bool) -> str:
    """The key an installation is stored under; an organisation-wide one belongs to no single workspace."""
    return f"{enterprise}/" if everywhere else f"{enterprise}/{team}"


class NotInstalled(Rejected):
    """The workspace is not one of ours, so deliveries to it will never succeed."""

    def __init__(self) -> None:
        super().__init__(NOT_INSTALLED, closes_place=True)


class Installations:
    """Finds the installation that serves a workspace, with a cache of ten minutes."""

    def __init__(self, config: SlackConfig, client: SlackClient, secret_store: SecretStore, clock: Clock) -> None:
        self._config = config
        self._client = client
        self._secret_store = secret_store
        self._clock = clock
        self._cache: dict[str, tuple[Installation | None, datetime]] = {}
        self._own: Installation | None = None

    async def find(self, team: str, enterprise: str = "") -> Installation | None:
        """The installation that serves *team*, None for a workspace that is not ours. Raises Unavailable."""
        if not self._config.is_multi_workspace:
            own = await self.own()
            if own.serves(team, enterprise):
                return own
            return own if own.serves(team, enterprise or await self._enterprise_of(team)) else None
        installation, until = self._cache.get(team, (None, self._clock.now()))
        if self._clock.now() < until:
            return installation
        installation = await self._stored(team, enterprise or await self._enterprise_of(team))
        self._cache[team] = (installation, self._clock.now() + (FRESH if installation else ABSENT_FRESH))
        return installation

    async def require(self, team: str) -> Installation:
        """Like `find`, for sending. Raises NotInstalled, or Paused if an allowed workspace has the app removed."""
        installation = await self.find(team)
        if installation:
            return installation
        if self.may_install(team, await self._enterprise_of(team)):
            raise Paused(NAME, NOT_INSTALLED, retry_after=PAUSE)
        raise NotInstalled

    async def is_served_by(self, installation: Installation, team: str) -> bool:
        """Whether *installation* is that of *team*, or of its whole organisation. Raises Unavailable."""
        return installation.serves(team) or installation.serves(team, await self._enterprise_of(team))

    def cached(self, team: str) -> Installation | None:
        """What `find` last returned for *team*, without I/O."""
        if not self._config.is_multi_workspace:
            return self._own
        return self._cache.get(team, (None,))[0]

    async def remember_enterprise(self, team: str, enterprise: str) -> None:
        """Store the organisation of *team*, because a later delivery to it does not contain one."""
        if team and enterprise and await self._enterprise_of(team) != enterprise:
            await self._secret_store.save(WORKSPACE, team, enterprise)

    async def _enterprise_of(self, team: str) -> str:
        return await self._secret_store.find(WORKSPACE, team) or ""

    async def _stored(self, team: str, enterprise: str) -> Installation | None:
        keys = [f"{enterprise}/{team}", f"/{team}", *([f"{enterprise}/"] if enterprise else [])]
        for key in keys:
            if stored := await self._secret_store.find(INSTALLATION, key):
                installation = Installation(**json.loads(stored))
                # It may have been removed from the allowed workspaces since it was installed.
                return installation if self.may_install(team, installation.enterprise) else None
        return None

    def may_install(self, team: str, enterprise: str) -> bool:
        return bool(self._config.allowed_teams & ({team, enterprise} - {""}))

    async def save(self, installation: Installation) -> None:
        await self._secret_store.save(INSTALLATION, installation.key, json.dumps(asdict(installation)))
        self._cache.clear()

    async def forget(self, team: str, enterprise: str = "") -> None:
        """Delete the token, because the app was removed there or the token revoked."""
        self._cache.clear()
        for key in {f"{enterprise}/{team}", f"/{team}", *([f"{enterprise}/"] if enterprise else [])}:
            stored = await self._secret_store.find(INSTALLATION, key)
            if stored and Installation(**json.loads(stored)).serves(team, enterprise):
                await self._secret_store.delete(INSTALLATION, key)

    async def all(self) -> Sequence[Installation]:
        if not self._config.is_multi_workspace:
            return [await self.own()]
        stored = await self._secret_store.all_of(INSTALLATION)
        installations = [Installation(**json.loads(text)) for text in stored.values()]
        return [
            installation
            for installation in installations
            if self.may_install(installation.team, installation.enterprise)
        ]

    async def own(self) -> Installation:
        """The workspace of the token in the settings. Stored, so that a restart works while Slack is down."""
        if self._own is None:
            self._own = await self._stored_own() or await self.fetch_own()
        return self._own

    async def fetch_own(self) -> Installation:
        """Ask Slack which workspace the token in the settings belongs to. Raises Unavailable."""
        token = self._config.bot_token
        try:
            response = await self._client.call(token, "auth.test")
        except Rejected as refused:
            raise Unavailable(NAME) from refused
        self._own = installation_from(response, token)
        stored = {"digest": _token_digest(token), **asdict(self._own), "token": ""}
        await self._secret_store.save(OWN, OWN, json.dumps(stored))
        return self._own

    async def _stored_own(self) -> Installation | None:
        stored = json.loads(await self._secret_store.find(OWN, OWN) or "{}")
        if stored.pop("digest", "") != _token_digest(self._config.bot_token):
            return None
        return Installation(**{**stored, "token": self._config.bot_token})


def installation_from(response: dict[str, object], token: str) -> Installation:
    """The installation in a response of `auth.test`."""
    words = {name: str(value or "") for name, value in response.items()}
    return Installation(
        team=words.get("team_id", ""),
        enterprise=words.get("enterprise_id", ""),
        token=token,
        bot_user=words.get("user_id", ""),
        bot=words.get("bot_id", ""),
        name=words.get("team", ""),
        url=words.get("url", ""),
        everywhere=response.get("is_enterprise_install") is True,
    )


def _token_digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()[:16]
