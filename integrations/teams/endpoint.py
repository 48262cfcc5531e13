"""TODO: say what this module is for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from integrations.ports.errors import Unavailable
from integrations.teams.auth import AuthenticationFailed, Authenticator
from integrations.teams.botbuilder import ActivityDispatcher, InvalidActivity
from integrations.teams.listeners import log
from integrations.teams.parsing import TeamsActivity, parse_activity
from integrations.teams.responses import TeamsResponse

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
