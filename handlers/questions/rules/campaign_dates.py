"""Days that a campaign gives: "before Spring Launch starts", "the week after it ends", "in its launch week"."""

from __future__ import annotations

import re
from collections.abc import Callable

from handlers.questions.rules import calendar
from handlers.questions.rules.date_constraints import NEVER
from handlers.questions.rules.name_index import NamedEntity
from handlers.questions.rules.tagged_text import DateSpan, TaggedText, whole_words
from storage.values.company import Directory
from storage.values.questions import DateRange

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

    _tag_launch_weeks(tagged, names, only)
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


_LAUNCH_WEEK = whole_words(
    r"(?:the |its |their )?(?:launch|opening|kick off|kickoff|start) week(?: (?:of|for) (?:the )?c_(\d+))?"
    r"|(?:the )?week (?:of|in which) (?:the |its )?(?:launch|opening|start)(?: (?:of|for) (?:the )?c_(\d+))?"
    r"|(?:the )?week (?:in which |that |when )?(?:c_(\d+)|it) (?:launches|starts|opens|goes live|kicks off)"
)


def _tag_launch_weeks(tagged: TaggedText, names: Directory, only: NamedEntity | None) -> None:
    """Tag the week in which a campaign starts: of the campaign beside it, or of the only one that is named."""

    def read(match: re.Match[str]) -> DateSpan | None:
        place = next((number for number in match.groups() if number), None)
        entity = tagged.chunks[int(place)].value if place else only
        start = names.campaign[entity.key].start if isinstance(entity, NamedEntity) else None
        if not isinstance(entity, NamedEntity):
            return None
        return DateSpan(calendar.week_of(start) if start else NEVER, anchor=entity)

    tagged.rewrite(_LAUNCH_WEEK, "d", read)
    tagged.renumber()


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
