"""Read the conditions that are no names and no days: statuses, what is missing, order, what is wanted."""

from __future__ import annotations

import re

from handlers.questions.rules import synonyms as lex
from handlers.questions.rules.plan_builder import PlanBuilder
from handlers.questions.rules.tagged_text import TaggedText, whole_words
from storage.values.questions import AnswerType, SortOrder
from storage.values.roadmap import OPEN_STATUSES, Kind, Status

_NUMBERS = {
    w: n for n, w in enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"])
}
_ANY_STATUS = "|".join(pattern for pattern, _ in lex.STATUS_WORDS)
_NOT_STATUS = whole_words(
    rf"{lex.NEGATED} {lex.STATUS_FILL}(?:{_ANY_STATUS})(?: (?:items?|work|ones|stuff|things?))?"
    rf"(?:(?: and| or| nor|,)? (?:not )?(?:the )?(?:{_ANY_STATUS})(?: (?:items?|work|ones|stuff|things?))?(?= |$))*"
)
_NEITHER = whole_words(rf"neither (?:{_ANY_STATUS})(?: (?:nor|or|and) (?:{_ANY_STATUS}))+")
_OLDEST_OF_ALL = whole_words(r"(?:the )?(?:oldest|longest)")
_TO_SLIP_LATE = whole_words(
    r"not (?:be )?(?:ready|done|finished|make it|in time)(?: in time)? (?=(?:for|by|before) (?:the )?(?:c|d)_)"
)


def read_conditions(line: TaggedText, draft: PlanBuilder) -> None:
    """Everything the closed word lists know, the longer and rarer first."""
    _read_kinds(line, draft)
    _read_missing(line, draft)
    _read_lateness(line, draft)
    _read_statuses(line, draft)
    _read_order(line, draft)
    _read_fields(line, draft)
    _settle(line, draft)


def read_wanted(line: TaggedText, draft: PlanBuilder) -> None:
    if line.use(lex.COUNT):
        draft.wanted = AnswerType.COUNT
    elif line.use(lex.WHO):
        draft.wanted = AnswerType.WHO
    elif _asks_when(line) and line.use(lex.WHEN):
        draft.wanted = AnswerType.WHEN
    elif line.use(lex.STATUS):
        draft.wanted = AnswerType.STATUS


def _asks_when(line: TaggedText) -> bool:
    """ "When" asks at the front; in the middle it only joins ("tell me when you can")."""
    return (
        not line.has(
            whole_words(r"when (?:you|u|i|we) (?:get|have|can|find|are|could|feel|got|had|need|want|plan|meet|look)")
        )
        and not line.has(
            whole_words(
                r"(?:earliest|latest|next|without|no|by|nor|neither|nor a|or|nor an|with|with a|with the|sorted|ordered|order|past) (?:its |their |the |a )?(?:due )?(?:dates?|deadlines?)"
            )
        )
    ) or line.text.startswith("when ")


def _read_kinds(line: TaggedText, draft: PlanBuilder) -> None:
    if line.use(lex.NOT_MILESTONES):
        draft.kinds = {Kind.WORK}
    elif line.has(lex.MILESTONES):
        draft.kinds = {Kind.MILESTONE}
        draft.says_item = True


def _read_missing(line: TaggedText, draft: PlanBuilder) -> None:
    for name, pattern in lex.WITHOUT:
        if line.use(whole_words(pattern)):
            draft.without.add(name)
            draft.signals += 1


def _read_lateness(line: TaggedText, draft: PlanBuilder) -> None:
    line.use(lex.SLIPS_PAST)
    if _use_free(line, lex.OLDEST) or (line.has(_OLDEST_OF_ALL) and line.has(lex.OVERDUE)):
        draft.overdue, draft.limit = True, 1
    if _use_free(line, lex.ON_TIME):
        draft.on_time = True
    if line.has(_TO_SLIP_LATE):
        line.use(_TO_SLIP_LATE)
    if _use_free(line, lex.OVERDUE):
        draft.overdue = True
    if _use_free(line, lex.SLIPPING):
        draft.slipping = True
    draft.signals += draft.overdue + draft.slipping + draft.on_time


def _use_free(line: TaggedText, pattern: re.Pattern[str]) -> bool:
    """Like `Line.use`, on cells that nothing else has used."""
    hit = False
    for _, first, last in list(line.matches(pattern)):
        cells = line.chunks[first:last]
        if not any(cell.used for cell in cells):
            hit = True
            for cell in cells:
                cell.used = True
    return hit


