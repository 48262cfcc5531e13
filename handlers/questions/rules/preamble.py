"""Separate a question from the story before it: "I had lunch with Greta and she said a lot - what is blocked?"."""

from __future__ import annotations

import re

from handlers.questions.rules.tokens import fold

_ASKS = (
    r"(?:what|whats|what's|which|who|whos|who's|whose|when|where|how|is there|are there|is any\w*|are any|any|show|list|count|tell me|give me"
    r"|can you|could you|do (?:we|you)|does|did|has|have)\b"
)
_LEAD = r"(?>(?:(?:hi|hey|hello|ok|okay|so|well|and|but|then|now|anyway|yes|yeah|look|listen|handshake|bot|right|um|uh)\b[,!. ]*)*)"
_LATELY = r"(?:(?:yesterday|today|earlier|just now|last \w+|this \w+|the other day|on \w+day|over \w+|at \w+)\b[, ]*)?"
_TELLER = r"(?:i|we|he|she|they|somebody|someone|(?:my|our|the) \w+(?: (?!asked|told)\w+)?|[\w.]+)"
_TOLD = (
    r"(?:was|were|am|are) (?:just |also )?(?:talking|speaking|chatting|thinking|sitting|reading|having|told|asked|in a|at (?:a|the)|at lunch|on the phone|discussing|preparing|meeting)"
    r"|(?:had|have had|have) (?!to\b)\w+|(?:met|saw|heard|spoke|talked|chatted|sat|ran into|bumped into|called|visited|read)\b"
    r"|(?:just |recently |once )?(?:said|told|asked|mentioned|claimed|thinks?|says|wrote|complained|wondered|joked) "
)
_STORY = re.compile(rf"^\W*{_LEAD}{_LATELY}{_LEAD}{_TELLER} (?:{_TOLD})")
_TURNS = re.compile(
    rf"(?:\s+-{{1,3}}|:|,|\.\.\.|\s*;)\s+(?=(?:so|now|and|anyway|well|but)?[, ]*{_ASKS})", re.IGNORECASE
)
_TOPIC = re.compile(r"\b(?:about|regarding|concerning)\b(?P<topic>.*)", re.IGNORECASE)


def split_preamble(clause: str) -> tuple[str, str]:
    """(story, question) of *clause*; the story is empty if there is none."""
    turns = list(_TURNS.finditer(clause)) if _STORY.match(fold(clause)) else []
    return (clause[: turns[-1].start()], clause[turns[-1].end() :]) if turns else ("", clause)


def is_narrative(clause: str) -> bool:
    """Whether *clause* only tells what somebody did or said, and asks nothing."""
    return bool(_STORY.match(fold(clause))) and not clause.rstrip("\"') ").endswith("?")


def topic_of(clause: str) -> str:
    """The words of *clause* that may be the topic of the next question: all of it, or the "about …" part of a story."""
    if not _STORY.match(fold(clause)):
        return clause
    topic = _TOPIC.search(clause)
    return topic["topic"] if topic else ""
