"""Find the title words in a question about items: "who owns the consent banner", "tickets about checkout"."""

from __future__ import annotations

import re

from handlers.questions.rules import synonyms
from handlers.questions.rules.plan_builder import PlanBuilder
from handlers.questions.rules.stop_words import FUNCTION_WORDS, STOP_WORDS
from handlers.questions.rules.tagged_text import Chunk, TaggedText, whole_words
from handlers.questions.rules.tokens import words_of
from storage.values.questions import AnswerType

_LEADS = r"(?:the |our |that |this |a |an |my |their |your |all )*"
_OWNING = (
    r"(?:own(?:s|ing|ed)?|responsible for|in charge of|leads?|leading|runs?|running|does|doing|do|did|handl(?:es|ing|e|ed)|looks? after|looking after|takes? care of"
    r"|taking care of|on|working on|works on|worked on|work on|(?:the )?(?:owner|assignee|contact|contact person|person) (?:of|for|on|behind)|owner of|behind|manag(?:es|ing|e)|has|have|got|accountable for"
    r"|assigned to|assigned|driv(?:es|ing)|deliver(?:s|ing|ed)?|build(?:s|ing)|built|doing the|looking at|dealing with|deals with|tak(?:es|ing)(?: on)?|tackl(?:es|ing)|make|makes|making|ship(?:ped|s)?|finished|delivers|holds|oversees|supervises|blocking)"
)
_SUBJECTS = (
    whole_words(rf"^{_LEADS}(?P<np>.+?) (?:who|when|whose)(?: (?:and when|and who|is it|owns (?:it|that)|is doing (?:it|that)|is on it|does it|is responsible|(?:is it |is that )?due))*$"),
    whole_words(rf"(?:who|whom|which person|what person|who else|which colleague)(?: (?:is|are|was|s|the|actually|currently|exactly|again|now|of|us|in|from|should|it|be|person|has|been|here|on|our|team|guy|one|that|really|does|will))*? {_OWNING} {_LEADS}(?P<np>.+)"),
    whole_words(rf"whose (?:(?:job|task|responsibility|work|baby|desk|plate|hands|court|item|ticket|project) )?(?:is|are|was|has|does) {_LEADS}(?P<np>.+)"),
    whole_words(rf"(?:the )?(?:owners?|assignee|person in charge|responsible(?: person)?|contact(?: person)?|person responsible) (?:of|for|on) {_LEADS}(?P<np>.+)"),
    whole_words(rf"who {_LEADS}(?P<np>.+?) (?:belongs? to|is owned by|is assigned to|is with)"),
    whole_words(rf"(?:when|what (?:date|day|time)|which (?:date|day|week)|by when|how soon|until when)(?: (?:on|in|at))?(?: (?:is|are|was|were|will|does|do|did|can|should|would|must|has|have|we|i|you|expect|get|see|to|supposed|exactly|actually))+ {_LEADS}(?P<np>.+?)(?: (?:be|is|was|supposed|expected|going|scheduled|planned|slated|due|lands?|landing|comes?|coming|arrives?|ship(?:s|ped|ping)?|finish(?:ed|es)?|ready|done|out|happen(?:s|ing)?|start(?:s|ing)?|delivered|deliver|live|over|end|complete[d]?|launch|has|needed|begin|go|goes|start|kick|kicks|finished|finishing|falling|targeted|landed|released)(?: .*)?)?$"),
    whole_words(rf"(?:when|by when|tell me when|what day|what date|which day) {_LEADS}(?P<np>.+?) (?:is|are|will|was|lands?|ships?|finish(?:es)?|starts?|comes?|should|must|has|needs|goes|due).*"),
    whole_words(rf"(?:due|finish|end|delivery|target|landing|start) dates? (?:of|for|on) {_LEADS}(?P<np>.+)"),
    whole_words(rf"(?:deadline|dates?|eta) (?:of|for|on) {_LEADS}(?P<np>.+)"),
    whole_words(rf"(?:status|state|progress|situation|condition|health|standing|news|updates?|word|latest) (?:of|on|for|with|about|regarding|from) {_LEADS}(?P<np>.+)"),
    whole_words(rf"how (?:is|are|far is|far are|s) {_LEADS}(?P<np>.+?) (?:going|doing|coming|progressing|looking|getting|holding|faring|along|standing|moving|developing).*"),
    whole_words(rf"(?:what|how) about {_LEADS}(?P<np>.+)"),
    whole_words(rf"(?:what is|what s|whats) (?:up|happening|going on|the deal|the story|the matter) with {_LEADS}(?P<np>.+)"),
    whole_words(rf"(?:where|how)(?: (?:do|does|are|is))? (?:we|it|things|they|everything|are we) ?(?:stand|are|at|get|go)?(?: now| currently)? (?:with|on) {_LEADS}(?P<np>.+)"),
)  # fmt: skip
_STATUS_OF = (
    whole_words(r"^(?:the |current |please )*status (?P<np>(?!of |for |on |is |planned|blocked).+)$"),
    whole_words(rf"^{_LEADS}(?P<np>.+?) (?:status|progress)(?: please| update| now)*$"),
)
_YES_NO = whole_words(
    r"(?:^|(?<=if )|(?<=whether )|(?<=and )|(?<=so )|(?<=but )|(?<=you )|(?<=ok )|(?<=hey )|(?<=hi ))"
    r"(?:is|are|was|were|has|have|did|will) (?:the |our |that |this )?(?!(?:any|every|some|no|all|most|more|other|what|which|who)[a-z]* |(?:there|it|they|we|i|you|the|much|many|this|that|not) )(?P<np>.+?) (?:(?:already|still|really|now|currently|been|being|be|actually|yet|going to be|getting|even|marked) )*(?:done|finished|shipped|delivered|ready|blocked|at risk|late|overdue|on hold|on track|stuck|planned|dropped|cancelled|canceled|complete|completed|in progress|open|live|slipping|delayed|started|ship|finish|land|out|paused|under ?way)(?: yet| already| now)?(?: (?:for|in|of|on) .*)?"
)
_KEY_STATE = whole_words(r"(?:is|are|was|has|have|did|will|does) (?:the |item |ticket )*k_\d+")
_ENDS_SUBJECT = frozenset(
    [
        "for",
        "of",
        "in",
        "by",
        "on",
        "at",
        "from",
        "that",
        "which",
        "who",
        "is",
        "are",
        "was",
        "were",
        "has",
        "have",
        "will",
        "and",
        "or",
        "but",
        "please",
        "with",
        "due",
        "when",
        "where",
        "what",
        "how",
        "right",
        "now",
        "currently",
        "this",
        "these",
        "next",
        "last",
        "to",
        "as",
        "before",
        "after",
        "since",
        "until",
        "within",
        "being",
        "because",
        "so",
        "if",
        "than",
        "be",
        "does",
        "do",
        "did",
        "should",
        "must",
        "can",
        "could",
        "would",
        "not",
        "still",
        "yet",
        "get",
        "gets",
        "shall",
        "whose",
        "then",
        "while",
    ]
)
_TITLE_STOPS = frozenset(
    ["for", "of", "in", "on", "at", "to", "from", "by", "with", "a", "an", "the", "and", "&", "into"]
)


