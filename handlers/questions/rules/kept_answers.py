"""Decide whether a kept answer of a person answers the question that is asked now. Pure.

The words have to be the same, so that nobody reads the answer to another question. They also have to mean the same: the
plans are equal, or there is no plan to compare and the words mean the same for everybody, on every day.
"""

from __future__ import annotations

from handlers.questions.rules.tokens import is_context_free, names_ones_group, names_oneself
from storage.values.questions import VerifiedAnswer


def is_same_question(kept: VerifiedAnswer, asker: str, folded: str, plan_digest: str) -> bool:
    """Whether *asker* asks the same with these words (see `normalised`), which are those of *kept*, and this plan ("": none)."""
    if kept.asker and kept.asker == asker:
        return _means_the_same(kept, folded, plan_digest)
    if names_oneself(folded):
        return False
    # "We" are all of the company where a campaign is named, and the asker's team elsewhere.
    if names_ones_group(folded) and not (plan_digest or kept.campaigns):
        return False
    return _means_the_same(kept, folded, plan_digest)


def _means_the_same(kept: VerifiedAnswer, folded: str, plan_digest: str) -> bool:
    if kept.plan_digest and plan_digest:
        return kept.plan_digest == plan_digest
    return is_context_free(folded)
