"""Recognition: finished work is celebrated, both sides are thanked, and nothing is public before a person agrees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from handlers.feature import Command, Compose, Feature, Job, QuestionRoute, lazy_module
from handlers.shared.rules.schedule import Every, weekly
from storage.values.company import Permission

__all__ = ["FEATURE"]

if TYPE_CHECKING:
    from handlers.celebrations import hooks as _hooks
    from handlers.celebrations import jobs as _jobs
    from handlers.celebrations.commands import decisions as _decisions
    from handlers.celebrations.commands import kudos as _kudos
    from handlers.celebrations.commands import recap as _recap
else:
    _hooks = lazy_module("handlers.celebrations.hooks")
    _jobs = lazy_module("handlers.celebrations.jobs")
    _decisions = lazy_module("handlers.celebrations.commands.decisions")
    _kudos = lazy_module("handlers.celebrations.commands.kudos")
    _recap = lazy_module("handlers.celebrations.commands.recap")


NUMBER = r"#?\d{1,9}"
MOST_THANKED = 12
KUDOS_USAGE = "kudos @a @b for <reason> [#campaign] [--value VALUE]"
SCHEDULE_USAGE = "celebrations schedule weekly|monthly|quarterly|off"


CELEBRATION_COMMANDS = (
    Command(
        words="milestone done",
        run=_decisions.milestone_done,
        usage="milestone done KEY [--thanks @a @b]",
        does="Marks an item as done in the shared draft, and notes whom to thank once it is published.",
        examples=("milestone done WEB-12 --thanks @ana @bo",),
        needs=Permission.CONTRIBUTOR,
        writes=True,
        takes=3 * MOST_THANKED,
        options=("thanks", "why"),
        people=("thanks",),
    ),
    Command(
        words="celebrations",
        run=_decisions.show,
        usage="celebrations",
        does="What was finished and waits for your word.",
        examples=("celebrations",),
    ),
    Command(
        words="celebrations post",
        run=_decisions.post,
        usage="celebrations post 12",
        does="Posts it into every room that follows the item.",
        examples=("celebrations post 12",),
        writes=True,
        never_suggested=True,
        takes=1,
        first_word_pattern=NUMBER,
    ),
    Command(
        words="celebrations later",
        run=_decisions.later,
        usage="celebrations later 12 [Monday]",
        does="Posts it on another day; without a day, a form.",
        examples=("celebrations later 12 Monday",),
        writes=True,
        takes=5,
        named=("day",),
        first_word_pattern=NUMBER,
    ),
    Command(
        words="celebrations edit",
        run=_decisions.edit,
        usage='celebrations edit 12 [text="…"] [thanks="@a @b"]',
        does="Your own words, and who helped; a card that stands already changes in place.",
        examples=("celebrations edit 12",),
        writes=True,
        takes=1,
        named=("text", "thanks"),
        people=("thanks",),
        clears=("text", "thanks"),
        first_word_pattern=NUMBER,
    ),
    Command(
        words="celebrations skip",
        run=_decisions.skip,
        usage="celebrations skip 12",
        does="Says nothing about it.",
        examples=("celebrations skip 12",),
        writes=True,
        never_suggested=True,
        takes=1,
        first_word_pattern=NUMBER,
    ),
    Command(
        words="celebrations undo",
        run=_decisions.undo,
        usage="celebrations undo 12",
        does="Removes its card everywhere.",
        examples=("celebrations undo 12",),
        writes=True,
        never_suggested=True,
        takes=1,
        first_word_pattern=NUMBER,
    ),
)

KUDOS_COMMANDS = (
    Command(
        words="kudos",
        run=_kudos.give,
        usage=KUDOS_USAGE,
        does="Thanks people for something; each of them decides who reads it. Without words, a form.",
        examples=("kudos @bo for the night shift before the launch #spring-launch",),
        writes=True,
        takes=150,
        options=("value",),
        named=("to", "reason", "campaign", "value"),
        people=("to",),
    ),
    Command(
        words="kudos form",
        run=_kudos.give_form,
        usage='kudos form [to="…"] [reason="…"]',
        does="Opens a form to thank somebody.",
        examples=("kudos form", 'kudos form to="Bo" reason="the night shift"'),
        named=("to", "reason"),
    ),
    Command(
        words="kudos list",
        run=_kudos.list_thanks,
        usage="kudos list [PEOPLE]",
        does="The thanks of the last three months that you may read: all of them, or those to somebody.",
        examples=("kudos list", "kudos list @bo"),
        takes=24,
    ),
    Command(
        words="kudos show",
        run=_kudos.show,
        usage="kudos show 12",
        does="Lets others read a thank-you to you.",
        examples=("kudos show 12",),
        writes=True,
        never_suggested=True,
        takes=1,
        first_word_pattern=r"#?\d+",
    ),
    Command(
        words="kudos keep",
        run=_kudos.keep,
        usage="kudos keep 12",
        does="Keeps a thank-you between the two of you.",
        examples=("kudos keep 12",),
        writes=True,
        takes=1,
        first_word_pattern=r"#?\d+",
    ),
    Command(
        words="kudos edit",
        run=_kudos.edit,
        usage='kudos edit 12 [reason="…"]',
        does="Rewords a thank-you everywhere it was posted; people who agreed to the earlier words are asked again.",
        examples=('kudos edit 12 reason="the night shift and the day after"',),
        writes=True,
        takes=1,
        named=("reason",),
        first_word_pattern=r"#?\d+",
    ),
    Command(
        words="kudos undo",
        run=_kudos.undo,
        usage="kudos undo 12",
        does="Takes a thank-you back, everywhere it was posted.",
        examples=("kudos undo 12",),
        writes=True,
        never_suggested=True,
        takes=1,
        first_word_pattern=r"#?\d+",
    ),
    Command(
        words="anniversary",
        run=_kudos.anniversary,
        usage="anniversary DAY [since=YEAR]|off",
        does="A day of yours that the recaps of your rooms remember; nobody is remembered who did not ask for it.",
        examples=("anniversary 29 February since=2016", "anniversary off"),
        writes=True,
        takes=4,
        named=("since", "words"),
    ),
)

RECAP_COMMANDS = (
    Command(
        words="celebrations schedule",
        run=_recap.schedule,
        usage=SCHEDULE_USAGE,
        does="This room looks back on what was shipped, in its own hours.",
        examples=("celebrations schedule weekly",),
        writes=True,
        takes=1,
    ),
    Command(
        words="celebrations auto",
        run=_recap.auto,
        usage="celebrations auto on|off",
        does="Whether finished items are posted here without asking their owners.",
        examples=("celebrations auto on",),
        writes=True,
        never_suggested=True,
        takes=1,
    ),
    Command(
        words="celebrations pause",
        run=_recap.pause,
        usage="celebrations pause until DATE",
        does="No recap here before that day.",
        examples=("celebrations pause until 1 March",),
        writes=True,
        takes=5,
    ),
    Command(
        words="celebrations skip next",
        run=_recap.skip_next,
        usage="celebrations skip next",
        does="Leaves the next recap out.",
        examples=("celebrations skip next",),
        writes=True,
    ),
    Command(
        words="celebrations preview",
        run=_recap.preview,
        usage="celebrations preview [weekly]",
        does="What this room would read next.",
        examples=("celebrations preview",),
        takes=1,
    ),
    Command(
        words="recap",
        run=_recap.recap,
        usage="recap [week|month|quarter|Q4 2026] [md|png]",
        does="What was shipped together, as a card, Markdown or a picture.",
        examples=(
            "recap",
            "recap Q4 2026 png",
        ),
        takes=3,
    ),
)


def _composers() -> Mapping[str, Compose]:
    from handlers.celebrations import notices

    return notices.NOTICES


ANSWERS = (QuestionRoute(topic="thanks", say="kudos list", takes_people=True),)

FEATURE = Feature(
    name="celebrations",
    title="Celebrations and thanks",
    answers=ANSWERS,
    commands=(*CELEBRATION_COMMANDS, *KUDOS_COMMANDS, *RECAP_COMMANDS),
    notices=_composers,
    on_published=_hooks.on_published,
    jobs=(
        Job(
            name="celebrations.tick",
            does="Reminds of what was finished and waits for a word, posts what was put off, keeps names right.",
            schedule=Every(30),
            catch_up="last",
            run=_jobs.tick,
        ),
        Job(
            name="celebrations.recap",
            does="Lets rooms look back on a week, month or quarter that ended, on their next working day.",
            schedule=Every(15),
            catch_up="last",
            run=_jobs.recap,
        ),
        Job(
            name="celebrations.hint",
            does="Shows leads what nobody celebrated, and which of their teams nobody thanked this quarter.",
            schedule=weekly("tue", "09:00"),
            catch_up="last",
            run=_jobs.hint,
        ),
    ),
    export_person=_hooks.export_person,
    forget_person=_hooks.forget_person,
)
