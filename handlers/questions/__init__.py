"""Answer questions in plain words from the published roadmap."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.feature import Command, Feature, lazy_module
from handlers.grammar import QUESTION_PATTERN

__all__ = ["FEATURE"]

if TYPE_CHECKING:
    from handlers.questions import hooks as _hooks
    from handlers.questions.commands import answers as _answers
    from handlers.questions.commands import ask as _ask
    from handlers.questions.commands import other_reading as _other_reading
else:
    _hooks = lazy_module("handlers.questions.hooks")
    _answers = lazy_module("handlers.questions.commands.answers")
    _ask = lazy_module("handlers.questions.commands.ask")
    _other_reading = lazy_module("handlers.questions.commands.other_reading")


FEATURE = Feature(
    name="questions",
    title="Questions",
    commands=(
        Command(
            words="ask",
            run=_ask.ask,
            usage="ask ANYTHING, or just say it",
            does="Answers a question about the roadmap in plain words, from the published version.",
            examples=(
                "ask what is IT working on for Spring Launch?",
                "what's blocked for Spring Launch",
                "what shipped last month",
            ),
            takes=500,
            named=("question",),
        ),
        Command(
            words="more",
            run=_answers.more,
            usage="more [Q17]",
            does="The next lines of an answer that was too long.",
            examples=("more", "more Q17"),
            takes=2,
            first_word_pattern=QUESTION_PATTERN,
        ),
        Command(
            words="other reading",
            run=_other_reading.other_reading,
            usage="other reading Q17 [2]",
            does="Answers the other reading of a question, where an answer says “Did you mean”.",
            examples=("other reading Q17",),
            takes=2,
            first_word_pattern=QUESTION_PATTERN,
        ),
        Command(
            words="share",
            run=_answers.share,
            usage="share Q17",
            does="Shows what this room would read of an answer of yours; one press posts it.",
            examples=("share Q17",),
            takes=1,
            first_word_pattern=QUESTION_PATTERN,
        ),
        Command(
            words="share post",
            run=_answers.share_post,
            usage="share post Q17",
            does="Posts an answer of yours here, as far as everybody here may see it.",
            examples=("share post Q17",),
            writes=True,
            never_suggested=True,
            takes=1,
            first_word_pattern=QUESTION_PATTERN,
        ),
        Command(
            words="share undo",
            run=_answers.share_undo,
            usage="share undo Q17",
            does="Removes the shared answer from this room.",
            examples=("share undo Q17",),
            writes=True,
            never_suggested=True,
            takes=1,
            first_word_pattern=QUESTION_PATTERN,
        ),
        Command(
            words="helpful",
            run=_answers.helpful,
            usage="helpful Q17",
            does="Says that an answer was good.",
            examples=("helpful Q17",),
            writes=True,
            takes=1,
            first_word_pattern=QUESTION_PATTERN,
        ),
        Command(
            words="not right",
            run=_answers.not_right,
            usage="not right Q17",
            does="Says that an answer was wrong, and offers a person instead.",
            examples=("not right Q17",),
            writes=True,
            takes=1,
            first_word_pattern=QUESTION_PATTERN,
        ),
    ),
    export_person=_hooks.export_person,
    forget_person=_hooks.forget_person,
)
