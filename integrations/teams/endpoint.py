"""The HTTP endpoint that the Bot Connector calls: parse, authenticate, dispatch, and map errors to a status."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from integrations.plain.addresses import is_local
from integrations.plain.incoming import read_json
from integrations.plain.refusals import RETRY_AFTER_S, RefusalLimit
from integrations.ports.clock import Clock
from integrations.ports.errors import Unavailable
from integrations.teams.auth import AuthenticationFailed, Authenticator
from integrations.teams.botbuilder import ActivityDispatcher, InvalidActivity
from integrations.teams.parsing import TeamsActivity, is_usable, parse_activity

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

# A Teams message has at most 100 kB; this leaves room for what the Connector adds.
MAX_BODY = 256_000


class TeamsEndpoint:
    def __init__(self, authenticator: Authenticator, dispatcher: ActivityDispatcher, clock: Clock) -> None:
        self._authenticator = authenticator
        self._dispatcher = dispatcher
        self._refusals = RefusalLimit("teams", clock)

    async def receive(self, request: Request) -> Response:
        """`POST /api/messages`: one activity. A refusal does not say why; the log does."""
        sender = request.client.host if request.client else ""
        try:
            token = await self._authenticator.verify(request.headers.get("authorization"))
            data = await _read_body(request)
            activity = parse_activity(data) if data is not None else None
            if data is None or activity is None or not is_usable(activity):
                return JSONResponse({"error": "not an activity"}, status_code=400)
            local = is_local(sender, request.headers, request.scope["http_version"])
            self._authenticator.check(token, activity, local=local)
            return await self._answer(data, activity, token.claims)
        except _BodyTooLarge:
            return Response(status_code=413)
        except AuthenticationFailed as refused:
            return self._refused(sender, refused)
        except Unavailable as error:
            log.error("activity not handled", action="teams.unavailable", reason=str(error))
            return JSONResponse({"error": "try again"}, 503)

    def _refused(self, sender: str, refused: AuthenticationFailed) -> Response:
        if self._refusals.is_exceeded(sender):
            return JSONResponse({"error": "refused"}, 429, {"retry-after": str(RETRY_AFTER_S)})
        log.warning("request refused", action="teams.refused", status=refused.status, reason=refused.reason)
        return JSONResponse({"error": "refused"}, refused.status)

    async def _answer(self, data: Mapping[str, Any], activity: TeamsActivity, claims: Mapping[str, Any]) -> Response:
        try:
            answer = await self._dispatcher.dispatch(data, activity, claims)
        except InvalidActivity as error:
            log.warning("malformed activity", action="teams.invalid_activity", kind=activity.kind, reason=str(error))
            return JSONResponse({"error": "not an activity"}, 400)
        return Response(status_code=answer.status) if answer.body is None else JSONResponse(answer.body, answer.status)


class _BodyTooLarge(Exception):
    """The body is larger than `MAX_BODY`."""


async def _read_body(request: Request) -> Mapping[str, Any] | None:
    body = b""
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BODY:
                raise _BodyTooLarge
    except ClientDisconnect:
        return None
    data = read_json(body)
    return data if isinstance(data, dict) else None
