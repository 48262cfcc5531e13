"""Questions that are not read as they are meant yet. A better planner turns them into passes, and then they move."""

from __future__ import annotations

import pytest

from tests.rules import house_of_names
from tests.rules.asking import NOT_UNDERSTOOD, UNKNOWN, Company, Meaning, Question, check

COMPANY = Company(
    house_of_names.NAMES, house_of_names.roadmap(size=900), house_of_names.PEOPLE[0], house_of_names.TODAY
)

QUESTIONS: tuple[Question, ...] = (
    ("how warm is it in Lisbon", NOT_UNDERSTOOD),
    ("What about the Winter Sale, anything blocked?", UNKNOWN),
    ("tell me about yourself", NOT_UNDERSTOOD),
    ("wat is IT bezig mee", NOT_UNDERSTOOD),
)


@pytest.mark.xfail(strict=True, raises=AssertionError, reason="the planner's first floor")
@pytest.mark.parametrize(("words", "meaning"), QUESTIONS, ids=[words for words, _ in QUESTIONS])
def test_a_question_is_not_read_as_it_is_meant(words: str, meaning: Meaning) -> None:
    check(COMPANY, words, meaning)
