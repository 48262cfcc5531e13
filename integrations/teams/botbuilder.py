"""One turn of the bot SDK: it sorts activities by their kind and carries an invoke's answer back.

Who may speak was decided before (`auth`), and what we say leaves by the ledger (`send`), so the SDK is asked for
neither: its validator has the faults listed there, and its tokens are fetched in the middle of the event loop.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import httpx
from botbuilder.core import ActivityHandler, TurnContext
from botbuilder.core.cloud_adapter_base import CloudAdapterBase
from botbuilder.schema import Activity, InvokeResponse
from botframework.connector.auth import BotFrameworkAuthentication, ClaimsIdentity
from botframework.connector.auth.authenticate_request_result import AuthenticateRequestResult
from botframework.connector.auth.connector_factory import ConnectorFactory
from msrest.exceptions import ClientException
from msrest.pipeline import AsyncHTTPSender, Response
from msrest.universal_http.async_abc import AsyncClientResponse

from integrations.teams.client import TeamsClient
from integrations.teams.parsing import TeamsActivity
from integrations.teams.responses import TeamsResponse


class ActivityListeners(Protocol):
    """Who takes what was heard."""

    async def message(self, parsed: TeamsActivity) -> None: ...

    async def conversation_update(self, parsed: TeamsActivity) -> None: ...

    async def installation_update(self, parsed: TeamsActivity) -> None: ...

    async def invoke(self, parsed: TeamsActivity) -> TeamsResponse: ...


class InvalidActivity(ValueError):
    """The SDK cannot read that activity."""


class ActivityDispatcher:
    """Turns an activity's JSON into one call of *ears*."""

    def __init__(self, client: TeamsClient, listeners: ActivityListeners) -> None:
        self._client = client
        self._listeners = listeners
        self._adapter = CloudAdapterBase(_Authenticated(client))

    async def dispatch(
        self, data: Mapping[str, Any], parsed: TeamsActivity, claims: Mapping[str, Any]
    ) -> TeamsResponse:
        """What to answer. Raises Misshapen, and what *ears* raise."""
        try:
            activity = Activity().deserialize(dict(data))
        except (ClientException, ValueError, TypeError, AttributeError) as error:
            raise InvalidActivity(type(error).__name__) from error
        admitted = AuthenticateRequestResult()
        admitted.claims_identity = ClaimsIdentity(dict(claims), is_authenticated=True)
        admitted.connector_factory = _ConnectorFactory(self._client)
        answer = await self._adapter.process_activity(admitted, activity, _Bot(self._listeners, parsed).on_turn)
        # The stock glue serialises an invoke's body a second time and fails on every dict; this one hands it on.
        return TeamsResponse(202) if answer is None else TeamsResponse(int(answer.status), answer.body)


class _Bot(ActivityHandler):  # type: ignore[misc]  # the SDK has no types
    """For one activity, which `heard` holds as well."""

    def __init__(self, listeners: ActivityListeners, parsed: TeamsActivity) -> None:
        self._listeners = listeners
        self._parsed = parsed

    async def on_message_activity(self, _turn: TurnContext) -> None:
        await self._listeners.message(self._parsed)

    async def on_conversation_update_activity(self, _turn: TurnContext) -> None:
        await self._listeners.conversation_update(self._parsed)

    async def on_installation_update(self, _turn: TurnContext) -> None:
        await self._listeners.installation_update(self._parsed)

    async def on_invoke_activity(self, _turn: TurnContext) -> InvokeResponse:
        answer = await self._listeners.invoke(self._parsed)
        return InvokeResponse(status=answer.status, body=answer.body)


class _ConnectorFactory(ConnectorFactory):  # type: ignore[misc]  # the SDK has no types
    def __init__(self, client: TeamsClient) -> None:
        self._client = client

    async def create(self, service_url: str, _audience: str | None = None) -> Any:
        return self._client.connector(service_url)


class _Authenticated(BotFrameworkAuthentication):  # type: ignore[misc]  # the SDK has no types
    """What the adapter wants to know about authentication, when all of it was done before."""

    def __init__(self, client: TeamsClient) -> None:
        self._client = client

    async def authenticate_request(self, _activity: Activity, _header: str) -> AuthenticateRequestResult:
        raise PermissionError("nothing comes in here but what the gate admitted")

    async def authenticate_streaming_request(self, _header: str, _channel: str) -> AuthenticateRequestResult:
        raise PermissionError("streaming is not offered")

    async def authenticate_channel_request(self, _header: str) -> ClaimsIdentity:
        raise PermissionError("nothing comes in here but what the gate admitted")

    def create_connector_factory(self, _claims: ClaimsIdentity) -> ConnectorFactory:
        return _ConnectorFactory(self._client)

    async def create_user_token_client(self, _claims: ClaimsIdentity) -> None:
        """Nobody signs in to anything here."""

    def create_bot_framework_client(self) -> None:
        """No skills are called."""

    def get_originating_audience(self) -> str:
        return ""


class _Sender(AsyncHTTPSender):  # type: ignore[misc]  # the SDK has no types
    """Lets the SDK's client speak through our wire."""

    def __init__(self, client: TeamsClient) -> None:
        self._client = client

    async def send(self, request: Any, **_config: Any) -> Response:
        asked = request.http_request
        answer = await self._client.request(asked.method, asked.url, asked.headers, asked.data)
        return Response(request, _SdkResponse(asked, answer))

    async def __aexit__(self, *_details: object) -> None:
        """The wire is closed by whoever opened it."""


class _SdkResponse(AsyncClientResponse):  # type: ignore[misc]  # the SDK has no types
    """An answer of httpx as the SDK wants to read it."""

    def __init__(self, request: Any, answer: httpx.Response) -> None:
        super().__init__(request, answer)
        self.status_code = answer.status_code
        self.headers = answer.headers
        self.reason = answer.reason_phrase

    def body(self) -> bytes:
        return bytes(self.internal_response.content)

    def text(self, _encoding: str | None = None) -> str:
        return str(self.internal_response.text)
