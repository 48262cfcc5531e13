"""Hand a question to a person who may know, keep the answer, and withdraw it when the roadmap changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from handlers.feature import Command, Compose, Feature, Job, QuestionRoute, lazy_module
from handlers.grammar import QUESTION_PATTERN
from handlers.shared.rules.schedule import Every, weekly

__all__ = ["FEATURE"]

if TYPE_CHECKING:
    from handlers.handoff import commands as _commands
    from handlers.handoff import hooks as _hooks
    from handlers.handoff import jobs as _jobs
else:
    _commands = lazy_module("handlers.handoff.commands")
    _hooks = lazy_module("handlers.handoff.hooks")
    _jobs = lazy_module("handlers.handoff.jobs")


HANDOFF_USAGE = "handoff Q17 [@somebody]"
ANSWER_USAGE = 'answer Q17 "…"'


def _composers() -> Mapping[str, Compose]:
    from handlers.handoff import notices

    return notices.NOTICES


ANSWERS = (
    QuestionRoute(
        topic="questions", say="questions mine", when=r"\b(?:did i ask|have i asked|(?<!was )i asked|my questions)\b"
    ),
    QuestionRoute(topic="questions", say="questions open"),
)

FEATURE = Feature(
    name="handoff",
    title="Asking a person",
    answers=ANSWERS,
    commands=(
        Command(
            words="handoff",
            run=_commands.handoff,
            usage=HANDOFF_USAGE,
            does="Puts a question of yours to the person who should know, or to the one you name.",
            examples=("handoff Q17", "handoff Q17 @bo"),
            writes=True,
            first_word_pattern=QUESTION_PATTERN,
            takes=6,
        ),
        Command(
            words="answer",
            run=_commands.answer,
            usage=f"{ANSWER_USAGE} [--team]",
            does="Answers a question that was put to you; kept for the next one who asks, or for the asker's team alone.",
            examples=('answer Q17 "On 9 February, once legal agrees."',),
            writes=True,
            first_word_pattern=QUESTION_PATTERN,
            takes=500,
            switches=("team",),
            named=("text", "for"),
        ),
        Command(
            words="pass on",
            run=_commands.pass_on,
            usage="pass on Q17 @somebody",
            does="Gives a question that was put to you to somebody who knows better.",
            examples=("pass on Q17 @bo",),
            writes=True,
            first_word_pattern=QUESTION_PATTERN,
            takes=6,
            named=("to",),
            people=("to",),
        ),
        Command(
            words="dismiss",
            run=_commands.dismiss,
            usage="dismiss Q17",
            does="Says that you have no answer; the asker is told and may ask somebody else.",
            examples=("dismiss Q17",),
            writes=True,
            never_suggested=True,
            first_word_pattern=QUESTION_PATTERN,
            takes=1,
        ),
        Command(
            words="questions",
            run=_commands.list_questions,
            usage="questions [mine|open]",
            does="Your own questions and what became of them, or those that wait for your answer.",
            examples=("questions", "questions open"),
            takes=1,
        ),
    ),
    notices=_composers,
    on_published=_hooks.on_published,
    jobs=(
        Job(
            name="handoff.remind",
            former_name="handover.chase",
            does="Reminds people who were asked a question; after two working days asks the next person.",
            schedule=Every(30),
            catch_up="none",
            run=_jobs.remind_and_pass_on,
        ),
        Job(
            name="handoff.often",
            former_name="handover.often",
            does="Shows bridge persons and admins what was asked three times this month without an answer.",
            schedule=weekly("mon", "09:00"),
            catch_up="last",
            run=_jobs.report_asked_often,
        ),
    ),
    export_person=_hooks.export_person,
    forget_person=_hooks.forget_person,
    open_work=_hooks.open_work,
)
