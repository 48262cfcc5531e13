"""Calls to Slack's Web API: one HTTP session, no retries by the SDK, and our own errors."""

from __future__ import annotations

import json
import ssl
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from urllib.parse import urljoin

import aiohttp
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from integrations.ports.errors import Rejected, Unavailable
from integrations.slack.config import SlackConfig
from integrations.slack.errors import NAME, error_for, translate_error
from integrations.slack.markup import Json

CALL_TIMEOUT_S = 8.0  # less than the deliverer's timeout, so that the error comes from here
CONNECT_TIMEOUT_S = 4.0
NOT_IN_SLACK = "address_not_in_slack"
MAX_REDIRECTS = 3
REDIRECTS = frozenset({301, 302, 303, 307, 308})
MAX_RESPONSE_BYTES = 100_000

# Methods that take a JSON body; all others get a form. https://docs.slack.dev/apis/web-api/using-the-web-api
_AS_JSON = ("chat.", "views.", "conversations.open")


class NotConnected(RuntimeError):
    """A call was made outside `SlackClient.open`, which is a bug."""


class SlackClient:
    """Slack's Web API for any token."""

    def __init__(self, config: SlackConfig) -> None:
        self._config = config
        self._session: aiohttp.ClientSession | None = None

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Hold the HTTP session open. Nested blocks share the outer session."""
        if self._session is not None:
            yield
            return
        timeout = aiohttp.ClientTimeout(total=CALL_TIMEOUT_S, sock_connect=CONNECT_TIMEOUT_S)
        context = ssl.create_default_context(cafile=self._config.ca_file or None)
        if self._config.ca_file:
            context.load_default_certs()
        connector = aiohttp.TCPConnector(ssl=context, limit=50)
        async with aiohttp.ClientSession(timeout=timeout, connector=connector, trust_env=True) as session:
            self._session = session
            try:
                yield
            finally:
                self._session = None

    @property
    def session(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise NotConnected("SlackClient is not open")
        return self._session

    def sdk_client(self, token: str = "") -> AsyncWebClient:
        """The SDK's client on our session. It does not retry, because only the deliverer can avoid duplicate posts."""
        client = AsyncWebClient(token or None, base_url=self._config.api_url, session=self.session, retry_handlers=[])
        client.proxy = None  # the session reads the environment itself, including NO_PROXY
        return client

    async def call(self, token: str, method: str, **arguments: object) -> Json:
        """The response of *method*. Raises only Unavailable and Rejected."""
        data, _ = await self.call_with_headers(token, method, **arguments)
        return data

    async def call_with_headers(self, token: str, method: str, **arguments: object) -> tuple[Json, Mapping[str, str]]:
        """The response of *method* and its headers."""
        given = {name: value for name, value in arguments.items() if value is not None}
        with _translated_errors():
            if method.startswith(_AS_JSON):
                response = await self.sdk_client(token).api_call(method, json=given)
            else:
                response = await self.sdk_client(token).api_call(method, data=_form(given))
        return dict(response.data) if isinstance(response.data, dict) else {}, response.headers

    def may_respond(self, url: str) -> bool:
        return self._config.is_response_url(url)

    async def respond(self, url: str, body: Json) -> None:
        """Post *body* to a `response_url`. Raises Unavailable, or Rejected also if the host is not Slack's."""
        if not self.may_respond(url):
            raise Rejected(NOT_IN_SLACK)
        with _translated_errors():
            async with self.session.post(url, json=body, allow_redirects=False) as response:
                text = (await response.content.read(MAX_RESPONSE_BYTES)).decode(errors="replace")
        if response.status >= 500:
            raise Unavailable(NAME, uncertain=True)
        if response.status == 429:
            raise error_for("ratelimited", response.headers)
        if response.status == 404 or response.status in REDIRECTS:
            raise Rejected("expired_url")
        if response.status != 200 or '"ok":false' in text.replace(" ", ""):
            raise error_for(_error_code(text), response.headers)

    async def upload(self, url: str, content: bytes) -> None:
        """Upload the content of a file to the URL that Slack gave."""
        with _translated_errors():
            async with self.session.post(url, data=content, allow_redirects=False) as response:
                await response.content.read(MAX_RESPONSE_BYTES)
        if response.status != 200:
            raise Unavailable(NAME)

    async def download(self, token: str, url: str, limit: int) -> bytes | None:
        """The file at *url*; None if it is larger than *limit* bytes. Raises Rejected if the host is not Slack's.

        A redirect is followed only to another of Slack's hosts.
        """
        for _ in range(MAX_REDIRECTS):
            if not self._config.is_file_host(url):
                raise Rejected(NOT_IN_SLACK)
            headers = {"Authorization": f"Bearer {token}"}
            with _translated_errors():
                async with self.session.get(url, headers=headers, allow_redirects=False) as response:
                    target = response.headers.get("location", "") if response.status in REDIRECTS else ""
                    if not target:
                        return await _read_file(response, limit)
                    url = urljoin(url, target)
        raise Rejected("file_not_readable")


async def _read_file(response: aiohttp.ClientResponse, limit: int) -> bytes | None:
    if response.status >= 500:
        raise Unavailable(NAME)
    # Without the scope, or with a wrong token, the response is a sign-in page.
    if response.status != 200 or response.content_type == "text/html":
        raise Rejected("file_not_readable")
    content = b""
    while len(content) <= limit and (more := await response.content.read(limit + 1 - len(content))):
        content += more
    return content if len(content) <= limit else None


def _form(arguments: Mapping[str, object]) -> dict[str, str]:
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in arguments.items()}


@contextmanager
def _translated_errors() -> Iterator[None]:
    try:
        yield
    except SlackClientError as error:
        raise translate_error(error) from None  # its text may contain a token or message text
    except (aiohttp.ClientError, OSError, ValueError) as error:  # an invalid response is a ValueError
        raise translate_error(error) from error


def _error_code(text: str) -> str:
    try:
        body: Any = json.loads(text)
    except ValueError:
        return text.strip()[:100]
    return str(body.get("error", "")) if isinstance(body, dict) else ""
