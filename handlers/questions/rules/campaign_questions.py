"""Recognise questions about campaigns themselves: their owner, IT partner and dates, or which campaigns fit."""

from __future__ import annotations

import re
from datetime import date

from handlers.questions.rules import date_constraints
from handlers.questions.rules.plan_builder import PlanBuilder
from handlers.questions.rules.tagged_text import DateSpan, TaggedText, whole_words
from handlers.questions.rules.time_words import ReferenceDay
from handlers.questions.rules.understanding import Aspect
from storage.values.company import Campaign, Directory
from storage.values.questions import AnswerType

_C = r"(?:the |our |my )?(?:campaign )?c_\d+(?: campaign| launch| release)?"
_TAIL = r"(?: (?:please|now|right now|currently|at the moment|again|exactly|thanks|then|overall|anyway|on|for|marketing|the|side|as|of|r|today))*"
_HEAD = r"(?:.* )?"
_PARTNER = r"(?:(?:it|marketing|tech|technical|technology) )?(?:side )?(?:partners?|counterparts?|liaisons?|contacts?(?: persons?)?)"
_OWN = (
    r"(?:owns?|owning|owned|leads?|leading|runs?|running|manag(?:es|ing|e|ed)|(?:is |are )?(?:the )?(?:person |one |people )?(?:responsible|accountable) for|(?:is )?in charge of|(?:is )?behind|driv(?:es|ing)|sponsors?|sponsoring"
    r"|(?:is )?(?:the )?(?:campaign )?(?:owners?|lead|manager|head) (?:of|for)|looks? after|looking after|takes? care of|taking care of|heads?|heading|handles?|handling|has|holds|belongs)"
)
_START = r"(?:starts?|begins?|launch(?:es|ed)?|kicks? off|kick off|goes live|go live|opens?|kickoff|live|begun|started|starting|launching|going live|out)"
_END = r"(?:ends?|finish(?:es|ed)?|closes?|over|stops?|wraps? up|wrap up|concludes?|done|ended|ending|finishing|complete|completed|through)"