def read_subject(tagged: TaggedText, builder: PlanBuilder) -> None:
    """Find the title words in a question about a single item."""
    if builder.keys:
        builder.asks_state = builder.wanted in {AnswerType.LIST, AnswerType.STATUS} and tagged.has(_KEY_STATE)
        if builder.asks_state:
            builder.wanted = AnswerType.STATUS
        return
    if builder.wanted in {AnswerType.WHO, AnswerType.WHEN, AnswerType.STATUS} and _take_first(
        tagged, builder, _SUBJECTS
    ):
        return
    if builder.wanted is AnswerType.STATUS and _take_first(tagged, builder, _STATUS_OF):
        return
    if (
        builder.wanted in {AnswerType.LIST, AnswerType.STATUS}
        and _asks_yes_no(tagged)
        and _take_first(tagged, builder, (_YES_NO,))
    ):
        builder.wanted, builder.asks_state = AnswerType.STATUS, True


def _asks_yes_no(tagged: TaggedText) -> bool:
    """ "Is the banner late", "is landing page late"; not "is Tom Baker late", which is about a person."""
    match = _YES_NO.search(tagged.text)
    if match is None:
        return False
    start = tagged.text.count(" ", 0, match.start("np"))
    first = tagged.chunks[start]
    return tagged.chunks[start - 1].text in {"the", "our", "that", "this"} or not (
        first.tokens[0].capital or "team" in match["np"].split()
    )


_LITERALLY = re.compile(r"mention|contain|with the (?:word|title)|says|includes")


def read_topic(tagged: TaggedText, builder: PlanBuilder) -> None:
    """Find the topic in "anything about consent": the words after "about", unless they are a name."""
    for _, first, last in list(tagged.matches(_TITLE_NOUNS)):
        _keep(builder, tagged.chunks[first : last - 1])
    for match, _, last in list(tagged.matches(synonyms.ABOUT)):
        span = _noun_phrase(tagged, last)
        if span and span[-1].text.startswith("c_") and not span[-1].whole:
            continue
        if _LITERALLY.search(match.group()) and span:
            _keep(builder, span)
            continue
        content = [chunk for chunk in span if _is_content(chunk)]
        if content and not _is_name_only(span):
            if match.group() == "with" or (match.group() in {"around", "re"} and builder.wanted is AnswerType.COUNT):
                continue
            _keep(builder, span)