def _read_neither(line: TaggedText, draft: PlanBuilder) -> None:
    """ "Neither done nor dropped nor in progress": before "neither done" can be taken for "not done"."""
    for _, first, last in list(line.matches(_NEITHER)):
        cells = line.chunks[first:last]
        text = " ".join(cell.text for cell in cells)
        if any(cell.used for cell in cells) or text == "neither done nor dropped":
            continue
        draft.not_statuses.update(status for pattern, status in lex.STATUS_WORDS if whole_words(pattern).search(text))
        draft.signals += 1
        for cell in cells:
            cell.used = True


def _read_statuses(line: TaggedText, draft: PlanBuilder) -> None:
    _read_neither(line, draft)
    if line.use(lex.INCLUDING_ALL):
        draft.any_status = True
        draft.signals += 1
    if _use_free(line, lex.FINISHING):
        draft.named_status(Status.DONE)
        draft.signals += 1
    if _use_free(line, lex.DROPPING):
        draft.named_status(Status.DROPPED)
        draft.signals += 1
    says_open = _use_free(line, lex.TO_BE_DONE)
    says_open |= _use_free(line, lex.NOT_DONE)
    if not draft.any_status:
        _read_named(line, draft)
    draft.says_open |= says_open
    left = any(True for _ in line.matches(lex.LEFT))
    if _use_free(line, lex.OPEN_WORDS):
        draft.signals += 1
        draft.says_open |= left or says_open
    if _use_free(line, lex.RIGHT_NOW):
        draft.says_now = True
    draft.signals += says_open


def _read_named(line: TaggedText, draft: PlanBuilder) -> None:
    for _, first, last in list(line.matches(_NOT_STATUS)):
        cells = line.chunks[first:last]
        if any(cell.used for cell in cells):
            continue
        text = " ".join(cell.text for cell in cells)
        for pattern, status in lex.STATUS_WORDS:
            if whole_words(pattern).search(text) and not (status is Status.PLANNED and text.startswith("not started")):
                draft.not_statuses.add(status)
        for cell in cells:
            cell.used = True
    for pattern, status in lex.STATUS_WORDS:
        if _use_free(line, whole_words(pattern)):
            draft.named_status(status)
    draft.signals += len(draft.statuses or ()) + len(draft.not_statuses)


def _read_order(line: TaggedText, draft: PlanBuilder) -> None:
    for pattern, order in ((lex.LAST, SortOrder.LATEST_DUE), (lex.NEXT, SortOrder.DUE), (lex.TOP, SortOrder.DUE)):
        for match, first, last in list(line.matches(pattern)):
            cells = line.chunks[first:last]
            if draft.limit or all(cell.used for cell in cells):
                continue
            _note_order(draft, match, order, pattern is lex.NEXT or ("top" not in match.group() and pattern is lex.TOP))
            for cell in cells:
                cell.used = True


def _note_order(draft: PlanBuilder, match: re.Match[str], order: SortOrder, is_next: bool) -> None:  # noqa: FBT001
    found = match.groupdict()
    number = found.get("n") or found.get("m")
    draft.limit = (_NUMBERS.get(number) or int(number)) if number else 1
    plural = re.search(r"\b(?:items|things|tasks|tickets|milestones|deadlines|deliverables|ones)$", match.group())
    if plural and not number:
        draft.limit = None
    draft.order = SortOrder.FINISHED if order is SortOrder.LATEST_DUE and draft.is_done else order
    draft.first_due = is_next and not draft.overdue and not draft.is_done
    draft.signals += 1


def _read_fields(line: TaggedText, draft: PlanBuilder) -> None:
    draft.starts = _use_free(line, lex.STARTS)
    if _use_free(line, lex.LANDS) or line.has(whole_words(r"due")):
        draft.lands = True
    if line.has(whole_words("|".join(sorted(lex.ITEM_NOUNS | {"deadlines", "deadline"})))):
        draft.says_item = True
        draft.signals += 1


def _settle(line: TaggedText, draft: PlanBuilder) -> None:
    """What the single readings mean together."""
    named = draft.statuses
    if (draft.overdue or draft.says_open) and named:
        pair = whole_words(
            rf"(?:over ?due|late) (?:or|and/or) (?:{_ANY_STATUS})|(?:{_ANY_STATUS}) (?:or|and/or) (?:is |are )?(?:over ?due|late)"
        )
        if draft.overdue and {Status.AT_RISK, Status.BLOCKED} == named and not draft.not_statuses:
            draft.slipping, draft.overdue, draft.statuses = True, False, None
        elif draft.overdue and line.has(pair):
            draft.or_overdue = True
        elif draft.overdue and named == {Status.DONE}:
            draft.statuses = None
    if draft.says_open and named and line.has(whole_words(r"(?:still )?(?:open|left|remaining|outstanding)")):
        draft.statuses = (named & OPEN_STATUSES) or None
    if draft.slipping and draft.statuses:
        draft.statuses = draft.statuses - {Status.DONE} or None
