"""Turn a question into a plan, or say why not. Pure: the same words, names and day always give the same plan."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from handlers.questions.rules import date_constraints, synonyms
from handlers.questions.rules.ambiguity import all_readings, unknown_compound
from handlers.questions.rules.campaign_questions import asks_campaign, asks_campaigns
from handlers.questions.rules.conditions import read_conditions, read_wanted
from handlers.questions.rules.dates import tag_dates
from handlers.questions.rules.first_person import tag_first_person
from handlers.questions.rules.item_keys import tag_keys
from handlers.questions.rules.name_index import NamedEntity, NameIndex, index_of
from handlers.questions.rules.name_matching import NameMatch, find_names
from handlers.questions.rules.plan_builder import PlanBuilder
from handlers.questions.rules.plan_description import describe
from handlers.questions.rules.segment import context_of, strip_instructions
from handlers.questions.rules.slots import NOBODY, fill_slots, join_people_and_teams
from handlers.questions.rules.spelling import correct_spelling
from handlers.questions.rules.tagged_text import Chunk, TaggedText, Unparsable, whole_words
from handlers.questions.rules.time_words import ReferenceDay
from handlers.questions.rules.title_words import read_subject, read_topic
from handlers.questions.rules.tokens import Token, clean, tokens_of
from handlers.questions.rules.understanding import NotUnderstood, Unclear, Understanding, Understood, UnknownName
from handlers.questions.rules.unknown_words import near_names, unknown_name
from handlers.questions.rules.whole_titles import MaskedText, asks_about_one, mask_titles
from storage.values.company import Directory, Person
from storage.values.questions import AnswerType, DateRange, ItemTitle, Plan, SortOrder

_PAST = whole_words(
    r"shipped|finished|delivered|completed|did|was|were|went|launched|landed|closed|had|released|done|achieved|accomplished|got done|wrapped up|missed|reached|hit|happened|ended|started|began|kicked off|(?:is|are) (?:finish|deliver|ship)"
)
_WAS = whole_words(
    r"(?:was|were|had)(?: .*)? (?:working|open|blocked|at risk|in progress|on hold|planned|overdue|left|doing|stuck|slipping|on|late)|(?:looked?|stood)"
)
_ROADMAP = whole_words(
    r"roadmap|everything|all|going on|happening|happens|plans?|anything|campaigns|work|doing|do|does|have|has|got|overview|summary|status|show|list|what|which|update|updates|news|on|up|for|about|to|need|needs|run|running|deliver|delivering|owe|owes"
)
_ASKING = whole_words(r"what|which|who|when|how|any|anything|show|list|status|roadmap")
_YES_NO = re.compile(
    r"^(?:(?:so|and|ok|okay|hey|hi|hello|please|quick question|just|tell me if|check if|do you know if|can you tell me if|,) )*"
    r"(?:is|are|was|were|does|did|has|have|do we|do they|any|anything)\b"
)
_BOTH = whole_words(
    r"both(?: of)?(?: the)? c_\d+(?: campaign)? and(?: also)?(?: for)?(?: the)? c_\d+|(?:as well as|at the same time as|and also)(?: for)?(?: the)? c_\d+"
)
_SOMEBODY = whole_words(r"he|she|him|hers")
NOTHING = "nothing was asked"
_NOT_A_QUESTION = "that is no question about the roadmap"
_CANNOT_KNOW = "the roadmap holds items, campaigns, teams, owners, statuses and dates; it cannot answer that"
A_CHANGE = "asking changes nothing; a change needs a command such as item edit"


def understand(
    words: str, names: Directory, *, asker: Person | None, today: date, titles: Sequence[ItemTitle] = ()
) -> Understanding:
    """Read *words* as a question about the roadmap, on the day *today*.

    *titles* are those of items that the asker may see. They count only in questions about a single item.
    """
    text = clean(words)
    masked = mask_titles(text, titles, index_of(names))
    asked = strip_instructions(masked.text)
    if masked.keys and asked and not asks_about_one(asked):
        masked = MaskedText(text)
        asked = strip_instructions(text)
    if not asked:
        return NotUnderstood(A_CHANGE if text else NOTHING)
    try:
        return _unmasked(_read(asked, context_of(masked.text), masked, names, asker, today), masked)
    except Unparsable as error:
        return NotUnderstood(masked.unmasked(str(error)))


def _unmasked(understood: Understanding, masked: MaskedText) -> Understanding:
    if not isinstance(understood, Unclear):
        return understood
    candidates = [replace(candidate, words=masked.unmasked(candidate.words)) for candidate in understood.candidates]
    return replace(understood, candidates=tuple(candidates))


def _read(
    asked: str, context: str, masked: MaskedText, names: Directory, asker: Person | None, today: date
) -> Understanding:
    index = index_of(names)
    tagged = _tag_names(asked, index)
    _join_parts(tagged)
    unknown = _impossible_pair(tagged, index) or _wrong_year(tagged, names)
    if unknown:
        return unknown
    join_people_and_teams(tagged, names)
    tag_first_person(tagged, names, asker)
    if not tagged.named("ctsp") and not any(chunk.candidates for chunk in tagged.chunks):
        _borrow_name(tagged, context, index)

    builder = PlanBuilder()
    revision = date_constraints.read_revision(tagged)
    builder.keys = tag_keys(tagged, masked.keys)
    if builder.keys:
        _read_pronouns(tagged)
    elif tagged.has(_SOMEBODY) and not any(chunk.text.startswith("p_") for chunk in tagged.chunks):
        raise Unparsable("I do not know who is meant; say the name")
    now = ReferenceDay(today, past=_speaks_of_the_past(tagged))
    late_by = date_constraints.read_late_by(tagged, now)
    tag_dates(tagged, now)
    date_constraints.tag_parts_of_periods(tagged, now)
    if asks_campaigns(tagged, builder, names, now):
        return _finish(tagged, builder, date_constraints.DateConstraint(), revision, names, index, asked, today)
    about_itself = asks_campaign(tagged, builder)
    if not about_itself:
        date_constraints.tag_campaign_dates(tagged, names)
    when = date_constraints.read_days(tagged, today)
    when = replace(when, period=date_constraints.intersection(when.period, late_by))
    if not about_itself:
        _read_item_question(tagged, builder)
    return _finish(tagged, builder, when, revision, names, index, asked, today)


def _speaks_of_the_past(tagged: TaggedText) -> bool:
    """Whether the question is about the past: "shipped", "was"; not "to be shipped" or "not shipped yet"."""
    return bool(_PAST.search(synonyms.TO_BE_DONE.sub("", synonyms.NOT_DONE.sub("", tagged.text))))


def _read_item_question(tagged: TaggedText, builder: PlanBuilder) -> None:
    if tagged.has(synonyms.PEOPLE_FACTS) and not tagged.has(
        whole_words(
            r"work(?:s|ing)|blocked|late|overdue|items?|own(?:s|ing)?|doing|busy|on c_\d+|stuck|due|behind|at risk"
        )
    ):
        raise Unparsable(_CANNOT_KNOW)
    if tagged.has(synonyms.COUNTS_PEOPLE):
        raise Unparsable(_CANNOT_KNOW)
    read_wanted(tagged, builder)
    read_subject(tagged, builder)
    read_topic(tagged, builder)
    if synonyms.NO_ANSWER.search(tagged.free):
        raise Unparsable(_CANNOT_KNOW)
    read_conditions(tagged, builder)
    if builder.asks_state:
        builder.forget_conditions()


def _finish(
    tagged: TaggedText,
    builder: PlanBuilder,
    when: date_constraints.DateConstraint,
    revision: int | None,
    names: Directory,
    index: NameIndex,
    asked: str,
    today: date,
) -> Understanding:
    borrowed = list(builder.campaigns)
    unclear = fill_slots(tagged, builder, names)
    unknown = unknown_name(tagged, builder, index)
    if unknown and unknown.noun == "name" and not (builder.signals or borrowed or builder.teams or builder.owners):
        raise Unparsable(_NOT_A_QUESTION)
    if unknown:
        return unknown
    if unclear:
        return unknown_compound(unclear[0], tagged) or all_readings(unclear[0], asked)
    if not _asks_anything(tagged, builder, when, borrowed):
        raise Unparsable(_NOT_A_QUESTION)
    plan = _plan(tagged, builder, when, today)
    as_of = revision if revision is not None else _as_of(tagged, builder, when, today)
    if (
        as_of is not None
        and when.is_point
        and when.as_of is None
        and plan.due is not None
        and as_of == _only_day(when.period)
    ):
        plan = replace(plan, due=None)
    description = describe(plan, names, when.notes, builder.aspect)
    return Understood(plan, description, as_of, builder.aspect, tagged.has(_YES_NO), builder.whether)


def _asks_anything(
    tagged: TaggedText, builder: PlanBuilder, when: date_constraints.DateConstraint, borrowed: Sequence[str]
) -> bool:
    named = (
        builder.campaigns
        or builder.teams
        or builder.owners
        or builder.not_teams
        or builder.not_campaigns
        or builder.not_owners
    )
    if (
        tagged.has(synonyms.CHATTER)
        and builder.says_item
        and builder.signals == 1
        and not (named or when.period or tagged.has(_ASKING))
    ):
        return False
    if builder.wanted is AnswerType.CAMPAIGN or builder.keys or builder.words or builder.signals or borrowed:
        return True
    if tagged.has(synonyms.CHATTER) and not tagged.has(_ASKING):
        return False
    if named:
        return True
    if when.period or when.as_of or builder.limit:
        return tagged.has(_ROADMAP) or builder.lands or builder.starts
    return tagged.has(
        whole_words(
            r"roadmap|everything|going on|open items|on the (?:list|board)|all (?:open )?(?:the )?(?:items|work)|backlog"
        )
    ) or (tagged.has(whole_words(r"(?:my|our) plate")) or bool(builder.limit))


def _as_of(tagged: TaggedText, builder: PlanBuilder, when: date_constraints.DateConstraint, today: date) -> date | None:
    if when.as_of is not None and not isinstance(when.as_of, int):
        return when.as_of if when.as_of < today else None
    day = _only_day(when.period)
    if (
        when.is_point
        and day
        and day < today
        and tagged.has(_WAS)
        and not builder.is_done
        and not tagged.has(whole_words(r"due|ship|finish|deliver|start|starts|started"))
    ):
        return day
    return None


def _only_day(period: DateRange | None) -> date | None:
    return period.last if period and period.first == period.last else None


def _plan(tagged: TaggedText, builder: PlanBuilder, when: date_constraints.DateConstraint, today: date) -> Plan:
    campaigns = list(builder.campaigns)
    if when.anchors and not campaigns and builder.wanted is not AnswerType.CAMPAIGN:
        campaigns = [anchor.key for anchor in when.anchors if anchor.key not in builder.not_campaigns]
    period, of = _period(tagged, builder, when, today)
    if builder.asks_state:
        period, of = None, "due"
    return Plan(
        wanted=builder.wanted,
        keys=_once(builder.keys),
        words=_once(builder.words),
        teams=_once(key for key in builder.teams if key not in builder.not_teams)
        or ((NOBODY,) if builder.teams else ()),
        not_teams=_once(builder.not_teams),
        campaigns=_once(campaigns),
        all_campaigns=len(campaigns) > 1 and tagged.has(_BOTH),
        not_campaigns=_once(builder.not_campaigns),
        owners=_once(builder.owners),
        not_owners=_once(builder.not_owners),
        statuses=builder.final_statuses(),
        kinds=frozenset(builder.kinds),
        due=period if of == "due" else None,
        start=period if of == "start" else None,
        finished=period if of == "finished" else None,
        overdue=builder.overdue,
        slipping=builder.slipping,
        or_overdue=builder.or_overdue,
        not_overdue=builder.on_time,
        without=frozenset(builder.without),
        order=SortOrder.FINISHED if builder.is_done and builder.order is SortOrder.DUE else builder.order,
        limit=None if builder.wanted is AnswerType.COUNT else builder.limit,
        today=today,
    )


def _once(keys: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(keys))  # type: ignore[call-overload]


def _period(
    tagged: TaggedText, builder: PlanBuilder, when: date_constraints.DateConstraint, today: date
) -> tuple[DateRange | None, str]:
    period = when.period
    if (
        period == DateRange(today, today)
        and not tagged.has(whole_words(r"due|ships?|lands?|starts?|delivered|deadlines?"))
        and (builder.overdue or tagged.has(synonyms.OPEN_WORDS))
    ):
        builder.says_now = builder.says_now or not (builder.overdue or builder.statuses)
        period = None
    if builder.first_due:
        period = date_constraints.intersection(period, DateRange(today, None))
    if builder.starts and not when.anchors and not builder.is_done:
        return period, "start"
    if (
        builder.is_done
        and period is not None
        and period != date_constraints.NEVER
        and not tagged.has(whole_words(r"due"))
    ):
        last = min(period.last, today) if period.last else today
        return DateRange(period.first, last), "finished"
    return period, "due"


def _tag_names(text: str, index: NameIndex) -> TaggedText:
    tokens = correct_spelling(tokens_of(text), index)
    return TaggedText(_chunks(tokens, find_names(tokens, index)))


def _chunks(tokens: Sequence[Token], matches: Sequence[NameMatch]) -> list[Chunk]:
    chunks: list[Chunk] = []
    place = 0
    for match in matches:
        chunks += [Chunk(token.text, (token,)) for token in tokens[place : match.first]]
        options = _narrowed(tokens, match)
        letter = {"campaign": "c", "team": "t", "side": "s", "person": "p"}[options[0].noun]
        single = options[0] if len(options) == 1 else None
        spanned = tuple(tokens[match.first : match.last])
        chunks.append(Chunk(f"{letter}_0", spanned, single, candidates=() if single else options, whole=match.whole))
        place = match.last
    chunks += [Chunk(token.text, (token,)) for token in tokens[place:]]
    tagged = TaggedText(chunks)
    tagged.renumber()
    return tagged.chunks


def _narrowed(tokens: Sequence[Token], match: NameMatch) -> tuple[NamedEntity, ...]:
    """The readings that the words around the name allow: "team X", "X campaign", "X is working on"."""
    before = tokens[match.first - 1].text if match.first else ""
    after = tokens[match.last].text if match.last < len(tokens) else ""
    kinds: set[str] = set()
    if before in {"team", "squad"} or after in {"team", "squad", "department"}:
        kinds = {"team", "side"}
    elif before == "campaign" or after in {"campaign", "launch", "release"}:
        kinds = {"campaign"}
    elif after in {"working", "owns", "own", "owes"} or any(
        token.possessive for token in tokens[match.last - 1 : match.last]
    ):
        kinds = {"team", "side", "person"}
    allowed = tuple(entity for entity in match.candidates if entity.noun in kinds)
    return allowed or match.candidates


def _impossible_pair(tagged: TaggedText, index: NameIndex) -> UnknownName | None:
    """An unknown name if parts of two different names stand next to each other."""
    for left, right in zip(tagged.chunks, tagged.chunks[1:], strict=False):
        letter = left.text[:2]
        both = letter in {"c_", "p_", "t_"} and right.text.startswith(letter) and not (left.whole and right.whole)
        if both and not right.tokens[0].comma and not right.tokens[0].opens and not left.tokens[-1].possessive:
            noun = {"c_": "campaign", "p_": "person", "t_": "team"}[letter]
            name = " ".join(token.raw for token in (*left.tokens, *right.tokens))
            return UnknownName(name, noun, near_names(name, noun, index))
    return None


def _join_parts(tagged: TaggedText) -> None:
    """Join two parts of one name with a preposition between them: "the store opening in Antwerp"."""
    for place in range(len(tagged.chunks) - 3, -1, -1):
        left, between, right = tagged.chunks[place : place + 3]
        shared = [option for option in _readings(left) if option in _readings(right)]
        small = between.text in {"in", "of", "at", "for", "the", "and"} and left.text[:2] == right.text[:2]
        if small and len(shared) == 1 and not (left.value and right.value):
            tagged.put(place, place + 3, left.text[0], shared[0])
            tagged.renumber()
            return


def _readings(chunk: Chunk) -> tuple[NamedEntity, ...]:
    return chunk.candidates or ((chunk.value,) if isinstance(chunk.value, NamedEntity) else ())


def _wrong_year(tagged: TaggedText, names: Directory) -> UnknownName | None:
    """Ignore a year after a campaign that runs in it: "Spring Launch 2027"."""
    for chunk, number in zip(tagged.chunks, tagged.chunks[1:], strict=False):
        value = chunk.value
        if (
            not isinstance(value, NamedEntity)
            or not chunk.text.startswith("c_")
            or not re.fullmatch(r"20\d\d", number.text)
        ):
            continue
        campaign = names.campaign[value.key]
        years = {day.year for day in (campaign.start, campaign.end) if day}
        if int(number.text) in years and not number.tokens[0].comma:
            number.used, number.text = True, "."
    return None


def _read_pronouns(tagged: TaggedText) -> None:
    """Next to an item, a lower-case "it" means that item: "WEB-12, who owns it"."""
    for chunk in tagged.chunks:
        if chunk.text.startswith("s_") and [token.raw for token in chunk.tokens] == ["it"]:
            chunk.text, chunk.value, chunk.used = "it", None, True


def _borrow_name(tagged: TaggedText, context: str, index: NameIndex) -> None:
    """Use a campaign or team from the surrounding sentences (*context*) if the question itself names none."""
    if not context:
        return
    for chunk in _tag_names(context, index).chunks:
        if chunk.text.startswith(("c_", "t_")) and chunk.value is not None:
            tagged.chunks.append(chunk)
    tagged.renumber()
