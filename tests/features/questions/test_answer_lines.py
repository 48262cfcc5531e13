"""The headline answers the question that was asked, in plain words and numbers."""

from __future__ import annotations

from datetime import date

import pytest

from handlers.questions.rules.understanding import StatusCheck
from storage.store import Store
from storage.values.company import Permission
from storage.values.questions import AnswerType, Plan, SortOrder
from storage.values.roadmap import OPEN_STATUSES, Status
from tests.app import item, text_of
from tests.features.questions.answered_plans import answer_to, words_of
from tests.simulated_company import SimulatedCompany

ANA = "ana@example.com"
BLOCKED = frozenset({Status.BLOCKED})


@pytest.fixture
async def company(sqlite_store: Store) -> SimulatedCompany:
    """Today is 2 November 2026."""
    made = SimulatedCompany(sqlite_store)
    await made.add_teams()
    await made.add_person(ANA, "seo", Permission.CONTRIBUTOR)
    await made.add_person("ben@example.com", "web")
    await made.add_campaign("spring", "Spring Launch")
    await made.add_campaign("autumn", "Autumn Sale")
    await made.publish(
        item("WEB-1", "Banner", campaigns=("spring",), due=date(2026, 10, 28), start=date(2026, 12, 5)),
        item("WEB-2", "Search", campaigns=("spring",), due=date(2026, 10, 31), start=date(2026, 12, 1)),
        item("WEB-3", "Portal", campaigns=("spring",), due=date(2026, 11, 2)),
        item("WEB-4", "Feed", campaigns=("spring",), status=Status.DONE, due=date(2026, 10, 1)),
    )
    return made


async def headline(company: SimulatedCompany, plan: Plan, *, asks_whether: bool = False) -> str:
    return (await answer_to(company, ANA, plan, is_yes_no=asks_whether)).card.title


SPRING = Plan(statuses=OPEN_STATUSES, campaigns=("spring",))
LATE = Plan(overdue=True, campaigns=("spring",))


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (LATE, "Yes. 2 of 3 open items for Spring Launch are late."),
        (Plan(statuses=BLOCKED, campaigns=("spring",)), "No. None of the 3 open items for Spring Launch are blocked."),
        (Plan(on_track=True, campaigns=("spring",)), "No. 1 of 3 open items for Spring Launch is on track."),
        (Plan(on_track=True, campaigns=("autumn",)), "Yes. There are no open items for Autumn Sale."),
        (SPRING, "3 open items for Spring Launch."),
    ],
)
async def test_a_yes_or_no_question_is_answered_with_numbers(company: SimulatedCompany, plan: Plan, said: str) -> None:
    assert await headline(company, plan, asks_whether=True) == said


async def test_a_negated_question_is_answered_about_everything(company: SimulatedCompany) -> None:
    """ "Is nothing late?" is answered with no while anything is."""
    not_late = StatusCheck(late=True, negated=True)

    answer = await answer_to(company, ANA, LATE, is_yes_no=True, whether=not_late)

    assert answer.card.title == "No. 2 of 3 open items for Spring Launch are late."


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (
            Plan(wanted=AnswerType.HOW_LATE, keys=("WEB-1",)),
            "WEB-1 (Banner) is 5 days late (was due 28 Oct 2026).",
        ),
        (
            Plan(wanted=AnswerType.HOW_LATE, statuses=OPEN_STATUSES, campaigns=("spring",)),
            "WEB-1 (Banner) is 5 days late (was due 28 Oct 2026); WEB-2 (Search) is 2 days late (was due 31 Oct 2026); "
            "WEB-3 (Portal) is not late; it is due on 2 Nov 2026.",
        ),
        (
            Plan(wanted=AnswerType.HOW_LATE, keys=("WEB-4",)),
            "WEB-4 (Feed) was done on 1 Oct 2026.",
        ),
        (Plan(wanted=AnswerType.WHEN, keys=("WEB-2",)), "WEB-2 (Search) was due on 31 Oct 2026, 2 days late."),
        (
            Plan(wanted=AnswerType.STATUS, keys=("WEB-1",)),
            "WEB-1 (Banner) is in progress, 5 days late (was due 28 Oct 2026).",
        ),
        (Plan(wanted=AnswerType.COUNT, statuses=BLOCKED), "0 blocked items."),
        (Plan(statuses=BLOCKED, campaigns=("spring",)), "No blocked items for Spring Launch."),
        (
            Plan(having=frozenset({"start"}), order=SortOrder.START, limit=1),
            "1 item, with a start date, the first to start.",
        ),
    ],
)
async def test_the_headline_says_what_was_asked(company: SimulatedCompany, plan: Plan, said: str) -> None:
    assert await headline(company, plan) == said


async def test_the_first_to_start_is_limited_after_sorting_by_start(company: SimulatedCompany) -> None:
    answer = await answer_to(company, ANA, Plan(order=SortOrder.START, limit=2))

    assert answer.facts["items"] == ["WEB-2", "WEB-1"]


async def test_an_open_item_past_its_date_is_said_to_be_late_in_a_list(company: SimulatedCompany) -> None:
    words = words_of(await answer_to(company, ANA, SPRING))

    assert "in progress, due 28 Oct 2026, 5 days late" in words
    assert "due 2 Nov 2026, nobody yet" in words


async def test_an_answer_without_a_match_invites_to_a_question_that_has_one(company: SimulatedCompany) -> None:
    of_spring = words_of(await answer_to(company, ANA, Plan(statuses=BLOCKED, campaigns=("spring",))))
    of_autumn = words_of(await answer_to(company, ANA, Plan(statuses=BLOCKED, campaigns=("autumn",))))

    assert "Try: what is open for Spring Launch?" in of_spring
    assert "Try: what is open?" in of_autumn


async def test_names_that_were_not_used_are_said_in_the_small_print(company: SimulatedCompany) -> None:
    answer = await answer_to(company, ANA, SPRING, set_aside=("Ben",))

    assert "Not used: Ben." in words_of(answer)


async def test_a_room_does_not_read_the_unused_name_of_somebody_who_wants_no_mention(company: SimulatedCompany) -> None:
    await company.say("ben@example.com", "me hide")

    private = await answer_to(company, ANA, SPRING, set_aside=("Ben",))
    public = await answer_to(company, ANA, SPRING, set_aside=("Ben",), private=False)

    assert "Ben" in words_of(private)
    assert "Ben" not in words_of(public)


async def test_a_refusal_offers_examples_from_this_roadmap(company: SimulatedCompany) -> None:
    reply = await company.say(ANA, "ask how warm is it in Lisbon")

    assert reply.card.title == "I can help with the roadmap, dinners, tours and thanks"
    assert "Spring Launch" in text_of(reply)
