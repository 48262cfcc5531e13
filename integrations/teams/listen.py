"""What Teams sends becomes an event of the house: written down for the desk, or answered while Teams waits."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from integrations.ports.door import AdapterContext
from integrations.ports.errors import Unavailable
from integrations.ports.inbound import Account, Attachment, MessageText, Reply
from integrations.teams.auth import AuthenticationFailed, Authenticator
from integrations.teams.files import TeamsFileError, TeamsFiles
from integrations.teams.heard import TeamsActivity, parse_activity
from integrations.teams.identity import PLATFORM, WORKSPACE, TeamsIdentities
from integrations.teams.invokes import InvokeHandler
from integrations.teams.references import TeamsConversation, TeamsConversations
from integrations.teams.rooms import TeamsMembership, conversation_ref
from integrations.teams.turn import ActivityDispatcher, InvalidActivity, TeamsResponse

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

# An activity of Teams has at most 100 kB; with what the Connector adds around it this is ample.
MAX_BODY = 256_000


class TeamsEndpoint:
    """The address that the Bot Connector calls."""

    def __init__(self, authenticator: Authenticator, dispatcher: ActivityDispatcher) -> None:
        self._authenticator = authenticator
        self._dispatcher = dispatcher

    async def receive(self, request: Request) -> Response:
        """One activity. Whoever is refused learns no more than that."""
        try:
            data = await _read_body(request)
        except _TooLong:
            return Response(status_code=413)
        activity = parse_activity(data) if data is not None else None
        if data is None or activity is None or not activity.kind:
            return JSONResponse({"error": "not an activity"}, status_code=400)
        peer = request.client.host if request.client else ""
        answer = await self._answer(request.headers.get("authorization"), data, activity, peer)
        return Response(status_code=answer.status) if answer.body is None else JSONResponse(answer.body, answer.status)

    async def _answer(
        self, header: str | None, data: Mapping[str, Any], activity: TeamsActivity, peer: str
    ) -> TeamsResponse:
        try:
            claims = await self._authenticator.authenticate(header, activity, peer)
            return await self._dispatcher.dispatch(data, activity, claims)
        except AuthenticationFailed as refused:  # the reason is for the log, not for whoever tries
            log.warning("refused at the door", action="teams.refused", status=refused.status, reason=refused.reason)
            return TeamsResponse(refused.status, {"error": "refused"})
        except InvalidActivity as error:
            log.warning("an activity of another shape", action="teams.misshapen", kind=activity.kind, reason=str(error))
            return TeamsResponse(400, {"error": "not an activity"})
        except Unavailable as error:
            log.error("nobody can be served", action="teams.unavailable", reason=str(error))
            return TeamsResponse(503, {"error": "try again"})


class _TooLong(Exception):
    """More than an activity can have."""


async def _read_body(request: Request) -> Mapping[str, Any] | None:
    body = b""
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BODY:
                raise _TooLong
        data = json.loads(body)
    except (ValueError, RecursionError, ClientDisconnect):
        return None
    return data if isinstance(data, dict) else None


@dataclass(frozen=True)
class TeamsListeners:
    """The ears of the house in Teams."""

    context: AdapterContext
    conversations: TeamsConversations
    identities: TeamsIdentities
    membership: TeamsMembership
    files: TeamsFiles
    invoke_handler: InvokeHandler
    in_background: Callable[[Coroutine[Any, Any, None]], None]

    async def message(self, activity: TeamsActivity) -> None:
        """Something said to us: written down, and answered in its place."""
        if not activity.sender or activity.sender == activity.bot:
            return
        reference = await self.conversations.remember(activity)
        account = await self.identities.account(activity)
        reference = await self.membership.refresh(reference, account)
        event = MessageText(
            account=account,
            conversation=conversation_ref(reference, activity.thread),
            event_id=activity.key,
            text=await self._text(activity),
        )
        try:
            files = await self._files(activity)
        except TeamsFileError as problem:
            await self.context.inbox.reply(event, Reply(problem.card))
            return
        await self.context.inbox.enqueue(_with(event, files))

    async def _text(self, activity: TeamsActivity) -> str:
        """What was said; people we know read as their e-mail, which is how commands name them."""
        words = activity.text
        for each in activity.mentions:
            email = await self.context.accounts.email_of(PLATFORM, WORKSPACE, each.account)
            words = words.replace(each.words, email or f"@{each.name}")
        return words

    async def _files(self, activity: TeamsActivity) -> tuple[Attachment, ...]:
        # Only a personal chat hands files over; in a channel they lie in its SharePoint, out of our reach.
        # https://learn.microsoft.com/microsoftteams/platform/bots/how-to/bots-filesv4
        dropped = activity.files if activity.direct else ()
        return tuple(await asyncio.gather(*(self.files.fetch(each) for each in dropped)))

    async def conversation_update(self, activity: TeamsActivity) -> None:
        await self.membership.changed(activity)

    async def installation_update(self, activity: TeamsActivity) -> None:
        """Somebody who added us for themselves is shown the way in; a team hears nothing before it asks."""
        reference = await self.membership.installed(activity)
        if reference is None or not reference.account:
            return
        account = await self.identities.account(activity)
        await self.membership.refresh(reference, account)
        await self.context.inbox.enqueue(
            MessageText(
                account=account, conversation=conversation_ref(reference), event_id=f"hello|{activity.key}", text=""
            )
        )

    async def invoke(self, activity: TeamsActivity) -> TeamsResponse:
        """A press or a dialog: Teams waits for the answer, so who else sits there is looked at meanwhile."""
        reference = await self.conversations.remember(activity)
        account = await self.identities.account(activity)
        self.in_background(self._refresh(reference, account))
        return await self.invoke_handler.handle(
            activity, account, conversation_ref(reference, activity.thread), reference
        )

    async def _refresh(self, reference: TeamsConversation, account: Account) -> None:
        await self.membership.refresh(reference, account)


def _with(event: MessageText, files: tuple[Attachment, ...]) -> MessageText:
    return MessageText(
        account=event.account, conversation=event.conversation, event_id=event.event_id, text=event.text, files=files
    )
