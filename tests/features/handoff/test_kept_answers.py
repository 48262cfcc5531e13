"""Which questions a kept answer is given to, how long it is kept, and what is left of it when somebody is forgotten."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import text

from storage.store import Store
from storage.values.roadmap import Status
from tests.app import item, text_of
from tests.simulated_company import SimulatedCompany

ANA, BO, CY, DEE = "ana@example.com", "bo.chen@example.com", "cy@example.com", "dee@example.com"
SECRET = "xylophone"


@pytest.fixture
async def company(store: Store) -> SimulatedCompany:
    """Ana of SEO asks, Cy of Web answers, Dee of Brand is the next one who asks."""
    made = SimulatedCompany(store)
    await made.add_teams()
    for email, team in ((ANA, "seo"), (BO, "web"), (CY, "web"), (DEE, "brand")):
        await made.add_person(email, team)
    await made.add_campaign("spring", "Spring Launch", owner="p_ana", it_partner="p_bo.chen")
    await made.publish(item("WEB-12", "Consent banner", owner="p_cy", campaigns=("spring",), status=Status.BLOCKED))
    return made


async def answer(company: SimulatedCompany, words: str, answer: str = SECRET, *, asker: str = ANA) -> str:
    """Have *words* asked and answered by Cy; the question's number."""
    number: str = (await company.say(asker, f"ask {words}")).facts["question"]
    await company.say(asker, f"handoff {number} @cy")
    saved = await company.say(CY, f'answer {number} "{answer}"')
    assert saved.exit == 0, text_of(saved)
    return number


async def is_found(company: SimulatedCompany, words: str, who: str = DEE) -> bool:
    return SECRET in text_of(await company.say(who, f"ask {words}"))


ASKED_AGAIN = (
    ("what is planned for Spring Launch?", "What's planned for spring launch"),
    ("what budget do we have for Spring Launch", "what budget do we have for Spring Launch?"),
    ("what is IT doing for Spring Launch because of legal?", "what is IT doing for Spring Launch because of legal"),
    ("who approves the budget of Spring Launch?", "hello, who approves the budget of Spring Launch please"),
    ("what is late for Spring Launch?", "can you tell me what is late for Spring Launch?"),
    ("where is the guide for Spring Launch?", "where's the guide for Spring Launch?"),
)
OTHER_WORDS = (
    ("who owns Spring Launch?", "when does Spring Launch start?"),
    ("is WEB-12 blocked?", "is WEB-12 done?"),
    ("what is the slogan of Spring Launch?", "what is the budget of Spring Launch?"),
    ("who owns WEB-12?", "who signs off WEB-12?"),
    ("what is IT doing about cookies", "what is it doing about cookies"),
)


async def test_the_next_one_who_asks_the_same_about_a_campaign_gets_the_answer(company: SimulatedCompany) -> None:
    for words, _ in ASKED_AGAIN:
        await answer(company, words)
    company.advance(timedelta(days=1))

    assert [again for _, again in ASKED_AGAIN if not await is_found(company, again)] == []


async def test_an_answer_is_not_given_to_other_words(company: SimulatedCompany) -> None:
    """Even where both are understood as the same plan: the answer was to the words."""
    for words, _ in OTHER_WORDS:
        await answer(company, words)

    assert [other for _, other in OTHER_WORDS if await is_found(company, other)] == []


async def test_an_answer_is_not_given_once_the_same_words_mean_something_else(company: SimulatedCompany) -> None:
    await answer(company, "what is due this month for Spring Launch?")
    assert await is_found(company, "what is due this month for Spring Launch?")

    company.advance(timedelta(days=31))

    assert not await is_found(company, "what is due this month for Spring Launch?")


async def test_an_answer_about_what_is_late_ends_when_something_else_is_late(company: SimulatedCompany) -> None:
    await answer(company, "what is overdue for Spring Launch?", f"{SECRET}: nothing")

    company.advance(timedelta(days=60))  # the banner was due after 30

    assert not await is_found(company, "what is overdue for Spring Launch?")


async def test_what_i_asked_about_me_is_answered_to_me_alone(company: SimulatedCompany) -> None:
    await answer(company, "where is my contract for Spring Launch?")

    assert await is_found(company, "where is my contract for Spring Launch?", ANA)
    assert not await is_found(company, "where is my contract for Spring Launch?", DEE)


async def test_a_kept_answer_expires_with_retention(company: SimulatedCompany) -> None:
    await answer(company, "where is the brand guide")
    company.advance(timedelta(days=company.ctx.policy.retention_days + 1))

    await company.run_job("operations.forget")

    assert SECRET not in await stored(company)


async def stored(company: SimulatedCompany) -> str:
    """Every row of the tables that hold questions and answers, as text."""
    async with company.store.reading() as session:
        tables = [
            (await session.execute(text(f"SELECT * FROM {table}"))).all()
            for table in ("question", "handoff", "verified_answer")
        ]
    return json.dumps([[list(map(str, row)) for row in rows] for rows in tables])


async def test_forgetting_the_asker_leaves_no_word_of_theirs_and_keeps_the_answer(company: SimulatedCompany) -> None:
    await answer(company, "where is the quincunx guide")

    await company.say(ANA, "me forget --yes")

    left = await stored(company)
    assert not any(word in left for word in ("quincunx", "p_ana", "Ana"))
    assert await is_found(company, "where is the quincunx guide")


async def test_what_others_wrote_about_a_forgotten_person_goes(company: SimulatedCompany) -> None:
    """Their questions, how these were understood, answers that name the person, and why somebody was asked."""
    await answer(company, "what is bo working on?")
    await answer(company, "where is the brand guide", "Bo Chen has it.")
    await company.say(DEE, "ask is Bo Chen in today?")
    await company.say(BO, "ask where is the stage plan")
    await company.say(BO, "handoff Q4 @dee")
    await company.say(DEE, "pass on Q4 @cy")
    await company.say(ANA, "ask who knows the agency")
    await company.say(ANA, "handoff Q5 @bo")
    await company.say(BO, "pass on Q5 @cy")

    await company.say(BO, "me forget --yes")

    left = (await stored(company)).casefold()
    assert not any(word in left for word in ("bo chen", "bo working", "p_bo.chen", "stage plan"))
    assert "who knows the agency" in left
    listed = text_of(await company.say(ANA, "questions"))
    assert "Removed: it named somebody" in listed
    assert [question["question"] for question in (await company.say(CY, "questions open")).facts["questions"]] == ["Q5"]


async def test_me_export_holds_all_that_is_stored_about_questions_and_answers(company: SimulatedCompany) -> None:
    number = await answer(company, "where is the brand guide")
    await company.say(ANA, f"helpful {number}")

    mine, hers = (await company.say(CY, "me export")).facts, (await company.say(ANA, "me export")).facts

    assert mine["answers"][0]["text"] == hers["answers_received"][0]["text"] == SECRET
    assert mine["questions_put_to_me"][0] | {"at": ""} == {
        "question": number, "reason": "Ana named you", "at": "", "state": "answered", "reminded": False,
    }  # fmt: skip
    assert (hers["questions"][0]["words"], hers["questions"][0]["feedback"]) == ("where is the brand guide", "helpful")
