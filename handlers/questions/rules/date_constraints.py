"""How the question uses a period: in, by, before or since it, "as of" it, or relative to a campaign."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from handlers.questions.rules import calendar
from handlers.questions.rules.name_index import NamedEntity
from handlers.questions.rules.tagged_text import DateSpan, TaggedText, Unparsable, whole_words
from handlers.questions.rules.time_words import ReferenceDay
from storage.values.company import Directory
from storage.values.questions import DateRange

NEVER = DateRange(date.max, date.min)  # for a date that the campaign does not have; matches nothing
_R = r"(?:the )?d_(\d+)"

_STARTS = (
    r"(?:starts?|started|starting|begins?|launch(?:es|ed)?|kicks? off|kick off|goes live|go live|go lives|opens?|is live"
    r"|is launched|commences?|start date|starting date|launch date|go live date|kickoff|begin|launching|start day|launch day)"
)
_ENDS = (
    r"(?:ends?|ended|ending|finish(?:es)?|closes?|is over|end date|wraps? up|stops?|concludes?|completes?|over|is done"
    r"|is finished|closing date|finishing)"
)
_THE_START = (
    r"(?:start|beginning|launch|kick off|kickoff|opening|go live|first day|start date|launch date|launch day|begin)"
)
_THE_END = r"(?:end|close|closing|last day|end date|wrap up|finish)"
_RELATED = r"(?:any ?time |right |just |shortly )?(?:before|by|until|till|after|past|beyond|since|from|prior to|ahead of|once|following|later than|earlier than|no later than|too late for|miss(?:es|ing)?)"
_CALLED = r"(?:(?:the )?c_(\d+)(?: campaign| launch| release)?)"
_SAME = r"(?:it|they|that|this|(?:the|that|this) (?:launch|campaign|release|event|promotion|sale))"


@dataclass(frozen=True, slots=True)
class DateConstraint:
    """The dates of a question: a period that items must fall into, or the day whose roadmap is asked for."""

    period: DateRange | None = None
    as_of: date | int | None = None
    is_point: bool = False  # a single day without "by" or "since"
    anchors: tuple[NamedEntity, ...] = ()
    notes: tuple[str, ...] = ()  # shown to the reader, such as that a campaign has no start date


def read_revision(tagged: TaggedText) -> int | None:
    """ "As of R41", "in revision 41"."""
    numbers: list[int] = []

    def note(match: re.Match[str]) -> str:
        numbers.append(int(match[1]))
        return "revision"

    tagged.rewrite(
        whole_words(
            r"(?:as (?:of|at|in) |at |in |per |under |on |by |of )?(?:the )?(?:revision |rev |version |r(?: |-)?|revision r)(\d{1,6})"
        ),
        "r",
        note,
    )
    for chunk in tagged.chunks:
        if chunk.text == "r_0":
            chunk.used = True
    return numbers[-1] if numbers else None


def tag_campaign_dates(tagged: TaggedText, names: Directory) -> None:
    """Tag days given by a campaign, and keep the campaign: "before Spring Launch starts", "the week after it ends"."""
    named = [entity for _, entity in tagged.named("c")]
    only = named[0] if len(set(named)) == 1 else None

    def day_of(match: re.Match[str], *, end: bool) -> DateSpan | None:
        place = next((number for number in match.groups() if number), None)
        entity = tagged.chunks[int(place)].value if place else only
        if not isinstance(entity, NamedEntity):
            return None
        campaign = names.campaign[entity.key]
        first = campaign.end if end else (campaign.start or (campaign.end if campaign.end else None))
        return DateSpan(DateRange(first, first) if first else NEVER, anchor=entity)

    for end, verb, noun in ((True, _ENDS, _THE_END), (False, _STARTS, _THE_START)):
        reader = _reader(day_of, end)
        tagged.rewrite(
            whole_words(rf"(?:the {noun}(?: date)?|{noun} date) (?:of|for) {_CALLED}|(?:the )?{noun} of {_CALLED}"),
            "d",
            reader,
        )
        tagged.renumber()
        if not tagged.has(
            whole_words(rf"(?:when|what (?:date|day|time)|how (?:soon|long)).* {_CALLED} (?:will )?{verb}")
        ) or tagged.has(whole_words(rf"{_RELATED} {_CALLED} {verb}")):
            tagged.rewrite(
                whole_words(rf"(?<=[a-z] ){_CALLED} (?:has |have |actually |will |even |officially )*{verb}"),
                "d",
                _after_relation(reader),
            )
            tagged.renumber()
        tagged.rewrite(
            whole_words(rf"{_SAME} (?:has |have |actually |will |even )*{verb}"), "d", _after_relation(reader)
        )
        tagged.rewrite(whole_words(rf"(?:its|the|their) {noun}(?: date| day)?"), "d", _after_relation(reader))
        tagged.renumber()
    tagged.rewrite(whole_words(rf"{_CALLED}"), "d", _after_relation(_bare(day_of)))
    tagged.rewrite(whole_words(_SAME), "d", _after_relation(_bare(day_of)))
    tagged.renumber()
    _around_anchor(tagged)


def _reader(day_of: Callable[..., DateSpan | None], end: bool) -> Callable[[re.Match[str]], DateSpan | None]:  # noqa: FBT001
    return lambda match: day_of(match, end=end)


def _after_relation(reader: Callable[[re.Match[str]], DateSpan | None]) -> Callable[[re.Match[str]], DateSpan | None]:
    """Read a campaign as a date only after "before", "by" and so on; elsewhere it is just a name."""
    led = re.compile(rf"\b(?:{_RELATED}|(?:day|week|month|days|weeks|months) (?:before|after|of)|when|at)(?: the)? $")
    unled = re.compile(r"\blook(?:s|ing|ed)? after(?: the)? $")

    def read(match: re.Match[str]) -> DateSpan | None:
        before = match.string[: match.start()]
        return reader(match) if led.search(before) and not unled.search(before) else None

    return read


def _bare(day_of: Callable[..., DateSpan | None]) -> Callable[[re.Match[str]], DateSpan | None]:
    """ "After" a campaign means after its end; "before", "by" and "past" it refer to its start."""

    def read(match: re.Match[str]) -> DateSpan | None:
        before = match.string[: match.start()]
        if re.search(r"\b(?:from|once|when|at|since|of)(?: the)? $", before):
            return None
        return day_of(match, end=bool(re.search(r"\b(?:after|following)(?: the)? $", before)))

    return read


def _around_anchor(tagged: TaggedText) -> None:
    def beside(match: re.Match[str]) -> DateSpan | None:
        days = tagged.chunks[int(match["at"])].value
        if not isinstance(days, DateSpan) or days.period == NEVER or days.period.first is None:
            return None
        day, unit, how = days.period.first, match["u"], match["how"]
        if match["n"]:
            number = {"two": 2, "three": 3, "four": 4, "a": 1, "couple": 2}.get(match["n"]) or int(match["n"])
            if how == "after":
                return DateSpan(DateRange(calendar.plus(day, 1), calendar.later(day, number, unit)), anchor=days.anchor)
            return DateSpan(DateRange(calendar.later(day, -number, unit), calendar.plus(day, -1)), anchor=days.anchor)
        shift = {"before": -1, "after": 1}.get(how, 0)
        return DateSpan(calendar.unit_of(unit, day, shift), anchor=days.anchor)

    tagged.rewrite(
        whole_words(
            r"(?:(?:the |in |within |during )*(?P<n>\d{1,3}|two|three|four|a|couple)(?: of)? )?(?:the )?(?P<u>day|week|month|quarter)s? "
            r"(?P<how>before|after|of) (?:the )?d_(?P<at>\d+)"
        ),
        "d",
        beside,
    )
    tagged.renumber()


def tag_parts_of_periods(tagged: TaggedText, now: ReferenceDay) -> None:
    """Tag parts of periods: "end of March", "rest of the month", "early next week"."""

    def period(match: re.Match[str]) -> DateSpan | None:
        value = tagged.chunks[int(match[1])].value
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
    part(rf"(?:the )?(?:rest|remainder) of {_R}|later {_R}", lambda _, last: DateRange(now.today, last))
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
        lambda first, last: DateRange(first + (last - first) // 3, first + 2 * (last - first) // 3),
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


def read_late_by(tagged: TaggedText, now: ReferenceDay) -> DateRange | None:
    """ "Overdue by more than two weeks" as a due period. The word "overdue" is left for `conditions` to read."""
    for match, first, last in list(tagged.matches(_LATE_BY)):
        number = match["n"] or match["n2"]
        count = (
            int(number)
            if number.isdigit()
            else ["zero", "a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"].index(
                "a" if number in {"an", "one"} else number
            )
        )
        day = calendar.later(now.today, -count, match["u"] or match["u2"])
        exact = "at least" in {match["how"], match["how2"]} or not (match["how"] or match["how2"])
        for chunk in tagged.chunks[first:last]:
            chunk.used = not whole_words(_TOO_LATE).fullmatch(chunk.text)
        return DateRange(None, day if exact else calendar.plus(day, -1))
    return None


def intersection(one: DateRange | None, two: DateRange | None) -> DateRange | None:
    """The days in both periods; None means no limit."""
    return _meet([period for period in (one, two) if period])


def read_days(tagged: TaggedText, today: date) -> DateConstraint:
    """Combine all periods in *tagged* into one constraint and mark their chunks as used."""
    if tagged.has(_NOT_THEN):
        raise Unparsable("a period that is left out cannot be searched yet")
    as_of = _read_as_of(tagged)
    periods: list[DateRange] = []
    anchors: list[NamedEntity] = []
    points: list[bool] = []
    for pattern, shape in _SHAPES:
        for match, first, last in list(tagged.matches(pattern)):
            chunks = [tagged.chunks[int(group)] for group in match.groups() if group]
            days = [chunk.value for chunk in chunks if isinstance(chunk.value, DateSpan) and not chunk.used]
            if len(days) != len(chunks):
                continue
            spans = [span for span in days if isinstance(span, DateSpan)]
            periods.append(_between(spans, today) if shape is _either_end else shape(spans))
            anchors += [span.anchor for span in spans if span.anchor]
            points.append(shape is _same and periods[-1].first == periods[-1].last)
            for chunk in tagged.chunks[first:last]:
                chunk.used = True
    period = _meet(periods)
    notes = tuple(f"{campaign.name} has no such date" for campaign in anchors if period == NEVER)
    return DateConstraint(period, as_of, points == [True], tuple(dict.fromkeys(anchors)), notes)


def _read_as_of(tagged: TaggedText) -> date | None:
    for match, first, last in list(tagged.matches(_AS_OF)):
        value = tagged.chunks[int(match[1])].value
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
