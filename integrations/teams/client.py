"""The Bot Connector's API: the SDK's client over a wire of our own, and the calls the SDK has only for threads.

The SDK's own wire blocks a thread a call, opens a connection a call and reports errors in five shapes. Here everything
goes through one `httpx` client and one table of errors. The only other module that knows the SDK is `turn`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import quote

import httpx
from botframework.connector.aio import ConnectorClient
from botframework.connector.bot_framework_sdk_client_async import BotFrameworkConnectorConfiguration
from msrest.authentication import Authentication
from msrest.exceptions import ClientException
from msrest.pipeline import AsyncPipeline
from msrest.pipeline.universal import RawDeserializer

from integrations.ports.errors import Rejected, Unavailable
from integrations.teams.botbuilder import _Sender
from integrations.teams.config import TeamsConfig
from integrations.teams.errors import CONNECTOR, error_for, retry_after_of

# Together less than the post waits for one delivery, so that it is we who say what happened.
TIMEOUT = httpx.Timeout(connect=3, read=6, write=6, pool=2)

# Raised before a byte of the request left us.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)


class TokenSource(Protocol):
    """Where tokens come from."""

    async def get(self) -> str: ...

    def forget(self, token: str) -> None: ...


class TeamsClient:
    """Requests to the Connector with our token, to allowed hosts alone. Raises Unavailable and Rejected."""

    def __init__(self, config: TeamsConfig, http: httpx.AsyncClient, tokens: TokenSource | None) -> None:
        self._config = config
        self._http = http
        self._tokens = tokens
        self._clients: dict[str, ConnectorClient] = {}

    async def request(
        self, method: str, url: str, headers: Mapping[str, str] | None = None, content: str | bytes | None = None
    ) -> httpx.Response:
        """The answer of a request that went well. A refused token is replaced once: nothing had happened yet."""
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
        """The JSON behind a path of the API; its parts are quoted here."""
        address = service_url.rstrip("/") + "/v3/" + "/".join(quote(part, safe="") for part in path)
        answer = await self.request("GET", str(httpx.URL(address, params=query) if query else address))
        try:
            return answer.json()
        except ValueError:
            raise Unavailable(CONNECTOR) from None

    def connector(self, service_url: str) -> ConnectorClient:
        """The SDK's client for that address, over this wire."""
        if service_url not in self._clients:
            configuration = BotFrameworkConnectorConfiguration(
                Authentication(),
                service_url,
                pipeline_type=lambda own: AsyncPipeline([own.user_agent_policy, RawDeserializer()], _Sender(self)),
            )
            self._clients[service_url] = ConnectorClient(
                Authentication(), base_url=service_url, custom_configuration=configuration
            )
        return self._clients[service_url]


def unreadable_answer(error: ClientException) -> Unavailable:
    """The request went well, but its answer could not be read: what was sent stands."""
    return Unavailable(f"{CONNECTOR} ({type(error).__name__})", uncertain=True)


def _error_code(answer: httpx.Response) -> str:
    """The Connector's own name for an error, such as MessageWritesBlocked."""
    try:
        found = answer.json()["error"]["code"]
    except (ValueError, KeyError, TypeError):
        return ""
    return str(found)[:80]
