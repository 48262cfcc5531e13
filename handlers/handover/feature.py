"""What can be said to ask a person, the notices about it, and the jobs that chase answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from handlers.asked_before import QUESTION_PATTERN
from handlers.feature import Command, Compose, Feature, Job
from handlers.later import lazy_module
from handlers.schedule import Every, weekly

if TYPE_CHECKING:
    from handlers.handover import commands as _commands
    from handlers.handover import jobs as _jobs
    from handlers.handover import withdrawing as _withdrawing
else:
    _commands = lazy_module("handlers.handover.commands")
    _jobs = lazy_module("handlers.handover.jobs")
    _withdrawing = lazy_module("handlers.handover.withdrawing")


HANDOFF_USAGE = "handoff Q17 [@somebody]"
ANSWER_USAGE = 'answer Q17 "…"'


def _notices() -> Mapping[str, Compose]:
    from handlers.handover import telling

    return telling.NOTICES


FEATURE = Feature(
    name="handover",
    title="Asking a person",
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
        ),
        Command(
            words="dismiss",
            run=_commands.dismiss,
            usage="dismiss Q17",
            does="Says that you have no answer; the asker is told and may ask somebody else.",
            examples=("dismiss Q17",),
            writes=True,
            first_word_pattern=QUESTION_PATTERN,
            takes=1,
        ),
        Command(
            words="questions",
            run=_commands.list_questions,
            usage="questions [mine|open]",
            does="Your own questions and what became of them, or those that wait for an answer.",
            examples=("questions", "questions open"),
            takes=1,
        ),
    ),
    notices=_notices,
    on_published=_withdrawing.on_published,
    jobs=(
        Job(
            name="handover.chase",
            does="Reminds whoever was asked a question; after two working days asks the next person.",
            schedule=Every(30),
            catch_up="none",
            run=_jobs.remind_and_pass_on,
        ),
        Job(
            name="handover.often",
            does="Shows bridge persons and admins what was asked three times this month without an answer.",
            schedule=weekly("mon", "09:00"),
            catch_up="last",
            run=_jobs.report_asked_often,
        ),
    ),
)
