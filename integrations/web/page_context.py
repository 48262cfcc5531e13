"""What every part of the page uses: its dependencies, the viewer, and the templates."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.datastructures import QueryParams

from integrations.plain.text import clean
from integrations.ports.clock import Clock, Ids
from integrations.ports.inbound import Account, ConversationRef, Dispatch, InboxPort
from integrations.web.previews import CardPreviews
from integrations.web.read_model import CommandHint, PagePerson, PageReads, Walkthrough
from integrations.web.send import PLATFORM, WebChat
from integrations.web.session import SessionHistory

DIRECT = "me"
MAX_EMAIL = 320
_ROOM = re.compile(r"#[^\s#@/]{1,60}")


@dataclass(frozen=True)
class PageContext:
    """The page's dependencies. `has_board` is True if /board is served as well."""

    dispatch: Dispatch
    inbox: InboxPort
    rooms: WebChat
    reads: PageReads
    previews: CardPreviews
    walkthrough: Walkthrough
    hints: Sequence[CommandHint]
    clock: Clock
    ids: Ids
    has_board: bool = False
    history: SessionHistory = field(default_factory=SessionHistory)


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person at this tab, their room, and how cards are shown. Part of the page's URL."""

    email: str
    room: str = DIRECT
    look: str = "console"
    tour: int = 0

    @property
    def conversation(self) -> str:
        return f"@{self.email}" if self.room == DIRECT else self.room

    @property
    def is_direct(self) -> bool:
        return self.room == DIRECT

    def account(self, name: str = "") -> Account:
        return Account(PLATFORM, self.email, email=self.email, name=name or self.email)

    def conversation_ref(self) -> ConversationRef:
        name = "" if self.is_direct else self.room
        return ConversationRef(PLATFORM, self.conversation, name=name, direct=self.is_direct)

    def link(self, path: str = "/", /, **changes: object) -> str:
        """The URL of *path* for this viewer with *changes*; other parameters are appended."""
        own = {name: value for name, value in changes.items() if name in ("email", "room", "look", "tour")}
        viewer = replace(self, **own)  # type: ignore[arg-type]  # names and types match the fields
        parameters = {"as": viewer.email, "in": viewer.room, "look": viewer.look, "tour": viewer.tour}
        defaults = {"look": "console", "tour": 0}
        query = {name: value for name, value in parameters.items() if defaults.get(name) != value}
        added = {name: value for name, value in changes.items() if name not in own and value is not None}
        return f"{path}?{urlencode(query | added)}"


def viewer_from(context: PageContext, query: QueryParams | Mapping[str, str]) -> Viewer:
    """The viewer in a URL or a request; invalid values become those of the newcomer."""
    email = clean(query.get("as", "")).strip().lower()[:MAX_EMAIL] or context.walkthrough.newcomer
    tour = query.get("tour", "")
    return Viewer(
        email=email,
        room=parse_room(query.get("in", DIRECT)),
        look=context.previews.known_or_default(query.get("look", "")),
        tour=min(int(tour), len(context.walkthrough.tour)) if re.fullmatch(r"[0-9]{1,2}", tour) else 0,
    )


def parse_room(name: str) -> str:
    """The room with that name, with or without "#"; anything else is the direct conversation."""
    name = name.strip()
    room = name if name.startswith("#") else f"#{name}"
    return DIRECT if name in ("", DIRECT) or not _ROOM.fullmatch(room) else room


def find_person(people: Sequence[PagePerson], email: str) -> PagePerson | None:
    return next((person for person in people if person.email == email), None)


def make_templates() -> Environment:
    """Escapes every text; an undefined name is an error."""
    return Environment(
        loader=PackageLoader("integrations.web", "pages"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )


TEMPLATES = make_templates()
