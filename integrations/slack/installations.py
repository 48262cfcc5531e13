"""Which workspaces have installed Handshake, and the token of each. Kept sealed in the notebook.

one workspace   the token of the settings; Slack is asked once whose it is
several         what OAuth brought, of allowed workspaces only
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
WORKSPACE = "workspace"  # which organisation a workspace belongs to, learned from what it sends
FRESH = timedelta(minutes=10)  # how long what was found is trusted without looking again
ABSENT_FRESH = timedelta(seconds=30)  # somebody may be installing it right now, through another process
OWN = "own"


@dataclass(frozen=True, slots=True)
class Installation:
    """One installed workspace, or a whole organisation when `everywhere`. `url` is where its people meet."""

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
    """What an installation is kept under: an organisation-wide one belongs to no single workspace."""
    return f"{enterprise}/" if everywhere else f"{enterprise}/{team}"


class NotInstalled(Rejected):
    """That workspace is none of ours. What was written for it will never arrive."""

    def __init__(self) -> None:
        super().__init__("not_installed", closes_place=True)


class Installations:
    """Finds the installation that a workspace belongs to; remembers it for ten minutes."""

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
        found, until = self._cache.get(team, (None, self._clock.now()))
        if self._clock.now() < until:
            return found
        found = await self._stored(team, enterprise or await self._enterprise_of(team))
        self._cache[team] = (found, self._clock.now() + (FRESH if found else ABSENT_FRESH))
        return found

    async def require(self, team: str) -> Installation:
        """Like `of`, for what is to be sent there. Raises NotInstalled, or Paused while one of ours has it taken out."""
        found = await self.find(team)
        if found is None and self.may_install(team, await self._enterprise_of(team)):
            raise Paused(NAME, "not_installed", retry_after=PAUSE)
        if found is None:
            raise NotInstalled
        return found

    def cached(self, team: str) -> Installation | None:
        """What `of` found last for *team*, without looking."""
        if not self._config.is_multi_workspace:
            return self._own
        return self._cache.get(team, (None,))[0]

    async def remember_enterprise(self, team: str, enterprise: str) -> None:
        """Remember which organisation *team* belongs to: what is sent there later does not say so."""
        if team and enterprise and await self._enterprise_of(team) != enterprise:
            await self._secret_store.save(WORKSPACE, team, enterprise)

    async def _enterprise_of(self, team: str) -> str:
        return await self._secret_store.find(WORKSPACE, team) or ""

    async def _stored(self, team: str, enterprise: str) -> Installation | None:
        keys = [f"{enterprise}/{team}", f"/{team}", *([f"{enterprise}/"] if enterprise else [])]
        for key in keys:
            if kept := await self._secret_store.find(INSTALLATION, key):
                found = Installation(**json.loads(kept))
                # The list may have become shorter since it was installed.
                return found if self.may_install(team, found.enterprise) else None
        return None

    def may_install(self, team: str, enterprise: str) -> bool:
        return bool(self._config.allowed_teams & {each for each in (team, enterprise) if each})

    async def save(self, installation: Installation) -> None:
        await self._secret_store.save(INSTALLATION, installation.key, json.dumps(asdict(installation)))
        self._cache.clear()

    async def forget(self, team: str, enterprise: str = "") -> None:
        """The app was taken out there, or its token revoked: forget the token."""
        self._cache.clear()
        for key in {f"{enterprise}/{team}", f"/{team}", *([f"{enterprise}/"] if enterprise else [])}:
            kept = await self._secret_store.find(INSTALLATION, key)
            if kept and Installation(**json.loads(kept)).serves(team, enterprise):
                await self._secret_store.delete(INSTALLATION, key)

    async def all(self) -> Sequence[Installation]:
        if not self._config.is_multi_workspace:
            return [await self.own()]
        kept = [Installation(**json.loads(each)) for each in (await self._secret_store.all_of(INSTALLATION)).values()]
        return [each for each in kept if self.may_install(each.team, each.enterprise)]

    async def own(self) -> Installation:
        """The one workspace of the settings' token. Slack is asked once; a restart while Slack is away does not need it."""
        if self._own is None:
            self._own = await self._stored_own() or await self.fetch_own()
        return self._own

    async def fetch_own(self) -> Installation:
        """Whose the settings' token is, by Slack's own word. Raises Unavailable."""
        token = self._config.bot_token
        try:
            said = await self._client.call(token, "auth.test")
        except Rejected as refused:
            raise Unavailable("Slack") from refused
        self._own = installation_from(said, token)
        kept = {"digest": _token_digest(token), **asdict(self._own), "token": ""}
        await self._secret_store.save(OWN, OWN, json.dumps(kept))
        return self._own

    async def _stored_own(self) -> Installation | None:
        kept = json.loads(await self._secret_store.find(OWN, OWN) or "{}")
        if kept.pop("digest", "") != _token_digest(self._config.bot_token):
            return None
        return Installation(**{**kept, "token": self._config.bot_token})


def installation_from(said: dict[str, object], token: str) -> Installation:
    """The installation that an answer of `auth.test` tells of."""
    words = {name: str(value or "") for name, value in said.items()}
    return Installation(
        team=words.get("team_id", ""),
        enterprise=words.get("enterprise_id", ""),
        token=token,
        bot_user=words.get("user_id", ""),
        bot=words.get("bot_id", ""),
        name=words.get("team", ""),
        url=words.get("url", ""),
        everywhere=said.get("is_enterprise_install") is True,
    )


def _token_digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()[:16]
