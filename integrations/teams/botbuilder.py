"""Everything that uses the archived bot SDK: one turn of an incoming activity, and calls to the Bot Connector.

`auth` has authenticated the sender and `tokens` fetches our token, so the SDK does neither: its validator has the
faults listed in `auth`, and it fetches tokens with blocking calls on the event loop.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import httpx
from botbuilder.core import ActivityHandler, TurnContext
from botbuilder.core.cloud_adapter_base import CloudAdapterBase
from botbuilder.schema import (
    Activity,
    Attachment,
    ChannelAccount,
    ConversationAccount,
    ConversationParameters,
    InvokeResponse,
)
from botframework.connector.aio import ConnectorClient
from botframework.connector.auth import BotFrameworkAuthentication, ClaimsIdentity
from botframework.connector.auth.authenticate_request_result import AuthenticateRequestResult
from botframework.connector.auth.connector_factory import ConnectorFactory
from botframework.connector.bot_framework_sdk_client_async import BotFrameworkConnectorConfiguration
from msrest.authentication import Authentication
from msrest.exceptions import ClientException
from msrest.pipeline import AsyncHTTPSender, AsyncPipeline, Response
from msrest.pipeline.universal import RawDeserializer
from msrest.universal_http.async_abc import AsyncClientResponse

from integrations.ports.errors import Unavailable
from integrations.teams.client import TeamsClient
from integrations.teams.errors import CONNECTOR
from integrations.teams.markup import Json
from integrations.teams.parsing import THREAD_MARK, TeamsActivity
from integrations.teams.responses import TeamsResponse


class ActivityListeners(Protocol):
    """One method for each kind of activity."""

    async def message(self, parsed: TeamsActivity) -> None: ...

    async def conversation_update(self, parsed: TeamsActivity) -> None: ...

    async def installation_update(self, parsed: TeamsActivity) -> None: ...

    async def invoke(self, parsed: TeamsActivity) -> TeamsResponse: ...


class InvalidActivity(ValueError):
    """The SDK cannot deserialize the activity."""


class ActivityDispatcher:
    """Turns an activity's JSON into one call of *listeners*."""

    def __init__(self, client: TeamsClient, listeners: ActivityListeners) -> None:
        self._connector = BotConnector(client)
        self._listeners = listeners
        self._adapter = CloudAdapterBase(_Authenticated(self._connector))

    async def dispatch(
        self, data: Mapping[str, Any], parsed: TeamsActivity, claims: Mapping[str, Any]
    ) -> TeamsResponse:
        """The HTTP response. Raises InvalidActivity, and whatever *listeners* raise."""
        try:
            activity = Activity().deserialize(dict(data))
        except (ClientException, ValueError, TypeError, AttributeError) as error:
            raise InvalidActivity(type(error).__name__) from error
        authenticated = AuthenticateRequestResult()
        authenticated.claims_identity = ClaimsIdentity(dict(claims), is_authenticated=True)
        authenticated.connector_factory = _ConnectorFactory(self._connector)
        answer = await self._adapter.process_activity(authenticated, activity, _Bot(self._listeners, parsed).on_turn)
        # The SDK's own HTTP adapter serializes an invoke's body twice and fails on every dict.
        return TeamsResponse(202) if answer is None else TeamsResponse(int(answer.status), answer.body)


class _Bot(ActivityHandler):  # type: ignore[misc]  # the SDK has no types
    """Handles a single activity; *parsed* is our own reading of it."""

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


class _Authenticated(BotFrameworkAuthentication):  # type: ignore[misc]  # the SDK has no types
    """The SDK's authentication interface for requests that `auth` has already authenticated."""

    def __init__(self, connector: BotConnector) -> None:
        self._connector = connector

    async def authenticate_request(self, _activity: Activity, _header: str) -> AuthenticateRequestResult:
        raise PermissionError("requests are authenticated before they reach the SDK")

    async def authenticate_streaming_request(self, _header: str, _channel: str) -> AuthenticateRequestResult:
        raise PermissionError("streaming is not supported")

    async def authenticate_channel_request(self, _header: str) -> ClaimsIdentity:
        raise PermissionError("requests are authenticated before they reach the SDK")

    def create_connector_factory(self, _claims: ClaimsIdentity) -> ConnectorFactory:
        return _ConnectorFactory(self._connector)

    async def create_user_token_client(self, _claims: ClaimsIdentity) -> None:
        """Not needed: users never sign in through the bot."""

    def create_bot_framework_client(self) -> None:
        """Not needed: no skills are called."""

    def get_originating_audience(self) -> str:
        return ""


class _ConnectorFactory(ConnectorFactory):  # type: ignore[misc]  # the SDK has no types
    def __init__(self, connector: BotConnector) -> None:
        self._connector = connector

    async def create(self, service_url: str, _audience: str | None = None) -> Any:
        return self._connector.sdk_client(service_url)


