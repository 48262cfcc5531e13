"""The routes of the page: views, actions and the event stream."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from integrations.ports.errors import Unavailable
from integrations.web.actions import PageActions
from integrations.web.page_context import PageContext
from integrations.web.sse import EventStreams
from integrations.web.views import PageViews


def page_routes(context: PageContext) -> Sequence[Any]:
    """The routes of the page. They must be served behind `OriginCheck`."""
    views = PageViews(context)
    actions, streams = PageActions(context, views), EventStreams(context, views)
    return [
        Route("/", views.page),
        Route("/cards", views.cards),
        Route("/people", views.people),
        Route("/happened", views.happened),
        Route("/file/{token}", views.file),
        Route("/static/{name}", views.static),
        Route("/events", streams.events),
        Route("/act", actions.act, methods=["POST"]),
        Route("/drop", actions.upload, methods=["POST"]),
    ]


async def unavailable(_request: Request, _problem: Exception) -> Response:
    return PlainTextResponse("The store cannot be reached. Try again in a moment.\n", status_code=503)


async def refused(_request: Request, problem: Exception) -> Response:
    status = problem.status_code if isinstance(problem, HTTPException) else 400
    return PlainTextResponse(f"{problem.detail if isinstance(problem, HTTPException) else 'no'}\n", status_code=status)


EXCEPTION_HANDLERS = {Unavailable: unavailable, HTTPException: refused}
