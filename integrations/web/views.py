"""What can be looked at: the page itself, a run of cards, the people, what just happened, and files to take along."""

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

PAGE_SIZE = 30  # cards at once
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
    """One thing in the conversation, ready to be drawn. `id` is a stored message's; "" for what only one person got."""

    at: datetime
    html: Markup
    id: str = ""
    said: str = ""
    speaker: str = ""
    edited: bool = False
    only_you: bool = False
    file: str = ""
    file_name: str = ""

    @property
    def when(self) -> str:
        return format_moment(self.at)


class PageViews:
    """Everything that is read. Nothing here writes."""

    def __init__(self, context: PageContext) -> None:
        self._context = context

    async def page(self, request: Request) -> Response:
        viewer = viewer_from(self._context, request.query_params)
        people = await self._context.reads.people()
        you = find_person(people, viewer.email)
        if you is None:
            return self._people_page(viewer, people, status=404, said=f"Nobody here is called {viewer.email}.")
        wanted = request.query_params.get("card", "")
        before = int(wanted) + 1 if _is_number(wanted) else None
        cast = [each for each in (find_person(people, email) for email in self._context.walkthrough.cast) if each]
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
            "happened": Markup(await self.happened_html(viewer)),  # noqa: S704  (a template's own)
        }
        return HTMLResponse(TEMPLATES.get_template("page.html").render(context))

    async def cards(self, request: Request) -> Response:
        """The newest cards of the seat's room, or those before one of them: a part of the page."""
        viewer, before = viewer_from(self._context, request.query_params), request.query_params.get("before", "")
        context = await self._cards(viewer, int(before) if _is_number(before) else None)
        return HTMLResponse(
            TEMPLATES.get_template("cards.html").render(context),
            headers={"x-room-state": context["state"], "x-older": context["older"]},
        )

    async def _cards(self, viewer: Viewer, before: int | None) -> dict[str, Any]:
        # Asked first: what changes meanwhile is shown twice rather than not at all.
        state = await self._context.reads.version(viewer.conversation)
        found = await self._context.reads.messages(viewer.conversation, PAGE_SIZE + 1, before)
        shown = found[-PAGE_SIZE:]
        entries = [self.message_entry(each, viewer.look) for each in shown]
        if before is None:
            told = self._context.history.exchanges(viewer.email, viewer.conversation)
            entries += [self.exchange_entry(each, viewer.look) for each in told]
            entries.sort(key=lambda each: each.at)
        older = shown[0].id if len(found) > PAGE_SIZE else ""
        return {"entries": entries, "older": older, "state": state, "seat": viewer, "newest": before is None}

    def message_entry(self, message: RoomMessage, look: str) -> PageEntry:
        """A message that stands in a room."""
        if message.speaker:
            return PageEntry(
                message.at, Markup(), message.id, said=_message_text(message.card), speaker=message.speaker
            )
        return PageEntry(
            message.at, self._context.previews.render(message.card, look), message.id, edited=message.edited
        )

    def exchange_entry(self, exchange: Exchange, look: str) -> PageEntry:
        """Something that one person did, and the answer that they alone got."""
        return PageEntry(
            exchange.at,
            self._context.previews.render(exchange.card, look),
            said=exchange.said,
            only_you=exchange.only_you,
            file=exchange.file,
            file_name=exchange.file_name,
        )

    async def _tour_step(self, viewer: Viewer) -> dict[str, Any] | None:
        """The step of the tour that this tab is at."""
        if not viewer.tour:
            return None
        step = self._context.walkthrough.tour[viewer.tour - 1]
        following = (await self._context.reads.checkpoint()).revision + 1
        last = viewer.tour == len(self._context.walkthrough.tour)
        after = None if last else self._context.walkthrough.tour[viewer.tour]
        return {
            "step": step,
            "number": viewer.tour,
            "of": len(self._context.walkthrough.tour),
            "words": step.words.replace("{next}", f"R{following}"),
            "is_there": (viewer.email, viewer.room) == (step.email, step.conversation),
            "there": viewer.link(email=step.email, room=step.conversation),
            "leave": viewer.link(tour=0),
            "onward": viewer.link(email=after.email, room=after.conversation, tour=viewer.tour + 1) if after else "",
        }

    async def happened(self, request: Request) -> Response:
        return HTMLResponse(await self.happened_html(viewer_from(self._context, request.query_params)))

    async def happened_html(self, viewer: Viewer) -> str:
        """What the last act of that person left in the house."""
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
        said: str = "",
        sought: str = "",
        theme: str = "",
    ) -> Response:
        words = sought.casefold().split()
        found = [each for each in people if all(word in _search_text(each) for word in words)]
        ordered = sorted(found, key=lambda each: (list(SIDES).index(each.side), each.team, each.name))
        sides = [(SIDES[side], list(group)) for side, group in groupby(ordered, key=lambda each: each.side)]
        page = TEMPLATES.get_template("people.html")
        return HTMLResponse(
            page.render(
                seat=viewer, sides=sides, said=said, sought=sought, theme=theme, script=self._context.walkthrough
            ),
            status,
        )

    async def file(self, request: Request) -> Response:
        """A file that came with an answer; the browser keeps it and shows nothing of it."""
        found = self._context.history.file(str(request.path_params["token"]))
        if found is None:
            return PlainTextResponse("That file is not kept any more. Ask for it again.\n", status_code=404)
        plain = re.sub(r"[^\w.-]", "_", found.name, flags=re.ASCII) or "file"
        named = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(found.name, safe='', errors='replace')}"
        return Response(found.content, media_type="application/octet-stream", headers={"content-disposition": named})

    async def static(self, request: Request) -> Response:
        found = STATIC.get(str(request.path_params["name"]))
        if found is None:
            return PlainTextResponse("not found\n", status_code=404)
        return Response(found[0], media_type=found[1], headers={"cache-control": "no-cache"})


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[0-9]{1,15}", text) is not None


def _theme(request: Request) -> str:
    chosen = request.cookies.get("theme", "")
    return chosen if chosen in ("light", "dark") else ""


def _search_text(each: PagePerson) -> str:
    return f"{each.name} {each.email} {each.role} {each.team} {each.permission} {SIDES[each.side]}".casefold()


def _message_text(card: Card) -> str:
    return "\n".join(spans_text(block.spans) for block in card.blocks if isinstance(block, Text))


def _fact(value: object) -> str:
    """A fact in a line; a long one says how long it is."""
    if isinstance(value, list | tuple):
        flat = ", ".join(str(each) for each in value) if all(isinstance(e, str | int) for e in value) else ""
        return flat if flat and len(flat) <= 120 else f"{len(value)} of them"
    if isinstance(value, dict):
        return f"{len(value)} parts"
    return str(value)[:200]
