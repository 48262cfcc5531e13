"""Find what needs no grammar in a message: names, item keys, titles, days. Each becomes one chunk."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from handlers.questions.rules import campaign_dates, date_constraints
from handlers.questions.rules.dates import tag_dates
from handlers.questions.rules.item_keys import tag_keys
from handlers.questions.rules.name_index import OTHER_TEAMS, NamedEntity, NameIndex
from handlers.questions.rules.name_matching import NameMatch, find_names
from handlers.questions.rules.phrase_roles import is_phrase
from handlers.questions.rules.spelling import correct_spelling
from handlers.questions.rules.tagged_text import Chunk, DateSpan, TaggedText, whole_words
from handlers.questions.rules.time_words import ReferenceDay
from handlers.questions.rules.tokens import Token, tokens_of
from handlers.shared.rules.sides import other_side, side_name
from storage.values.company import Directory, Person, Side

_LETTERS = {"campaign": "c", "team": "t", "side": "s", "person": "p"}
_PAST = whole_words(
    r"shipped|finished|delivered|completed|did|was|were|went|launched|landed|closed|had|released|done|achieved|accomplished"
    r"|missed|reached|hit|happened|ended|started|began|kicked off|wrapped up|changed|moved|slipped"
)
_NOT_YET = whole_words(
    r"(?:not|to be|be|will be|should be|must be|has to be|have to be|needs to be|need to be|never|nt)(?: [a-z]+)? "
    r"(?:shipped|finished|delivered|completed|done|launched|landed|closed|released|started)"
)


def recognise(
    text: str,
    names: Directory,
    index: NameIndex,
    now: ReferenceDay,
    titled: Mapping[str, tuple[str, ...]] = {},
    asker: Person | None = None,
) -> TaggedText:
    """*text* (cleaned) as chunks. *titled* maps words that stand for whole titles to the keys of their items."""
    tokens = correct_spelling(tokens_of(text), index)
    tagged = TaggedText(_chunks(tokens, find_names(tokens, index)))
    _join_parts(tagged)
    _use_year_of_campaign(tagged, names)
    _tag_own_side(tagged, names, asker)
    date_constraints.tag_revisions(tagged)
    tag_keys(tagged, titled)
    tagged.chunks = [chunk for sentence in _sentences(tagged) for chunk in _with_days(sentence, now)]
    tagged.renumber()
    _refer_to_day(tagged)
    campaign_dates.tag_campaign_dates(tagged, names)
    return tagged


def _refer_to_day(tagged: TaggedText) -> None:
    """ "The freeze is on 15 December. What is due after that": the day is the one named before."""
    days = [place for place, chunk in enumerate(tagged.chunks) if isinstance(chunk.value, DateSpan)]
    later = [
        place
        for place, (before, chunk) in enumerate(pairwise(tagged.chunks), start=1)
        if before.text in {"before", "after", "by", "since", "until"} and chunk.text in {"that", "then"}
    ]
    if len(days) == 1 and later and days[0] < later[0]:
        named = tagged.chunks[days[0]]
        tagged.chunks[later[0]].value, tagged.chunks[later[0]].text = named.value, f"d_{later[0]}"
        named.value, named.text = None, "then"


_OWN_SIDE = whole_words(r"(?:my|our) (?:own )?(?:side|department)")
_OTHER_SIDE = whole_words(r"(?:the )?other (?:side|department)")


def _tag_own_side(tagged: TaggedText, names: Directory, asker: Person | None) -> None:
    side = names.side_of(asker) if asker else Side.OTHER
    if side is not Side.OTHER:
        for pattern, meant in ((_OWN_SIDE, side), (_OTHER_SIDE, other_side(side))):
            entity = NamedEntity("side", meant.value, side_name(meant, OTHER_TEAMS))
            tagged.rewrite(pattern, "s", lambda _, entity=entity: entity)  # type: ignore[misc]
        tagged.renumber()


def _sentences(tagged: TaggedText) -> list[list[Chunk]]:
    sentences: list[list[Chunk]] = []
    for chunk in tagged.chunks:
        if not sentences or (chunk.tokens and chunk.tokens[0].opens):
            sentences.append([])
        sentences[-1].append(chunk)
    return sentences


def _with_days(sentence: list[Chunk], now: ReferenceDay) -> list[Chunk]:
    """The chunks of one sentence with its days; whether "in March" lies behind us depends on its tense."""
    tagged = TaggedText(sentence)
    date_constraints.tag_late_by(tagged, now)
    tag_dates(tagged, ReferenceDay(now.today, past=_speaks_of_the_past(tagged)))
    date_constraints.tag_parts_of_periods(tagged, now)
    return tagged.chunks


def _speaks_of_the_past(tagged: TaggedText) -> bool:
    return bool(_PAST.search(_NOT_YET.sub("", tagged.text)))


def _chunks(tokens: Sequence[Token], matches: Sequence[NameMatch]) -> list[Chunk]:
    chunks: list[Chunk] = []
    place = 0
    for match in matches:
        if _is_holiday(tokens, match) or _is_in_phrase(tokens, match):
            continue
        chunks += [Chunk(token.text, (token,)) for token in tokens[place : match.first]]
        options = match.candidates
        single = options[0] if len(options) == 1 else None
        spanned = tuple(tokens[match.first : match.last])
        letter = _LETTERS[options[0].noun]
        chunks.append(Chunk(f"{letter}_0", spanned, single, candidates=() if single else options, whole=match.whole))
        place = match.last
    chunks += [Chunk(token.text, (token,)) for token in tokens[place:]]
    tagged = TaggedText(chunks)
    tagged.renumber()
    return tagged.chunks


def _is_in_phrase(tokens: Sequence[Token], match: NameMatch) -> bool:
    """ "Off track" is not the team Track: a plain word inside a known phrase is no name."""
    if match.last - match.first > 1 or tokens[match.first].capital or tokens[match.first].possessive:
        return False
    around = tokens[max(0, match.first - 1) : match.last + 1]
    return any(is_phrase([left.text, right.text]) for left, right in pairwise(around))


_HOLIDAYS = frozenset({"christmas", "xmas"})


def _is_holiday(tokens: Sequence[Token], match: NameMatch) -> bool:
    """ "By Christmas" is a day; a campaign is meant only by its full name, or when the word campaign follows."""
    after = tokens[match.last].text if match.last < len(tokens) else ""
    typed = tokens[match.first].text
    full = any(entity.name.casefold() == typed for entity in match.candidates)
    return match.last - match.first == 1 and typed in _HOLIDAYS and not full and after != "campaign"


def _join_parts(tagged: TaggedText) -> None:
    """Join two parts of one name with a preposition between them: "the store opening in Antwerp"."""
    for place in range(len(tagged.chunks) - 3, -1, -1):
        left, between, right = tagged.chunks[place : place + 3]
        shared = [option for option in readings(left) if option in readings(right)]
        small = between.text in {"in", "of", "at", "for", "the", "and"} and left.text[:2] == right.text[:2]
        if small and len(shared) == 1 and not (left.value and right.value):
            tagged.put(place, place + 3, left.text[0], shared[0])
            tagged.renumber()
            return


def readings(chunk: Chunk) -> tuple[NamedEntity, ...]:
    """All entities that the chunk may name."""
    return chunk.candidates or ((chunk.value,) if isinstance(chunk.value, NamedEntity) else ())


def _use_year_of_campaign(tagged: TaggedText, names: Directory) -> None:
    """Take a year into the name of a campaign that runs in it: "Spring Launch 2027"."""
    for place in range(len(tagged.chunks) - 2, -1, -1):
        chunk, number = tagged.chunks[place : place + 2]
        value = chunk.value
        if not isinstance(value, NamedEntity) or value.noun != "campaign" or not re.fullmatch(r"20\d\d", number.text):
            continue
        campaign = names.campaign[value.key]
        years = {day.year for day in (campaign.start, campaign.end) if day}
        if int(number.text) in years and not number.tokens[0].comma:
            tagged.put(place, place + 2, "c", value)
    tagged.renumber()
