"""Tours of duty: one of Marketing and one of IT, weeks together, matched as well as anybody could."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from handlers.feature import Command, Compose, Feature, Job, lazy_module
from handlers.shared.rules.schedule import Every
from storage.values.company import Permission

__all__ = ["FEATURE"]

if TYPE_CHECKING:
    from handlers.tours import jobs as _jobs
    from handlers.tours.commands import membership as _membership
    from handlers.tours.commands import participation as _participation
    from handlers.tours.commands import planning as _planning
else:
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


def _command(words: str, run: Any, usage: str, does: str, *examples: str, **more: Any) -> Command:
    given = {"needs": Permission.ADMIN, "writes": True, "options": (PROGRAMME_OPTION,), **more}
    return Command(words=words, run=run, usage=usage, does=does, examples=examples, **given)


JOINING = (
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
    ),
)

PLANNING = (
    _command(
        "tours plan",
        _planning.plan,
        PLAN_USAGE,
        "The best next round, proved, with who is left out and why. Nobody is told yet.",
        "tours plan",
        "tours plan --weeks 6 --max-group 4",
        options=("weeks", "max-group", PROGRAMME_OPTION),
    ),
    _command(
        "tours pin",
        _planning.pin,
        "tours pin @a @b",
        "Puts two people together in the next round.",
        "tours pin @ana @bo",
        takes=3,
    ),
    _command(
        "tours forbid",
        _planning.forbid,
        "tours forbid @a @b",
        "Keeps two people apart for good.",
        "tours forbid @ana @bo",
        takes=3,
    ),
    _command(
        "tours release",
        _planning.release,
        "tours release @a @b",
        "Takes a pin or a ban back.",
        "tours release @ana @bo",
        takes=3,
    ),
    _command(
        "tours publish",
        _planning.publish,
        "tours publish",
        "Publishes the round as it was planned; travellers and managers are asked.",
        "tours publish",
    ),
    _command(
        "tours proof",
        _planning.proof,
        "tours proof",
        "A file by which anybody can check that no better round exists.",
        "tours proof",
        writes=False,
    ),
    _command(
        "tours programme",
        _planning.programme,
        "tours programme NAME [--weeks 4] [--every 13] [--max-group 3]",
        "A series of rounds of its own; --every is a reminder to plan the next one, in weeks.",
        "tours programme design --weeks 6 --every 13",
        takes=1,
        options=("weeks", "every", "max-group", PROGRAMME_OPTION),
    ),
    _command(
        "tours figures",
        _planning.show_figures,
        "tours figures",
        "Rounds, people, who met, new ties between teams; nothing about fewer than five people.",
        "tours figures",
        writes=False,
        needs=Permission.VIEWER,
    ),
)

LIVING = (
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


FEATURE = Feature(
    name="tours",
    title="Tours of duty",
    commands=(*JOINING, *PLANNING, *LIVING),
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
)
