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

from integrations.console.backstage import RoomMessage
from integrations.console.rooms import RoomEvent
from integrations.console.showing import PageViews
from integrations.console.stage import TEMPLATES, PageContext, Viewer, viewer_from
from integrations.ports.clock import Clock

HEARTBEAT = timedelta(seconds=20)
SAID_TAG = "said:"
MAX_RENDERED = 64
BEHIND = b"event: behind\ndata: {}\n\n"


class EventStreams:
    """The streams of all tabs. What is drawn once is sent to all of them."""

    def __init__(self, stage: PageContext, showing: PageViews, heartbeat: timedelta = HEARTBEAT) -> None:
        self._stage = stage
        self._heartbeat = heartbeat
        self._drawn = _RenderedEvents(showing, stage.clock)

    async def events(self, request: Request) -> Response:
        seat = viewer_from(self._stage, request.query_params)
        seen = request.query_params.get("state", "")
        return StreamingResponse(self._stream(seat, seen), media_type="text/event-stream")

    async def _stream(self, seat: Viewer, seen: str) -> AsyncIterator[bytes]:
        with self._stage.rooms.subscribe() as listener:
            # What happened between drawing the page and this moment is in no stream.
            missed = await self._stage.backstage.state(seat.conversation) != seen
            yield BEHIND if missed else b": listening\n\n"
            while not listener.closed:
                event = await listener.next(self._heartbeat)
                if listener.missed:
                    listener.forget()
                    yield BEHIND
                elif event is None:
                    yield b": still here\n\n"
                elif told := self._told(event, seat):
                    yield told

    def _told(self, event: RoomEvent, seat: Viewer) -> bytes:
        if event.conversation == seat.conversation:
            return self._drawn.of(event, seat.look)
        if event.conversation.startswith("@"):  # somebody else's conversation
            mine = event.conversation == f"@{seat.email}"
            return self._drawn.elsewhere(event) if mine else b""
        return self._drawn.elsewhere(event)


class _RenderedEvents:
    """The newest events as they are sent, by look: two hundred tabs look at one room, and it is drawn once."""

    def __init__(self, showing: PageViews, clock: Clock) -> None:
        self._showing = showing
        self._clock = clock
        # The event is kept with its bytes: as long as it is, nothing else has its id.
        self._kept: OrderedDict[tuple[int, str], tuple[RoomEvent, bytes]] = OrderedDict()

    def of(self, event: RoomEvent, look: str) -> bytes:
        key = (id(event), look)
        if key not in self._kept:
            self._kept[key] = (event, self._made(event, look))
            if len(self._kept) > MAX_RENDERED:
                self._kept.popitem(last=False)
        return self._kept[key][1]

    def elsewhere(self, event: RoomEvent) -> bytes:
        title = event.card.title if event.card else ""
        return _server_sent_event("elsewhere", {"kind": event.kind, "in": event.conversation, "title": title})

    def _made(self, event: RoomEvent, look: str) -> bytes:
        told = {"kind": event.kind, "id": event.message_id, "title": event.card.title if event.card else ""}
        if event.card:
            speaker = event.card.title if event.tag.startswith(SAID_TAG) else ""
            updated = event.kind == "updated"
            message = RoomMessage(event.message_id, event.card, event.at or self._clock.now(), updated, speaker)
            context = {"entries": [self._showing.standing(message, look)], "older": "", "newest": False, "state": ""}
            told["html"] = TEMPLATES.get_template("cards.html").render(context)
        return _server_sent_event("card", told)


def _server_sent_event(kind: str, told: dict[str, str]) -> bytes:
    return f"event: {kind}\ndata: {json.dumps(told, ensure_ascii=False)}\n\n".encode()
