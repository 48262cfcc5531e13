"""How the figures on the sealed questions grow with the number of authors: `python -m tests.corpus.learning_curve`."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path
from random import Random

import pycrfsuite

from handlers.questions.rules.roles import guesses
from tests.corpus.questions import questions
from tests.corpus.scoring import figures, judge, read_by_program
from tests.corpus.training import example, train, training_questions

STEPS = (1, 3, 6, 9)


def main() -> None:
    authors = sorted({question.author for question in questions("train") if not question.author.endswith("-gold")})
    Random(17).shuffle(authors)
    sealed = questions("sealed")
    for count in (*STEPS, len(authors)):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "roles.crfsuite"
            train([example(question) for question in training_questions(frozenset(authors[:count]))], file)
            tagger = pycrfsuite.Tagger()
            tagger.open(str(file))
            judged = judge(sealed, partial(read_by_program, tagger=partial(guesses, tagger)))
        print(f"{count:3} authors: {figures(judged)}", flush=True)


if __name__ == "__main__":
    main()
