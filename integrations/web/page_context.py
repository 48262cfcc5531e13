"""What every part of the page needs: the house behind it, who sits before it, and the templates."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.datastructures import QueryParams

from integrations.ports.clock import Clock, Ids
from integrations.ports.inbound import Account, ConversationRef, Dispatch, InboxPort
from integrations.web.previews import CardPreviews
from integrations.web.read_model import CommandHint, PagePerson, PageReads, Walkthrough
from integrations.web.send import WebChat
from integrations.web.session import SessionHistory

PLATFORM = "console"
DIRECT = "me"
MAX_EMAIL = 320
_ROOM = re.compile(r"#[^\s#@/]{1,60}")


@dataclass(frozen=True)
class PageContext:
    """The house as the page sees it. `has_board` is True when somebody serves /board beside it."""

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
    """Who sits at this tab, in which room, and how cards look to them. It travels in the page's address."""

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
        """The address of *path* for this seat, with *changes* to it; what is not a seat's own is added at the end."""
        own = {name: value for name, value in changes.items() if name in ("email", "room", "look", "tour")}
        viewer = replace(self, **own)  # type: ignore[arg-type]  # names and kinds are those of the fields
        known = {"as": viewer.email, "in": viewer.room, "look": viewer.look, "tour": viewer.tour}
        usual = {"look": "console", "tour": 0}
        said = {name: value for name, value in known.items() if usual.get(name) != value}
        added = {name: value for name, value in changes.items() if name not in own and value is not None}
        return f"{path}?{urlencode(said | added)}"


def viewer_from(context: PageContext, query: QueryParams | Mapping[str, str]) -> Viewer:
    """The seat that an address or a message names; whatever makes no sense is the newcomer's."""
    email = query.get("as", "").strip().lower()[:MAX_EMAIL] or context.walkthrough.newcomer
    tour = query.get("tour", "")
    return Viewer(
        email=email,
        room=parse_room(query.get("in", DIRECT)),
        look=context.previews.known_or_default(query.get("look", "")),
        tour=min(int(tour), len(context.walkthrough.tour)) if re.fullmatch(r"[0-9]{1,2}", tour) else 0,
    )


def parse_room(said: str) -> str:
    """The room that somebody means; a direct conversation when it is no name of a room."""
    said = said.strip()
    named = said if said.startswith("#") else f"#{said}"
    return DIRECT if said in ("", DIRECT) or not _ROOM.fullmatch(named) else named


def find_person(people: Sequence[PagePerson], email: str) -> PagePerson | None:
    return next((each for each in people if each.email == email), None)


def make_templates() -> Environment:
    """Every text is escaped; a name that does not exist is an error."""
    return Environment(
        loader=PackageLoader("integrations.web", "pages"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )


TEMPLATES = make_templates()