_ASPECTS: tuple[tuple[re.Pattern[str], Aspect], ...] = (
    (whole_words(rf"{_HEAD}{_PARTNER} (?:of|for|on|in|to|with|at|from|assigned to|behind)(?: (?:the )?s_\d+(?: side)?)?(?: (?:of|for|on|about))? {_C}.*"), "partner"),
    (whole_words(rf"{_HEAD}{_C} s? ?(?:is )?{_PARTNER}.*"), "partner"),
    (whole_words(rf"{_HEAD}(?:who|whom|which|whose).* {_PARTNER} (?:of|for|on|in|to|with|at|from|assigned|behind|is|when|regarding|about) (?:.* )?{_C}.*|{_HEAD}(?:who|which).* {_C} .*{_PARTNER}.*"), "partner"),
    (whole_words(rf"{_HEAD}who(?: (?:is|in|from|on|at|s))* (?:the )?(?:s_\d+|it)(?: side)?(?: (?:is|s|our|the|person|contact|guy|supports?|helps?|partners?|responsible|with|partnering))* (?:for|of|on|with|partners?|supports?) {_C}{_TAIL}"), "partner"),
    (whole_words(rf"{_HEAD}who(?:m)? .*(?:talk|speak|turn|go|reach out|write|contact|ask|call|ping).* s_\d+ .*{_C}{_TAIL}|{_HEAD}who(?:m)? .*(?:talk|speak|turn|go|reach out|write|contact|ask|call|ping).* {_C} .*s_\d+.*"), "partner"),
    (whole_words(rf"{_HEAD}who(?:m)?(?: (?:do|should|can|could|must|would|i|we|one|is|to|the|person))* (?:talk to|speak to|speak with|talk with|turn to|go to|reach out to|contact|ask|call|ping)(?: (?:about|for|regarding|on|with|questions))* {_C}{_TAIL}"), "owner"),
    (whole_words(rf"{_HEAD}(?:who|whom|which person|who all)(?: (?:is|are|actually|currently|exactly|it|that|was|s|person|one|does|again|now|s_\d+))* {_OWN} {_C}{_TAIL}"), "owner"),
    (whole_words(rf"{_HEAD}(?:owners?|lead|manager|head|person in charge|responsible(?: person)?) (?:of|for|behind) {_C}{_TAIL}"), "owner"),
    (whole_words(rf"{_HEAD}whose(?: (?:campaign|baby|project|responsibility|job|is))* {_C}{_TAIL}(?: is that)?"), "owner"),
    (whole_words(rf"{_HEAD}who {_C} (?:belongs to|is owned by|is run by|is led by)"), "owner"),
    (whole_words(rf"{_HEAD}(?:who is )?{_C} (?:s )?(?:campaign )?(?:owner|lead|manager){_TAIL}"), "owner"),
    (whole_words(rf"{_HEAD}(?:when|what (?:date|day|time)|which (?:date|day|week|month)|how soon|what s when).* {_C}(?: (?:will|is|campaign|does|be|going|to|supposed|scheduled|set|expected|planned|due|finally|actually|officially|properly))* {_START}{_TAIL}"), "start"),
    (whole_words(rf"{_HEAD}(?:when|what (?:date|day|time)|which (?:date|day|week|month)|how soon|how long).* {_C}(?: (?:will|is|campaign|does|be|going|to|supposed|scheduled|set|expected|planned|due|finally|actually|officially))* {_END}{_TAIL}"), "end"),
    (whole_words(rf"{_HEAD}(?:start|launch|kick off|kickoff|go live|begin|starting)(?:ing)?(?: date| day| of)?(?: (?:is|of|for|the))* {_C}{_TAIL}|{_HEAD}{_C} (?:s )?(?:start|launch|kick off|kickoff|go live|starting)(?: date| day)?{_TAIL}"), "start"),
    (whole_words(rf"{_HEAD}(?:end|finish|closing)(?: date| day)? (?:of|for) {_C}{_TAIL}|{_HEAD}{_C} (?:s )?(?:end|finish|closing)(?: date| day){_TAIL}"), "end"),
    (whole_words(rf"{_HEAD}(?:from when|since when|when) (?:until|till|to|and until|and till|through) when.* {_C}{_TAIL}(?: (?:run|runs|last|lasts|go|goes|on))*|{_HEAD}{_C} (?:from when|when) (?:until|till|to) when.*"), "dates"),
    (whole_words(rf"{_HEAD}(?:dates?|timing|timeframe|time frame|duration|period|window) (?:of|for) {_C}{_TAIL}|{_HEAD}{_C} (?:s )?(?:dates|timing|timeframe|duration){_TAIL}|how long (?:is|does|will|are) {_C}(?: (?:run|last|take|go|going|on|be|running))*{_TAIL}"), "dates"),
    (whole_words(rf"{_HEAD}(?:when|what (?:date|day|time)|which (?:date|day|week|month))(?: (?:is|are|will|does|do|was|did|exactly|s|actually|again))* {_C}(?: (?:is|run|runs|happening|happen|happens|take place|takes place|scheduled|due|on|again|planned|supposed to be|going to be|be|running|from|till|to|released?|shipped|ship|comes? out|coming out|come|landing))*{_TAIL}"), "dates"),
    (whole_words(rf"{_HEAD}(?:is|has|was|are|did|does) {_C}(?: (?:already|still|now|actually|currently|yet|been))* (?:running|live|over|started|start|begun|ended|finished|launched|launch|active|on air|kicked off|off|closed){_TAIL}(?: (?:already|yet|now))?"), "status"),
)  # fmt: skip
_PLURAL = whole_words(
    r"(?:which|what|list|show|how many|any|all|name|count|number of|the|our|marketing|are there)(?: (?:me|of|the|our|all|marketing|other|different|current|running|active|live|open|my|us))* campaigns"
)
_ABOUT_ITEMS = whole_words(
    r"items?|tasks?|tickets?|milestones?|things?|stuff|deliverables?|before|(?<!look )(?<!looks )(?<!looking )after|past|until|beyond|blocked|overdue|at risk|left|slip(?:s|ping)?|late"
    r"|stuck|remaining|working|works?|week|anything|any|nothing|everything|due (?:for|in|by|on)|done for|land|lands|without|no"
)
# "What did Data finish for Spring Launch" is about the team's work, not about the end of the campaign.
_DONE_FOR = whole_words(
    r"(?:did|do|does|will|has|have|must|should|can|could|to)(?: [a-z]\S*)* (?:[tsp]_\d+|we|they|you|i|it|everyone|everybody|people|guys|all|team|side|department)"
    r"(?: (?:all|both|actually|already|really|still|also|even|just|team|side|together|people|have to|need to|manage to))*"
    r" (?:start|begin|launch|open|finish|end|close|stop|complete|ship)(?:ed|ing|s|es)? (?:for|of|on|in|during) .*c_\d+.*"
)
_UNTIL_WHEN = whole_words(r"(?:until|till|through) when")
_RUNNING = whole_words(r"running|active|live|ongoing|current|currently|right now|at the moment|now|on air")


