"""Every question in `gold.jsonl` finds exactly the items that it means."""

from __future__ import annotations

import pytest

from handlers.questions.rules.reading import understand
from handlers.questions.rules.understanding import (
    NotUnderstood,
    Requested,
    SmallTalk,
    Unclear,
    Understood,
    UnknownName,
)
from storage.values.questions import AnswerType
from tests.features.questions.gold import QUESTIONS, GoldQuestion, known_words, titles_in
from tests.features.questions.reference_executor import matching

OUTCOMES = {"unknown": UnknownName, "unclear": Unclear, "not_understood": NotUnderstood | Requested | SmallTalk}


@pytest.mark.parametrize("question", QUESTIONS, ids=[f"{line.topic}: {line.ask[:60]}" for line in QUESTIONS])
def test_a_question_finds_exactly_what_it_means(question: GoldQuestion) -> None:
    company = question.context

    understood = understand(
        question.ask,
        company.names,
        asker=company.asker,
        today=company.today,
        titles=titles_in(question.ask, company.titles),
        titled=known_words(question.ask, company.items),
    )

    if question.outcome:
        assert isinstance(understood, OUTCOMES[question.outcome]), understood
        return
    assert isinstance(understood, Understood), understood
    if question.campaign:
        assert understood.plan.wanted is AnswerType.CAMPAIGN
        assert question.campaign in ("any", understood.aspect)
    else:
        keys = {item.key for item in matching(understood.plan, company.items)}
        assert keys == question.expected_keys(), understood.description


def test_the_tables_would_notice_a_wrong_reading() -> None:
    """Most lines match some items but not all; a line that matches all or none proves little."""
    lines = [line for line in QUESTIONS if line.want]
    telling = [line for line in lines if 0 < len(line.expected_keys()) < len(line.context.items)]

    assert len(telling) > 0.8 * len(lines)


def test_every_line_says_what_it_means_in_one_way() -> None:
    for question in QUESTIONS:
        assert sum(map(bool, (question.want, question.campaign, question.outcome))) == 1, question
        assert question.want or not (question.first or question.last), question


def test_no_question_is_asked_twice() -> None:
    """Two lines for one question could contradict each other."""
    asked = [(question.company, question.ask) for question in QUESTIONS]

    assert len(asked) == len(set(asked))
