"""Requests to the Bot Connector: one `httpx` client with our token and one table of errors.

The SDK's own transport blocks a thread and opens a connection for every call, and reports errors in five shapes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import quote

import httpx

from integrations.ports.errors import Rejected, Unavailable
from integrations.teams.config import TeamsConfig
from integrations.teams.errors import CONNECTOR, error_for, retry_after_of

# Together less than the deliverer's timeout for one delivery, so that the error comes from here.
TIMEOUT = httpx.Timeout(connect=3, read=6, write=6, pool=2)

# Raised before any byte of the request was sent.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)


class TokenSource(Protocol):
    async def get(self) -> str: ...

    def forget(self, token: str) -> None: ...


class TeamsClient:
    """Requests to the Connector with our token, only to allowed hosts. Raises Unavailable and Rejected."""

    def __init__(self, config: TeamsConfig, http: httpx.AsyncClient, tokens: TokenSource | None) -> None:
        self._config = config
        self._http = http
        self._tokens = tokens

    async def request(
        self, method: str, url: str, headers: Mapping[str, str] | None = None, content: str | bytes | None = None
    ) -> httpx.Response:
        """The response of a successful request. A 401 is retried once with a new token; nothing was done yet."""
        if not self._config.is_service_url(url):
            raise Rejected("the service host is not allowed (TEAMS_SERVICE_HOSTS)")
        token = await self._tokens.get() if self._tokens else ""
        answer = await self._send(method, url, headers, content, token)
        if answer.status_code == 401 and self._tokens:
            self._tokens.forget(token)
            answer = await self._send(method, url, headers, content, await self._tokens.get())
        if answer.is_success:
            return answer
        about_message = "/activities/" in httpx.URL(url).path
        pause = retry_after_of(answer.headers.get("retry-after"))
        raise error_for(answer.status_code, _error_code(answer), retry_after=pause, about_message=about_message)

    async def _send(
        self, method: str, url: str, headers: Mapping[str, str] | None, content: str | bytes | None, token: str
    ) -> httpx.Response:
        sent = {key: value for key, value in (headers or {}).items() if key.lower() != "content-length"}
        if token:
            sent["Authorization"] = f"Bearer {token}"
        try:
            return await self._http.request(method, url, headers=sent, content=content, timeout=TIMEOUT)
        except _NOT_SENT as error:
            raise Unavailable(CONNECTOR) from error
        except httpx.HTTPError as error:
            raise Unavailable(CONNECTOR, uncertain=True) from error

    async def get_json(self, service_url: str, *path: str, **query: str) -> Any:
        """The JSON at a path of the API. Quotes the parts of *path*."""
        address = service_url.rstrip("/") + "/v3/" + "/".join(quote(part, safe="") for part in path)
        answer = await self.request("GET", str(httpx.URL(address, params=query) if query else address))
        try:
            return answer.json()
        except ValueError:
            raise Unavailable(CONNECTOR) from None


def _error_code(answer: httpx.Response) -> str:
    """The Connector's error code, such as MessageWritesBlocked."""
    try:
        return str(answer.json()["error"]["code"])[:80]
    except (ValueError, KeyError, TypeError):
        return ""
