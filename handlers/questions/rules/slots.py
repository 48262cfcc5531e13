"""Decide the role of each name in the question: team, campaign or owner, wanted or excluded."""

from __future__ import annotations

import re

from handlers.questions.rules import synonyms
from handlers.questions.rules.name_index import NamedEntity
from handlers.questions.rules.plan_builder import PlanBuilder
from handlers.questions.rules.tagged_text import Chunk, TaggedText
from storage.values.company import Directory, Side

_FILL = (
    r"(?:(?:the|any|anything|items?|things?|stuff|work|tasks?|tickets?|owned|belonging|belongs?|related|tied|linked|part|in|of|by|from|for|to|with|about|s|a|that|which|is|are|those"
    r"|ones?|going|serving|serves?|do|does|assigned|run|handled|done|coming|team|side|campaign|owner|whose|what|under|on|yours|being|at|campaigns|teams|like)\s)*"
)
_NEGATION = re.compile(rf"(?:^|\s)(?P<neg>{synonyms.NEGATED})\s{_FILL}$")
_LISTED = re.compile(
    r"([ctsp]_\d+)(?: (?:team|campaign|side|s))?(?P<joint> (?:and|or|nor|neither|also|and also|or even|and neither))?(?: not)?(?: for| of| by| from)?(?: the)? $"
)
_GREETS = frozenset(["hi", "hey", "hello", "dear", "thanks", "thank", "cheers", "morning"])
_ASKS = frozenset(["asked", "asks", "wants", "wanted", "said", "says", "told", "thinks", "wondered", "wonders"])
NOBODY = "-"  # a key that matches no item


def fill_slots(tagged: TaggedText, builder: PlanBuilder, names: Directory) -> list[Chunk]:
    """Put every name into *builder*. Returns the chunks that still have several readings."""
    unclear: list[Chunk] = []
    left_out: set[str] = set()
    for place, chunk in enumerate(tagged.chunks):
        if not re.fullmatch(r"[ctsp]_\d+", chunk.text) or (chunk.value is None and not chunk.candidates):
            continue
        if _is_aside(tagged, place) or (chunk.used and chunk.value is None):
            continue
        if chunk.candidates:
            unclear.append(chunk)
            continue
        negative = _is_left_out(tagged, place, left_out)
        if negative:
            left_out.add(chunk.text)
        _fill_slot(tagged, place, builder, names, negative=negative)
        chunk.used = True
    _narrow_sides(tagged, builder, names)
    return unclear


def _is_aside(tagged: TaggedText, place: int) -> bool:
    chunk, before = tagged.chunks[place], tagged.chunks[place - 1].text if place else ""
    after = tagged.chunks[place + 1].text if place + 1 < len(tagged.chunks) else ""
    aside = before in _GREETS or (chunk.text.startswith("p_") and after in _ASKS)
    if aside:
        chunk.used = True
    return aside


def _is_left_out(tagged: TaggedText, place: int, left_out: set[str]) -> bool:
    text = " ".join(chunk.text for chunk in tagged.chunks[:place]) + " "
    listed = _LISTED.search(text)
    if (
        listed
        and listed[1] in left_out
        and (listed["joint"] or (listed.end() == listed.end(1) + 1 and tagged.chunks[place].tokens[0].comma))
    ):
        return True
    match = _NEGATION.search(text) if place else None
    if match is None:
        return False
    first = text.count(" ", 0, match.start("neg"))
    already = all(chunk.used for chunk in tagged.chunks[first : first + match["neg"].count(" ") + 1])
    if already:
        return False
    for chunk in tagged.chunks[first:place]:
        chunk.used = True
    return True


def _fill_slot(tagged: TaggedText, place: int, builder: PlanBuilder, names: Directory, *, negative: bool) -> None:
    entity = tagged.chunks[place].value
    if not isinstance(entity, NamedEntity):
        return
    match entity.noun:
        case "campaign":
            (builder.not_campaigns if negative else builder.campaigns).append(entity.key)
        case "team":
            (builder.not_teams if negative else builder.teams).append(entity.key)
        case "side":
            teams = names.teams_of_side(Side(entity.key)) or (NOBODY,)
            (builder.not_teams if negative else builder.teams).extend(teams)
        case _:
            _fill_person(tagged, place, builder, names, entity, negative=negative)


def _fill_person(
    tagged: TaggedText, place: int, builder: PlanBuilder, names: Directory, entity: NamedEntity, *, negative: bool
) -> None:
    after = tagged.chunks[place + 1].text if place + 1 < len(tagged.chunks) else ""
    if after in {"team", "squad"}:
        team = names.person_ever[entity.key].team or NOBODY
        (builder.not_teams if negative else builder.teams).append(team)
    else:
        (builder.not_owners if negative else builder.owners).append(entity.key)


def _narrow_sides(tagged: TaggedText, builder: PlanBuilder, names: Directory) -> None:
    """ "Marketing's Brand items" means the team alone, unless side and team are listed ("Marketing and Brand")."""
    sides = [
        chunk.value
        for _, chunk in enumerate(tagged.chunks)
        if chunk.text.startswith("s_") and isinstance(chunk.value, NamedEntity)
    ]
    teams = [
        value.key for _, value in tagged.named("t") if value.key in builder.teams and value.key not in builder.not_teams
    ]
    if (
        not teams
        or not sides
        or re.search(r"[ts]_\d+(?: team| side)? (?:and|or|plus|,) (?:the )?[ts]_\d+", tagged.text)
    ):
        return
    of_sides = {key for value in sides for key in names.teams_of_side(Side(value.key))}
    inside = [key for key in teams if key in of_sides]
    if inside and set(builder.teams) <= of_sides:
        builder.teams = inside


def join_people_and_teams(tagged: TaggedText, names: Directory) -> None:
    """ "Ana from SEO": the team only identifies Ana; it is not a condition of its own."""
    for match, first, last in list(
        tagged.matches(re.compile(r"(?<![^ ])p_\d+ (?:from|of|in|at|on) (?:the )?[ts]_\d+(?: team)?(?![^ ])"))
    ):
        person, group = (
            tagged.chunks[first],
            next(c for c in tagged.chunks[first + 1 : last] if re.match(r"[ts]_", c.text)),
        )
        if not isinstance(group.value, NamedEntity):
            continue
        keys = {group.value.key} if group.value.noun == "team" else set(names.teams_of_side(Side(group.value.key)))
        people = person.candidates or ((person.value,) if isinstance(person.value, NamedEntity) else ())
        fitting = [
            option for option in people if option.noun == "person" and names.person_ever[option.key].team in keys
        ]
        if len(fitting) == 1:
            person.value, person.candidates = fitting[0], ()
            group.value, group.used = None, True
            group.text = "."
        del match
