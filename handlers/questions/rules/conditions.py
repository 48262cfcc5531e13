"""Read every condition except names and dates: status, missing fields, order, and the kind of answer."""

from __future__ import annotations

import re

from handlers.questions.rules import synonyms
from handlers.questions.rules.plan_builder import PlanBuilder
from handlers.questions.rules.tagged_text import TaggedText, whole_words
from storage.values.questions import AnswerType, SortOrder
from storage.values.roadmap import OPEN_STATUSES, Kind, Status

_NUMBERS = {
    w: n for n, w in enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"])
}
_ANY_STATUS = "|".join(pattern for pattern, _ in synonyms.STATUS_WORDS)
_NOT_STATUS = whole_words(
    rf"{synonyms.NEGATED} {synonyms.STATUS_FILL}(?:{_ANY_STATUS})(?: (?:items?|work|ones|stuff|things?))?"
    rf"(?:(?: and| or| nor|,)? (?:not )?(?:the )?(?:{_ANY_STATUS})(?: (?:items?|work|ones|stuff|things?))?(?= |$))*"
)
_NEITHER = whole_words(rf"neither (?:{_ANY_STATUS})(?: (?:nor|or|and) (?:{_ANY_STATUS}))+")
_OLDEST_OF_ALL = whole_words(r"(?:the )?(?:oldest|longest)")
_TO_SLIP_LATE = whole_words(
    r"not (?:be )?(?:ready|done|finished|make it|in time)(?: in time)? (?=(?:for|by|before) (?:the )?(?:c|d)_)"
)


def read_conditions(tagged: TaggedText, builder: PlanBuilder) -> None:
    """Read the conditions that the word lists know. Longer and rarer phrases go first, because they contain the shorter ones."""
    _read_kinds(tagged, builder)
    _read_missing(tagged, builder)
    _read_lateness(tagged, builder)
    _read_statuses(tagged, builder)
    _read_order(tagged, builder)
    _read_fields(tagged, builder)
    _settle(tagged, builder)


def read_wanted(tagged: TaggedText, builder: PlanBuilder) -> None:
    if tagged.use(synonyms.COUNT):
        builder.wanted = AnswerType.COUNT
    elif tagged.use(synonyms.WHO):
        builder.wanted = AnswerType.WHO
    elif _asks_when(tagged) and tagged.use(synonyms.WHEN):
        builder.wanted = AnswerType.WHEN
    elif tagged.use(synonyms.STATUS):
        builder.wanted = AnswerType.STATUS


def _asks_when(tagged: TaggedText) -> bool:
    """Whether "when" asks for a date, and does not just join two clauses ("tell me when you can")."""
    return (
        not tagged.has(
            whole_words(r"when (?:you|u|i|we) (?:get|have|can|find|are|could|feel|got|had|need|want|plan|meet|look)")
        )
        and not tagged.has(
            whole_words(
                r"(?:earliest|latest|next|without|no|by|nor|neither|nor a|or|nor an|with|with a|with the|sorted|ordered|order|past) (?:its |their |the |a )?(?:due )?(?:dates?|deadlines?)"
            )
        )
    ) or tagged.text.startswith("when ")


def _read_kinds(tagged: TaggedText, builder: PlanBuilder) -> None:
    if tagged.use(synonyms.NOT_MILESTONES):
        builder.kinds = {Kind.WORK}
    elif tagged.has(synonyms.MILESTONES):
        builder.kinds = {Kind.MILESTONE}
        builder.says_item = True


def _read_missing(tagged: TaggedText, builder: PlanBuilder) -> None:
    for name, pattern in synonyms.WITHOUT:
        if tagged.use(whole_words(pattern)):
            builder.without.add(name)
            builder.signals += 1


def _read_lateness(tagged: TaggedText, builder: PlanBuilder) -> None:
    tagged.use(synonyms.SLIPS_PAST)
    if _use_free(tagged, synonyms.OLDEST) or (tagged.has(_OLDEST_OF_ALL) and tagged.has(synonyms.OVERDUE)):
        builder.overdue, builder.limit = True, 1
    if _use_free(tagged, synonyms.ON_TIME):
        builder.on_time = True
    if tagged.has(_TO_SLIP_LATE):
        tagged.use(_TO_SLIP_LATE)
    if _use_free(tagged, synonyms.OVERDUE):
        builder.overdue = True
    if _use_free(tagged, synonyms.SLIPPING):
        builder.slipping = True
    builder.signals += builder.overdue + builder.slipping + builder.on_time


def _use_free(tagged: TaggedText, pattern: re.Pattern[str]) -> bool:
    """Like `TaggedText.use`, but only on chunks that are not used yet."""
    hit = False
    for _, first, last in list(tagged.matches(pattern)):
        chunks = tagged.chunks[first:last]
        if not any(chunk.used for chunk in chunks):
            hit = True
            for chunk in chunks:
                chunk.used = True
    return hit


