"""Words for days and periods -> `Days`. An own grammar, since a quarter is a period and "last" depends on the tense."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from handlers.questions.rules import calendar
from handlers.questions.rules.line import Days, Line, Puzzling, words
from storage.values import Period

_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_NUMBERS = {
    word: number
    for number, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
        ]
    )
} | {"a": 1, "an": 1, "couple": 2, "few": 3, "twenty": 20, "thirty": 30, "sixty": 60, "ninety": 90}
_ORDINALS = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
]

_M = (
    r"(?P<m>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_W = r"(?P<w>mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)s?"
_ORD = "|".join(_ORDINALS) + "|thirtieth|(?:twenty|thirty) (?:" + "|".join(_ORDINALS[:9]) + ")"
_D = rf"(?P<d>\d{{1,2}}(?:st|nd|rd|th)?|{_ORD})"
_Y = r"(?P<y>(?:19|20)\d\d)"
_N = r"(?P<n>\d{1,4}|" + "|".join(_NUMBERS) + r")(?: of)?"
_U = r"(?P<u>day|week|fortnight|month|quarter|year)s?"
_YEARWORD = r"(?P<rel>this|next|last|the|coming|previous)(?: (?:current|coming|same))? year"
_ANY_YEAR = rf"(?: (?:of |in )?(?:{_Y}|{_YEARWORD}))?"
_PAST_BEFORE = re.compile(
    r"(?:\bsince(?: before| after| early| late| mid)?|\bas (?:of|at|on)|\bas it (?:was|stood)(?: on| in)?|\bback (?:in|on))(?: the)?(?: end of)?(?: the)? ?$"
)
_MONTH_BEFORE = re.compile(
    r"\b(?:in|of|by|since|until|till|before|after|early|late|mid|this|next|last|from|to|and|or|between|through|during"
    r"|for|past|coming|due|end|throughout|entire|whole)(?: the)? $"
)


@dataclass(frozen=True, slots=True)
class Now:
    """The day of the question, and whether it speaks of what is gone by."""

    today: date
    past: bool = False

    def nearest(self, of_year: Callable[[int], Period | None], *, past: bool) -> Period:
        """The next such period to come (or the current one); of the past, the latest one begun."""
        year = self.today.year
        order = range(year, year - 9, -1) if past else range(year, year + 9)
        for one in order:
            period = of_year(one)
            if period is None or period.first is None or period.last is None:
                continue
            if period.first <= self.today if past else period.last >= self.today:
                return period
        raise Puzzling("there is no such day")


Reader = Callable[[re.Match[str], Now], Days | None]
_RULES: list[tuple[re.Pattern[str], Reader]] = []


def _rule(pattern: str) -> Callable[[Reader], Reader]:
    def keep(reader: Reader) -> Reader:
        _RULES.append((words(pattern), reader))
        return reader

    return keep


def mark_days(line: Line, now: Now) -> None:
    """Turn every day and period in *line* into a cell of its own."""
    for pattern, reader in _RULES:
        line.rewrite(pattern, "d", lambda match, read=reader: read(match, now))  # type: ignore[misc]
    line.number()


def _count(word: str) -> int:
    return int(word) if word.isdigit() else _NUMBERS[word]


def _month_number(word: str) -> int:
    return next(n for n, name in enumerate(_MONTHS, 1) if name.startswith(word[:3]))


def _day_number(word: str) -> int:
    if word[0].isdigit():
        return int(re.sub(r"\D", "", word))
    if word == "thirtieth":
        return 30
    tens, _, ones = word.rpartition(" ")
    return {"": 0, "twenty": 20, "thirty": 30}[tens] + _ORDINALS.index(ones) + 1


def _is_past(match: re.Match[str], now: Now) -> bool:
    return now.past or bool(_PAST_BEFORE.search(match.string[: match.start()]))


def _stated_year(match: re.Match[str], now: Now) -> int | None:
    found = match.groupdict()
    if found.get("y"):
        return int(found["y"])
    shifts = {"this": 0, "the": 0, "next": 1, "coming": 1, "last": -1, "previous": -1}
    return now.today.year + shifts[found["rel"]] if found.get("rel") else None


def _in_year(match: re.Match[str], now: Now, of_year: Callable[[int], Period | None]) -> Days:
    year = _stated_year(match, now)
    if year is None:
        return Days(now.nearest(of_year, past=_is_past(match, now)))
    period = of_year(year)
    if period is None:
        raise Puzzling("there is no such day")
    return Days(period)


def _one_day(month: int, day: int) -> Callable[[int], Period | None]:
    def of_year(year: int) -> Period | None:
        try:
            there = date(year, month, day)
        except ValueError:
            return None
        return Period(there, there)

    return of_year


@_rule(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})")
def _iso(match: re.Match[str], now: Now) -> Days:
    return _in_year(match, now, _one_day(int(match["m"]), int(match["d"])))


@_rule(r"(?P<a>\d{1,2})(?P<sep>[./])(?P<b>\d{1,2})(?:[./](?P<yy>\d{4}|\d\d))?")
def _figures(match: re.Match[str], now: Now) -> Days | None:
    first, second = int(match["a"]), int(match["b"])
    if match["sep"] == "." and not match["yy"]:
        return None
    if match["sep"] == "/" and first <= 12 and second <= 12 and first != second:
        raise Puzzling(f"{match.group()} may be two different days; write the month as a word")
    day, month = (second, first) if second > 12 else (first, second)
    if not match["yy"]:
        return _in_year(match, now, _one_day(month, day))
    year = int(match["yy"]) + (2000 if len(match["yy"]) == 2 else 0)
    period = _one_day(month, day)(year)
    if period is None:
        raise Puzzling("there is no such day")
    return Days(period)


@_rule(
    rf"(?:the )?{_D} (?:(?:to|until|till|through|and|thru) )?(?:the )?(?P<d2>\d{{1,2}}(?:st|nd|rd|th)?) (?:of )?{_M}{_ANY_YEAR}"
)
@_rule(
    rf"{_M} (?:the )?{_D} (?:(?:to|until|till|through|and|thru) )?(?:the )?(?P<d2>\d{{1,2}}(?:st|nd|rd|th)?){_ANY_YEAR}"
)
def _days_of_month(match: re.Match[str], now: Now) -> Days:
    month, first, last = _month_number(match["m"]), _day_number(match["d"]), _day_number(match["d2"])

    def of_year(year: int) -> Period | None:
        a, b = _one_day(month, first)(year), _one_day(month, last)(year)
        return Period(a.first, b.last) if a and b else None

    return _in_year(match, now, of_year)


@_rule(rf"(?:the )?(?:{_W} )?(?:the )?{_D} (?:of )?{_M}{_ANY_YEAR}")
@_rule(rf"(?:{_W} )?{_M} (?:the )?{_D}{_ANY_YEAR}")
def _day_of_month(match: re.Match[str], now: Now) -> Days:
    return _in_year(match, now, _one_day(_month_number(match["m"]), _day_number(match["d"])))


@_rule(rf"{_M}{_ANY_YEAR}")
def _month(match: re.Match[str], now: Now) -> Days | None:
    before = match.string[: match.start()]
    if (
        match["m"] in {"may", "mar", "march", "dec", "sun"}
        and match.group() == match["m"]
        and not _MONTH_BEFORE.search(before)
    ):
        return None
    number = _month_number(match["m"])
    if before.endswith("last ") and not _stated_year(match, now):
        return Days(_before(now.nearest(lambda year: calendar.month(year, number), past=True), now))
    return _in_year(match, now, lambda year: calendar.month(year, number))


def _before(period: Period, now: Now) -> Period:
    """The same month a year earlier when *period* is not over yet."""
    if period.first and period.last and period.last >= now.today:
        return calendar.month(period.first.year - 1, period.first.month)
    return period


_QUARTER_WORDS = "first|second|third|fourth|1st|2nd|3rd|4th|last|final"


@_rule(rf"{_Y} q(?P<q>[1-4])")
@_rule(r"q(?P<q>[1-4])-(?P<y>(?:19|20)\d\d)")
@_rule(rf"(?:the )?q(?:uarter )?(?P<q>[1-4]){_ANY_YEAR}")
@_rule(rf"(?:the )?(?P<q>{_QUARTER_WORDS}) quarter(?: (?:of |in )?(?:{_Y}|{_YEARWORD}))")
@_rule(r"(?:the )?(?P<q>first|second|third|fourth|1st|2nd|3rd|4th) quarter")
def _quarter(match: re.Match[str], now: Now) -> Days:
    said = match["q"]
    numbers = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4, "final": 4}
    number = numbers.get(said) or int(said[0])
    return _in_year(match, now, lambda year: calendar.quarter(year, number))


@_rule(rf"{_Y} h(?P<h>[12])")
@_rule(r"h(?P<h>[12])-(?P<y>(?:19|20)\d\d)")
@_rule(rf"(?:the )?h(?P<h>[12]){_ANY_YEAR}")
@_rule(rf"(?:the )?(?P<h>first|second|1st|2nd|last) half (?:year|of)(?: (?:of )?(?:{_Y}|{_YEARWORD}))?")
def _half(match: re.Match[str], now: Now) -> Days | None:
    if match.group().endswith(" of"):
        return None
    number = 1 if match["h"] in {"1", "first", "1st"} else 2
    return _in_year(match, now, lambda year: calendar.half(year, number))


@_rule(r"(?:the )?day after tomorrow")
def _overmorrow(_: re.Match[str], now: Now) -> Days:
    return Days(calendar.unit_of("day", now.today, 2))


@_rule(r"(?:the )?day before yesterday")
def _ereyesterday(_: re.Match[str], now: Now) -> Days:
    return Days(calendar.unit_of("day", now.today, -2))


@_rule(r"(?P<word>today|tonight|tomorrow|yesterday|eod|end of (?:the )?(?:business )?day)")
def _around_today(match: re.Match[str], now: Now) -> Days:
    shift = {"tomorrow": 1, "yesterday": -1}.get(match["word"], 0)
    return Days(calendar.unit_of("day", now.today, shift))


@_rule(r"(?:the )?(?:week|month|quarter|year) after next")
@_rule(r"(?:the )?(?:week|month|quarter|year) before last")
def _next_but_one(match: re.Match[str], now: Now) -> Days:
    unit = re.sub(r"^the ", "", match.group()).split()[0]
    return Days(calendar.unit_of(unit, now.today, 2 if match.group().endswith("next") else -2))


@_rule(rf"(?:next|this coming|following) week (?:on )?{_W}")
@_rule(rf"{_W} (?:of |in )?(?:the )?(?:next|following|coming) week")
def _weekday_of_next_week(match: re.Match[str], now: Now) -> Days:
    return _weekday_in(calendar.unit_of("week", now.today, 1), match["w"])


@_rule(rf"(?:this week (?:on )?{_W})")
@_rule(rf"{_W} (?:of )?this week")
def _weekday_of_this_week(match: re.Match[str], now: Now) -> Days:
    return _weekday_in(calendar.week_of(now.today), match["w"])


@_rule(rf"last week (?:on )?{_W}")
@_rule(rf"{_W} (?:of )?last week")
def _weekday_of_last_week(match: re.Match[str], now: Now) -> Days:
    return _weekday_in(calendar.unit_of("week", now.today, -1), match["w"])


def _weekday_in(week: Period, name: str) -> Days:
    day = calendar.plus(week.first or date.min, _weekday_number(name))
    return Days(Period(day, day))


def _weekday_number(name: str) -> int:
    return next(n for n, day in enumerate(_WEEKDAYS) if day.startswith(name[:3]))


_UNITS = r"(?P<u>half(?= year(?: |$))|half|week|weekend|month|quarter|year)"


@_rule(rf"(?:the |this )?(?P<rel>next|upcoming|following|coming) (?:calendar )?{_UNITS}")
@_rule(rf"(?:the |this )?(?P<rel>last|previous|prior|preceding) (?:calendar )?{_UNITS}(?! of)")
@_rule(
    rf"(?P<rel>this|current|the current|the present|present|the running) (?:current |present |whole |entire |calendar |very )?{_UNITS}"
)
def _calendar_unit(match: re.Match[str], now: Now) -> Days:
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
    return Days(calendar.unit_of(match["u"], now.today, shift))


@_rule(r"(?:the )?(?:year to date|ytd)")
@_rule(r"(?:the )?(?:month to date|mtd)")
@_rule(r"(?:the )?(?:quarter to date|qtd)")
def _to_date(match: re.Match[str], now: Now) -> Days:
    unit = {"y": "year", "m": "month", "q": "quarter"}[re.sub(r"^the ", "", match.group())[0]]
    return Days(Period(calendar.unit_of(unit, now.today).first, now.today))


@_rule(r"(?:the )?(?:eow|eom|eoq|eoy|cob)")
def _end_of_unit(match: re.Match[str], now: Now) -> Days:
    unit = {"w": "week", "m": "month", "q": "quarter", "y": "year", "b": "day"}[match.group()[-1]]
    last = calendar.unit_of(unit, now.today).last
    return Days(Period(last, last), is_end=True)


@_rule(rf"(?:the )?(?:next|coming|upcoming|following) (?:(?:a|the) )?{_N} (?:(?:calendar|working|business) )?{_U}")
@_rule(rf"within (?:(?:the|a) )?(?:(?:next|period of|coming) )?(?:{_N} )?{_U}(?: (?:from (?:now|today)|of today))?")
@_rule(rf"(?:less than|no more than|at most|under|not more than) {_N} {_U} (?:from (?:now|today)|away|out)")
def _ahead(match: re.Match[str], now: Now) -> Days:
    number = _count(match["n"]) if match["n"] else 1
    return Days(Period(now.today, calendar.later(now.today, number, match["u"])))


@_rule(
    rf"(?:the )?(?:last|past|previous|preceding|trailing) (?:(?:a|the) )?{_N} (?:(?:calendar|working|business) )?{_U}"
)
@_rule(rf"(?:the |this )?past {_U}")
def _behind(match: re.Match[str], now: Now) -> Days:
    number = _count(match["n"]) if match.groupdict().get("n") else 1
    return Days(Period(calendar.later(now.today, -number, match["u"]), now.today))


@_rule(rf"{_N} {_U} (?:ago|back|earlier)")
def _ago(match: re.Match[str], now: Now) -> Days:
    day = calendar.later(now.today, -_count(match["n"]), match["u"])
    return Days(Period(day, day))


@_rule(rf"(?:in )?{_N} {_U}(?: s)? (?:from (?:now|today)|hence|time)")
@_rule(rf"in (?:about |exactly )?{_N} {_U}")
def _hence(match: re.Match[str], now: Now) -> Days:
    day = calendar.later(now.today, _count(match["n"]), match["u"])
    return Days(Period(day, day))


@_rule(r"(?:the )?(?:coming|next|upcoming) (?:days|weeks|months)")
def _soon(_: re.Match[str], now: Now) -> Days:
    return Days(Period(now.today, None))


@_rule(r"(?:calendar week|cw|kw|week|wk) (?P<n>\d{1,2})")
def _numbered_week(match: re.Match[str], now: Now) -> Days:
    def of_year(year: int) -> Period | None:
        try:
            return calendar.week_of(date.fromisocalendar(year, int(match["n"]), 1))
        except ValueError:
            return None

    return _in_year(match, now, of_year)


@_rule(rf"(?P<rel>next|last|this|coming|this coming|this past|past)? ?{_W}")
def _weekday(match: re.Match[str], now: Now) -> Days | None:
    if (
        match["w"] in {"sun", "sat", "mon", "wed"}
        and not match["rel"]
        and not _MONTH_BEFORE.search(match.string[: match.start()] + " ")
    ):
        return None
    wanted, today = _weekday_number(match["w"]), now.today
    ahead = (wanted - today.weekday()) % 7
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
    return Days(Period(day, day))


_FEASTS = {"christmas eve": (12, 24), "christmas": (12, 25), "xmas": (12, 25), "halloween": (10, 31),
           "new years eve": (12, 31), "new year eve": (12, 31), "new years day": (1, 1), "new year": (1, 1),
           "valentines day": (2, 14), "valentine day": (2, 14)}  # fmt: skip


@_rule(r"(?:the )?(?P<feast>" + "|".join(_FEASTS) + r")")
def _feast(match: re.Match[str], now: Now) -> Days:
    return _in_year(match, now, _one_day(*_FEASTS[match["feast"]]))


@_rule(
    rf"(?<=in ){_Y}|(?<=of ){_Y}|(?<=during ){_Y}|(?<=by ){_Y}|(?<=since ){_Y}|(?<=until ){_Y}|(?<=before ){_Y}|(?<=after ){_Y}|(?<=due ){_Y}|(?<=year ){_Y}".replace(
        "?P<y>", "?:"
    )
)
def _year(match: re.Match[str], _: Now) -> Days:
    return Days(calendar.whole_year(int(match.group())))
