"""The web page as one application: what can be looked at, what can be done, and news as they happen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from integrations.console.acting import PageActions
from integrations.console.live import EventStreams
from integrations.console.showing import PageViews
from integrations.console.stage import PageContext
from integrations.ports.errors import Unavailable


def page_routes(stage: PageContext) -> Sequence[Any]:
    """The routes of the page. Whoever serves them puts the `Gate` before them."""
    showing = PageViews(stage)
    acting, live = PageActions(stage, showing), EventStreams(stage, showing)
    return [
        Route("/", showing.page),
        Route("/cards", showing.cards),
        Route("/people", showing.people),
        Route("/happened", showing.happened),
        Route("/file/{token}", showing.file),
        Route("/static/{name}", showing.static),
        Route("/events", live.events),
        Route("/act", acting.act, methods=["POST"]),
        Route("/drop", acting.upload, methods=["POST"]),
    ]


async def unavailable(_request: Request, _problem: Exception) -> Response:
    return PlainTextResponse("The store cannot be reached. Try again in a moment.\n", status_code=503)


async def refused(_request: Request, problem: Exception) -> Response:
    status = problem.status_code if isinstance(problem, HTTPException) else 400
    return PlainTextResponse(f"{problem.detail if isinstance(problem, HTTPException) else 'no'}\n", status_code=status)


EXCEPTION_HANDLERS = {Unavailable: unavailable, HTTPException: refused}
