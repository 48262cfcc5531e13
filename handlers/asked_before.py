"""Questions by their number: Q17, as it stands on the answer's card."""

from __future__ import annotations

import re

from handlers.errors import BadInput, NotFound
from handlers.feature import Request
from storage.store import Session
from storage.values.questions import Question

QUESTION_PATTERN = r"[qQ]?\d{1,9}"  # how a command that is about a question begins
_QUESTION_NUMBER = re.compile(r"[qQ]?(\d{1,9})")


async def question_numbered(session: Session, typed: str) -> Question:
    """The question with that number. Raises BadInput, NotFound."""
    from storage import questions  # the tables of commands need the pattern above, and only this needs SQL tables

    found = _QUESTION_NUMBER.fullmatch(typed.strip())
    if not found:
        raise BadInput("Say the number of the question; it stands on the answer, such as Q17.", "questions")
    question = await questions.numbered(session, int(found[1]))
    if question is None:
        raise NotFound(f"There is no question Q{int(found[1])}, or it was forgotten in the meantime.", "questions")
    return question


async def readable_question(session: Session, request: Request, typed: str) -> Question:
    """A question of whoever asks, or one asked in this very room. Raises NotFound for all others: their words are theirs."""
    question = await question_numbered(session, typed)
    here = request.place is not None and not request.where.direct and question.place == request.place.id
    if question.asker != request.person.id and not here:
        raise NotFound(f"{question.name} is not yours, and was not asked here.", "questions")
    return question
