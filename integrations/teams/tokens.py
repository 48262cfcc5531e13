"""The bot's access token for the Connector. MSAL blocks, so it runs in a thread, about once an hour.

https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import structlog

from integrations.ports.errors import Paused, Unavailable
from integrations.teams.auth import SigningKeys
from integrations.teams.config import PUBLIC_AUTHORITY, TeamsConfig
from integrations.teams.errors import PAUSE_AFTER_REFUSED_TOKEN

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

TOKEN_ENDPOINT = "Microsoft's token endpoint"  # noqa: S105  (a service name for messages)
RENEW_BEFORE_S = 300.0  # renewed this long before it expires
REQUEST_TIMEOUT_S = 4  # for each of the two requests that MSAL makes
TOTAL_TIMEOUT_S = 7.0  # less than the deliverer's timeout
BACKOFF_S = 10.0  # between a failure and the next request


class TokenRefused(Paused):
    """The endpoint rejects our secret, and a person has to fix it. `code` is Microsoft's error code."""

    def __init__(self, code: str) -> None:
        super().__init__(TOKEN_ENDPOINT, code, retry_after=PAUSE_AFTER_REFUSED_TOKEN)
        self.code = code


class AccessTokens:
    """The current access token. The MSAL application is created on first use."""

    def __init__(
        self, config: TeamsConfig, signing_keys: SigningKeys, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._config = config
        self._signing_keys = signing_keys
        self._clock = clock
        self._application: Any = None
        self._token = ""
        self._expires = self._failed = float("-inf")
        self._failure: Unavailable | None = None
        self._lock = asyncio.Lock()

    async def get(self) -> str:
        """A token that stays valid for a while. Raises Unavailable when there is none; nothing was sent then."""
        if self._seconds_left() > RENEW_BEFORE_S:
            return self._token
        async with self._lock:
            if self._seconds_left() <= RENEW_BEFORE_S and not (self._seconds_left() > 0 and self._is_backing_off()):
                await self._renew()
        return self._token

    def forget(self, token: str) -> None:
        """Drop *token* because the Connector refused it, so that the next `get` fetches a new one."""
        if token == self._token:
            self._token, self._expires = "", float("-inf")
            if self._application is not None:
                self._application.remove_tokens_for_client()

    def _seconds_left(self) -> float:
        return self._expires - self._clock()

    def _is_backing_off(self) -> bool:
        return self._clock() - self._failed < BACKOFF_S

    async def _renew(self) -> None:
        if self._failure and self._is_backing_off():
            raise self._failure
        try:
            scope = f"{await self._signing_keys.issuer()}/.default"
            async with asyncio.timeout(TOTAL_TIMEOUT_S):
                answer = await asyncio.to_thread(self._ask, scope)
            self._read(answer)
        except Unavailable as failure:
            self._record_failure(failure)
        except (OSError, TimeoutError, ValueError) as error:  # requests' errors are OSErrors; MSAL raises ValueErrors
            log.warning("no access token", action="teams.token_unavailable", reason=type(error).__name__)
            self._record_failure(Unavailable(TOKEN_ENDPOINT))

    def _record_failure(self, failure: Unavailable) -> None:
        self._failure, self._failed = failure, self._clock()
        if self._seconds_left() <= 0:
            raise failure

    def _read(self, answer: dict[str, Any]) -> None:
        if not answer.get("access_token"):
            code = str(answer.get("error", "no access_token"))
            log.error("access token refused", action="teams.token_refused", code=code)
            raise TokenRefused(code)
        self._token, self._failure = str(answer["access_token"]), None
        self._expires = self._clock() + float(answer.get("expires_in") or 0)

    def _ask(self, scope: str) -> dict[str, Any]:
        """Runs in a thread. MSAL checks its own cache first."""
        if self._application is None:
            self._application = self._make_application()
        answer: dict[str, Any] = self._application.acquire_token_for_client([scope])
        return answer

    def _make_application(self) -> Any:
        import msal

        # For an unknown authority, MSAL would first ask Microsoft whether it is one.
        known = self._config.authority_url.rstrip("/") == PUBLIC_AUTHORITY
        return msal.ConfidentialClientApplication(
            self._config.app_id,
            client_credential=self._config.app_password,
            authority=self._config.authority,
            instance_discovery=None if known else False,
            timeout=REQUEST_TIMEOUT_S,
        )