@dataclass(frozen=True, slots=True)
class BotMessage:
    """A message sent as the account *bot*: plain *text*, or attachments in the Connector's own JSON."""

    bot: str
    text: str = ""
    summary: str = ""
    attachments: tuple[Json, ...] = ()


class BotConnector:
    """Calls to the Bot Connector through the SDK's client. Every method raises Unavailable and Rejected."""

    def __init__(self, client: TeamsClient) -> None:
        self._client = client
        self._sdk_clients: dict[str, ConnectorClient] = {}

    def sdk_client(self, service_url: str) -> ConnectorClient:
        """The SDK's client for that service URL; it sends through our `TeamsClient`."""
        if service_url not in self._sdk_clients:
            configuration = BotFrameworkConnectorConfiguration(
                Authentication(),
                service_url,
                pipeline_type=lambda own: AsyncPipeline(
                    [own.user_agent_policy, RawDeserializer()], _HttpxSender(self._client)
                ),
            )
            self._sdk_clients[service_url] = ConnectorClient(
                Authentication(), base_url=service_url, custom_configuration=configuration
            )
        return self._sdk_clients[service_url]

    async def post(self, service_url: str, conversation: str, message: BotMessage) -> str:
        """The id of the new message."""
        activity = _activity(conversation, message)
        sent = await _translated(self._conversations(service_url).send_to_conversation(conversation, activity))
        return str(sent.id)

    async def update(self, service_url: str, conversation: str, message_id: str, message: BotMessage) -> None:
        activity = _activity(conversation, message)
        activity.id = message_id
        await _translated(self._conversations(service_url).update_activity(conversation, message_id, activity))

    async def delete(self, service_url: str, conversation: str, message_id: str) -> None:
        await _translated(self._conversations(service_url).delete_activity(conversation, message_id))

    async def open_thread(self, service_url: str, channel: str, tenant: str, message: BotMessage) -> str:
        """Start a thread in *channel* with *message*; returns the message's id."""
        parameters = ConversationParameters(
            is_group=True,
            bot=ChannelAccount(id=message.bot),
            activity=_activity(channel, message),
            tenant_id=tenant,
            channel_data={"channel": {"id": channel}, "tenant": {"id": tenant}},
        )
        made = await _translated(self._conversations(service_url).create_conversation(parameters))
        return str(made.activity_id or made.id.partition(THREAD_MARK)[2])

    async def open_direct(self, service_url: str, bot: str, account: str, tenant: str) -> str:
        """The id of the personal conversation with *account*; the Connector returns the same one every time."""
        parameters = ConversationParameters(
            is_group=False,
            bot=ChannelAccount(id=bot),
            members=[ChannelAccount(id=account)],
            tenant_id=tenant,
            channel_data={"tenant": {"id": tenant}},
        )
        made = await _translated(self._conversations(service_url).create_conversation(parameters))
        return str(made.id)

    def _conversations(self, service_url: str) -> Any:
        return self.sdk_client(service_url).conversations


def _activity(conversation: str, message: BotMessage) -> Activity:
    return Activity(
        type="message",
        from_property=ChannelAccount(id=message.bot),
        conversation=ConversationAccount(id=conversation),
        text=message.text or None,
        text_format="plain" if message.text else None,
        summary=message.summary or None,
        attachments=[_attachment(attachment) for attachment in message.attachments] or None,
    )


def _attachment(attachment: Json) -> Attachment:
    return Attachment(
        content_type=attachment["contentType"],
        name=attachment.get("name"),
        content=attachment["content"],
        content_url=attachment.get("contentUrl"),
    )


async def _translated(call: Awaitable[Any]) -> Any:
    try:
        return await call
    except ClientException as error:
        # The request succeeded but its response is unreadable, so the message may exist.
        raise Unavailable(f"{CONNECTOR} ({type(error).__name__})", uncertain=True) from error


class _HttpxSender(AsyncHTTPSender):  # type: ignore[misc]  # the SDK has no types
    """Lets the SDK's client send through our `TeamsClient`."""

    def __init__(self, client: TeamsClient) -> None:
        self._client = client

    async def send(self, request: Any, **_config: Any) -> Response:
        sdk_request = request.http_request
        answer = await self._client.request(sdk_request.method, sdk_request.url, sdk_request.headers, sdk_request.data)
        return Response(request, _SdkResponse(sdk_request, answer))

    async def __aexit__(self, *_details: object) -> None:
        """Nothing to close: the adapter owns the HTTP client."""


class _SdkResponse(AsyncClientResponse):  # type: ignore[misc]  # the SDK has no types
    """An httpx response in the shape that the SDK reads."""

    def __init__(self, request: Any, answer: httpx.Response) -> None:
        super().__init__(request, answer)
        self.status_code = answer.status_code
        self.headers = answer.headers
        self.reason = answer.reason_phrase

    def body(self) -> bytes:
        return bytes(self.internal_response.content)

    def text(self, _encoding: str | None = None) -> str:
        return str(self.internal_response.text)