def _take_first(tagged: TaggedText, builder: PlanBuilder, patterns: tuple[re.Pattern[str], ...]) -> bool:
    for pattern in patterns:
        for match in pattern.finditer(tagged.text):
            start = tagged.text.count(" ", 0, match.start("np"))
            limit = start + match["np"].count(" ") + 1
            span = _noun_phrase(tagged, start, limit)
            if span and span[-1].text.startswith("c_") and not span[-1].whole:
                continue
            if any(_is_content(chunk) for chunk in span) and not _is_name_only(span):
                _keep(builder, span)
                return True
    return False


def _noun_phrase(tagged: TaggedText, start: int, limit: int | None = None) -> list[Chunk]:
    """The chunks of the noun phrase at *start*: up to a preposition, a verb, a day or a comma."""
    span: list[Chunk] = []
    for chunk in tagged.chunks[start:limit]:
        token = chunk.tokens[0] if chunk.tokens else None
        if span and token and (token.opens or token.comma):
            break
        if chunk.text[:2] in {"d_", "k_"} or (chunk.text in _ENDS_SUBJECT and span) or chunk.text in {"due"}:
            break
        if chunk.text in _ENDS_SUBJECT and not span and chunk.text not in {"to", "in", "on"}:
            break
        span.append(chunk)
    while span and (
        span[0].text in FUNCTION_WORDS
        or (span[0].text in {"new", "entire", "whole", "open", "overall"} and len(span) == 1)
    ):
        span.pop(0)
    while span and (span[-1].text in synonyms.ITEM_NOUNS or span[-1].text in FUNCTION_WORDS):
        span.pop()
    return span


def _is_content(chunk: Chunk) -> bool:
    text = chunk.text
    if chunk.used or text in FUNCTION_WORDS or text in synonyms.ITEM_NOUNS or re.fullmatch(r"[a-z]_\d+", text):
        return False
    return not text.isdigit() and text not in _PLAIN


# Plain words that are part of a title, not a condition, when they are followed by "items".
_TITLE_NOUNS = whole_words(
    r"(?:(?:page|landing|email|mail|report|survey|invitation|session|table|form|video|image|record|document|slides?|presentation|sheet|file|database|sync"
    r"|price|pricing|poster|brief|briefing|press|contact|tracking|message|messages|category|update|table|calendar|phone|house|car|train|quote|note|test) )+"
    r"(?:items?|tickets?|tasks?|work|stuff|things?|deliverables?|stories)"
)
_PLAIN = frozenset(
    [
        "most",
        "least",
        "much",
        "many",
        "first",
        "next",
        "last",
        "thing",
        "campaign",
        "campaigns",
        "team",
        "teams",
        "side",
        "owner",
        "owners",
        "people",
        "person",
        "department",
        "everything",
        "anything",
        "deadline",
        "deadlines",
        "date",
        "dates",
        "roadmap",
        "plan",
        "plans",
        "launch",
        "release",
        "current",
        "latest",
        "earliest",
        "overall",
        "again",
        "already",
        "exactly",
        "please",
        "right",
        "thanks",
        "overdue",
        "blocked",
        "open",
        "done",
        "late",
        "planned",
        "stuck",
        "today",
        "everyone",
        "whole",
        "entire",
        "new",
        "status",
        "doing",
        "working",
        "going",
        "what",
        "work",
        "works",
        "partner",
        "due",
        "week",
        "month",
        "quarter",
        "year",
        "important",
    ]
)


def _is_name_only(span: list[Chunk]) -> bool:
    """Whether *span* is just a name and its kind: "Spring Launch campaign"."""
    rest = [chunk for chunk in span if not re.fullmatch(r"[ctsp]_\d+", chunk.text)]
    return len(rest) < len(span) and all(chunk.text in STOP_WORDS for chunk in rest)


def _keep(builder: PlanBuilder, span: list[Chunk]) -> None:
    """Add the words of *span* as title words. Campaigns stay campaigns; teams and parts of names become title words."""
    for chunk in span:
        if chunk.text.startswith("c_") and chunk is not span[-1] and len(chunk.tokens) > 1:
            continue
        if chunk.text.startswith(("s_", "p_")) and any(token.possessive for token in chunk.tokens):
            continue
        for token in chunk.tokens:
            if token.text not in _TITLE_STOPS and not (chunk.used and token.text in FUNCTION_WORDS):
                builder.words.append(stem(token.text))
        chunk.used = True
        chunk.value = None
    builder.signals += 1


def stem(word: str) -> str:
    """The beginning that the singular and the plural of *word* have in common."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


_SAYS_NOTHING = frozenset(
    [
        "learn",
        "learned",
        "learnt",
        "learning",
        "people",
        "say",
        "said",
        "write",
        "wrote",
        "take",
        "took",
        "home",
        "tell",
        "told",
        "share",
        "shared",
        "know",
    ]
)


def content_words(words: str) -> tuple[str, ...]:
    """The words of a text that carry meaning, as stems."""
    stems = (stem(piece) for piece in words_of(words) if piece not in FUNCTION_WORDS | STOP_WORDS | _SAYS_NOTHING)
    return tuple(dict.fromkeys(beginning for beginning in stems if len(beginning) > 2))
