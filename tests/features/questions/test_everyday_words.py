"""Questions about another company, whose names are words of everyday language."""

from __future__ import annotations

from datetime import date

import pytest

from storage.values.roadmap import Status
from tests.features.questions.company_everyday_words import NAMES, PEOPLE, roadmap
from tests.features.questions.company_similar_names import TODAY
from tests.features.questions.gold import (
    NOT_UNDERSTOOD,
    UNCLEAR,
    UNKNOWN,
    Meaning,
    Question,
    QuestionContext,
    about_campaign,
    check_question,
    due,
    finished_until,
    first,
    for_campaign,
    is_milestone,
    is_open,
    not_,
    of_team,
    overdue_on,
    owned_by,
    slipping_on,
    starting,
    title_words,
    with_status,
)

COMPANY = QuestionContext(NAMES, roadmap(), PEOPLE[3], TODAY)
of_it, of_marketing = of_team("pay", "plat", "desk", "dni", "mob"), of_team("cont", "grow", "ev", "prod")
finished, overdue, slipping = finished_until(TODAY), overdue_on(TODAY), slipping_on(TODAY)

QUESTIONS: tuple[Question, ...] = (
    (
        "what is platform working on for aurora",
        (
            is_open,
            of_team("plat"),
            for_campaign("aur"),
        ),
    ),
    (
        "What does the Help Desk still have to do for Holiday 2026?",
        (
            is_open,
            of_team("desk"),
            for_campaign("hol26"),
        ),
    ),
    ("anything blocked for holiday", UNCLEAR),
    (
        "blocked items for holiday 26",
        (
            with_status(Status.BLOCKED),
            for_campaign("hol26"),
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
            for_campaign("nyny"),
        ),
    ),
    (
        "planned things of events for the summit",
        (
            with_status(Status.PLANNED),
            of_team("ev"),
            for_campaign("bsc"),
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
            with_status(Status.BLOCKED),
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
            with_status(Status.ON_HOLD),
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
            for_campaign("tax"),
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
            is_milestone,
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
            for_campaign("q4p"),
            due(date(2026, 10, 1), date(2026, 12, 31)),
        ),
    ),
    (
        "q4 push at risk?",
        (
            with_status(Status.AT_RISK),
            for_campaign("q4p"),
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
            for_campaign("m3"),
        ),
    ),
    (
        "what are apps shipping for v3 in february",
        (
            is_open,
            of_team("mob"),
            for_campaign("m3"),
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
            with_status(Status.BLOCKED),
            of_team("dni"),
        ),
    ),
    (
        "PMM items without due date for Project Aurora",
        (
            is_open,
            of_team("prod"),
            for_campaign("aur"),
            lambda i: i.due is None,
        ),
    ),
    (
        "what's the marketing side got for refer a friend",
        (
            is_open,
            of_marketing,
            for_campaign("ref"),
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
            for_campaign("aur"),
        ),
    ),
    (
        "performance marketing at risk",
        (
            with_status(Status.AT_RISK),
            of_team("grow"),
        ),
    ),
    (
        "which it items for tax season are due before it starts",
        (
            is_open,
            of_it,
            for_campaign("tax"),
            due(None, date(2027, 1, 14)),
        ),
    ),
    (
        "what for aurora slips past its launch",
        (
            is_open,
            for_campaign("aur"),
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
    ("who owns the wallet pilot", (title_words("wallet", "pilot"),)),
    ("when do push notifications land", (title_words("push", "notif"),)),
    ("who owns the budget dashboard?", (title_words("budget", "dashboard"),)),
    ("is single sign-on done", (title_words("single", "sign"),)),
    (
        "who's doing the release notes for aurora",
        (
            title_words("release", "notes"),
            for_campaign("aur"),
        ),
    ),
    ("what's the status of the sign-up form", (title_words("sign-up", "form"),)),
    ("who is responsible for gift cards?", (title_words("gift", "card"),)),
    ("when is the tax calculator due", (title_words("tax", "calc"),)),
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
            with_status(Status.BLOCKED),
            for_campaign("aur"),
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
            for_campaign("tax"),
        ),
    ),
    (
        "what's the helpdesk doing for aurora",
        (
            is_open,
            of_team("desk"),
            for_campaign("aur"),
        ),
    ),
    (
        "refer-a-friend open milestones",
        (
            is_open,
            is_milestone,
            for_campaign("ref"),
        ),
    ),
    (
        "NEW YEAR NEW YOU: WHAT IS STILL OPEN?",
        (
            is_open,
            for_campaign("nyny"),
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
            with_status(Status.BLOCKED),
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
            with_status(Status.ON_HOLD),
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
            is_milestone,
            for_campaign("bsc"),
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
            with_status(Status.IN_PROGRESS),
            for_campaign("aur"),
            not_(of_team("plat")),
        ),
    ),
    (
        "not started yet at content",
        (
            with_status(Status.PLANNED),
            of_team("cont"),
        ),
    ),
    (
        "work at risk for either aurora or the summit",
        (
            with_status(Status.AT_RISK),
            for_campaign("aur", "bsc"),
        ),
    ),
    (
        "all IT teams except payments and platform: what is blocked",
        (
            with_status(Status.BLOCKED),
            of_it,
            not_(of_team("pay", "plat")),
        ),
    ),
    (
        "Is anything for Tax Season late or blocked?",
        (
            for_campaign("tax"),
            lambda i: overdue(i) or i.status is Status.BLOCKED,
        ),
    ),
    (
        "late and unassigned for holiday 2026",
        (
            overdue,
            for_campaign("hol26"),
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
    check_question(COMPANY, words, meaning)
