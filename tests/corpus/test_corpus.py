"""The corpus is sound, and the shipped model reads what it was taught."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from handlers.questions.rules.leftovers import HARMLESS_FILE
from handlers.questions.rules.roles import MODEL_FILE
from tests.corpus.labels import gold
from tests.corpus.model_replay import replayed
from tests.corpus.questions import LabelledQuestion, questions
from tests.corpus.scoring import Judged, judge, read_by_marks, read_by_program
from tests.corpus.stores import CORPUS, store
from tests.corpus.training import harmless, written_model

TRAIN = [question for question in questions("train") if not question.author.endswith("-gold")]
SEALED = questions("sealed")
CASES = [json.loads(line) for line in (CORPUS / "cases.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("case", CASES, ids=[case["ask"][:60] for case in CASES])
def test_a_question_that_was_answered_wrongly_once_is_read_right(case: dict[str, object]) -> None:
    question = LabelledQuestion("cases", store("company"), str(case["ask"]), case["label"])  # type: ignore[arg-type]

    judged = Judged(question, read_by_program(question))

    assert judged.right, judged.read


def test_the_model_reads_what_it_was_taught() -> None:
    items = [line for line in judge(TRAIN) if line.outcome == "items" and line.gold]

    assert sum(line.right for line in items) > 0.9 * len(items)


def test_the_rules_read_the_authors_marks() -> None:
    """What is read wrongly with the right role for every word is a fault of the rules."""
    items = [line for line in judge(TRAIN, read_by_marks) if line.outcome == "items" and line.gold]

    assert sum(line.right for line in items) > 0.93 * len(items)


def test_marks_are_the_words_of_the_question() -> None:
    for question in TRAIN:
        assert re.sub(r"\[([^\[\]|]*)\|[a-z_]+\]", r"\1", question.marked) == question.ask


def test_labels_name_what_the_store_knows() -> None:
    for question in [*TRAIN, *SEALED]:
        names, want = question.store.names, question.label.get("want", {})
        assert set(want.get("team", ())) <= names.team.keys(), question.ask
        assert set(want.get("campaign", ())) <= names.campaign.keys(), question.ask
        assert set(want.get("owner", ())) <= names.by_email.keys(), question.ask
        gold(question.label, question.store)


def test_authors_and_stores_of_the_sealed_part_are_others() -> None:
    assert {question.author for question in TRAIN}.isdisjoint(question.author for question in SEALED)
    assert {question.store.name for question in TRAIN}.isdisjoint(question.store.name for question in SEALED)


@pytest.mark.proof
def test_the_same_corpus_gives_the_same_model(tmp_path: Path) -> None:
    examples = written_model(tmp_path / "again.crfsuite")

    assert (tmp_path / "again.crfsuite").read_bytes() == MODEL_FILE.read_bytes()
    assert harmless(examples) == HARMLESS_FILE.read_text(encoding="utf-8").split()


@pytest.mark.proof
def test_with_the_recorded_model_more_questions_are_read_right() -> None:
    answers = [json.loads(line) for line in (CORPUS / "model_answers.jsonl").read_text(encoding="utf-8").splitlines()]
    asked = {(question.author, question.ask): question for question in SEALED}
    lines = [replayed(asked[answer["author"], answer["ask"]], answer["arguments"]) for answer in answers]
    items = [line for line in lines if line.answered.outcome == "items" and line.answered.gold]

    assert sum(line.answered.right for line in items) > 0.93 * len(items)
    assert sum(line.wrong_with_confidence for line in lines) <= 0.03 * len(lines)
