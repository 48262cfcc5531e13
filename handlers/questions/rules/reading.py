"""Turn a question into a plan, or say why not. Pure: the same words, names and day always give the same plan.

Names, keys and days are found first; a small model then decides the role of every word; rules turn roles into a plan.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from handlers.questions.rules import date_constraints
from handlers.questions.rules.about_campaigns import asks_health, campaign_aspect
from handlers.questions.rules.campaign_lists import campaigns_asked
from handlers.questions.rules.conditions import NAME_ROLES, NOBODY, Conditions, Part, conditions_of
from handlers.questions.rules.dates import unread_span
from handlers.questions.rules.leftovers import sentences, unread_words
from handlers.questions.rules.message_context import settled
from handlers.questions.rules.name_index import NameIndex, index_of
from handlers.questions.rules.near_names import named_by, near_names
from handlers.questions.rules.orders import without_orders
from handlers.questions.rules.phrase_roles import phrase_roles
from handlers.questions.rules.plan_description import describe
from handlers.questions.rules.plan_from_roles import asks_yes_no, plan_of, status_check
from handlers.questions.rules.recognition import readings, recognise
from handlers.questions.rules.references import has_pronoun
from handlers.questions.rules.roles import NOTHING, QUESTION_WORDS, RoleTagger, roles_of
from handlers.questions.rules.stop_words import FUNCTION_WORDS
from handlers.questions.rules.tagged_text import DateSpan, TaggedText, Unparsable
from handlers.questions.rules.time_words import ReferenceDay
from handlers.questions.rules.tokens import clean
from handlers.questions.rules.understanding import (
    Candidate,
    NotUnderstood,
    OtherFeature,
    Requested,
    SmallTalk,
    Topic,
    Unclear,
    Understanding,
    Understood,
    UnknownName,
)
from handlers.questions.rules.unknown_names import (
    beside_known_part,
    campaign_of_another_year,
    in_place_of_name,
    unknown_team,
)
from handlers.questions.rules.whole_titles import MaskedText, mask_titles
from storage.values.company import Directory, Person
from storage.values.questions import AnswerType, ItemTitle, Plan
from storage.values.roadmap import OPEN_STATUSES

NOTHING_ASKED = "nothing was asked"
CANNOT_KNOW = "the roadmap holds items, campaigns, teams, owners, statuses and dates; it cannot answer that"
_COLUMN_NAMES = frozenset(
    ["campaign", "campaigns", "project", "projects", "team", "owner", "owners"]
)  # "without a campaign"
_TOPICS: dict[str, Topic] = {
    "feature_dinner": "dinner",
    "feature_tour": "tour",
    "feature_reading": "reading",
    "feature_thanks": "thanks",
    "feature_questions": "questions",
}


@dataclass(frozen=True, slots=True)
class _Message:
    """A message with everything that its reading needs."""

    text: str
    masked: MaskedText
    tagged: TaggedText
    parts: tuple[Part, ...]
    names: Directory
    index: NameIndex
    asker: Person | None
    today: date

    @property
    def roles(self) -> set[str]:
        return {part.role for part in self.parts}


def understand(
    words: str,
    names: Directory,
    *,
    asker: Person | None,
    today: date,
    titles: Sequence[ItemTitle] = (),
    titled: frozenset[str] = frozenset(),
    tagger: RoleTagger = roles_of,
) -> Understanding:
    """Read *words* as a question about the roadmap, on the day *today*.

    *titles* are those that occur in it as a whole; *titled*: see `roles_of`.
    """
    text = clean(words)
    if not text:
        return NotUnderstood(NOTHING_ASKED)
    masked = mask_titles(text, titles, index_of(names))
    asked, ordered = without_orders(masked.text)
    if ordered and not re.search(r"\w", asked):
        return Requested(text)
    masked = replace(masked, text=asked)
    try:
        tagged = recognise(masked.text, names, index_of(names), ReferenceDay(today), masked.keys, asker)
        guesses = tagger(tagged.chunks, masked.text, titled)
        parts = settled(
            tuple(
                Part(chunk, guess.role, place, guess.nothing, guess.sure)
                for place, (chunk, guess) in enumerate(zip(tagged.chunks, guesses, strict=True))
            ),
            masked.text,
            asker,
        )
        read = _read(_Message(masked.text, masked, tagged, parts, names, index_of(names), asker, today))
        return read if not ordered or _asks_something(read) else Requested(text)
    except Unparsable as error:
        return NotUnderstood(masked.unmasked(str(error)))


def _asks_something(read: Understanding) -> bool:
    """Whether what is left beside an order is a question: "Move it. Not a day later" is none."""
    if not isinstance(read, Understood):
        return not isinstance(read, NotUnderstood | SmallTalk)
    return _is_about_something(read.plan) or read.plan.statuses != OPEN_STATUSES or read.plan.overdue


# With nothing but these roles every word that is new may be what is asked for: "does the tide favour Ana?".
_BARE = frozenset({NOTHING, "chat", "campaign", "team", "side", "person", "date", "yes_no", "ref", "me", "my_team"})


def _read(message: _Message) -> Understanding:
    roles = message.roles
    if "request" in roles:
        return Requested(message.masked.unmasked(message.text))
    for role, topic in _TOPICS.items():
        if role in roles:
            return OtherFeature(topic)
    span = unread_span(_asking_part(message.parts))
    if span:
        raise Unparsable(f"I do not know which days “{span}” means here; name them, such as until 2027-03-01")
    if roles <= {"chat", NOTHING} and unknown_team(message.parts):
        return _unknown_name(message, unknown_team(message.parts), "team")
    if roles <= {"chat", NOTHING}:
        return SmallTalk() if _is_chat(message) else NotUnderstood(CANNOT_KNOW)
    return (
        _unknown(message)
        or _unknown_by_form(message)
        or _unresolved(message)
        or _beside_known_part(message)
        or _ambiguous(message)
        or _understood(message)
    )


def _is_chat(message: _Message) -> bool:
    words = [part.word for part in message.parts]
    chats = "chat" in message.roles or any("chat" in roles for roles in phrase_roles(words))
    return chats or not _seems_asked(message)


def _seems_asked(message: _Message) -> bool:
    words = {part.word for part in message.parts}
    return "?" in message.text or not words.isdisjoint(QUESTION_WORDS)


def _unknown_by_form(message: _Message) -> UnknownName | None:
    run = unknown_team(message.parts)
    if run:
        return _unknown_name(message, run, "team")
    run = campaign_of_another_year(message.parts)
    return _unknown_name(message, run, "campaign") if run else None


def _unknown(message: _Message) -> UnknownName | None:
    """A name that the store does not know; raises Unparsable for anything else that it cannot hold."""
    for role in ("unknown_thing", "unknown_name"):
        run = _run(message.parts, role)
        if run:
            if role == "unknown_thing" or not any(c.isalpha() for part in run for c in part.typed):
                raise Unparsable(f"I do not know what “{' '.join(part.typed for part in run)}” means here")
            return _unknown_name(message, run, "name")
    return None


def _unknown_name(message: _Message, run: Sequence[Part], noun: str) -> UnknownName:
    name = message.masked.unmasked(" ".join(part.typed for part in run))
    return UnknownName(name, noun, near_names(name, noun, message.index))


def _run(parts: Sequence[Part], role: str) -> list[Part]:
    """The first parts with *role* that follow one another."""
    return next(iter(_runs(parts, role)), [])


def _unresolved(message: _Message) -> UnknownName | None:
    """Find what words in the place of a name mean; an unknown name is never left out of the question."""
    for role in ("campaign", "team", "person"):
        for run in _runs(message.parts, role):
            if any(readings(part.chunk) for part in run) or run[-1].word in _COLUMN_NAMES:
                continue
            entities = named_by([part.word for part in run], role, message.index)
            if not entities:
                return _unknown_name(message, run, role)
            run[0].chunk.candidates = entities
            run[0].chunk.tokens = tuple(token for part in run for token in part.chunk.tokens)
    return None


def _runs(parts: Sequence[Part], role: str) -> list[list[Part]]:
    """The parts with *role*, those that follow one another together."""
    return [list(group) for key, group in groupby(parts, key=lambda part: part.role) if key == role]


def _beside_known_part(message: _Message) -> UnknownName | None:
    run = beside_known_part(message.parts)
    return _unknown_name(message, run, "name") if run else None


def _ambiguous(message: _Message) -> Unclear | None:
    for part in message.parts:
        if part.role in NAME_ROLES and part.chunk.candidates:
            fitting = tuple(entity for entity in part.chunk.candidates if entity.noun == part.role)
            part.chunk.candidates = fitting or part.chunk.candidates
            if len(part.chunk.candidates) > 1:
                return _all_readings(message, part)
    return None


def _all_readings(message: _Message, part: Part) -> Unclear:
    """All readings of *part*, each with the question rewritten to use the full name."""
    tokens, text = part.chunk.tokens, message.text
    first, last = tokens[0].start, tokens[-1].end
    names = [option.name for option in part.chunk.candidates]
    candidates = []
    for option in part.chunk.candidates:
        shared = names.count(option.name) > 1
        full = option.key if shared and option.noun != "person" else option.name
        possessive = "'s" if tokens[-1].possessive else ""
        words = f"{text[:first]}{full}{possessive}{text[last:]}"
        candidates.append(Candidate(option.noun, option.key, option.name, message.masked.unmasked(words)))
    return Unclear(tuple(candidates), " ".join(token.raw for token in tokens))


def _understood(message: _Message) -> Understanding:
    parts, names = message.parts, message.names
    read = conditions_of(parts, names, message.asker)
    days = [part.place for part in parts if isinstance(part.chunk.value, DateSpan)]
    beside = {place + shift for place in days for shift in (-2, -1, 1, 2)}
    for part in parts:
        # A day that restricts nothing ("the board meets tomorrow") must not be searched.
        part.chunk.used = isinstance(part.chunk.value, DateSpan) and part.role in (NOTHING, "chat")
        _check_date(part, beside)
    dates = date_constraints.read_periods(message.tagged, message.today)
    plan = plan_of(parts, read, dates.periods, message.today)
    if ("ref" in message.roles or has_pronoun(parts)) and not _is_about_something(plan):
        raise Unparsable("I do not know what that stands for; say the name")
    unread = unread_words(parts) if message.roles - _BARE else unread_words(parts, sure=2.0)
    unknown = in_place_of_name(parts, unread)
    if unknown:
        return _unknown_name(message, unknown, "name")
    if unread:
        raise Unparsable(f"I do not know what “{' '.join(part.typed for part in unread)}” means here")
    return _finished(message, read, plan, dates)


def _asking_part(parts: Sequence[Part]) -> TaggedText:
    """The sentences that set conditions."""
    asking = [sentence for sentence in sentences(parts) if any(part.role != NOTHING for part in sentence)]
    return TaggedText([part.chunk for sentence in asking for part in sentence])


def _check_date(part: Part, beside: set[int]) -> None:
    """Raise Unparsable for words that restrict the answer to a time that cannot be told."""
    value = part.chunk.value
    if part.role != "date":
        return
    if not isinstance(value, DateSpan):
        if part.word in FUNCTION_WORDS or part.place in beside:
            return
        raise Unparsable(f"I do not know which days “{part.typed}” means here; name them, such as until 2027-03-01")
    if value.problem:
        raise Unparsable(value.problem)


def _set_aside(message: _Message, plan: Plan) -> tuple[str, ...]:
    """Names in the message that are not in the plan, as typed."""
    used = {*plan.campaigns, *plan.not_campaigns, *plan.teams, *plan.not_teams, *plan.owners, *plan.not_owners}
    own = message.asker.id if message.asker else ""
    return tuple(
        dict.fromkeys(
            part.typed
            for part in message.parts
            if part.role == NOTHING
            for entity in readings(part.chunk)[:1]
            if entity.noun != "side" and entity.key not in used | {own}
        )
    )


_WAS = re.compile(r"\b(?:was|were|had)\b")


def _was_so_on(message: _Message, plan: Plan, dates: date_constraints.Periods) -> bool:
    """ "What was blocked on 1 October" asks for the roadmap of that day."""
    if len(dates.periods) != 1 or not dates.periods[0].is_point or plan.due is None:
        return False
    day = dates.periods[0].span.first
    return (
        day is not None
        and day < message.today
        and bool(_WAS.search(message.tagged.text))
        and message.roles.isdisjoint({"due", "done", "finished", "start", "changed", "moved"})
    )


def _is_about_something(plan: Plan) -> bool:
    return bool(
        plan.campaigns or plan.teams or plan.owners or plan.keys or plan.words or plan.not_campaigns or plan.not_teams
    )


def _finished(message: _Message, read: Conditions, plan: Plan, dates: date_constraints.Periods) -> Understood:
    aspect = campaign_aspect(message.parts, plan)
    asked = campaigns_asked(message.parts, plan, message.names)
    if asked is not None:
        aspect = "dates"
        plan = Plan(wanted=AnswerType.CAMPAIGN, campaigns=asked or (NOBODY,), today=plan.today)
    elif aspect:
        plan = Plan(wanted=AnswerType.CAMPAIGN, campaigns=plan.campaigns, today=plan.today)
    elif asks_health(message.parts, plan):
        plan = Plan(wanted=AnswerType.HEALTH, campaigns=plan.campaigns, statuses=OPEN_STATUSES, today=plan.today)
    revision = next((int(str(part.chunk.value)) for part in message.parts if part.chunk.text.startswith("r_")), None)
    as_of: date | int | None = dates.as_of if dates.as_of and dates.as_of < message.today else None
    if revision is not None:
        as_of = revision
    elif as_of is None and _was_so_on(message, plan, dates):
        as_of, plan = dates.periods[0].span.first, replace(plan, due=None)
    whether = status_check(message.parts, read)
    if whether:
        plan = replace(plan, wanted=AnswerType.STATUS, statuses=frozenset(), overdue=False)
    yes_no = asks_yes_no(message.parts)
    confidence = min((part.sure for part in message.parts), default=1.0)
    description = describe(plan, message.names, dates.notes, aspect)
    return Understood(plan, description, as_of, aspect, yes_no, whether, _set_aside(message, plan), confidence)
