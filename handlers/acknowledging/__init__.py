"""Who acknowledged which version, and what they missed since."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from handlers.feature import Command, Compose, Feature, Job, QuestionRoute, lazy_module
from handlers.shared.rules.schedule import Every

__all__ = ["FEATURE"]

if TYPE_CHECKING:
    from handlers.acknowledging import commands as _commands
    from handlers.acknowledging import hooks as _hooks
    from handlers.acknowledging import jobs as _jobs
    from handlers.acknowledging import notices as _notices
else:
    _hooks = lazy_module("handlers.acknowledging.hooks")
    _commands = lazy_module("handlers.acknowledging.commands")
    _jobs = lazy_module("handlers.acknowledging.jobs")
    _notices = lazy_module("handlers.acknowledging.notices")


def _composers() -> Mapping[str, Compose]:
    from handlers.acknowledging import notices

    return {
        notices.NUDGE: notices.compose_nudge,
        notices.ESCALATION: notices.compose_escalation,
    }


ANSWERS = (
    QuestionRoute(topic="reading", say="coverage", when=r"\bR\d", argument=r"\bR\d{1,9}\b"),
    QuestionRoute(topic="reading", say="current", when=r"\b(?:have|did|do) i\b"),
    QuestionRoute(topic="reading", say="coverage"),
)

FEATURE = Feature(
    name="acknowledging",
    title="Who has which version",
    answers=ANSWERS,
    commands=(
        Command(
            words="ack",
            run=_commands.acknowledge,
            usage="ack [R42]",
            does="Says that you have a version; it covers all earlier ones.",
            examples=("ack", "ack R42"),
            writes=True,
            takes=1,
        ),
        Command(
            words="current",
            run=_commands.show_current,
            does="Which version of the roadmap counts, and whether you have it.",
        ),
        Command(
            words="coverage",
            run=_commands.show_coverage,
            usage="coverage [R42]",
            does="Which teams have a version, and who does not yet.",
            examples=("coverage", "coverage R42"),
            takes=1,
        ),
        Command(
            words="catchup",
            run=_commands.show_catchup,
            does="What changed for you since the version you have.",
        ),
        Command(
            words="nudges",
            run=_commands.set_nudges,
            usage="nudges off|on",
            does="Whether you are reminded of a version that you do not have.",
            examples=("nudges off", "nudges on"),
            writes=True,
            takes=1,
        ),
        Command(
            words="nudges later",
            run=_commands.snooze_nudges,
            does="No reminder for a day.",
            writes=True,
        ),
    ),
    notices=_composers,
    jobs=(
        Job(
            name="acknowledging.nudge",
            does="Reminds those behind the current version, at most twice and in their working hours, then tells their lead.",
            schedule=Every(30),
            catch_up="none",
            run=_jobs.send_nudges,
        ),
    ),
    export_person=_hooks.export_person,
    forget_person=_hooks.forget_person,
)
