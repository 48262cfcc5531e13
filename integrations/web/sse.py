"""One stream of server-sent events per tab. A slow tab delays nobody; it reloads the room instead of missing events.

card       a message in the tab's room was posted, updated or removed; contains its HTML
elsewhere  a message in another room changed
behind     the tab missed events, so it must reload the room
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import AsyncIterator
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from integrations.ports.clock import Clock
from integrations.web.page_context import TEMPLATES, PageContext, Viewer, viewer_from
from integrations.web.read_model import RoomMessage
from integrations.web.send import RoomEvent
from integrations.web.views import PageViews

HEARTBEAT = timedelta(seconds=20)
SAID_TAG = "said:"
MAX_RENDERED = 64
BEHIND = b"event: behind\ndata: {}\n\n"


class EventStreams:
    """The streams of all tabs. Each event is rendered once for all of them."""

    def __init__(self, context: PageContext, views: PageViews, heartbeat: timedelta = HEARTBEAT) -> None:
        self._context = context
        self._heartbeat = heartbeat
        self._rendered = _RenderedEvents(views, context.clock)

    async def events(self, request: Request) -> Response:
        viewer = viewer_from(self._context, request.query_params)
        seen = request.query_params.get("state", "")
        return StreamingResponse(self._stream(viewer, seen), media_type="text/event-stream")

    async def _stream(self, viewer: Viewer, seen: str) -> AsyncIterator[bytes]:
        with self._context.rooms.subscribe() as listener:
            # Events between rendering the page and this moment are in no stream.
            missed = await self._context.reads.version(viewer.conversation) != seen
            yield BEHIND if missed else b": listening\n\n"
            while not listener.closed:
                event = await listener.next(self._heartbeat)
                if listener.missed:
                    listener.reset()
                    yield BEHIND
                elif event is None:
                    yield b": still here\n\n"
                elif rendered := self._event_for(event, viewer):
                    yield rendered

    def _event_for(self, event: RoomEvent, viewer: Viewer) -> bytes:
        if event.conversation == viewer.conversation:
            return self._rendered.of(event, viewer.look)
        if event.conversation.startswith("@"):  # a direct conversation
            is_own = event.conversation == f"@{viewer.email}"
            return self._rendered.elsewhere(event) if is_own else b""
        return self._rendered.elsewhere(event)


class _RenderedEvents:
    """A cache of rendered events by preview, because many tabs may show the same room."""

    def __init__(self, views: PageViews, clock: Clock) -> None:
        self._views = views
        self._clock = clock
        # The event is kept with its bytes so that its id() is not reused.
        self._cache: OrderedDict[tuple[int, str], tuple[RoomEvent, bytes]] = OrderedDict()

    def of(self, event: RoomEvent, look: str) -> bytes:
        key = (id(event), look)
        if key not in self._cache:
            self._cache[key] = (event, self._render(event, look))
            if len(self._cache) > MAX_RENDERED:
                self._cache.popitem(last=False)
        return self._cache[key][1]

    def elsewhere(self, event: RoomEvent) -> bytes:
        title = event.card.title if event.card else ""
        return _server_sent_event("elsewhere", {"kind": event.kind, "in": event.conversation, "title": title})

    def _render(self, event: RoomEvent, look: str) -> bytes:
        data = {"kind": event.kind, "id": event.message_id, "title": event.card.title if event.card else ""}
        if event.card:
            speaker = event.card.title if event.tag.startswith(SAID_TAG) else ""
            updated = event.kind == "updated"
            message = RoomMessage(event.message_id, event.card, event.at or self._clock.now(), updated, speaker)
            context = {"entries": [self._views.message_entry(message, look)], "older": "", "newest": False, "state": ""}
            data["html"] = TEMPLATES.get_template("cards.html").render(context)
        return _server_sent_event("card", data)


def _server_sent_event(kind: str, data: dict[str, str]) -> bytes:
    return f"event: {kind}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()
