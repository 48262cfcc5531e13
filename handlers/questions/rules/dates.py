"""Tag words for days and periods as `DateSpan`s.

We have our own grammar because libraries read days only: a quarter is a period, and "last" depends on the tense.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from handlers.questions.rules import calendar
from handlers.questions.rules.tagged_text import DateSpan, TaggedText, Unparsable, whole_words
from handlers.questions.rules.time_words import (
    ANY_YEAR,
    BIG_NUMBERS,
    COUNT,
    DAY,
    MONTH,
    MONTH_BEFORE,
    NUMBERS,
    PAST_BEFORE,
    UNIT,
    WEEKDAY,
    WEEKDAYS,
    YEAR,
    YEARWORD,
    ReferenceDay,
    count,
    day_number,
    month_number,
)
from storage.values.questions import DateRange

Reader = Callable[[re.Match[str], ReferenceDay], DateSpan | None]
_RULES: list[tuple[re.Pattern[str], Reader]] = []


def _rule(pattern: str) -> Callable[[Reader], Reader]:
    def keep(reader: Reader) -> Reader:
        _RULES.append((whole_words(pattern), reader))
        return reader

    return keep


def tag_dates(tagged: TaggedText, now: ReferenceDay) -> None:
    """Replace every day and period in *tagged* with a chunk of its own."""
    for pattern, reader in _RULES:
        tagged.rewrite(pattern, "d", lambda match, read=reader: _read(read, match, now))  # type: ignore[misc]
    tagged.renumber()


_NUMBER = rf"(?:\d\S*|{'|'.join(BIG_NUMBERS)}|{'|'.join(NUMBERS.keys() - {'a', 'an'})})"
_UNREAD = whole_words(
    rf"{_NUMBER}(?: {_NUMBER})* (?:(?:of|or so|more|full|whole|calendar|working|business|long) )*"
    r"(?:hour|day|week|weekend|fortnight|sprint|month|quarter|year|decade|centurie)s?"
)
_BESIDE_DAY = whole_words(r"d_\d+ \d{3,}")
_NO_YEAR = whole_words(r"year \d{5,}")


def unread_span(tagged: TaggedText) -> str:
    """A span of time that no rule read, as typed; "" if there is none. Otherwise the search would silently ignore it."""
    for pattern in (_UNREAD, _NO_YEAR, _BESIDE_DAY):
        for _, first, last in tagged.matches(pattern):
            tokens = [token for chunk in tagged.chunks[first:last] for token in chunk.tokens]
            while tokens and tokens[0].text in {"in", "the", "of"}:
                tokens = tokens[1:]
            if not any(token.quoted for token in tokens):
                return " ".join(token.raw for token in tokens)
    return ""


def _read(reader: Reader, match: re.Match[str], now: ReferenceDay) -> DateSpan | None:
    """What *reader* makes of *match*. An impossible day matters only if it restricts the answer."""
    try:
        return reader(match, now)
    except Unparsable as problem:
        return DateSpan(DateRange(), problem=str(problem))


def _is_past(match: re.Match[str], now: ReferenceDay) -> bool:
    return now.past or bool(PAST_BEFORE.search(match.string[: match.start()]))


def _stated_year(match: re.Match[str], now: ReferenceDay) -> int | None:
    groups = match.groupdict()
    if groups.get("y"):
        return int(groups["y"])
    shifts = {"this": 0, "the": 0, "next": 1, "coming": 1, "last": -1, "previous": -1}
    return now.today.year + shifts[groups["rel"]] if groups.get("rel") else None


def _in_year(match: re.Match[str], now: ReferenceDay, of_year: Callable[[int], DateRange | None]) -> DateSpan:
    year = _stated_year(match, now)
    if year is None:
        return DateSpan(now.nearest(of_year, past=_is_past(match, now)))
    period = of_year(year)
    if period is None:
        raise Unparsable("there is no such day")
    return DateSpan(period)


def _one_day(month: int, day: int) -> Callable[[int], DateRange | None]:
    def of_year(year: int) -> DateRange | None:
        try:
            there = date(year, month, day)
        except ValueError:
            return None
        return DateRange(there, there)

    return of_year


@_rule(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})")
def _iso(match: re.Match[str], now: ReferenceDay) -> DateSpan:
    return _in_year(match, now, _one_day(int(match["m"]), int(match["d"])))


@_rule(r"(?P<a>\d{1,2})(?P<sep>[./])(?P<b>\d{1,2})(?:[./](?P<yy>\d{4}|\d\d))?")
def _figures(match: re.Match[str], now: ReferenceDay) -> DateSpan | None:
    first, second = int(match["a"]), int(match["b"])
    if match["sep"] == "." and not match["yy"]:
        return None
    if match["sep"] == "/" and first <= 12 and second <= 12 and first != second:
        raise Unparsable(f"{match.group()} may be two different days; write the month as a word")
    day, month = (second, first) if second > 12 else (first, second)
    if not match["yy"]:
        return _in_year(match, now, _one_day(month, day))
    year = int(match["yy"]) + (2000 if len(match["yy"]) == 2 else 0)
    period = _one_day(month, day)(year)
    if period is None:
        raise Unparsable("there is no such day")
    return DateSpan(period)


@_rule(
    rf"(?:the )?{DAY} (?:(?:to|until|till|through|and|thru) )?(?:the )?(?P<d2>\d{{1,2}}(?:st|nd|rd|th)?) (?:of )?{MONTH}{ANY_YEAR}"
)
@_rule(
    rf"{MONTH} (?:the )?{DAY} (?:(?:to|until|till|through|and|thru) )?(?:the )?(?P<d2>\d{{1,2}}(?:st|nd|rd|th)?){ANY_YEAR}"
)
def _days_of_month(match: re.Match[str], now: ReferenceDay) -> DateSpan:
    month, first, last = month_number(match["m"]), day_number(match["d"]), day_number(match["d2"])

    def of_year(year: int) -> DateRange | None:
        a, b = _one_day(month, first)(year), _one_day(month, last)(year)
        return DateRange(a.first, b.last) if a and b else None

    return _in_year(match, now, of_year)


@_rule(rf"(?:the )?(?:{WEEKDAY} )?(?:the )?{DAY} (?:of )?{MONTH}{ANY_YEAR}")
@_rule(rf"(?:{WEEKDAY} )?{MONTH} (?:the )?{DAY}{ANY_YEAR}")
def _day_of_month(match: re.Match[str], now: ReferenceDay) -> DateSpan:
    return _in_year(match, now, _one_day(month_number(match["m"]), day_number(match["d"])))


@_rule(r"the (?P<d>\d{1,2}(?:st|nd|rd|th))(?! (?:of|item|one|time|floor|week|month|quarter)\b)")
def _day_alone(match: re.Match[str], now: ReferenceDay) -> DateSpan | None:
    """ "The 18th": the next one, or after "since" the last one."""
    day = calendar.nearest_day(now.today, day_number(match["d"]), past=_is_past(match, now))
    return DateSpan(DateRange(day, day)) if day else None


@_rule(rf"{MONTH}{ANY_YEAR}")
def _month(match: re.Match[str], now: ReferenceDay) -> DateSpan | None:
    before = match.string[: match.start()]
    if (
        match["m"] in {"may", "mar", "march", "dec", "sun"}
        and match.group() == match["m"]
        and not MONTH_BEFORE.search(before)
    ):
        return None
    number = month_number(match["m"])
    if before.endswith("last ") and not _stated_year(match, now):
        return DateSpan(_before(now.nearest(lambda year: calendar.month(year, number), past=True), now))
    return _in_year(match, now, lambda year: calendar.month(year, number))


def _before(period: DateRange, now: ReferenceDay) -> DateRange:
    """*period*, or the same month a year earlier if it is not over yet."""
    if period.first and period.last and period.last >= now.today:
        return calendar.month(period.first.year - 1, period.first.month)
    return period


_QUARTER_WORDS = "first|second|third|fourth|1st|2nd|3rd|4th|last|final"


@_rule(rf"{YEAR} q(?P<q>[1-4])")
@_rule(r"q(?P<q>[1-4])-(?P<y>(?:19|20)\d\d)")
@_rule(rf"(?:the )?q(?:uarter )?(?P<q>[1-4]){ANY_YEAR}")
@_rule(rf"(?:the )?(?P<q>{_QUARTER_WORDS}) quarter(?: (?:of |in )?(?:{YEAR}|{YEARWORD}))")
@_rule(r"(?:the )?(?P<q>first|second|third|fourth|1st|2nd|3rd|4th) quarter")
def _quarter(match: re.Match[str], now: ReferenceDay) -> DateSpan:
    word = match["q"]
    numbers = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4, "final": 4}
    number = numbers.get(word) or int(word[0])
    return _in_year(match, now, lambda year: calendar.quarter(year, number))


@_rule(rf"{YEAR} h(?P<h>[12])")
@_rule(r"h(?P<h>[12])-(?P<y>(?:19|20)\d\d)")
@_rule(rf"(?:the )?h(?P<h>[12]){ANY_YEAR}")
@_rule(rf"(?:the )?(?P<h>first|second|1st|2nd|last) half (?:year|of)(?: (?:of )?(?:{YEAR}|{YEARWORD}))?")
def _half(match: re.Match[str], now: ReferenceDay) -> DateSpan | None:
    if match.group().endswith(" of"):
        return None
    number = 1 if match["h"] in {"1", "first", "1st"} else 2
    return _in_year(match, now, lambda year: calendar.half(year, number))


@_rule(r"(?:the )?day after tomorrow")
def _day_after_tomorrow(_: re.Match[str], now: ReferenceDay) -> DateSpan:
    return DateSpan(calendar.unit_of("day", now.today, 2))


@_rule(r"(?:the )?day before yesterday")
def _day_before_yesterday(_: re.Match[str], now: ReferenceDay) -> DateSpan:
    return DateSpan(calendar.unit_of("day", now.today, -2))


@_rule(r"(?P<word>today|tonight|tomorrow|yesterday|eod|end of (?:the )?(?:business )?day)")
def _around_today(match: re.Match[str], now: ReferenceDay) -> DateSpan:
    shift = {"tomorrow": 1, "yesterday": -1}.get(match["word"], 0)
    return DateSpan(calendar.unit_of("day", now.today, shift))


@_rule(r"(?:the )?(?:week|month|quarter|year) after next")
@_rule(r"(?:the )?(?:week|month|quarter|year) before last")
def _next_but_one(match: re.Match[str], now: ReferenceDay) -> DateSpan:
    unit = re.sub(r"^the ", "", match.group()).split()[0]
    return DateSpan(calendar.unit_of(unit, now.today, 2 if match.group().endswith("next") else -2))


@_rule(rf"(?:next|this coming|following) week (?:on )?{WEEKDAY}")
@_rule(rf"{WEEKDAY} (?:of |in )?(?:the )?(?:next|following|coming) week")
def _weekday_of_next_week(match: re.Match[str], now: ReferenceDay) -> DateSpan:
    return _weekday_in(calendar.unit_of("week", now.today, 1), match["w"])


@_rule(rf"(?:this week (?:on )?{WEEKDAY})")
@_rule(rf"{WEEKDAY} (?:of )?this week")
def _weekday_of_this_week(match: re.Match[str], now: ReferenceDay) -> DateSpan:
    return _weekday_in(calendar.week_of(now.today), match["w"])


@_rule(rf"last week (?:on )?{WEEKDAY}")
@_rule(rf"{WEEKDAY} (?:of )?last week")
def _weekday_of_last_week(match: re.Match[str], now: ReferenceDay) -> DateSpan:
    return _weekday_in(calendar.unit_of("week", now.today, -1), match["w"])


def _weekday_in(week: DateRange, name: str) -> DateSpan:
    day = calendar.plus(week.first or date.min, _weekday_number(name))
    return DateSpan(DateRange(day, day))


def _weekday_number(name: str) -> int:
    return next(n for n, day in enumerate(WEEKDAYS) if day.startswith(name[:3]))


_UNITS = r"(?P<u>half year|half|week|weekend|month|quarter|year)"


@_rule(r"(?:this|the current) (?P<u>week|month|quarter|year) (?:or|and|and the|or the) next(?: one)?")
def _this_or_next(match: re.Match[str], now: ReferenceDay) -> DateSpan:
    this, following = (calendar.unit_of(match["u"], now.today, shift) for shift in (0, 1))
    return DateSpan(DateRange(this.first, following.last))


@_rule(r"(?:the |this )?(?P<rel>next|coming|last|past) (?:fortnight|two weeks)")
def _fortnight(match: re.Match[str], now: ReferenceDay) -> DateSpan:
    ahead = match["rel"] in {"next", "coming"}
    edge = calendar.plus(now.today, 14 if ahead else -14)
    return DateSpan(DateRange(now.today, edge) if ahead else DateRange(edge, now.today))


@_rule(rf"(?:the |this )?(?P<rel>next|upcoming|following|coming) (?:calendar )?{_UNITS}")
@_rule(rf"(?:the |this )?(?P<rel>last|previous|prior|preceding) (?:calendar )?{_UNITS}(?! of)")
@_rule(
    rf"(?P<rel>this|current|the current|the present|present|the running) (?:current |present |whole |entire |calendar |very )?{_UNITS}"
)
def _calendar_unit(match: re.Match[str], now: ReferenceDay) -> DateSpan:
    rel = match["rel"]
    shift = (
        1
        if rel in {"next", "upcoming", "following", "coming"}
        else -1
        if rel in {"last", "previous", "prior", "preceding"}
        else 0
    )
    if match["u"] == "weekend" and shift == 1 and rel != "next":
        shift = 0
    return DateSpan(calendar.unit_of(match["u"].removesuffix(" year"), now.today, shift))


@_rule(r"(?:the )?(?:(?:year|month|quarter) to date|ytd|mtd|qtd)")
def _to_date(match: re.Match[str], now: ReferenceDay) -> DateSpan:
    unit = {"y": "year", "m": "month", "q": "quarter"}[re.sub(r"^the ", "", match.group())[0]]
    return DateSpan(DateRange(calendar.unit_of(unit, now.today).first, now.today))


@_rule(r"(?:the )?(?:eow|eom|eoq|eoy|cob)")
def _end_of_unit(match: re.Match[str], now: ReferenceDay) -> DateSpan:
    unit = {"w": "week", "m": "month", "q": "quarter", "y": "year", "b": "day"}[match.group()[-1]]
    last = calendar.unit_of(unit, now.today).last
    return DateSpan(DateRange(last, last), is_end=True)


@_rule(rf"(?:the )?(?:next|coming|upcoming|following) (?:(?:a|the) )?{COUNT} (?:(?:calendar|working|business) )?{UNIT}")
@_rule(
    rf"within (?:(?:the|a) )?(?:(?:next|period of|coming) )?(?:{COUNT} )?{UNIT}(?: (?:from (?:now|today)|of today))?"
)
@_rule(rf"(?:less than|no more than|at most|under|not more than) {COUNT} {UNIT} (?:from (?:now|today)|away|out)")
def _ahead(match: re.Match[str], now: ReferenceDay) -> DateSpan:
    number = count(match["n"]) if match["n"] else 1
    return DateSpan(DateRange(now.today, calendar.later(now.today, number, match["u"])))


@_rule(
    rf"(?:the )?(?:last|past|previous|preceding|trailing) (?:(?:a|the) )?{COUNT} (?:(?:calendar|working|business) )?{UNIT}"
)
@_rule(rf"(?:the |this )?past {UNIT}")
def _behind(match: re.Match[str], now: ReferenceDay) -> DateSpan:
    number = count(match["n"]) if match.groupdict().get("n") else 1
    return DateSpan(DateRange(calendar.later(now.today, -number, match["u"]), now.today))


@_rule(rf"{COUNT} {UNIT} (?:ago|back|earlier)")
def _ago(match: re.Match[str], now: ReferenceDay) -> DateSpan:
    day = calendar.later(now.today, -count(match["n"]), match["u"])
    return DateSpan(DateRange(day, day))


@_rule(rf"(?:in )?{COUNT} {UNIT}(?: s)? (?:from (?:now|today)|hence|time)")
@_rule(rf"in (?:about |exactly )?{COUNT} {UNIT}")
def _from_now(match: re.Match[str], now: ReferenceDay) -> DateSpan:
    day = calendar.later(now.today, count(match["n"]), match["u"])
    return DateSpan(DateRange(day, day))


@_rule(r"(?:the )?(?:coming|next|upcoming) (?:days|weeks|months)")
def _soon(_: re.Match[str], now: ReferenceDay) -> DateSpan:
    return DateSpan(DateRange(now.today, None))


@_rule(r"(?:calendar week|cw|kw|week|wk|week number) (?:no )?(?P<n>\d{1,2})")
@_rule(r"(?:w|wk|kw|cw)-?(?P<n>\d{1,2})")
def _numbered_week(match: re.Match[str], now: ReferenceDay) -> DateSpan:
    def of_year(year: int) -> DateRange | None:
        try:
            return calendar.week_of(date.fromisocalendar(year, int(match["n"]), 1))
        except ValueError:
            return None

    return _in_year(match, now, of_year)


@_rule(rf"(?P<rel>next|last|this|coming|this coming|this past|past)? ?{WEEKDAY}")
def _weekday(match: re.Match[str], now: ReferenceDay) -> DateSpan | None:
    before = f"{match.string[: match.start()].rstrip()} "
    is_word_too = match["w"] in {"sun", "sat", "mon", "wed"} and not match["rel"]
    if is_word_too and not (before.endswith(" on ") or MONTH_BEFORE.search(before)):
        return None
    weekday, today = _weekday_number(match["w"]), now.today
    ahead = (weekday - today.weekday()) % 7
    rel = match["rel"] or ""
    if rel == "this":
        return _weekday_in(calendar.week_of(today), match["w"])
    if rel in {"last", "past", "this past"}:
        day = calendar.plus(today, ahead - 7)
    elif rel:
        day = calendar.plus(today, ahead or 7)
    elif _is_past(match, now):
        day = calendar.plus(today, ahead - 7 if ahead else 0)
    else:
        day = calendar.plus(today, ahead)
    return DateSpan(DateRange(day, day))


_HOLIDAYS = {"christmas eve": (12, 24), "christmas": (12, 25), "xmas": (12, 25), "halloween": (10, 31),
           "new years eve": (12, 31), "new year eve": (12, 31), "new years day": (1, 1), "new year": (1, 1),
           "valentines day": (2, 14), "valentine day": (2, 14)}  # fmt: skip


@_rule(r"(?:the )?(?P<holiday>" + "|".join(_HOLIDAYS) + r")")
def _holiday(match: re.Match[str], now: ReferenceDay) -> DateSpan:
    return _in_year(match, now, _one_day(*_HOLIDAYS[match["holiday"]]))


@_rule(
    rf"(?<=in ){YEAR}|(?<=of ){YEAR}|(?<=during ){YEAR}|(?<=by ){YEAR}|(?<=since ){YEAR}|(?<=until ){YEAR}|(?<=before ){YEAR}|(?<=after ){YEAR}|(?<=due ){YEAR}|(?<=year ){YEAR}".replace(
        "?P<y>", "?:"
    )
)
def _year(match: re.Match[str], _: ReferenceDay) -> DateSpan:
    return DateSpan(calendar.whole_year(int(match.group())))
