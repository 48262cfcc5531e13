"""Train the role model from the marked questions: `python -m tests.corpus.training`. The same corpus gives the same model."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from random import Random

import pycrfsuite

from handlers.questions.rules.leftovers import HARMLESS_FILE
from handlers.questions.rules.name_index import index_of
from handlers.questions.rules.recognition import recognise
from handlers.questions.rules.roles import MODEL_FILE, NOTHING, features, word_of
from handlers.questions.rules.tagged_text import Chunk
from handlers.questions.rules.time_words import ReferenceDay
from handlers.questions.rules.tokens import clean
from tests.corpus.asides import plain_questions, with_asides
from tests.corpus.questions import LabelledQuestion, Span, questions, spans_of
from tests.corpus.stores import store
from tests.features.questions.gold import known_words

_INSIDE_DATES = frozenset(
    ["ref", "start", "finished", "due", "campaign", "by", "before", "after", "since", "until", "between", "number"]
)

Example = tuple[list[list[str]], list[str]]


def example(question: LabelledQuestion) -> Example:
    """The features and the roles of one question's chunks."""
    text = clean(question.ask)
    names = question.store.names
    chunks = recognise(text, names, index_of(names), ReferenceDay(question.store.today)).chunks
    return features(chunks, text, titled_words(question)), marked_roles(question, chunks)


def titled_words(question: LabelledQuestion) -> frozenset[str]:
    """The words of the question that the store's index would find in titles and tags."""
    return known_words(question.ask, question.store.items)


def marked_roles(question: LabelledQuestion, chunks: Sequence[Chunk]) -> list[str]:
    """The role of each chunk by the author's marks."""
    spans = spans_of(question)
    unknown = "unknown_name" if question.label["outcome"] == "unknown" else "unknown_thing"
    roles = [_role(chunk, spans) for chunk in chunks]
    for place, chunk in enumerate(chunks):  # "in" of "[in December|date]"
        beside = chunks[max(0, place - 2) : place + 3]
        if roles[place] == "date" and word_of(chunk) != "D" and any(word_of(other) == "D" for other in beside):
            roles[place] = NOTHING
    return [unknown if role == "unknown" else role for role in roles]


def _role(chunk: Chunk, spans: Sequence[Span]) -> str:
    first, last = chunk.tokens[0].start, chunk.tokens[-1].end
    overlaps = [(min(last, span.last) - max(first, span.first), -place, span.role) for place, span in enumerate(spans)]
    most = max(overlaps, default=(0, 0, NOTHING))
    role = most[2] if most[0] > 0 else NOTHING
    # "It starts" is one chunk, a day, whatever was marked inside it.
    return "date" if word_of(chunk) == "D" and role in _INSIDE_DATES else role


def train(examples: Sequence[Example], file: Path) -> None:
    """Fit the model to *examples* and write it to *file*."""
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    for rows, roles in examples:
        if rows:
            trainer.append(rows, roles)
    trainer.set_params({"c1": 0.08, "c2": 0.02, "max_iterations": 150, "feature.possible_transitions": True})
    trainer.train(str(file))


def harmless(examples: Sequence[Example]) -> list[str]:
    """The stems of words that never carry a meaning in *examples*."""
    seen: dict[str, set[bool]] = {}
    for rows, roles in examples:
        for row, role in zip(rows, roles, strict=True):
            if "capital" not in row:
                seen.setdefault(row[2].removeprefix("s="), set()).add(role == NOTHING)
    return sorted(word for word, is_nothing in seen.items() if is_nothing == {True} and word.isalpha())


def written_model(file: Path) -> list[Example]:
    """Train the model from the marked questions, write it to *file*, and return what it learned from."""
    examples = [example(question) for question in training_questions()]
    train(examples, file)
    return examples


def training_questions(authors: Collection[str] | None = None) -> list[LabelledQuestion]:
    """The marked questions of *authors* (None: of all), each with an aside as well, and the plainest questions."""
    random = Random(17)
    marked = [q for q in questions("train") if q.marked and (authors is None or q.author in authors)]
    stores = sorted({question.store.name for question in marked})
    beside = [variant for question in marked for variant in with_asides(question, random)]
    return [*marked, *beside, *plain_questions([store(name) for name in stores], random)]


def main() -> None:
    examples = written_model(MODEL_FILE)
    HARMLESS_FILE.write_text("\n".join(harmless(examples)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
