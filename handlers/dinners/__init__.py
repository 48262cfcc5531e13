"""The quarterly dinner: a poll for the day, RSVPs, and tables where people meet somebody new."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from handlers.feature import Command, Compose, Feature, Job, QuestionRoute, lazy_module
from handlers.shared.rules.schedule import Every
from integrations.ports.cards import Button
from storage.values.company import Permission

__all__ = ["FEATURE"]

if TYPE_CHECKING:
    from handlers.dinners import hooks as _hooks
    from handlers.dinners import jobs as _jobs
    from handlers.dinners.commands import guests as _guests
    from handlers.dinners.commands import organising as _organising
    from handlers.dinners.commands import planning as _planning
    from handlers.dinners.commands import rsvp as _rsvp
    from handlers.dinners.commands import seating as _seating
else:
    _hooks = lazy_module("handlers.dinners.hooks")
    _jobs = lazy_module("handlers.dinners.jobs")
    _guests = lazy_module("handlers.dinners.commands.guests")
    _organising = lazy_module("handlers.dinners.commands.organising")
    _planning = lazy_module("handlers.dinners.commands.planning")
    _rsvp = lazy_module("handlers.dinners.commands.rsvp")
    _seating = lazy_module("handlers.dinners.commands.seating")


PLAN_USAGE = 'dinner plan Q1 [--host @a] [--cap 24] [--dates "2027-02-09, 2027-02-11"] [--tables 6]'
PLAN_OPTIONS = ("host", "cap", "dates", "date", "tables", "size", "time", "place", "must")
RSVP_USAGE = 'dinner rsvp yes|no|maybe [Q1] [--diet "…"] [--access "…"]'
VOTE_USAGE = "dinner vote 2027-02-09 2027-02-11 maybe 2027-02-10"

PLANNING_COMMANDS = (
    Command(
        words="dinner plan",
        run=_planning.plan,
        usage=PLAN_USAGE,
        does="Puts a quarter's dinner down, or changes it: host, seats, days on offer, people at a table.",
        examples=(
            "dinner plan Q1",
            'dinner plan Q1 --host @ana --cap 24 --dates "2027-02-09, 2027-02-11"',
            'dinner plan Q1 --tables 8 --time 18:30 --place "Trattoria Roma"',
        ),
        needs=Permission.ADMIN,
        writes=True,
        takes=20,
        options=PLAN_OPTIONS,
        named=PLAN_OPTIONS,
        people=("host", "must"),
        clears=("must", "place"),
    ),
    Command(
        words="dinner plan form",
        run=_planning.plan_form,
        usage="dinner plan form [Q1]",
        does="Opens a form to plan a quarter's dinner.",
        examples=("dinner plan form", "dinner plan form Q1"),
        needs=Permission.ADMIN,
        takes=2,
    ),
    Command(
        words="dinner host",
        run=_planning.name_host,
        usage="dinner host QUARTER PERSON",
        does="Makes somebody the host of a dinner.",
        examples=("dinner host 2027-Q1 @ana",),
        needs=Permission.ADMIN,
        writes=True,
        takes=6,
    ),
    Command(
        words="dinner open",
        run=_organising.open_now,
        usage="dinner open [Q1]",
        does="Asks everybody now and not tomorrow; for those who run the dinner.",
        examples=("dinner open", "dinner open Q1"),
        writes=True,
        never_suggested=True,
        takes=2,
    ),
    Command(
        words="dinner pick",
        run=_organising.pick,
        usage="dinner pick [2027-02-09]",
        does="Closes the poll now with its best day, or with that one; for those who run the dinner.",
        examples=("dinner pick", "dinner pick 2027-02-09"),
        writes=True,
        never_suggested=True,
        takes=3,
    ),
    Command(
        words="dinner cancel",
        run=_organising.cancel,
        usage="dinner cancel [Q1]",
        does="Calls the dinner off and tells its guests; for those who run it.",
        examples=("dinner cancel Q1",),
        writes=True,
        never_suggested=True,
        takes=2,
    ),
    Command(
        words="dinner must",
        run=_planning.require,
        usage="dinner must [off] @a @b",
        does="Who has to be able to come: a day that one of them cannot make is out.",
        examples=("dinner must @ana @bo", "dinner must off @bo"),
        writes=True,
        takes=36,
    ),
    Command(
        words="dinner apart",
        run=_planning.apart,
        usage="dinner apart [off] @a @b",
        does="Two people whom no table ever holds together; only those who run dinners see it.",
        examples=("dinner apart @ana @bo", "dinner apart off @ana @bo"),
        writes=True,
        takes=12,
    ),
    Command(
        words="dinner organiser",
        run=_planning.organiser,
        usage="dinner organiser [off] @a",
        does="Names somebody who runs this dinner beside the admins.",
        examples=("dinner organiser @ana",),
        needs=Permission.ADMIN,
        writes=True,
        takes=36,
    ),
    Command(
        words="dinner post",
        run=_organising.post,
        usage="dinner post [Q1]",
        does="Shows what this room would read about the dinner; for those who run it.",
        examples=("dinner post",),
        takes=2,
    ),
    Command(
        words="dinner post now",
        run=_organising.post_now,
        usage="dinner post now [Q1]",
        does="Puts the dinner's card into this room and keeps its tally up to date.",
        examples=("dinner post now",),
        writes=True,
        never_suggested=True,
        takes=2,
    ),
    Command(
        words="dinner unpost",
        run=_organising.unpost,
        usage="dinner unpost [Q1]",
        does="Takes the dinner's card out of this room again.",
        examples=("dinner unpost",),
        writes=True,
        never_suggested=True,
        takes=2,
    ),
)

RSVP_COMMANDS = (
    Command(
        words="dinner",
        run=_organising.show,
        usage="dinner [Q1]",
        does="The next dinner: when, who is host, how many come, and your own answer.",
        examples=("dinner", "dinner Q1"),
        takes=2,
    ),
    Command(
        words="dinner show",
        run=_organising.show,
        usage="dinner show [Q1]",
        does="Likewise: where the dinner stands.",
        examples=("dinner show", "dinner show Q1"),
        takes=2,
    ),
    Command(
        words="dinner vote",
        run=_rsvp.vote,
        usage="dinner vote [DAYS] [maybe DAYS]",
        does="Says on which of the days you can come; what you leave out is a no.",
        examples=("dinner vote", "dinner vote 1 3 maybe 2", VOTE_USAGE),
        writes=True,
        takes=24,
    ),
    Command(
        words="dinner rsvp",
        run=_rsvp.rsvp,
        usage=RSVP_USAGE,
        does="Says whether you come. Diet and access go to the host alone, encrypted.",
        examples=("dinner rsvp yes", 'dinner rsvp yes --diet "vegan"', "dinner rsvp no Q1"),
        writes=True,
        takes=3,
        options=("diet", "access"),
        clears=("diet", "access"),
    ),
    Command(
        words="dinner needs",
        run=_rsvp.dietary_needs,
        usage='dinner needs [--diet "…"] [--access "…"]',
        does="Tells the host, and nobody else, what you do not eat and what you need to sit well.",
        examples=("dinner needs", 'dinner needs --diet "no nuts"'),
        writes=True,
        takes=20,
        options=("diet", "access"),
        named=("diet", "access"),
        clears=("diet", "access"),
    ),
)

SEATING_COMMANDS = (
    Command(
        words="dinner seats",
        run=_seating.show,
        usage="dinner seats [Q1] [anew]",
        does="Who sits where: both sides at every table, nobody beside the people of earlier dinners or their manager.",
        examples=("dinner seats", "dinner seats Q1"),
        writes=True,
        takes=3,
    ),
    Command(
        words="dinner reseat",
        run=_seating.reseat,
        usage="dinner reseat [Q1]",
        does="Puts the tables right after somebody dropped out, with as few people as possible changing theirs.",
        examples=("dinner reseat",),
        writes=True,
        takes=2,
    ),
    Command(
        words="dinner diets",
        run=_organising.diets,
        usage="dinner diets [Q1]",
        does="Sends the host, in private, what guests told of diet and access.",
        examples=("dinner diets",),
        writes=True,
        takes=2,
    ),
    Command(
        words="dinner absent",
        run=_organising.absent,
        usage="dinner absent [Q1] @a @b",
        does="Records who did not come, from the evening on, so that later dinners know who met whom.",
        examples=("dinner absent @ana",),
        writes=True,
        takes=36,
    ),
)

GUEST_COMMANDS = (
    Command(
        words="dinner table",
        run=_guests.table,
        usage="dinner table [Q1]",
        does="Where you sit and whom you will meet, from the day of the dinner on.",
        examples=("dinner table",),
        takes=2,
    ),
    Command(
        words="dinner picture",
        run=_guests.draw,
        usage="dinner picture [Q1]",
        does="The tables as a picture, with words that stand for it.",
        examples=("dinner picture",),
        takes=2,
    ),
    Command(
        words="dinner ics",
        run=_guests.ics,
        usage="dinner ics [Q1]",
        does="Your calendar entry as a file: new, changed, or taken away again.",
        examples=("dinner ics", "dinner ics Q1"),
        writes=True,
        takes=2,
    ),
    Command(
        words="dinner pulse",
        run=_guests.pulse,
        usage="dinner pulse [Q1] 1-5 yes|no",
        does="How the evening was, without your name; shown as sums from five replies on.",
        examples=("dinner pulse 5 yes", "dinner pulse"),
        writes=True,
        takes=4,
        named=("evening", "met"),
    ),
    Command(
        words="dinner results",
        run=_guests.results,
        usage="dinner results [Q1]",
        does="What the two questions came to.",
        examples=("dinner results",),
        takes=2,
    ),
)


def _composers() -> Mapping[str, Compose]:
    from handlers.dinners.notices.compose import NOTICES

    return NOTICES


QUARTER = r"\b(?:20\d\d-?)?Q[1-4]\b"
PLAN_ONE = Button("Plan one", "dinner plan form", words="dinner plan form", asks=True)
ANSWERS = (
    QuestionRoute(
        topic="dinner",
        say="dinner table",
        when=r"\b(?:tables?|seats?|seated|sit|sits|sitting|next to|beside)\b",
        argument=QUARTER,
        invitation=PLAN_ONE,
    ),
    QuestionRoute(topic="dinner", say="dinner", argument=QUARTER, invitation=PLAN_ONE),
)

FEATURE = Feature(
    name="dinners",
    title="Dinners",
    answers=ANSWERS,
    commands=(*RSVP_COMMANDS, *SEATING_COMMANDS, *GUEST_COMMANDS, *PLANNING_COMMANDS),
    notices=_composers,
    jobs=(
        Job(
            name="dinners.tick",
            does="Moves every dinner's season on when its day has come, and gives seats on that lapsed.",
            schedule=Every(15),
            catch_up="last",
            run=_jobs.tick,
        ),
    ),
    export_person=_hooks.export_person,
    forget_person=_hooks.forget_person,
    on_left=_hooks.on_left,
    open_work=_hooks.open_work,
)
