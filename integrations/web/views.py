"""The read-only views: the page, a range of cards, the people, what just happened, and downloads."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from integrations.plain.text import format_moment, spans_text
from integrations.ports.cards import Card, Text
from integrations.web.page_context import TEMPLATES, PageContext, Viewer, find_person, viewer_from
from integrations.web.read_model import PagePerson, RoomMessage
from integrations.web.session import Exchange

PAGE_SIZE = 30  # cards
_HERE = Path(__file__).parent
_MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
STATIC = {
    path.name: (path.read_bytes(), _MEDIA_TYPES[path.suffix])
    for path in sorted(_HERE.iterdir())
    if path.suffix in _MEDIA_TYPES
}
SIDES = {"marketing": "Marketing", "it": "IT", "other": "Others"}


@dataclass(frozen=True, slots=True)
class PageEntry:
    """One entry of the conversation, ready for the template. `id` is that of a stored message; "" for a private reply."""

    at: datetime
    html: Markup
    id: str = ""
    typed: str = ""
    speaker: str = ""
    edited: bool = False
    only_you: bool = False
    file: str = ""
    file_name: str = ""

    @property
    def when(self) -> str:
        return format_moment(self.at)


class PageViews:
    """The handlers of the GET routes, except the event stream."""

    def __init__(self, context: PageContext) -> None:
        self._context = context

    async def page(self, request: Request) -> Response:
        viewer = viewer_from(self._context, request.query_params)
        people = await self._context.reads.people()
        you = find_person(people, viewer.email)
        if you is None:
            return self._people_page(viewer, people, status=404, error=f"Nobody here is called {viewer.email}.")
        card = request.query_params.get("card", "")
        before = int(card) + 1 if _is_number(card) else None
        cast = [person for email in self._context.walkthrough.cast if (person := find_person(people, email))]
        context = {
            **await self._cards(viewer, before),
            "you": you,
            "cast": cast,
            "rooms": await self._context.reads.rooms(),
            "looks": self._context.previews.names,
            "hints": self._context.hints,
            "script": self._context.walkthrough,
            "step": await self._tour_step(viewer),
            "theme": _theme(request),
            "sides": SIDES,
            "has_board": self._context.has_board,
            "happened": Markup(await self.happened_html(viewer)),  # noqa: S704  (rendered by a template)
        }
        return HTMLResponse(TEMPLATES.get_template("page.html").render(context))

    async def cards(self, request: Request) -> Response:
        """The newest cards of the viewer's room, or those before the card `before`, as a part of the page."""
        viewer, before = viewer_from(self._context, request.query_params), request.query_params.get("before", "")
        context = await self._cards(viewer, int(before) if _is_number(before) else None)
        return HTMLResponse(
            TEMPLATES.get_template("cards.html").render(context),
            headers={"x-room-state": context["state"], "x-older": context["older"]},
        )

    async def _cards(self, viewer: Viewer, before: int | None) -> dict[str, Any]:
        # Read first, so that a change meanwhile is shown twice rather than not at all.
        state = await self._context.reads.version(viewer.conversation)
        messages = await self._context.reads.messages(viewer.conversation, PAGE_SIZE + 1, before)
        shown = messages[-PAGE_SIZE:]
        entries = [self.message_entry(message, viewer.look) for message in shown]
        if before is None:
            exchanges = self._context.history.exchanges(viewer.email, viewer.conversation)
            entries += [self.exchange_entry(exchange, viewer.look) for exchange in exchanges]
            entries.sort(key=lambda entry: entry.at)
        older = shown[0].id if len(messages) > PAGE_SIZE else ""
        return {"entries": entries, "older": older, "state": state, "seat": viewer, "newest": before is None}

    def message_entry(self, message: RoomMessage, look: str) -> PageEntry:
        """A stored message of a room."""
        if message.speaker:
            return PageEntry(
                message.at, Markup(), message.id, typed=_message_text(message.card), speaker=message.speaker
            )
        return PageEntry(
            message.at, self._context.previews.render(message.card, look), message.id, edited=message.edited
        )

    def exchange_entry(self, exchange: Exchange, look: str) -> PageEntry:
        """An action and its private reply."""
        return PageEntry(
            exchange.at,
            self._context.previews.render(exchange.card, look),
            typed=exchange.typed,
            only_you=exchange.only_you,
            file=exchange.file,
            file_name=exchange.file_name,
        )

    async def _tour_step(self, viewer: Viewer) -> dict[str, Any] | None:
        """The tour step of this tab, if any."""
        if not viewer.tour:
            return None
        step = self._context.walkthrough.tour[viewer.tour - 1]
        next_revision = (await self._context.reads.checkpoint()).revision + 1
        last = viewer.tour == len(self._context.walkthrough.tour)
        after = None if last else self._context.walkthrough.tour[viewer.tour]
        return {
            "step": step,
            "number": viewer.tour,
            "of": len(self._context.walkthrough.tour),
            "words": step.words.replace("{next}", f"R{next_revision}"),
            "is_there": (viewer.email, viewer.room) == (step.email, step.conversation),
            "there": viewer.link(email=step.email, room=step.conversation),
            "leave": viewer.link(tour=0),
            "onward": viewer.link(email=after.email, room=after.conversation, tour=viewer.tour + 1) if after else "",
        }

    async def happened(self, request: Request) -> Response:
        return HTMLResponse(await self.happened_html(viewer_from(self._context, request.query_params)))

    async def happened_html(self, viewer: Viewer) -> str:
        """What the viewer's last action changed."""
        act = self._context.history.last_action(viewer.email)
        after = await self._context.reads.outcome_since(act.mark) if act else None
        facts = {name: _fact(value) for name, value in act.facts.items()} if act else {}
        whole = json.dumps(dict(act.facts), indent=2, ensure_ascii=False, default=str) if act else ""
        return TEMPLATES.get_template("happened.html").render(act=act, after=after, facts=facts, whole=whole)

    async def people(self, request: Request) -> Response:
        people = await self._context.reads.people()
        return self._people_page(
            viewer_from(self._context, request.query_params),
            people,
            sought=request.query_params.get("find", "")[:100],
            theme=_theme(request),
        )

    def _people_page(
        self,
        viewer: Viewer,
        people: Sequence[PagePerson],
        *,
        status: int = 200,
        error: str = "",
        sought: str = "",
        theme: str = "",
    ) -> Response:
        words = sought.casefold().split()
        matches = [person for person in people if all(word in _search_text(person) for word in words)]
        ordered = sorted(matches, key=lambda person: (list(SIDES).index(person.side), person.team, person.name))
        sides = [(SIDES[side], list(group)) for side, group in groupby(ordered, key=lambda person: person.side)]
        page = TEMPLATES.get_template("people.html")
        return HTMLResponse(
            page.render(
                seat=viewer, sides=sides, error=error, sought=sought, theme=theme, script=self._context.walkthrough
            ),
            status,
        )

    async def file(self, request: Request) -> Response:
        """A file that came with a reply, always as a download."""
        file = self._context.history.file(str(request.path_params["token"]))
        if file is None:
            return PlainTextResponse("That file is not kept any more. Ask for it again.\n", status_code=404)
        plain = re.sub(r"[^\w.-]", "_", file.name, flags=re.ASCII) or "file"
        disposition = (
            f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name, safe='', errors='replace')}"
        )
        return Response(
            file.content, media_type="application/octet-stream", headers={"content-disposition": disposition}
        )

    async def static(self, request: Request) -> Response:
        asset = STATIC.get(str(request.path_params["name"]))
        if asset is None:
            return PlainTextResponse("not found\n", status_code=404)
        return Response(asset[0], media_type=asset[1], headers={"cache-control": "no-cache"})


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[0-9]{1,15}", text) is not None


def _theme(request: Request) -> str:
    theme = request.cookies.get("theme", "")
    return theme if theme in ("light", "dark") else ""


def _search_text(person: PagePerson) -> str:
    texts = (person.name, person.email, person.role, person.team, person.permission, SIDES[person.side])
    return " ".join(texts).casefold()


def _message_text(card: Card) -> str:
    return "\n".join(spans_text(block.spans) for block in card.blocks if isinstance(block, Text))


def _fact(value: object) -> str:
    """A fact in one line; a long list only shows its length."""
    if isinstance(value, list | tuple):
        flat = ", ".join(map(str, value)) if all(isinstance(item, str | int) for item in value) else ""
        return flat if flat and len(flat) <= 120 else f"{len(value)} of them"
    if isinstance(value, dict):
        return f"{len(value)} parts"
    return str(value)[:200]
