"""Give each name its part in the question: the team that works, the campaign that is served, the owner; or left out."""

from __future__ import annotations

import re

from handlers.questions.rules import synonyms as lex
from handlers.questions.rules.name_index import NamedEntity
from handlers.questions.rules.plan_builder import PlanBuilder
from handlers.questions.rules.tagged_text import Chunk, TaggedText
from storage.values.company import Directory, Side

_FILL = (
    r"(?:(?:the|any|anything|items?|things?|stuff|work|tasks?|tickets?|owned|belonging|belongs?|related|tied|linked|part|in|of|by|from|for|to|with|about|s|a|that|which|is|are|those"
    r"|ones?|going|serving|serves?|do|does|assigned|run|handled|done|coming|team|side|campaign|owner|whose|what|under|on|yours|being|at|campaigns|teams|like)\s)*"
)
_NEGATION = re.compile(rf"(?:^|\s)(?P<neg>{lex.NEGATED})\s{_FILL}$")
_LISTED = re.compile(
    r"([ctsp]_\d+)(?: (?:team|campaign|side|s))?(?P<joint> (?:and|or|nor|neither|also|and also|or even|and neither))?(?: not)?(?: for| of| by| from)?(?: the)? $"
)
_GREETS = frozenset(["hi", "hey", "hello", "dear", "thanks", "thank", "cheers", "morning"])
_ASKS = frozenset(["asked", "asks", "wants", "wanted", "said", "says", "told", "thinks", "wondered", "wonders"])
NOBODY = "-"  # a team or person that no item has


def fill_slots(line: TaggedText, draft: PlanBuilder, names: Directory) -> list[Chunk]:
    """Put every name into *draft*; returns the cells that still have several readings."""
    unclear: list[Chunk] = []
    left_out: set[str] = set()
    for place, cell in enumerate(line.chunks):
        if not re.fullmatch(r"[ctsp]_\d+", cell.text) or (cell.value is None and not cell.candidates):
            continue
        if _is_aside(line, place) or (cell.used and cell.value is None):
            continue
        if cell.candidates:
            unclear.append(cell)
            continue
        negative = _is_left_out(line, place, left_out)
        if negative:
            left_out.add(cell.text)
        _fill_slot(line, place, draft, names, negative=negative)
        cell.used = True
    _narrow_sides(line, draft, names)
    return unclear


def _is_aside(line: TaggedText, place: int) -> bool:
    cell, before = line.chunks[place], line.chunks[place - 1].text if place else ""
    after = line.chunks[place + 1].text if place + 1 < len(line.chunks) else ""
    aside = before in _GREETS or (cell.text.startswith("p_") and after in _ASKS)
    if aside:
        cell.used = True
    return aside


def _is_left_out(line: TaggedText, place: int, left_out: set[str]) -> bool:
    text = " ".join(cell.text for cell in line.chunks[:place]) + " "
    listed = _LISTED.search(text)
    if (
        listed
        and listed[1] in left_out
        and (listed["joint"] or (listed.end() == listed.end(1) + 1 and line.chunks[place].tokens[0].comma))
    ):
        return True
    match = _NEGATION.search(text) if place else None
    if match is None:
        return False
    first = text.count(" ", 0, match.start("neg"))
    already = all(cell.used for cell in line.chunks[first : first + match["neg"].count(" ") + 1])
    if already:
        return False
    for cell in line.chunks[first:place]:
        cell.used = True
    return True


def _fill_slot(line: TaggedText, place: int, draft: PlanBuilder, names: Directory, *, negative: bool) -> None:
    thing = line.chunks[place].value
    if not isinstance(thing, NamedEntity):
        return
    match thing.noun:
        case "campaign":
            (draft.not_campaigns if negative else draft.campaigns).append(thing.key)
        case "team":
            (draft.not_teams if negative else draft.teams).append(thing.key)
        case "side":
            teams = names.teams_of_side(Side(thing.key)) or (NOBODY,)
            (draft.not_teams if negative else draft.teams).extend(teams)
        case _:
            _fill_person(line, place, draft, names, thing, negative=negative)


def _fill_person(
    line: TaggedText, place: int, draft: PlanBuilder, names: Directory, thing: NamedEntity, *, negative: bool
) -> None:
    after = line.chunks[place + 1].text if place + 1 < len(line.chunks) else ""
    if after in {"team", "squad"}:
        team = names.person[thing.key].team or NOBODY
        (draft.not_teams if negative else draft.teams).append(team)
    else:
        (draft.not_owners if negative else draft.owners).append(thing.key)


def _narrow_sides(line: TaggedText, draft: PlanBuilder, names: Directory) -> None:
    """ "Marketing's Brand items": the team is meant, unless side and team are listed beside each other."""
    sides = [
        cell.value
        for _, cell in enumerate(line.chunks)
        if cell.text.startswith("s_") and isinstance(cell.value, NamedEntity)
    ]
    teams = [value.key for _, value in line.named("t") if value.key in draft.teams and value.key not in draft.not_teams]
    if not teams or not sides or re.search(r"[ts]_\d+(?: team| side)? (?:and|or|plus|,) (?:the )?[ts]_\d+", line.text):
        return
    of_sides = {key for value in sides for key in names.teams_of_side(Side(value.key))}
    inside = [key for key in teams if key in of_sides]
    if inside and set(draft.teams) <= of_sides:
        draft.teams = inside


def join_people_and_teams(line: TaggedText, names: Directory) -> None:
    """ "Ana from SEO" is the Ana of that team: the team tells her apart and is no condition of its own."""
    for match, first, last in list(
        line.matches(re.compile(r"(?<![^ ])p_\d+ (?:from|of|in|at|on) (?:the )?[ts]_\d+(?: team)?(?![^ ])"))
    ):
        person, group = line.chunks[first], next(c for c in line.chunks[first + 1 : last] if re.match(r"[ts]_", c.text))
        if not isinstance(group.value, NamedEntity):
            continue
        keys = {group.value.key} if group.value.noun == "team" else set(names.teams_of_side(Side(group.value.key)))
        people = person.candidates or ((person.value,) if isinstance(person.value, NamedEntity) else ())
        fitting = [one for one in people if one.noun == "person" and names.person[one.key].team in keys]
        if len(fitting) == 1:
            person.value, person.candidates = fitting[0], ()
            group.value, group.used = None, True
            group.text = "."
        del match
