"""How the question uses a period: in, by, before or since it, "as of" it, or relative to a campaign."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from handlers.questions.rules import calendar
from handlers.questions.rules.name_index import NamedEntity
from handlers.questions.rules.tagged_text import DateSpan, TaggedText, Unparsable, whole_words
from handlers.questions.rules.time_words import NUMBERS, ReferenceDay
from storage.values.questions import DateRange

NEVER = DateRange(date.max, date.min)  # for a date that the campaign does not have; matches nothing
_R = r"(?:the )?d_(\d+)"


@dataclass(frozen=True, slots=True)
class DatedPeriod:
    """A period that items must fall into, and the chunks that say it (`first` to `last`, exclusive).

    `is_point`: a single day without "by" or "since". `anchor`: the campaign that it is counted from.
    """

    span: DateRange
    first: int
    last: int
    is_point: bool = False
    anchor: NamedEntity | None = None


@dataclass(frozen=True, slots=True)
class Periods:
    """The dates of a question: periods, or the day whose roadmap is asked for. `notes` are shown to the reader."""

    periods: tuple[DatedPeriod, ...] = ()
    as_of: date | None = None
    notes: tuple[str, ...] = ()


def tag_revisions(tagged: TaggedText) -> None:
    """Tag "as of R41" and "in revision 41" as r_."""
    tagged.rewrite(
        whole_words(
            r"(?:as (?:of|at|in) |at |in |per |under |on |by |of )?(?:the )?(?:revision |rev |version |r(?: |-)?|revision r)(\d{1,6})"
        ),
        "r",
        lambda match: match[1],
    )


def tag_parts_of_periods(tagged: TaggedText, now: ReferenceDay) -> None:
    """Tag parts of periods: "end of March", "rest of the month", "early next week"."""

    def period(match: re.Match[str]) -> DateSpan | None:
        value = tagged.chunks[int(match[match.lastindex or 1])].value  # the pattern may name it in either half
        return value if isinstance(value, DateSpan) and value.period.first and value.period.last else None

    def part(pattern: str, cut: Callable[[date, date], DateRange | None], *, is_end: bool = False) -> None:
        def read(match: re.Match[str]) -> DateSpan | None:
            days = period(match)
            if days is None or days.anchor or days.period == NEVER:
                return None
            piece = cut(days.period.first or now.today, days.period.last or now.today)
            return DateSpan(piece, is_end) if piece else None

        tagged.rewrite(whole_words(pattern), "d", read)
        tagged.renumber()

    part(rf"(?:the )?(?:very )?(?:end|close|last day) (?:of )?{_R}", lambda _, last: DateRange(last, last), is_end=True)
    part(rf"(?:the )?(?:very )?(?:beginning|start|first day) of {_R}", lambda first, _: DateRange(first, first))
    part(rf"(?:the )?(?:rest|remainder) of {_R}|later {_R}", lambda first, last: DateRange(max(first, now.today), last))
    part(rf"so far (?:in )?{_R}", lambda first, _: DateRange(first, now.today))
    part(rf"{_R} so far|(?:earlier|already) {_R}", lambda first, _: DateRange(first, now.today))
    part(rf"(?:the )?first half of {_R}", _half_of(first_half=True))
    part(rf"(?:the )?(?:second|last) half of {_R}", _half_of(first_half=False))
    part(rf"(?:the )?first week of {_R}", lambda first, _: DateRange(first, calendar.plus(first, 6)))
    part(rf"(?:the )?last week of {_R}", lambda _, last: DateRange(calendar.plus(last, -6), last))
    part(rf"(?:the )?week of {_R}", lambda first, _: calendar.week_of(first))
    part(rf"early (?:in )?{_R}", lambda first, last: DateRange(first, first + (last - first) // 3))
    part(
        rf"(?:the )?(?:mid|middle of) {_R}",
        _middle,
    )
    part(rf"late (?:in )?{_R}", lambda first, last: DateRange(first + 2 * (last - first) // 3, last))
    tagged.rewrite(
        whole_words(
            r"(?:the )?(?:end|close) of (?:the )?(?P<u>week|month|quarter|year)|(?P<v>week|month|quarter|year) end"
        ),
        "d",
        lambda m: _ending(m, now),
    )
    tagged.rewrite(
        whole_words(r"(?:the )?(?:rest|remainder) of the (?P<u>week|month|quarter|year)"),
        "d",
        lambda m: DateSpan(DateRange(now.today, calendar.unit_of(m["u"], now.today).last)),
    )
    tagged.rewrite(
        whole_words(r"(?:later|in) the (?P<u>week|month|quarter|year)(?! (?:after|before|of|following|that|when)\b)"),
        "d",
        lambda m: DateSpan(calendar.unit_of(m["u"], now.today)),
    )
    tagged.renumber()


def _middle(first: date, last: date) -> DateRange:
    """The 15th of a month; the middle third of anything longer."""
    if (last - first).days < 31:
        middle = first.replace(day=15) if first.month == last.month and first.day == 1 else first + (last - first) // 2
        return DateRange(middle, middle)
    return DateRange(first + (last - first) // 3, first + 2 * (last - first) // 3)


def _ending(match: re.Match[str], now: ReferenceDay) -> DateSpan:
    last = calendar.unit_of(match["u"] or match["v"], now.today).last
    return DateSpan(DateRange(last, last), is_end=True)


def _half_of(*, first_half: bool) -> Callable[[date, date], DateRange]:
    def cut(first: date, last: date) -> DateRange:
        if (last - first).days > 360:
            return calendar.half(first.year, 1 if first_half else 2)
        middle = first + timedelta(days=((last - first).days + 1) // 2 - 1)
        return DateRange(first, middle) if first_half else DateRange(calendar.plus(middle, 1), last)

    return cut


_NOT_THEN = whole_words(
    rf"(?:not|except|excluding|other than|outside of?|but not|apart from) (?:due )?(?:in|on|during)? ?{_R}"
)
_AS_OF = whole_words(
    rf"(?:as (?:of|at|on|per)|as (?:it|things|they) (?:was|were|stood|looked|stand)(?: on| in| at| back in)?|at the time of"
    rf"|(?:state|status|picture|version|snapshot|roadmap) (?:on|as of|of|from|at)|back (?:on|in)|looking back (?:at|to)) (?:the )?(?:end of )?{_R}"
)
_BETWEEN = whole_words(
    rf"(?:(?:between|from|starting|anywhere from) )?{_R} (?:and|to|until|till|through|thru|up to|up until|and until|and up to) {_R}"
)
_EITHER = whole_words(rf"(?:(?:in|on|during|either) )?{_R} (?:or|and)(?: in| on)? {_R}")
_NOT_BEFORE = whole_words(
    rf"(?:no|not) (?:earlier|sooner) than {_R}|(?:not|never) before {_R}|on or after {_R}|at the earliest {_R}|(?:since|effective|(?:starting|beginning) from) {_R}|as from {_R}|from {_R}(?: (?:on|onwards?|forward|and later))?|{_R} (?:onwards?|or later|and later|and after)"
)
_BY = whole_words(
    rf"(?:no|not) later than {_R}|on or before {_R}|(?:not|never) after {_R}|(?:by|until|till|til|up to|up until|through|thru|latest|come|to)(?: the)?(?: latest)?(?: by| on)? {_R}(?: at the latest| latest)?"
    rf"|{_R} (?:at the latest|or earlier|or before|latest|and earlier)"
)
_BEFORE = whole_words(
    rf"(?:any ?time )?(?:before|earlier than|prior to|ahead of|sooner than|previous to|in time for) {_R}"
)
_AFTER = whole_words(
    rf"(?:any ?time |right |only |just )?(?:after|past|later than|following|beyond|too late for|miss(?:es|ing)?|not (?:by|until|before the end of)) {_R}"
)
_IN = whole_words(
    rf"(?:(?:in|on|during|for|over|throughout|within|at|of|around|across|come) )?(?:the )?(?:whole |entire )?{_R}"
)


_TOO_LATE = r"(?:over ?due|late|behind|delayed|past due)"
_LATE_BY = whole_words(
    rf"{_TOO_LATE}(?: already)?(?: by| for| since)?(?: (?P<how>more than|over|at least|longer than))? (?P<n>\d{{1,4}}|a|an|one|two|three|four|five|six|seven|eight|nine|ten) (?P<u>day|week|month|quarter)s?"
    rf"|(?P<how2>more than|over|at least|longer than) (?P<n2>\d{{1,4}}|a|an|one|two|three|four|five|six|seven|eight|nine|ten) (?P<u2>day|week|month|quarter)s? {_TOO_LATE}"
)


def tag_late_by(tagged: TaggedText, now: ReferenceDay) -> None:
    """Tag "overdue by more than two weeks" as the days on which such items were due."""
    tagged.rewrite(_LATE_BY, "d", lambda match: _late_by(match, now))


def _late_by(match: re.Match[str], now: ReferenceDay) -> DateSpan:
    number = match["n"] or match["n2"]
    count = int(number) if number.isdigit() else NUMBERS["a" if number in {"an", "one"} else number]
    day = calendar.later(now.today, -count, match["u"] or match["u2"])
    how = {match["how"], match["how2"]} - {None}
    exact = "at least" in how or not how
    return DateSpan(DateRange(None, day if exact else calendar.plus(day, -1)), late=True)


def intersection(one: DateRange | None, two: DateRange | None) -> DateRange | None:
    """The days in both periods; None means no limit."""
    return _meet([period for period in (one, two) if period])


def read_periods(tagged: TaggedText, today: date) -> Periods:
    """All periods in *tagged* whose chunks are not used yet. Marks their chunks, and the words around them, as used."""
    if tagged.has(_NOT_THEN):
        raise Unparsable("a period that is left out cannot be searched yet")
    as_of = _read_as_of(tagged)
    periods: list[DatedPeriod] = []
    for pattern, shape in _SHAPES:
        for match, first, last in list(tagged.matches(pattern)):
            chunks = [tagged.chunks[int(group)] for group in match.groups() if group]
            spans = [chunk.value for chunk in chunks if isinstance(chunk.value, DateSpan) and not chunk.used]
            if len(spans) != len(chunks):
                continue
            span = _between(spans, today) if shape is _either_end else shape(spans)
            anchor = next((day.anchor for day in spans if day.anchor), None)
            point = shape is _same and span.first == span.last
            periods.append(DatedPeriod(span, first, last, point, anchor))
            for chunk in tagged.chunks[first:last]:
                chunk.used = True
    notes = tuple(f"{p.anchor.name} has no such date" for p in periods if p.anchor and p.span == NEVER)
    return Periods(tuple(sorted(periods, key=lambda period: period.first)), as_of, notes)


def _read_as_of(tagged: TaggedText) -> date | None:
    for match, first, last in list(tagged.matches(_AS_OF)):
        value = tagged.chunks[int(match[match.lastindex or 1])].value  # the pattern may name it in either half
        if isinstance(value, DateSpan) and value.period.first:
            for chunk in tagged.chunks[first:last]:
                chunk.used = True
            return value.period.last if value.is_end else value.period.first
    return None


def _meet(periods: list[DateRange]) -> DateRange | None:
    if not periods:
        return None
    firsts = [period.first for period in periods if period.first]
    lasts = [period.last for period in periods if period.last]
    if NEVER in periods:
        return NEVER
    return DateRange(max(firsts, default=None), min(lasts, default=None))


def _either_end(days: list[DateSpan]) -> DateRange:
    return DateRange(days[0].period.first, days[1].period.last)


def _between(days: list[DateSpan], today: date) -> DateRange:
    """A range whose ends have no year may span two years, and one of weekdays may span two weeks."""
    first, last = days[0].period.first, days[1].period.last
    if first and last and last < first:
        if (first - last).days < 7:
            last = calendar.plus(last, 7)
        elif last >= today:
            last = calendar.plus_months(last, 12)
        else:
            first = calendar.plus_months(first, -12)
    return DateRange(first, last)


def _either(days: list[DateSpan]) -> DateRange:
    one, two = sorted((span.period for span in days), key=lambda p: p.first or date.min)
    if one.last and two.first and (two.first - one.last).days > 1:
        raise Unparsable("two periods apart from each other cannot be searched at once")
    return DateRange(one.first, two.last)


def _same(days: list[DateSpan]) -> DateRange:
    return DateRange(None, days[0].period.last) if days[0].is_end else days[0].period


def _until(days: list[DateSpan]) -> DateRange:
    return NEVER if days[0].period == NEVER else DateRange(None, days[0].period.last)


def _earlier(days: list[DateSpan]) -> DateRange:
    period = days[0].period
    if period == NEVER or days[0].is_end or period.first is None:
        return _until(days)
    return DateRange(None, calendar.plus(period.first, -1))


def _afterwards(days: list[DateSpan]) -> DateRange:
    last = days[0].period.last
    return NEVER if days[0].period == NEVER else DateRange(calendar.plus(last, 1) if last else None, None)


def _from_then(days: list[DateSpan]) -> DateRange:
    return NEVER if days[0].period == NEVER else DateRange(days[0].period.first, None)


_SHAPES: tuple[tuple[re.Pattern[str], Callable[[list[DateSpan]], DateRange]], ...] = (
    (_BETWEEN, _either_end),
    (_EITHER, _either),
    (_NOT_BEFORE, _from_then),
    (_BY, _until),
    (_BEFORE, _earlier),
    (_AFTER, _afterwards),
    (_IN, _same),
)
