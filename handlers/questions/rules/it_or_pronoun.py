"""Tell the department IT from the pronoun "it"."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.questions.rules.synonyms import ITEM_NOUNS
from handlers.questions.rules.tokens import Token

_TAKES_IT = frozenset(
    ["make", "put", "get", "keep", "take", "call", "love", "hate", "forget", "fix", "leave", "hear", "cut", "drop"]
)
_ITS_VERB = frozenset(
    [
        "seems",
        "seem",
        "would",
        "looks",
        "look",
        "was",
        "starts",
        "start",
        "begins",
        "begin",
        "ends",
        "end",
        "launches",
        "launch",
        "goes",
        "kicks",
        "matters",
        "all",
        "true",
        "possible",
        "ok",
        "okay",
        "going",
        "looking",
        "coming",
        "due",
        "done",
        "happens",
        "happen",
        "mean",
        "means",
        "say",
        "says",
        "slip",
        "slips",
        "be",
        "that",
        "possible",
        "up",
        "out",
        "ready",
        "over",
        "finished",
        "blocked",
        "late",
        "landing",
        "lands",
        "ship",
        "shipped",
        "live",
        "correct",
        "right",
        "fine",
        "stand",
        "stands",
        "sounds",
        "feels",
    ]
)
_WORKS = frozenset(
    [
        "working",
        "doing",
        "on",
        "up",
        "busy",
        "responsible",
        "delivering",
        "planning",
        "building",
        "shipping",
        "owning",
        "holding",
        "dealing",
        "developing",
        "still",
        "currently",
        "supposed",
        "going",
        "late",
        "behind",
        "tackling",
        "handling",
        "juggling",
        "committed",
        "preparing",
        "running",
        "stuck",
        "blocked",
    ]
)
_ROLES = frozenset(["partner", "partners", "counterpart", "counterparts", "contact", "liaison"])


def is_it_department(tokens: Sequence[Token], at: int) -> bool:
    """Whether the "it" at position *at* means the department."""
    token = tokens[at]
    before = tokens[at - 1].text if at else ""
    after = tokens[at + 1].text if at + 1 < len(tokens) else ""
    later = tokens[at + 2].text if at + 2 < len(tokens) else ""
    shouted = all(t.raw.isupper() for t in tokens if t.raw.isalpha())
    if token.raw == "IT" and not shouted:
        return True
    if token.possessive:
        if token.opens and any(following.text in ITEM_NOUNS for following in tokens[at + 1 : at + 4]):
            return after not in {"a", "an", "the", "my", "one"}  # "it's open tickets" means the tickets of IT
        return before in {"is", "of", "on", "all", "show", "list", "are", "for", "in", "to"} and later != ""
    if before in _TAKES_IT and after not in {"team", "side", "department", "people", "folks"}:
        return False
    if before in {"before", "after", "once", "until", "when", "since", "as", "if", "because", "till"} and after not in {
        "working",
        "team",
        "side",
    }:
        return later in _WORKS and before not in {"before", "after", "once", "until"}
    if before in {"is", "was"} and (
        after in {"outside", "there"} or (after in {"in", "at"} and later not in {"charge", "risk"})
    ):
        return False
    if after in {"is", "has", "was", "are"}:
        return later in _WORKS or (after == "has" and later not in {"to", "been"})
    if before in {"is", "was", "are"} and after in {"on", "up"}:
        return True
    return after not in _ITS_VERB and not (before in {"is", "when", "does"} and after == "")


def names_a_role(tokens: Sequence[Token], at: int) -> bool:
    """Whether the side at *at* is part of a role: "IT partner", "marketing technologist"."""
    after = tokens[at + 1].text if at + 1 < len(tokens) else ""
    later = tokens[at + 2].text if at + 2 < len(tokens) else ""
    if tokens[at].possessive:
        return False
    return after in _ROLES or after == "technologist" or (after in {"side", "department"} and later in _ROLES)
