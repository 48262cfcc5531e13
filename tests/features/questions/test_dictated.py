"""Questions spoken into a telephone, and by people whose first language is another one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from storage.values.roadmap import Status
from tests.features.questions.company_similar_names import NAMES, PEOPLE, TODAY, roadmap
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

COMPANY = QuestionContext(NAMES, roadmap(size=900), PEOPLE[0], TODAY)
of_it, of_marketing = of_team("itsec", "node", "webp", "data", "crm"), of_team("seo", "brand", "mops")
finished, overdue, slipping = finished_until(TODAY), overdue_on(TODAY), slipping_on(TODAY)

QUESTIONS: tuple[Question, ...] = (
    (
        "ok so quick question before my two o'clock, the black friday thing, do we know what the data people still need to deliver for that",
        (
            is_open,
            of_team("data"),
            for_campaign("bf26"),
        ),
    ),
    (
        "uh what was it... right: milestones for the spring launch that are due in march",
        (
            is_open,
            is_milestone,
            for_campaign("spl27"),
            due(date(2027, 3, 1), date(2027, 3, 31)),
        ),
    ),
    (
        "can somebody tell me how many tickets crm still has open for loyalty relaunch because i have a call in ten minutes",
        (
            is_open,
            of_team("crm"),
            for_campaign("loyal"),
        ),
    ),
    (
        "give me a quick rundown of everything at risk in it for the next month",
        (
            with_status(Status.AT_RISK),
            of_it,
            due(date(2026, 12, 1), date(2026, 12, 31)),
        ),
    ),
    (
        "node blocked",
        (
            with_status(Status.BLOCKED),
            of_team("node"),
        ),
    ),
    (
        "legal?",
        (
            is_open,
            of_team("legal"),
        ),
    ),
    (
        "Über Week status",
        (
            is_open,
            for_campaign("uber"),
        ),
    ),
    (
        "who in brand has overdue work",
        (
            overdue,
            of_team("brand"),
        ),
    ),
    (
        "for spring sale who is late",
        (
            overdue,
            for_campaign("spsale"),
        ),
    ),
    (
        "who at web platform is working on LR",
        (
            is_open,
            of_team("webp"),
            for_campaign("loyal"),
        ),
    ),
    (
        "Which people own blocked items for Spring Launch 2027?",
        (
            with_status(Status.BLOCKED),
            for_campaign("spl27"),
        ),
    ),
    (
        "please to show items what are not assigned in team SEO",
        (
            is_open,
            of_team("seo"),
            lambda i: not i.owner,
        ),
    ),
    (
        "how is the going of Back to School",
        (
            is_open,
            for_campaign("b2s"),
        ),
    ),
    (
        "what must deliver IT for Über Week",
        (
            is_open,
            of_it,
            for_campaign("uber"),
        ),
    ),
    (
        "what have done the CRM in this year",
        (
            with_status(Status.DONE),
            of_team("crm"),
            finished(date(2026, 1, 1), TODAY),
        ),
    ),
    (
        "I am search for the items of Grace which are late",
        (
            overdue,
            owned_by("p7"),
        ),
    ),
    (
        "all items with date of end in january 2027 for Data please",
        (
            is_open,
            of_team("data"),
            due(date(2027, 1, 1), date(2027, 1, 31)),
        ),
    ),
    (
        "ffs what's overdue in brand",
        (
            overdue,
            of_team("brand"),
        ),
    ),
    (
        "stop wasting my time and tell me what's blocked for spring sale",
        (
            with_status(Status.BLOCKED),
            for_campaign("spsale"),
        ),
    ),
    ("just the damn list of on hold stuff", (with_status(Status.ON_HOLD),)),
    ("who the heck owns Back to School", about_campaign("owner")),
    (
        "blocked or at-risk IT items for Loyalty Relaunch due before year end without an owner",
        (
            with_status(Status.BLOCKED, Status.AT_RISK),
            of_it,
            for_campaign("loyal"),
            due(None, date(2026, 12, 31)),
            lambda i: not i.owner,
        ),
    ),
    (
        "planned SEO and Brand milestones for Back to School or Mother's Day",
        (
            with_status(Status.PLANNED),
            of_team("seo", "brand"),
            is_milestone,
            for_campaign("b2s", "md"),
        ),
    ),
    (
        "in-progress items of Ana Costa or Bo Chen due this year",
        (
            with_status(Status.IN_PROGRESS),
            owned_by("p2", "p3"),
            due(date(2026, 1, 1), date(2026, 12, 31)),
        ),
    ),
    (
        "open items of CRM, not at risk, due in the next 6 weeks",
        (
            is_open,
            of_team("crm"),
            not_(with_status(Status.AT_RISK)),
            due(TODAY, TODAY + timedelta(42)),
        ),
    ),
    (
        "what's planned, blocked or on hold for 1.27",
        (
            with_status(Status.PLANNED, Status.BLOCKED, Status.ON_HOLD),
            for_campaign("v1.27"),
        ),
    ),
    (
        "count of marketing items, excluding milestones, that are overdue",
        (
            overdue,
            of_marketing,
            not_(is_milestone),
        ),
    ),
    (
        "dropped and on-hold work for Spring Sale",
        (
            with_status(Status.DROPPED, Status.ON_HOLD),
            for_campaign("spsale"),
        ),
    ),
    (
        "what of Siobhan's is due this month but not blocked",
        (
            is_open,
            owned_by("p5"),
            not_(with_status(Status.BLOCKED)),
            due(date(2026, 11, 1), date(2026, 11, 30)),
        ),
    ),
    (
        "Everything except milestones that IT Security has open",
        (
            is_open,
            of_team("itsec"),
            not_(is_milestone),
        ),
    ),
    (
        "IT items without IT Security's",
        (
            is_open,
            of_it,
            not_(of_team("itsec")),
        ),
    ),
    (
        "anything but Spring Sale for Brand",
        (
            is_open,
            of_team("brand"),
            not_(for_campaign("spsale")),
        ),
    ),
    (
        "work of seo that serves neither spring sale nor back to school",
        (
            is_open,
            of_team("seo"),
            not_(for_campaign("spsale", "b2s")),
        ),
    ),
    (
        "due within a week, data",
        (
            is_open,
            of_team("data"),
            due(TODAY, TODAY + timedelta(7)),
        ),
    ),
    (
        "what lands the week after next",
        (
            is_open,
            due(date(2026, 11, 30), date(2026, 12, 6)),
        ),
    ),
    (
        "due this weekend?",
        (
            is_open,
            due(date(2026, 11, 21), date(2026, 11, 22)),
        ),
    ),
    (
        "what's due Monday",
        (
            is_open,
            due(date(2026, 11, 23), date(2026, 11, 23)),
        ),
    ),
    ("anything shipped last Monday?", (finished(date(2026, 11, 16), date(2026, 11, 16)),)),
    (
        "what has marketing finished since last month",
        (
            of_marketing,
            finished(date(2026, 10, 1), TODAY),
        ),
    ),
    (
        "due by the end of next week for SEO",
        (
            is_open,
            of_team("seo"),
            due(None, date(2026, 11, 29)),
        ),
    ),
    ("what was delivered in the second quarter", (finished(date(2026, 4, 1), date(2026, 6, 30)),)),
    (
        "finished in Q3 2026 by Brand",
        (
            of_team("brand"),
            finished(date(2026, 7, 1), date(2026, 9, 30)),
        ),
    ),
    (
        "what is due in the rest of the year for crm",
        (
            is_open,
            of_team("crm"),
            due(TODAY, date(2026, 12, 31)),
        ),
    ),
    (
        "due on the 1st of December",
        (
            is_open,
            due(date(2026, 12, 1), date(2026, 12, 1)),
        ),
    ),
    (
        "due before the 3rd of december in web platform",
        (
            is_open,
            of_team("webp"),
            due(None, date(2026, 12, 2)),
        ),
    ),
    (
        "due between Dec 1st and Dec 10th",
        (
            is_open,
            due(date(2026, 12, 1), date(2026, 12, 10)),
        ),
    ),
    (
        "starts before Christmas and is for LR",
        (
            is_open,
            for_campaign("loyal"),
            starting(None, date(2026, 12, 24)),
        ),
    ),
    (
        "what kicked off last month",
        (
            is_open,
            starting(date(2026, 10, 1), date(2026, 10, 31)),
        ),
    ),
    (
        "due end of november",
        (
            is_open,
            due(None, date(2026, 11, 30)),
        ),
    ),
    (
        "due no later than 30.11.2026",
        (
            is_open,
            due(None, date(2026, 11, 30)),
        ),
    ),
    (
        "items due in 2027 for 1.27",
        (
            is_open,
            for_campaign("v1.27"),
            due(date(2027, 1, 1), date(2027, 12, 31)),
        ),
    ),
    (
        "due after spring launch starts, for spring launch",
        (
            is_open,
            for_campaign("spl27"),
            due(date(2027, 3, 16), None),
        ),
    ),
    (
        "Which Loyalty Relaunch items land too late, i.e. after the campaign ends?",
        (
            is_open,
            for_campaign("loyal"),
            due(date(2027, 2, 1), None),
        ),
    ),
    (
        "which items of Back to School are due before it begins",
        (
            is_open,
            for_campaign("b2s"),
            due(None, date(2027, 7, 31)),
        ),
    ),
    (
        "more than a month overdue",
        (
            overdue,
            due(None, date(2026, 10, 17)),
        ),
    ),
    ("oldest overdue thing at IT", first(overdue, of_it)),
    ("next two deadlines for Ana Costa", first(is_open, owned_by("p2"), due(TODAY, None), n=2)),
    ("when is the next CRM milestone", first(is_open, is_milestone, of_team("crm"), due(TODAY, None))),
    ("who has the next deadline in brand", first(is_open, of_team("brand"), due(TODAY, None))),
    ("who's the owner of the Newsletter template", (title_words("newsletter", "template"),)),
    ("do you know when the Partner Portal lands", (title_words("partner", "portal"),)),
    ("I'd like to know the due date of the price feeds", (title_words("price", "feed"),)),
    ("Has the Checkout Redesign been delivered?", (title_words("checkout", "redesign"),)),
    ("is the landing page late", (title_words("landing", "page"),)),
    (
        "are there any items about payments for IT",
        (
            is_open,
            title_words("payment"),
            of_it,
        ),
    ),
    (
        "show everything related to cookies in Spring Sale",
        (
            is_open,
            title_words("cookie"),
            for_campaign("spsale"),
        ),
    ),
    (
        "consent items for Loyalty Relaunch",
        (
            is_open,
            title_words("consent"),
            for_campaign("loyal"),
        ),
    ),
    (
        'items with "store locator" in the title',
        (
            is_open,
            title_words("store", "locator"),
        ),
    ),
    ("please reassign all of Ana's items to Bo", NOT_UNDERSTOOD),
    ("drop everything for Spring Sale", NOT_UNDERSTOOD),
    ("unblock WEB-12 please", NOT_UNDERSTOOD),
    ("can you mark all blocked items as done", NOT_UNDERSTOOD),
    ("change the due date of the cookie audit to monday", NOT_UNDERSTOOD),
    ("subscribe me to LR", NOT_UNDERSTOOD),
    ("how are things with you today", NOT_UNDERSTOOD),
    ("who won the game last night", NOT_UNDERSTOOD),
    ("what's the capital of Portugal", NOT_UNDERSTOOD),
    ("how much did we spend on Black Friday", NOT_UNDERSTOOD),
    ("what's our conversion for spring sale", NOT_UNDERSTOOD),
    ("is it raining", NOT_UNDERSTOOD),
    ("lol", NOT_UNDERSTOOD),
    ("what do you think about marketing", NOT_UNDERSTOOD),
    ("what's at risk for the Winter Wonderland campaign", UNKNOWN),
    ("what does Zoltan own", UNKNOWN),
    ("anything from the mobile team?", UNKNOWN),
    ("overdue work for Easter Parade", UNKNOWN),
    ("does Priya have blocked items", UNKNOWN),
    ("Is there work in progress at Growth Hacking?", UNKNOWN),
    ("items of Ana Souza", UNKNOWN),
    ("what did Bo Jensen ship last month", UNKNOWN),
    ("what's IT Procurement working on", UNKNOWN),
    ("is summer sale blocked by anything", UNKNOWN),
    ("what is open for spring campaign", UNCLEAR),
    ("what's Ana's next milestone", UNCLEAR),
    ("who is the IT partner of the spring campaign", UNCLEAR),
    ("when does kubernetes start", UNCLEAR),
    ("milestones for kubernetes due next week", UNCLEAR),
)


@pytest.mark.parametrize(("words", "meaning"), QUESTIONS, ids=[words[:60] for words, _ in QUESTIONS])
def test_a_question_finds_exactly_what_it_means(words: str, meaning: Meaning) -> None:
    check_question(COMPANY, words, meaning)
