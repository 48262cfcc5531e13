"""Messages whose form alone says that they are no question about the roadmap, whatever else a reader makes of them. Pure.

Each pattern is narrow: it fits a greeting as a whole, a command to change something, or a question that only another
feature can answer. Everything else is left to the reader of questions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from handlers.questions.rules.offers import key_in
from handlers.questions.rules.requested_fields import without_politeness
from handlers.questions.rules.understanding import NotUnderstood, OtherFeature, Requested, SmallTalk, Topic
from handlers.questions.rules.who_is import term_in


def _pattern(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{alternative})" for alternative in alternatives), re.IGNORECASE)


_GREETING = _pattern(
    r"hi|hiya|hello|hey|howdy|greetings|good (?:morning|afternoon|evening|day|night|bye)|goodbye|bye|see you",
    r"(?:many )?thanks?(?: you)?(?: very much| so much| a lot| again)?|thx|ty|cheers|much appreciated",
    r"great|perfect|awesome|cool|nice(?: work| one)?|well done|ok|okay",
    r"how are you(?: doing)?|tell me about yourself|who are you|what are you|are you (?:there|a bot|human|real)",
    r"what (?:can|do) you do(?: for me)?|how can you help(?: me)?|what can i ask(?: you)?",
    r"there|handshake|bot|all|everyone|everybody|team|folks",
)
_SMALL_TALK = re.compile(rf"(?:(?:{_GREETING.pattern})[\s,.!?:)👋🙏😊]*)+", re.IGNORECASE)
_TOPICS: Mapping[Topic, re.Pattern[str]] = {
    "dinner": _pattern(
        r"^(?:when|where|what time|who)\b.*\b(?:next|last|quarterly|our|the) dinner(?: (?:in|of|for) Q[1-4])?\W*$",
        r"\bat my table\b|\bwhere (?:do|will) i sit\b",
        r"\bwho (?:sits|do i sit|will i sit|am i sitting) (?:next to|beside|with)\b",
    ),
    "tour": _pattern(
        r"^(?:when|who|what|where|how|is|does|which)\b.*\bmy (?:current |next )?tours?(?: of duty| partner)?\b",
        r"^who am i (?:paired|matched) with\b",
    ),
    "reading": _pattern(
        r"^who (?:has|have|hasn't|haven't|did|didn't)(?: not)?(?: yet)? (?:read|acknowledged?|seen)(?: yet)?"
        r"(?: (?:R\d+|it|the \w+ (?:version|roadmap)|the roadmap|version \d+))?\W*$",
        r"^who (?:is|are) (?:still )?behind(?: (?:on|with) (?:R\d+|the (?:\w+ )?version|the roadmap))?\W*$",
        r"^(?:has|did) (?:every(?:one|body)|all) read\b|^(?:have|did) i (?:read|acknowledge)",
    ),
    "thanks": _pattern(r"^(?:was|were|has|have|who was|who were|who has|who got)\b.*\bthanked\b"),
    "questions": _pattern(
        r"^what (?:was i|am i|have i been) (?:being )?asked\b|^what did i ask\b|^who asked me\b",
        r"^(?:what|which) questions? (?:wait|are waiting|was i asked|do i have|did i ask|have i been asked)\b",
    ),
}
_SETS = _pattern(
    r"^(?:mark|set|flag|change|update|move|switch|push|shift|put|assign|reassign|rename|retitle|hand)\b"
    r"(?! on\b).*\b(?:to|as|by|on hold|forward|earlier)\b",
)
_ENDS = _pattern(r"^(?:close|cancel|drop|pause|reopen|delete|postpone|delay|reschedule|extend|complete|finish)(?=\s)")
_PRONOUN = re.compile(
    r"^\w+ (?:it|this|that)(?: one| item| task| ticket)?(?:$| (?:to|by|as|on|until|for|forward|over)\b)", re.I
)
_NEW_WORK = _pattern(
    r"^(?:please |hi,? |hello,? )*(?:i|we)(?:'d| would)?(?: really)? (?:want|need|like) (?:[\w']+ ){0,3}to "
    r"(?:build|create|make|develop|design|implement|add|write|set up|prepare)\b",
    r"^(?:please |can you |could you )*(?:build|create|develop|implement) (?:us |me )?(?:a|an|new)\b",
)
_WISHES = _pattern(
    r"^(?:send|email|post|give) (?:me|us)\b.*\b(?:every|each|daily|weekly)\b|^subscribe\b",
    r"^remind (?:me|us)\b|^(?:notify|alert|ping) (?:me|us)\b|^keep (?:me|us) (?:posted|updated|informed)\b",
    r"^(?:plan|organi[sz]e|arrange|schedule|set up) (?:a|the|our|another)\b.*\bdinner\b",
    r"^(?:thank|praise|congratulate) (?!you\b)[^?]+ for [^?]+$",
    r"^(?:sign me up|put me down|count me in)\b|^(?:i(?:'d| would) like to )?join (?:a|the|the next) tours?\b",
)


def told_by_form(
    words: str, *, names_item: bool = False
) -> OtherFeature | Requested | SmallTalk | NotUnderstood | None:
    """What *words* are by their form; None for what may be a question about the roadmap.

    *names_item*: they contain the title of an item.
    """
    text = words.replace("’", "'").strip()
    if _SMALL_TALK.fullmatch(text):
        return SmallTalk()
    plain = without_politeness(text)
    for topic, pattern in _TOPICS.items():
        if pattern.search(plain):
            return OtherFeature(topic)
    if term := term_in(plain):
        return NotUnderstood(f"there is no glossary yet, so I cannot say what “{term}” means")
    return Requested(words) if _is_request(text, plain, names_item=names_item) else None


def _is_request(text: str, plain: str, *, names_item: bool) -> bool:
    if _NEW_WORK.search(text) or _WISHES.search(plain):
        return True
    changes = _SETS.search(plain) or _ENDS.search(plain)
    is_about_item = names_item or key_in(plain) or _PRONOUN.search(plain)
    return changes is not None and bool(is_about_item)