def _read_neither(tagged: TaggedText, builder: PlanBuilder) -> None:
    """ "Neither done nor dropped": must run before "neither done" is read as "not done"."""
    for _, first, last in list(tagged.matches(_NEITHER)):
        chunks = tagged.chunks[first:last]
        text = " ".join(chunk.text for chunk in chunks)
        if any(chunk.used for chunk in chunks) or text == "neither done nor dropped":
            continue
        builder.not_statuses.update(
            status for pattern, status in synonyms.STATUS_WORDS if whole_words(pattern).search(text)
        )
        builder.signals += 1
        for chunk in chunks:
            chunk.used = True


def _read_statuses(tagged: TaggedText, builder: PlanBuilder) -> None:
    _read_neither(tagged, builder)
    if tagged.use(synonyms.INCLUDING_ALL):
        builder.any_status = True
        builder.signals += 1
    if _use_free(tagged, synonyms.FINISHING):
        builder.named_status(Status.DONE)
        builder.signals += 1
    if _use_free(tagged, synonyms.DROPPING):
        builder.named_status(Status.DROPPED)
        builder.signals += 1
    says_open = _use_free(tagged, synonyms.TO_BE_DONE)
    says_open |= _use_free(tagged, synonyms.NOT_DONE)
    if not builder.any_status:
        _read_named(tagged, builder)
    builder.says_open |= says_open
    left = any(True for _ in tagged.matches(synonyms.LEFT))
    if _use_free(tagged, synonyms.OPEN_WORDS):
        builder.signals += 1
        builder.says_open |= left or says_open
    if _use_free(tagged, synonyms.RIGHT_NOW):
        builder.says_now = True
    builder.signals += says_open


def _read_named(tagged: TaggedText, builder: PlanBuilder) -> None:
    for _, first, last in list(tagged.matches(_NOT_STATUS)):
        chunks = tagged.chunks[first:last]
        if any(chunk.used for chunk in chunks):
            continue
        text = " ".join(chunk.text for chunk in chunks)
        for pattern, status in synonyms.STATUS_WORDS:
            if whole_words(pattern).search(text) and not (status is Status.PLANNED and text.startswith("not started")):
                builder.not_statuses.add(status)
        for chunk in chunks:
            chunk.used = True
    for pattern, status in synonyms.STATUS_WORDS:
        if _use_free(tagged, whole_words(pattern)):
            builder.named_status(status)
    builder.signals += len(builder.statuses or ()) + len(builder.not_statuses)


def _read_order(tagged: TaggedText, builder: PlanBuilder) -> None:
    for pattern, order in (
        (synonyms.LAST, SortOrder.LATEST_DUE),
        (synonyms.NEXT, SortOrder.DUE),
        (synonyms.TOP, SortOrder.DUE),
    ):
        for match, first, last in list(tagged.matches(pattern)):
            chunks = tagged.chunks[first:last]
            if builder.limit or all(chunk.used for chunk in chunks):
                continue
            _note_order(
                builder,
                match,
                order,
                pattern is synonyms.NEXT or ("top" not in match.group() and pattern is synonyms.TOP),
            )
            for chunk in chunks:
                chunk.used = True


def _note_order(builder: PlanBuilder, match: re.Match[str], order: SortOrder, is_next: bool) -> None:  # noqa: FBT001
    groups = match.groupdict()
    number = groups.get("n") or groups.get("m")
    builder.limit = (_NUMBERS.get(number) or int(number)) if number else 1
    plural = re.search(r"\b(?:items|things|tasks|tickets|milestones|deadlines|deliverables|ones)$", match.group())
    if plural and not number:
        builder.limit = None
    builder.order = SortOrder.FINISHED if order is SortOrder.LATEST_DUE and builder.is_done else order
    builder.first_due = is_next and not builder.overdue and not builder.is_done
    builder.signals += 1


def _read_fields(tagged: TaggedText, builder: PlanBuilder) -> None:
    builder.starts = _use_free(tagged, synonyms.STARTS)
    if _use_free(tagged, synonyms.LANDS) or tagged.has(whole_words(r"due")):
        builder.lands = True
    if tagged.has(whole_words("|".join(sorted(synonyms.ITEM_NOUNS | {"deadlines", "deadline"})))):
        builder.says_item = True
        builder.signals += 1


def _settle(tagged: TaggedText, builder: PlanBuilder) -> None:
    """Combine the conditions read so far: "overdue or blocked" is one condition, not two."""
    named = builder.statuses
    if (builder.overdue or builder.says_open) and named:
        pair = whole_words(
            rf"(?:over ?due|late) (?:or|and/or) (?:{_ANY_STATUS})|(?:{_ANY_STATUS}) (?:or|and/or) (?:is |are )?(?:over ?due|late)"
        )
        if builder.overdue and {Status.AT_RISK, Status.BLOCKED} == named and not builder.not_statuses:
            builder.slipping, builder.overdue, builder.statuses = True, False, None
        elif builder.overdue and tagged.has(pair):
            builder.or_overdue = True
        elif builder.overdue and named == {Status.DONE}:
            builder.statuses = None
    if builder.says_open and named and tagged.has(whole_words(r"(?:still )?(?:open|left|remaining|outstanding)")):
        builder.statuses = (named & OPEN_STATUSES) or None
    if builder.slipping and builder.statuses:
        builder.statuses = builder.statuses - {Status.DONE} or None