def asks_campaign(tagged: TaggedText, builder: PlanBuilder) -> bool:
    """Whether the question is about one campaign itself; if so, record that in *builder*."""
    chunks = [chunk for chunk in tagged.chunks if chunk.text.startswith("c_")]
    about_items = _ABOUT_ITEMS.search(_UNTIL_WHEN.sub("when", tagged.text))
    if not chunks or builder.keys or about_items or (tagged.has(_DONE_FOR) and not tagged.text.startswith("when ")):
        return False
    texts = (tagged.text, _named_last(tagged.text))
    for pattern, aspect in _ASPECTS:
        if any(pattern.fullmatch(text) for text in texts):
            builder.wanted, builder.aspect = AnswerType.CAMPAIGN, aspect
            for chunk in tagged.chunks:
                chunk.used = not (chunk.text.startswith("c_") or _is_open_question(chunk.text))
            return True
    return False


def _named_last(text: str) -> str:
    """ "Spring Launch, who owns it" reordered to "who owns Spring Launch"."""
    match = re.fullmatch(r"(?:(?:for|about|regarding|on|in|with|and) )?(?:the )?(c_\d+)(?: campaign)? (.+)", text)
    if match is None:
        return text
    rest, count = re.subn(r"(?<= )(?:it|that|this|this one)(?= |$)", match[1], match[2], count=1)
    return rest if count else f"{rest} of {match[1]}"


def _is_open_question(text: str) -> bool:
    return text.startswith(("t_", "p_"))


def asks_campaigns(tagged: TaggedText, builder: PlanBuilder, names: Directory, now: ReferenceDay) -> bool:
    """Whether the question asks for campaigns: "which campaigns start next month", "what campaigns does Ana own"."""
    if (
        not tagged.has(_PLURAL)
        or tagged.named("ctsk")
        or tagged.has(whole_words(r"items?|tasks?|tickets?|work|blocked|overdue|at risk|late|milestones?|slipping|due"))
    ):
        return False
    chosen = list(names.campaigns)
    people = [value.key for _, value in tagged.named("p")]
    if people:
        partner = tagged.has(whole_words(_PARTNER))
        chosen = [campaign for campaign in chosen if (campaign.it_partner if partner else campaign.owner) in people]
    elif tagged.has(whole_words(r"(?:without|no|not have) (?:an |any )?(?:owner|owners)")):
        chosen = [campaign for campaign in chosen if not campaign.owner]
    elif tagged.has(whole_words(r"(?:without|no|not have) (?:an |any )?(?:it )?partners?")):
        chosen = [campaign for campaign in chosen if not campaign.it_partner]
    chosen = _within(tagged, chosen, now)
    builder.wanted, builder.aspect = AnswerType.CAMPAIGN, "dates"
    builder.campaigns = [campaign.key for campaign in chosen] or ["-"]
    for chunk in tagged.chunks:
        chunk.used = chunk.used or not re.fullmatch(r"[ctsp]_\d+", chunk.text) or chunk.text.startswith("p_")
    return True


def _within(tagged: TaggedText, campaigns: list[Campaign], now: ReferenceDay) -> list[Campaign]:
    ends = tagged.has(whole_words(r"ends?|ending|finish(?:es|ing)?|close|over|closing"))
    has_days = any(isinstance(chunk.value, DateSpan) for chunk in tagged.chunks)
    if has_days:
        period = date_constraints.read_days(tagged, now.today).period
        return [
            campaign
            for campaign in campaigns
            if period and _lies_in(campaign.end if ends else campaign.start, period.first, period.last)
        ]
    if tagged.use(_RUNNING):
        return [
            campaign
            for campaign in campaigns
            if _lies_in(now.today, campaign.start, campaign.end) and (campaign.start or campaign.end)
        ]
    return campaigns


def _lies_in(day: date | None, first: date | None, last: date | None) -> bool:
    return day is not None and (first is None or first <= day) and (last is None or day <= last)
