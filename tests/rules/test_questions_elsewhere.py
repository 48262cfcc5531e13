"""Questions about another company, whose names are words of everyday language."""

from __future__ import annotations

from datetime import date

import pytest

from storage.values import Status
from tests.rules.asking import (
    NOT_UNDERSTOOD,
    UNCLEAR,
    UNKNOWN,
    Company,
    Meaning,
    Question,
    about_campaign,
    check,
    due,
    finished_until,
    first,
    is_open,
    milestone,
    not_,
    of_team,
    overdue_on,
    owned_by,
    serving,
    slipping_on,
    standing,
    starting,
    titled,
)
from tests.rules.house_of_words import NAMES, PEOPLE, TODAY, roadmap

COMPANY = Company(NAMES, roadmap(), PEOPLE[3], TODAY)
of_it, of_marketing = of_team("pay", "plat", "desk", "dni", "mob"), of_team("cont", "grow", "ev", "prod")
finished, overdue, slipping = finished_until(TODAY), overdue_on(TODAY), slipping_on(TODAY)

QUESTIONS: tuple[Question, ...] = (
    (
        "what is platform working on for aurora",
        (
            is_open,
            of_team("plat"),
            serving("aur"),
        ),
    ),
    (
        "What does the Help Desk still have to do for Holiday 2026?",
        (
            is_open,
            of_team("desk"),
            serving("hol26"),
        ),
    ),
    ("anything blocked for holiday", UNCLEAR),
    (
        "blocked items for holiday 26",
        (
            standing(Status.BLOCKED),
            serving("hol26"),
        ),
    ),
    (
        "what's content late on",
        (
            overdue,
            of_team("cont"),
        ),
    ),
    (
        "is support behind on anything for new year new you",
        (
            overdue,
            of_team("desk"),
            serving("nyny"),
        ),
    ),
    (
        "planned things of events for the summit",
        (
            standing(Status.PLANNED),
            of_team("ev"),
            serving("bsc"),
        ),
    ),
    (
        "growth: overdue",
        (
            overdue,
            of_team("grow"),
        ),
    ),
    (
        "Mark's blocked stuff",
        (
            standing(Status.BLOCKED),
            owned_by("a"),
        ),
    ),
    (
        "what is mark twain up to",
        (
            is_open,
            owned_by("a"),
        ),
    ),
    (
        "what's April got on hold",
        (
            standing(Status.ON_HOLD),
            owned_by("b"),
        ),
    ),
    (
        "due in april for Li Wei",
        (
            is_open,
            owned_by("c"),
            due(date(2027, 4, 1), date(2027, 4, 30)),
        ),
    ),
    (
        "what does Picard own",
        (
            is_open,
            owned_by("d"),
        ),
    ),
    (
        "jean luc's items for tax season",
        (
            is_open,
            owned_by("d"),
            serving("tax"),
        ),
    ),
    (
        "open tickets of maria jose garcia",
        (
            is_open,
            owned_by("e"),
        ),
    ),
    (
        "anything of García due this month",
        (
            is_open,
            owned_by("e"),
            due(date(2026, 11, 1), date(2026, 11, 30)),
        ),
    ),
    ("what is Sam doing", UNCLEAR),
    (
        "sam brown's milestones",
        (
            is_open,
            milestone,
            owned_by("g"),
        ),
    ),
    (
        "van den berg overdue",
        (
            overdue,
            owned_by("h"),
        ),
    ),
    (
        "work for Q4 Push that lands in Q4",
        (
            is_open,
            serving("q4p"),
            due(date(2026, 10, 1), date(2026, 12, 31)),
        ),
    ),
    (
        "q4 push at risk?",
        (
            standing(Status.AT_RISK),
            serving("q4p"),
        ),
    ),
    (
        "what's due in q4 for payments",
        (
            is_open,
            of_team("pay"),
            due(date(2026, 10, 1), date(2026, 12, 31)),
        ),
    ),
    (
        "open for App v3",
        (
            is_open,
            serving("m3"),
        ),
    ),
    (
        "what are apps shipping for v3 in february",
        (
            is_open,
            of_team("mob"),
            serving("m3"),
            due(date(2027, 2, 1), date(2027, 2, 28)),
        ),
    ),
    (
        "how many items has data & insights finished in october",
        (
            of_team("dni"),
            finished(date(2026, 10, 1), date(2026, 10, 31)),
        ),
    ),
    (
        "D&I blocked",
        (
            standing(Status.BLOCKED),
            of_team("dni"),
        ),
    ),
    (
        "PMM items without due date for Project Aurora",
        (
            is_open,
            of_team("prod"),
            serving("aur"),
            lambda i: i.due is None,
        ),
    ),
    (
        "what's the marketing side got for refer a friend",
        (
            is_open,
            of_marketing,
            serving("ref"),
        ),
    ),
    (
        "product marketing's open work",
        (
            is_open,
            of_team("prod"),
        ),
    ),
    (
        "what is marketing doing for aurora",
        (
            is_open,
            of_marketing,
            serving("aur"),
        ),
    ),
    (
        "performance marketing at risk",
        (
            standing(Status.AT_RISK),
            of_team("grow"),
        ),
    ),
    (
        "which it items for tax season are due before it starts",
        (
            is_open,
            of_it,
            serving("tax"),
            due(None, date(2027, 1, 14)),
        ),
    ),
    (
        "what for aurora slips past its launch",
        (
            is_open,
            serving("aur"),
            due(date(2027, 2, 2), None),
        ),
    ),
    (
        "finance stuff that isn't for any campaign",
        (
            is_open,
            of_team("fin"),
            lambda i: not i.campaigns,
        ),
    ),
    ("who owns the wallet pilot", (titled("wallet", "pilot"),)),
    ("when do push notifications land", (titled("push", "notif"),)),
    ("who owns the budget dashboard?", (titled("budget", "dashboard"),)),
    ("is single sign-on done", (titled("single", "sign"),)),
    (
        "who's doing the release notes for aurora",
        (
            titled("release", "notes"),
            serving("aur"),
        ),
    ),
    ("what's the status of the sign-up form", (titled("sign-up", "form"),)),
    ("who is responsible for gift cards?", (titled("gift", "card"),)),
    ("when is the tax calculator due", (titled("tax", "calc"),)),
    ("Who owns Tax Season?", about_campaign("owner")),
    ("when does the summit start", about_campaign("start")),
    ("When is NYNY?", about_campaign("dates")),
    ("IT partner for refer a friend?", about_campaign("partner")),
    ("who is our it contact for the summit", about_campaign("partner")),
    ("end date of Project Aurora", about_campaign("end")),
    ("is Q4 Push over?", about_campaign("")),
    ("what's blocked for Project Borealis", UNKNOWN),
    ("what's open for Holiday 2025", UNKNOWN),
    ("what's left for Tax Day", UNKNOWN),
    ("items of the Mobile Games team", UNKNOWN),
    ("what's Sam Jones late with", UNKNOWN),
    ("Mobile App v4 blockers", UNKNOWN),
    ("Brand Summit Oslo items", UNKNOWN),
    ("is the procurement team on schedule", UNKNOWN),
    ("what's overdue for customer success", UNKNOWN),
    ("anything for Black Friday?", UNKNOWN),
    (
        "aroura blockers",
        (
            standing(Status.BLOCKED),
            serving("aur"),
        ),
    ),
    (
        "what is paymnets working on",
        (
            is_open,
            of_team("pay"),
        ),
    ),
    (
        "overdue for the tax seson",
        (
            overdue,
            serving("tax"),
        ),
    ),
    (
        "what's the helpdesk doing for aurora",
        (
            is_open,
            of_team("desk"),
            serving("aur"),
        ),
    ),
    (
        "refer-a-friend open milestones",
        (
            is_open,
            milestone,
            serving("ref"),
        ),
    ),
    (
        "NEW YEAR NEW YOU: WHAT IS STILL OPEN?",
        (
            is_open,
            serving("nyny"),
        ),
    ),
    (
        "what do I have due before the new year",
        (
            is_open,
            owned_by("d"),
            due(None, date(2026, 12, 31)),
        ),
    ),
    (
        "what is my team blocked on",
        (
            standing(Status.BLOCKED),
            of_team("pay"),
        ),
    ),
    ("Which of our campaigns does Priya own?", about_campaign("")),
    (
        "open items owned by priya",
        (
            is_open,
            owned_by("i"),
        ),
    ),
    (
        "everything on hold outside finance",
        (
            standing(Status.ON_HOLD),
            not_(of_team("fin")),
        ),
    ),
    (
        "Let me know what the Events team delivered during September and October",
        (
            of_team("ev"),
            finished(date(2026, 9, 1), date(2026, 10, 31)),
        ),
    ),
    (
        "items due by 31/12/2026 for events",
        (
            is_open,
            of_team("ev"),
            due(None, date(2026, 12, 31)),
        ),
    ),
    (
        "due Dec 24",
        (
            is_open,
            due(date(2026, 12, 24), date(2026, 12, 24)),
        ),
    ),
    (
        "show items starting this week",
        (
            is_open,
            starting(date(2026, 11, 16), date(2026, 11, 22)),
        ),
    ),
    (
        "how many milestones are left for the summit?",
        (
            is_open,
            milestone,
            serving("bsc"),
        ),
    ),
    ("the most overdue item of platform", first(overdue, of_team("plat"))),
    ("what's payments' next due item", first(is_open, of_team("pay"), due(TODAY, None))),
    (
        "which items are not owned by anyone and overdue",
        (
            overdue,
            lambda i: not i.owner,
        ),
    ),
    (
        "in progress, aurora, not platform",
        (
            standing(Status.IN_PROGRESS),
            serving("aur"),
            not_(of_team("plat")),
        ),
    ),
    (
        "not started yet at content",
        (
            standing(Status.PLANNED),
            of_team("cont"),
        ),
    ),
    (
        "work at risk for either aurora or the summit",
        (
            standing(Status.AT_RISK),
            serving("aur", "bsc"),
        ),
    ),
    (
        "all IT teams except payments and platform: what is blocked",
        (
            standing(Status.BLOCKED),
            of_it,
            not_(of_team("pay", "plat")),
        ),
    ),
    (
        "Is anything for Tax Season late or blocked?",
        (
            serving("tax"),
            lambda i: overdue(i) or i.status is Status.BLOCKED,
        ),
    ),
    (
        "late and unassigned for holiday 2026",
        (
            overdue,
            serving("hol26"),
            lambda i: not i.owner,
        ),
    ),
    ("book a meeting with Li Wei", NOT_UNDERSTOOD),
    ("who's the best team", NOT_UNDERSTOOD),
    ("how's the weather for the summit", NOT_UNDERSTOOD),
    ("what's the ROI of aurora", NOT_UNDERSTOOD),
    ("please approve R12", NOT_UNDERSTOOD),
    ("close PAY-12 and tell growth", NOT_UNDERSTOOD),
    ("remind Mark about his overdue items", NOT_UNDERSTOOD),
    ("can you speak german", NOT_UNDERSTOOD),
    ("what is 2+2", NOT_UNDERSTOOD),
)


@pytest.mark.parametrize(("words", "meaning"), QUESTIONS, ids=[words[:60] for words, _ in QUESTIONS])
def test_a_question_finds_exactly_what_it_means(words: str, meaning: Meaning) -> None:
    check(COMPANY, words, meaning)
