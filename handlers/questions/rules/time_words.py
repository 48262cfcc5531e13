"""Words and patterns for numbers, months and weekdays, and the day that relative dates count from."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from handlers.questions.rules.tagged_text import Unparsable
from storage.values.questions import DateRange

MONTHS = [
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
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
NUMBERS = {
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
BIG_NUMBERS = ("dozen", "dozens", "hundred", "hundreds", "thousand", "thousands", "million", "millions", "billion")
ORDINALS = [
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

MONTH = (
    r"(?P<m>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
WEEKDAY = r"(?P<w>mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)s?"
ORD = "|".join(ORDINALS) + "|thirtieth|(?:twenty|thirty) (?:" + "|".join(ORDINALS[:9]) + ")"
DAY = rf"(?P<d>\d{{1,2}}(?:st|nd|rd|th)?|{ORD})"
YEAR = r"(?P<y>(?:19|20)\d\d)"
COUNT = r"(?P<n>\d{1,4}|" + "|".join(NUMBERS) + r")(?: of)?"
UNIT = r"(?P<u>day|week|fortnight|month|quarter|year)s?"
YEARWORD = r"(?P<rel>this|next|last|the|coming|previous)(?: (?:current|coming|same))? year"
ANY_YEAR = rf"(?: (?:of |in )?(?:{YEAR}|{YEARWORD}))?"
PAST_BEFORE = re.compile(
    r"(?:\bsince(?: before| after| early| late| mid)?|\bas (?:of|at|on)|\bas it (?:was|stood)(?: on| in)?|\bback (?:in|on))(?: the)?(?: end of)?(?: the)? ?$"
)
MONTH_BEFORE = re.compile(
    r"\b(?:in|of|by|since|until|till|before|after|early|late|mid|this|next|last|from|to|and|or|between|through|during"
    r"|for|past|coming|due|end|throughout|entire|whole)(?: the)? $"
)


@dataclass(frozen=True, slots=True)
class ReferenceDay:
    """The day of the question, and whether it is about the past."""

    today: date
    past: bool = False

    def nearest(self, of_year: Callable[[int], DateRange | None], *, past: bool) -> DateRange:
        """The current or next such period; with *past*, the latest one that has begun."""
        year = self.today.year
        order = range(year, year - 9, -1) if past else range(year, year + 9)
        for candidate in order:
            period = of_year(candidate)
            if period is None or period.first is None or period.last is None:
                continue
            if period.first <= self.today if past else period.last >= self.today:
                return period
        raise Unparsable("there is no such day")


def count(word: str) -> int:
    return int(word) if word.isdigit() else NUMBERS[word]


def month_number(word: str) -> int:
    return next(n for n, name in enumerate(MONTHS, 1) if name.startswith(word[:3]))


def day_number(word: str) -> int:
    if word[0].isdigit():
        return int(re.sub(r"\D", "", word))
    if word == "thirtieth":
        return 30
    tens, _, ones = word.rpartition(" ")
    return {"": 0, "twenty": 20, "thirty": 30}[tens] + ORDINALS.index(ones) + 1
