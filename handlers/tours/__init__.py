"""Tours of duty: people of Marketing and IT shadow each other for some weeks, optimally matched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from handlers.feature import Command, Compose, Feature, Job, QuestionRoute, lazy_module
from handlers.shared.rules.schedule import Every
from storage.values.company import Permission

__all__ = ["FEATURE"]

if TYPE_CHECKING:
    from handlers.tours import hooks as _hooks
    from handlers.tours import jobs as _jobs
    from handlers.tours.commands import membership as _membership
    from handlers.tours.commands import participation as _participation
    from handlers.tours.commands import planning as _planning
else:
    _hooks = lazy_module("handlers.tours.hooks")
    _jobs = lazy_module("handlers.tours.jobs")
    _membership = lazy_module("handlers.tours.commands.membership")
    _participation = lazy_module("handlers.tours.commands.participation")
    _planning = lazy_module("handlers.tours.commands.planning")


PROGRAMME_OPTION = "programme"
PLAN_USAGE = "tours plan [--weeks 4] [--max-group 3] [--programme NAME]"
PROFILE_FIELDS = ("offers", "wants", "capacity", "visits", "blackout", "note")
PROFILE_USAGE = (
    'tours profile [offers="a; b"] [wants="c"] [capacity=1] [visits=it] [blackout=2027-03-01..2027-03-10] [note="…"]'
)


MEMBERSHIP_COMMANDS = (
    Command(
        words="tours",
        run=_membership.show,
        usage="tours",
        does="Whether you take part in tours of duty, and the tours you are on.",
        examples=("tours",),
    ),
    Command(
        words="tours join",
        run=_membership.join,
        usage="tours join [--programme NAME]",
        does="You take part from the next round on: some weeks with somebody of the other side.",
        examples=("tours join",),
        writes=True,
        options=(PROGRAMME_OPTION,),
    ),
    Command(
        words="tours leave",
        run=_membership.leave,
        usage="tours leave [--programme NAME]",
        does="No further rounds for you, and a no to what is proposed; a settled tour goes on.",
        examples=("tours leave",),
        writes=True,
        never_suggested=True,
        options=(PROGRAMME_OPTION,),
    ),
    Command(
        words="tours pause",
        run=_membership.pause,
        usage="tours pause until DATE [--programme NAME]",
        does="No round for you before that day.",
        examples=("tours pause until 1 March",),
        writes=True,
        takes=5,
        options=(PROGRAMME_OPTION,),
    ),
    Command(
        words="tours profile",
        run=_membership.profile,
        usage=PROFILE_USAGE,
        does="What you offer and want to learn, how many partners you take, when you are away. Without words, a form.",
        examples=('tours profile offers="seo; copy" wants="python" capacity=2',),
        writes=True,
        options=(PROGRAMME_OPTION,),
        named=PROFILE_FIELDS,
        clears=PROFILE_FIELDS,
    ),
)

PLANNING_COMMANDS = (
    Command(
        words="tours plan",
        run=_planning.plan,
        usage=PLAN_USAGE,
        does="The best next round, proved, with who is left out and why. Nobody is told yet.",
        examples=(
            "tours plan",
            "tours plan --weeks 6 --max-group 4",
        ),
        needs=Permission.ADMIN,
        writes=True,
        options=("weeks", "max-group", PROGRAMME_OPTION),
    ),
    Command(
        words="tours pin",
        run=_planning.pin,
        usage="tours pin @a @b",
        does="Puts two people together in the next round.",
        examples=("tours pin @ana @bo",),
        needs=Permission.ADMIN,
        writes=True,
        takes=12,
        options=(PROGRAMME_OPTION,),
    ),
    Command(
        words="tours forbid",
        run=_planning.forbid,
        usage="tours forbid @a @b",
        does="Keeps two people apart for good.",
        examples=("tours forbid @ana @bo",),
        needs=Permission.ADMIN,
        writes=True,
        takes=12,
        options=(PROGRAMME_OPTION,),
    ),
    Command(
        words="tours release",
        run=_planning.release,
        usage="tours release @a @b",
        does="Takes a pin or a ban back.",
        examples=("tours release @ana @bo",),
        needs=Permission.ADMIN,
        writes=True,
        never_suggested=True,
        takes=12,
        options=(PROGRAMME_OPTION,),
    ),
    Command(
        words="tours publish",
        run=_planning.publish,
        usage="tours publish",
        does="Publishes the round as it was planned; travellers and managers are asked.",
        examples=("tours publish",),
        needs=Permission.ADMIN,
        writes=True,
        never_suggested=True,
        options=(PROGRAMME_OPTION,),
    ),
    Command(
        words="tours proof",
        run=_planning.proof,
        usage="tours proof",
        does="A file by which anybody can check that no better round exists.",
        examples=("tours proof",),
        needs=Permission.ADMIN,
        options=(PROGRAMME_OPTION,),
    ),
    Command(
        words="tours programme",
        run=_planning.programme,
        usage="tours programme NAME [--weeks 4] [--every 13] [--max-group 3]",
        does="A series of rounds of its own; --every is a reminder to plan the next one, in weeks.",
        examples=("tours programme design --weeks 6 --every 13",),
        needs=Permission.ADMIN,
        writes=True,
        takes=1,
        options=("weeks", "every", "max-group", PROGRAMME_OPTION),
    ),
    Command(
        words="tours figures",
        run=_planning.show_figures,
        usage="tours figures",
        does="Rounds, people, who met, new ties between teams; nothing about fewer than five people.",
        examples=("tours figures",),
        options=(PROGRAMME_OPTION,),
    ),
)

PARTICIPATION_COMMANDS = (
    Command(
        words="tours approve",
        run=_participation.approve,
        usage="tours approve [12]",
        does="Says yes to a tour, as a traveller or as somebody's manager.",
        examples=("tours approve", "tours approve 12"),
        writes=True,
        takes=1,
    ),
    Command(
        words="tours decline",
        run=_participation.decline,
        usage="tours decline [12]",
        does="Says no; the others get another partner, with as few changes as possible.",
        examples=("tours decline", "tours decline 12"),
        writes=True,
        never_suggested=True,
        takes=1,
    ),
    Command(
        words="tours checkin",
        run=_participation.checkin,
        usage='tours checkin [12] yes|no ["what got in the way"]',
        does="Says whether you met.",
        examples=("tours checkin yes", 'tours checkin no "both on holiday"'),
        writes=True,
        takes=60,
    ),
    Command(
        words="tours extend",
        run=_participation.extend,
        usage="tours extend [12] 2w",
        does="Makes your tour longer; calendar entries follow.",
        examples=("tours extend 2w",),
        writes=True,
        takes=2,
    ),
    Command(
        words="tours stop",
        run=_participation.stop,
        usage="tours stop [12]",
        does="Ends your tour early; calendar entries are taken back.",
        examples=("tours stop",),
        writes=True,
        never_suggested=True,
        takes=1,
    ),
    Command(
        words="tours debrief",
        run=_participation.debrief,
        usage='tours debrief [12] "…" [--share]',
        does="What you took along. With --share others find it by asking; else it stays sealed.",
        examples=('tours debrief "Ask for the tag plan first." --share',),
        writes=True,
        takes=800,
        switches=("share",),
        named=("text", "share"),
    ),
)


def _composers() -> Mapping[str, Compose]:
    from handlers.tours import notices

    return notices.NOTICES


ANSWERS = (QuestionRoute(topic="tour", say="tours"),)

FEATURE = Feature(
    name="tours",
    title="Tours of duty",
    answers=ANSWERS,
    commands=(*MEMBERSHIP_COMMANDS, *PLANNING_COMMANDS, *PARTICIPATION_COMMANDS),
    notices=_composers,
    jobs=(
        Job(
            name="tours.tick",
            does="Moves tours on: reminders, check-ins on the local day, debriefs; a silence of four working days is a no.",
            schedule=Every(30),
            catch_up="last",
            run=_jobs.tick,
        ),
    ),
    export_person=_hooks.export_person,
    forget_person=_hooks.forget_person,
    open_work=_hooks.open_work,
)
