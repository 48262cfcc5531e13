"""Authenticates incoming activities: a token signed by the Bot Connector, an allowed service host, our own tenant.

The SDK's own validator refreshes keys once a day, answers 500 to many invalid requests, and checks neither the host
nor the tenant. This one checks everything and raises `AuthenticationFailed`.
https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import jwt

from integrations.ports.errors import Unavailable
from integrations.teams.config import TeamsConfig
from integrations.teams.parsing import TeamsActivity

TEAMS_CHANNEL = "msteams"
LEEWAY_S = 300  # clock difference to Microsoft's servers
TIMEOUT_S = 5
REFETCH_PAUSE_S = 60.0  # at least this long between two fetches, however many unknown keys arrive
FRESH_S = 86_400.0  # Microsoft announces new keys at least a day before it uses them

SIGNING_KEYS = "Microsoft's signing keys"


class AuthenticationFailed(PermissionError):
    """The request is not from Teams. `status` is the HTTP response; `reason` is only logged."""

    def __init__(self, reason: str, status: int = 401) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A signing key and the channels it is endorsed for."""

    key: Any
    endorsements: frozenset[str]


@dataclass(frozen=True, slots=True)
class VerifiedToken:
    """The claims of a genuine token, and the channels that its key is endorsed for."""

    claims: Mapping[str, Any] = field(default_factory=dict)
    endorsements: frozenset[str] = frozenset()


class SigningKeys:
    """Microsoft's signing keys by `kid`. Unknown ones cause at most one fetch per *pause*."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        url: str,
        *,
        pause: float = REFETCH_PAUSE_S,
        keep: float = FRESH_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._http = http
        self._url = url
        self._pause = pause
        self._keep = keep
        self._clock = clock
        self._keys: Mapping[str, SigningKey] = {}
        self._issuer = ""
        self._tried = self._loaded = float("-inf")
        self._lock = asyncio.Lock()

    async def find(self, kid: str) -> SigningKey | None:
        """The key with that `kid`. Raises Unavailable while no keys are loaded, which is not the sender's fault."""
        await self._refresh(kid)
        if not self._keys:
            raise Unavailable(SIGNING_KEYS)
        return self._keys.get(kid)

    async def issuer(self) -> str:
        """The issuer of the signed tokens, which is also the audience of our own. Raises Unavailable."""
        await self._refresh("")
        if not self._issuer:
            raise Unavailable(SIGNING_KEYS)
        return self._issuer

    async def _refresh(self, kid: str) -> None:
        if self._must_load(kid):
            async with self._lock:
                if self._must_load(kid):  # another task may have loaded them meanwhile
                    await self._load()

    def _must_load(self, kid: str) -> bool:
        now = self._clock()
        unknown = kid not in self._keys if kid else not self._keys
        return (unknown or now - self._loaded > self._keep) and now - self._tried > self._pause

    async def _load(self) -> None:
        self._tried = self._clock()  # a failed attempt counts too
        try:
            metadata = await self._json(self._url)
            key_set = await self._json(str(metadata["jwks_uri"]))
            keys = {str(key["kid"]): _signing_key(key) for key in key_set["keys"] if key.get("kty") == "RSA"}
            issuer = str(metadata["issuer"])
        except (httpx.HTTPError, httpx.InvalidURL, jwt.PyJWTError, ValueError, KeyError, TypeError, AttributeError):
            return  # keep the keys we have
        self._keys, self._issuer, self._loaded = keys, issuer, self._tried

    async def _json(self, url: str) -> Any:
        return (await self._http.get(url, timeout=TIMEOUT_S)).raise_for_status().json()


def _signing_key(jwk: Mapping[str, Any]) -> SigningKey:
    return SigningKey(jwt.PyJWK(dict(jwk), "RS256").key, frozenset(jwk.get("endorsements") or ()))


class Authenticator:
    """Accepts what the Bot Connector sends for our tenant, and nothing else."""

    def __init__(self, config: TeamsConfig, signing_keys: SigningKeys) -> None:
        self._config = config
        self._signing_keys = signing_keys

    async def verify(self, header: str | None) -> VerifiedToken:
        """The token in *header*. Nothing of the request's body is needed for it, so nothing of a stranger's is read.

        Raises AuthenticationFailed, and Unavailable while there are no keys to check with.
        """
        if self._config.allow_anonymous:
            return VerifiedToken()
        scheme, _, token = (header or "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise AuthenticationFailed("no token" if not header else "another scheme")
        key, claims = await self._verified(token.strip())
        return VerifiedToken(claims, key.endorsements)

    def check(self, token: VerifiedToken, activity: TeamsActivity, *, local: bool) -> None:
        """Raises AuthenticationFailed unless *token* covers *activity*; *local*: it was sent on this machine."""
        if self._config.allow_anonymous:
            if not local:
                raise AuthenticationFailed("without a token only this machine may talk")
        else:
            if token.endorsements and activity.channel not in token.endorsements:
                raise AuthenticationFailed("a key that does not speak for this channel")
            if token.claims.get("serviceurl") != activity.service_url:
                raise AuthenticationFailed("a token for another service address")
        if activity.channel != TEAMS_CHANNEL:
            raise AuthenticationFailed("another channel", 403)
        if not self._config.is_service_url(activity.service_url):
            raise AuthenticationFailed("a service host that is not allowed", 403)
        if self._config.tenant_id and activity.tenant.lower() != self._config.tenant_id.lower():
            raise AuthenticationFailed("another tenant", 403)

    async def _verified(self, token: str) -> tuple[SigningKey, Mapping[str, Any]]:
        try:
            kid = str(jwt.get_unverified_header(token).get("kid", ""))
            key = await self._signing_keys.find(kid) if kid else None
            if key is None:
                raise AuthenticationFailed("an unknown key")
            claims: Mapping[str, Any] = jwt.decode(
                token,
                key.key,
                algorithms=["RS256"],
                audience=self._config.app_id,
                issuer=await self._signing_keys.issuer(),
                leeway=LEEWAY_S,
                options={"require": ["exp", "iss", "aud"]},
            )
        except jwt.PyJWTError as error:
            raise AuthenticationFailed(f"a bad token: {type(error).__name__}") from None
        return key, claims
