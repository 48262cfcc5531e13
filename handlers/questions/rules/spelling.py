"""Correct misspelt keywords, so that "overdeu" still means overdue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rapidfuzz import process
from rapidfuzz.distance import OSA

from handlers.questions.rules.english import is_english
from handlers.questions.rules.name_index import NameIndex
from handlers.questions.rules.stop_words import STOP_WORDS
from handlers.questions.rules.tokens import Token

_KEYWORDS = sorted(
    [
        "blocked",
        "blockers",
        "overdue",
        "milestone",
        "milestones",
        "shipped",
        "shipping",
        "working",
        "works",
        "planned",
        "dropped",
        "currently",
        "progress",
        "quarter",
        "month",
        "months",
        "week",
        "weeks",
        "tomorrow",
        "yesterday",
        "today",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "january",
        "february",
        "march",
        "april",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "campaign",
        "campaigns",
        "before",
        "after",
        "between",
        "without",
        "owner",
        "owners",
        "owns",
        "owned",
        "responsible",
        "finished",
        "delivered",
        "completed",
        "cancelled",
        "slipping",
        "deadline",
        "deadlines",
        "items",
        "tickets",
        "tasks",
        "partner",
        "starts",
        "launch",
        "status",
        "remaining",
        "outstanding",
        "what",
        "which",
        "when",
        "where",
        "show",
        "list",
        "count",
        "many",
        "anything",
        "everything",
        "moment",
        "present",
        "about",
        "except",
        "excluding",
        "since",
        "until",
        "hold",
        "risk",
        "stuck",
        "late",
        "done",
        "open",
        "left",
        "next",
        "last",
        "still",
        "have",
        "doing",
        "there",
        "marketing",
        "team",
        "teams",
        "people",
        "assigned",
        "unassigned",
        "start",
        "begins",
        "finish",
        "finishes",
        "things",
        "things",
        "stuff",
        "deliver",
        "delivers",
        "earliest",
        "latest",
        "paused",
        "question",
        "please",
    ]
)
_SLANG = {
    "wat": "what", "wht": "what", "wot": "what", "whch": "which", "wich": "which", "teh": "the", "hte": "the", "fo": "for", "frm": "from",
    "mny": "many", "mani": "many", "hw": "how", "whn": "when", "wen": "when", "abt": "about", "plz": "please", "shud": "should",
    "r": "are", "n": "and", "nd": "and", "wid": "with", "bout": "about", "ne": "any", "wrk": "work", "wrking": "working",
    "nxt": "next", "wk": "week", "wks": "weeks", "mth": "month", "mths": "months", "qtr": "quarter", "yr": "year", "tmrw": "tomorrow",
    "tmr": "tomorrow", "tomoz": "tomorrow", "ystrday": "yesterday", "hav": "have", "hv": "have", "doin": "doing", "workin": "working", "goin":
    "going", "shippin": "shipping", "ppl": "people", "em": "them", "cus": "because", "bcs": "because", "thru": "through", "b4": "before",
    "untill": "until", "til": "until", "blokked": "blocked", "bloked": "blocked", "hows": "how", "pending": "pending", "ovrdue": "overdue",
    "sth": "something", "smth": "something", "whos": "who", "sum": "some", "da": "the", "dis": "this", "dat": "that", "4": "for",
}  # fmt: skip


def correct_spelling(tokens: Sequence[Token], index: NameIndex) -> list[Token]:
    """*tokens* with typos corrected, unless a word is closer to a name than to a keyword."""
    fixed = []
    for place, token in enumerate(tokens):
        word = _corrected(token, index)
        if token.text == "4" and not _stands_for_for(tokens, place):
            word = None
        fixed.append(replace(token, text=word) if word else token)
    return fixed


def _stands_for_for(tokens: Sequence[Token], place: int) -> bool:
    before = tokens[place - 1].text if place else ""
    after = tokens[place + 1].text if place + 1 < len(tokens) else ""
    return (
        bool(after)
        and after not in STOP_WORDS
        and before not in {"next", "last", "past", "in", "top", "within", "first"}
    )


def _corrected(token: Token, index: NameIndex) -> str | None:
    text = token.text
    if text in index.parts or (text,) in index.full:
        return None
    if text in _SLANG:
        return _SLANG[text]
    if text in STOP_WORDS or len(text) < 4 or not text.isalpha() or token.quoted or is_english(text):
        return None
    near = process.extractOne(text, _KEYWORDS, scorer=OSA.distance, score_cutoff=1 if len(text) < 8 else 2)
    if near is None or (near[0][0] != text[0] and len(text) < 6):
        return None
    if len(text) < 6 and len(near[0]) == len(text) and sorted(near[0]) != sorted(text):
        return None
    name = process.extractOne(text, index.words, scorer=OSA.distance, score_cutoff=near[1])
    return None if name and name[1] < near[1] else str(near[0])
