"""What the roles of a message's words say about the items: names, statuses, empty columns, and what is taken away."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from handlers.questions.rules.name_index import OTHER_TEAMS, NamedEntity
from handlers.questions.rules.recognition import readings
from handlers.questions.rules.roles import QUESTION_WORDS
from handlers.questions.rules.tagged_text import Chunk, DateSpan, Unparsable
from handlers.questions.rules.title_words import topic_words
from handlers.shared.rules.sides import side_name
from storage.values.company import Directory, Person, Side
from storage.values.roadmap import LIST_SEPARATOR, Kind, Status

NOBODY = "-"  # a key that matches no item
NAME_ROLES = frozenset({"campaign", "team", "side", "person"})
_STATUS_ROLES = frozenset(str(status) for status in Status)
CONDITIONS = _STATUS_ROLES | {"open", "late", "slipping", "on_track"}
_KINDS = {"milestone": Kind.MILESTONE, "work": Kind.WORK}
_ENDS_EXCEPTION = frozenset(
    [
        "for",
        "in",
        "on",
        "by",
        "due",
        "before",
        "after",
        "since",
        "during",
        "until",
        "with",
        "which",
        "that",
        "who",
        "what",
        "how",
    ]
)
_EMPTY_WORDS = (
    ("start", re.compile(r"start|begin|kick")),
    ("owner", re.compile(r"own|assign|responsib|charge|nobody|noone|lead|orphan|driver|plate|hands|anyone|anybody|person")),
    ("campaigns", re.compile(r"campaign|project|program|homeless")),
    ("tags", re.compile(r"(?:un)?tag|label")),
    ("due", re.compile(r"due|date|dead|eta|schedul|undated|timeline|when")),
)  # fmt: skip
_NOW = frozenset(
    [
        "right",
        "now",
        "currently",
        "rn",
        "atm",
        "at",
        "the",
        "moment",
        "present",
        "presently",
        "today",
        "these",
        "days",
        "as",
        "we",
        "speak",
    ]
)


@dataclass(frozen=True, slots=True)
class Part:
    """A chunk of the message with its role, and the place of the chunk in the message."""

    chunk: Chunk
    role: str
    place: int
    nothing: float = 0.0  # how probable it is that it restricts nothing
    sure: float = 1.0  # how probable the role is

    @property
    def word(self) -> str:
        return self.chunk.text

    @property
    def typed(self) -> str:
        return " ".join(token.raw for token in self.chunk.tokens)


@dataclass(slots=True)
class Conditions:
    """What was read about the items, before it is a plan."""

    keys: list[str] = field(default_factory=list)
    not_keys: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    not_words: list[str] = field(default_factory=list)
    teams: list[str] = field(default_factory=list)
    not_teams: list[str] = field(default_factory=list)
    campaigns: list[str] = field(default_factory=list)
    not_campaigns: list[str] = field(default_factory=list)
    owners: list[str] = field(default_factory=list)
    not_owners: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    not_tags: list[str] = field(default_factory=list)
    statuses: set[Status] = field(default_factory=set)
    not_statuses: set[Status] = field(default_factory=set)
    kinds: set[Kind] = field(default_factory=set)
    without: set[str] = field(default_factory=set)
    says_open: bool = False
    says_now: bool = False  # "right now": in progress, unless another status is named
    late: bool = False
    not_late: bool = False
    slipping: bool = False
    on_track: bool = False


def conditions_of(parts: Sequence[Part], names: Directory, asker: Person | None) -> Conditions:
    """The conditions that *parts* set, with what an "except" or a "not" takes away."""
    read = Conditions()
    for part, negative in _with_negation(parts):
        _add(read, part, names, asker, negative=negative)
    _add_empty_columns(read, parts)
    _narrow_sides(read, parts, names)
    return read


_TAKEN_AWAY = NAME_ROLES | CONDITIONS | _KINDS.keys() | {"tag", "me", "my_team", "key", "title", "ref"}


def _with_negation(parts: Sequence[Part]) -> Iterator[tuple[Part, bool]]:
    """Every part that sets a condition, and whether it is taken away."""
    negative = _exceptions(parts)
    negated = False
    for place, part in enumerate(parts):
        if part.role == "not":
            negated = True
        elif part.role in {"date", "order_late"}:
            yield part, False
        elif part.role in _TAKEN_AWAY:
            yield part, place in negative or negated
            follows = parts[place + 1].role if place + 1 < len(parts) else ""
            negated = negated and follows == part.role
        elif part.role != "O":
            negated = negated and part.role in {"due", "finished", "start", "yes_no", "or_late", "owner"}


def _exceptions(parts: Sequence[Part]) -> set[int]:
    """The places that an "except" takes away: what follows it up to the next preposition, or what stands before it."""
    places: set[int] = set()
    for place, part in enumerate(parts):
        following = parts[place + 1].word if place + 1 < len(parts) else ""
        if part.role != "except" or place in places or (part.word == "but" and following in QUESTION_WORDS):
            continue
        places |= _just_after(parts, place) or _just_before(parts, place)
    return places


def _just_before(parts: Sequence[Part], place: int) -> set[int]:
    before = next((n for n in range(place - 1, max(-1, place - 5), -1) if parts[n].role in _TAKEN_AWAY), None)
    places: set[int] = set()
    while before is not None and before >= 0 and parts[before].role == parts[place - 1].role != "O":
        places.add(before)
        before -= 1
    return places or ({before} if before is not None else set())


def _just_after(parts: Sequence[Part], place: int) -> set[int]:
    places: set[int] = set()
    for number in range(place + 1, len(parts)):
        part = parts[number]
        token = part.chunk.tokens[0] if part.chunk.tokens else None
        listed = places and part.role in NAME_ROLES | {"key", "tag"}
        if token and (token.opens or (token.comma and not listed)):
            break
        if places and part.role == "O" and part.word in _ENDS_EXCEPTION:
            break
        if part.role == "open" and places:
            break
        if part.role in _TAKEN_AWAY:
            places.add(number)
        elif part.role not in {"O", "except", "not", "owner", "due", "missing"}:
            break
    return places


def _add(read: Conditions, part: Part, names: Directory, asker: Person | None, *, negative: bool) -> None:
    match part.role:
        case "campaign" | "team" | "side" | "person":
            _add_name(read, part, names, negative=negative)
        case "me":
            (read.not_owners if negative else read.owners).append(_self(asker).id)
        case "my_team":
            (read.not_teams if negative else read.teams).append(_team_of(asker, names))
        case "title":
            (read.not_words if negative else read.words).extend(topic_words(part.chunk))
        case "ref":
            if negative and read.owners:  # "without his own items"
                read.not_owners.append(read.owners.pop())
        case "key":
            (read.not_keys if negative else read.keys).extend(_keys(part))
        case "tag" if part.word not in {"tag", "tags", "label", "labels"}:
            (read.not_tags if negative else read.tags).append(part.typed)
        case "milestone" | "work":
            kind = _KINDS[part.role]
            read.kinds.add(Kind.WORK if negative and kind is Kind.MILESTONE else Kind.MILESTONE if negative else kind)
        case "date":
            read.late = read.late or (isinstance(part.chunk.value, DateSpan) and part.chunk.value.late)
        case "order_late":
            read.late = read.late or not (read.slipping or read.statuses)
        case role if role in CONDITIONS:
            _add_condition(read, part, negative=negative)


def _add_name(read: Conditions, part: Part, names: Directory, *, negative: bool) -> None:
    for entity in entities_of(part):
        match entity.noun:
            case "campaign":
                (read.not_campaigns if negative else read.campaigns).append(entity.key)
            case "team":
                (read.not_teams if negative else read.teams).append(entity.key)
            case "side":
                teams = names.teams_of_side(Side(entity.key)) or (NOBODY,)
                (read.not_teams if negative else read.teams).extend(teams)
            case _:
                (read.not_owners if negative else read.owners).append(entity.key)


def _add_condition(read: Conditions, part: Part, *, negative: bool) -> None:
    match part.role:
        case "open":
            if negative:
                read.statuses |= {Status.DONE, Status.DROPPED}
            read.says_open = not negative
        case "late":
            read.not_late, read.late = (True, read.late) if negative else (read.not_late, True)
        case "slipping":
            read.on_track, read.slipping = (True, read.slipping) if negative else (read.on_track, True)
        case "on_track":
            read.slipping, read.on_track = (True, read.on_track) if negative else (read.slipping, True)
        case "in_progress" if part.word in _NOW:
            read.says_now = True
        case "in_progress" if negative and re.match(r"start|begun|begin|kick|touch", part.word):
            read.statuses.add(Status.PLANNED)
        case status:
            (read.not_statuses if negative else read.statuses).add(Status(status))


def _add_empty_columns(read: Conditions, parts: Sequence[Part]) -> None:
    for place, part in enumerate(parts):
        if part.role == "missing":
            column = _empty_column(parts, place)
            if column is None:
                raise Unparsable(f"I do not know what is missing in “{part.word}”")
            read.without.add(column)


def _empty_column(parts: Sequence[Part], place: int) -> str | None:
    """The column that a "without" or "undated" is about: in the word itself, just after it, or just before."""
    after = parts[place + 1 : place + 6]
    before = list(reversed(parts[max(0, place - 4) : place]))
    own = [] if parts[place].word in {"nobody", "no", "none", "without"} else [parts[place]]
    for part in (*own, *after, parts[place], *before):
        for column, pattern in _EMPTY_WORDS:
            if pattern.match(part.word.removeprefix("un") if part is parts[place] else part.word):
                return column
        if part.role in {"owner", "due", "start"}:
            return part.role
    return None


def entities_of(part: Part) -> tuple[NamedEntity, ...]:
    """What the part names; a word such as "it" names a side by its role alone."""
    if part.role == "side" and not readings(part.chunk):
        side = Side.MARKETING if part.word.startswith("m") else Side.IT
        return (NamedEntity("side", side.value, side_name(side, OTHER_TEAMS)),)
    return readings(part.chunk)[:1]


def _narrow_sides(read: Conditions, parts: Sequence[Part], names: Directory) -> None:
    """ "Marketing's Brand items" means the team alone, unless side and team are listed ("Marketing and Brand")."""
    named = {entity.key for part in parts if part.role == "team" for entity in entities_of(part)}
    teams = [key for key in read.teams if key in named]
    sides = [part for part in parts if part.role == "side"]
    teams = [key for key in teams if key not in read.not_teams]
    joined = any(
        parts[place + 1].word in {"and", "or"} for place, part in enumerate(parts[:-1]) if part.role in {"side", "team"}
    )
    if teams and sides and not joined and set(read.teams) <= _of_sides(sides, names):
        read.teams = teams


def _of_sides(parts: Sequence[Part], names: Directory) -> set[str]:
    return {
        key
        for part in parts
        for entity in entities_of(part)
        if entity.noun == "side"
        for key in names.teams_of_side(Side(entity.key))
    }


def _self(asker: Person | None) -> Person:
    if asker is None:
        raise Unparsable("I do not know who you are here; say a name instead of me or my")
    return asker


def _team_of(asker: Person | None, names: Directory) -> str:
    team = _self(asker).team
    if team not in names.team:
        raise Unparsable("you are not listed in a team; say the team's name")
    return team


def _keys(part: Part) -> list[str]:
    return str(part.chunk.value).split(LIST_SEPARATOR) if part.chunk.value else [part.typed.upper()]
