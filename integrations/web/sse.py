"""News as they happen: one stream of server-sent events per tab. Nobody waits for a slow one, and nobody misses a thing.

card       a message in the tab's room, drawn: posted, updated or removed
elsewhere  something happened in another room
behind     more happened than the tab could take, or before it began to listen: it loads the room again
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
    """The streams of all tabs. What is drawn once is sent to all of them."""

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
            # What happened between drawing the page and this moment is in no stream.
            missed = await self._context.reads.version(viewer.conversation) != seen
            yield BEHIND if missed else b": listening\n\n"
            while not listener.closed:
                event = await listener.next(self._heartbeat)
                if listener.missed:
                    listener.reset()
                    yield BEHIND
                elif event is None:
                    yield b": still here\n\n"
                elif told := self._event_for(event, viewer):
                    yield told

    def _event_for(self, event: RoomEvent, viewer: Viewer) -> bytes:
        if event.conversation == viewer.conversation:
            return self._rendered.of(event, viewer.look)
        if event.conversation.startswith("@"):  # somebody else's conversation
            mine = event.conversation == f"@{viewer.email}"
            return self._rendered.elsewhere(event) if mine else b""
        return self._rendered.elsewhere(event)


class _RenderedEvents:
    """The newest events as they are sent, by look: two hundred tabs look at one room, and it is drawn once."""

    def __init__(self, views: PageViews, clock: Clock) -> None:
        self._views = views
        self._clock = clock
        # The event is kept with its bytes: as long as it is, nothing else has its id.
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
        told = {"kind": event.kind, "id": event.message_id, "title": event.card.title if event.card else ""}
        if event.card:
            speaker = event.card.title if event.tag.startswith(SAID_TAG) else ""
            updated = event.kind == "updated"
            message = RoomMessage(event.message_id, event.card, event.at or self._clock.now(), updated, speaker)
            context = {"entries": [self._views.message_entry(message, look)], "older": "", "newest": False, "state": ""}
            told["html"] = TEMPLATES.get_template("cards.html").render(context)
        return _server_sent_event("card", told)


def _server_sent_event(kind: str, told: dict[str, str]) -> bytes:
    return f"event: {kind}\ndata: {json.dumps(told, ensure_ascii=False)}\n\n".encode()
