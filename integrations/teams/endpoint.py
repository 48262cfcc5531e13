"""The HTTP endpoint that the Bot Connector calls: parse, authenticate, dispatch, and map errors to a status."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from integrations.ports.errors import Unavailable
from integrations.teams.auth import AuthenticationFailed, Authenticator
from integrations.teams.botbuilder import ActivityDispatcher, InvalidActivity
from integrations.teams.parsing import TeamsActivity, parse_activity
from integrations.teams.responses import TeamsResponse

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

# A Teams message has at most 100 kB; this leaves room for what the Connector adds.
MAX_BODY = 256_000


class TeamsEndpoint:
    def __init__(self, authenticator: Authenticator, dispatcher: ActivityDispatcher) -> None:
        self._authenticator = authenticator
        self._dispatcher = dispatcher

    async def receive(self, request: Request) -> Response:
        """`POST /api/messages`: one activity. A refusal does not say why; the log does."""
        try:
            data = await _read_body(request)
        except _BodyTooLarge:
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
        except AuthenticationFailed as refused:
            log.warning("request refused", action="teams.refused", status=refused.status, reason=refused.reason)
            return TeamsResponse(refused.status, {"error": "refused"})
        except InvalidActivity as error:
            log.warning("malformed activity", action="teams.invalid_activity", kind=activity.kind, reason=str(error))
            return TeamsResponse(400, {"error": "not an activity"})
        except Unavailable as error:
            log.error("activity not handled", action="teams.unavailable", reason=str(error))
            return TeamsResponse(503, {"error": "try again"})


class _BodyTooLarge(Exception):
    """The body is larger than `MAX_BODY`."""


async def _read_body(request: Request) -> Mapping[str, Any] | None:
    body = b""
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BODY:
                raise _BodyTooLarge
        data = json.loads(body)
    except (ValueError, RecursionError, ClientDisconnect):
        return None
    return data if isinstance(data, dict) else None
