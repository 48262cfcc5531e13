"""Handing a question to a person: who is asked, which answers are kept, and when they are withdrawn."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from handlers.handoff.rules import QuestionTopic, Route, routes
from integrations.ports.inbound import Reply
from storage.store import Store
from storage.values.company import UNRESTRICTED, Campaign, Directory, Permission, Person, Side, Team
from storage.values.roadmap import Status
from tests.app import item, text_of
from tests.simulated_company import SimulatedCompany

ANA, BO, CY, DEE = "ana@example.com", "bo@example.com", "cy@example.com", "dee@example.com"
BANNER = item("WEB-12", "Consent banner", due=date(2027, 2, 9), owner="p_bo", campaigns=("spring",))
HIDDEN = item("WEB-13", "Layoff page", owner="p_bo", campaigns=("spring",), visible_to=("web",))


@pytest.fixture
async def company(store: Store) -> SimulatedCompany:
    """Ana of SEO asks; Bo owns the banner; Cy leads Bo's team; Dee is the bridge."""
    made = SimulatedCompany(store)
    await made.add_teams()
    await made.add_person(ANA, "seo")
    await made.add_person(BO, "web", manager_email=CY)
    await made.add_person(CY, "web", Permission.PUBLISHER)
    await made.add_person(DEE, "brand", role="Marketing technologist")
    await made.add_campaign("spring", "Spring Launch", owner="p_ana", it_partner="p_cy")
    await made.publish(BANNER, HIDDEN)
    return made


async def asks(company: SimulatedCompany, words: str, who: str = ANA) -> Reply:
    reply = await company.say(who, f"ask {words}")
    assert "question" in reply.facts, text_of(reply)
    return reply


async def hand_off(company: SimulatedCompany, words: str = "who owns WEB-12?", who: str = ANA) -> str:
    """Ask, hand the question off and deliver the notices; return the question's number."""
    number: str = (await asks(company, words, who)).facts["question"]
    await company.say(who, f"handoff {number}")
    await company.deliver_due()
    return number


async def test_the_owner_of_the_item_is_asked_and_told_why(company: SimulatedCompany) -> None:
    await hand_off(company)

    [card] = company.card_texts(f"@{BO}")
    assert "Ana asks: who owns WEB-12?" in card
    assert "because you own WEB-12" in card


async def test_a_question_about_a_campaign_goes_to_its_person_on_the_other_side(company: SimulatedCompany) -> None:
    number = (await asks(company, "what is planned for Spring Launch?")).facts["question"]

    reply = await company.say(ANA, f"handoff {number}")

    assert (reply.facts["asked"], reply.facts["why"]) == (CY, "you are the IT partner of Spring Launch")


async def test_what_was_not_understood_goes_to_the_bridge(company: SimulatedCompany) -> None:
    number = (await asks(company, "where is the brand guide")).facts["question"]

    reply = await company.say(ANA, f"handoff {number}")

    assert reply.facts["asked"] == DEE


async def test_the_asker_may_name_somebody(company: SimulatedCompany) -> None:
    number = (await asks(company, "where is the brand guide")).facts["question"]

    reply = await company.say(ANA, f"handoff {number} @bo")

    assert reply.facts["asked"] == BO


async def test_handing_off_twice_says_who_is_asked(company: SimulatedCompany) -> None:
    number = await hand_off(company)

    again = await company.say(ANA, f"handoff {number}")
    await company.deliver_due()

    assert "Bo was asked already" in text_of(again)
    assert len(company.card_texts(f"@{BO}")) == 1


def test_nobody_is_asked_about_an_item_that_they_may_not_see() -> None:
    asker, outsider, insider = (
        Person("p_a", "a@x.com", "A", "seo"),
        Person("p_b", "b@x.com", "B", "seo"),
        Person("p_c", "c@x.com", "C", "web"),
    )
    names = Directory((Team("web", "Web", Side.IT), Team("seo", "SEO", Side.MARKETING)), (), (asker, outsider, insider))
    campaign = Campaign("spring", "Spring", owner="p_b", it_partner="p_c")

    people_to_ask = routes(QuestionTopic((HIDDEN,), (campaign,)), asker, names)

    assert not UNRESTRICTED.may_see(HIDDEN.visible_to)
    assert [route.person for route in people_to_ask] == ["p_c"]


def test_nobody_is_asked_twice_and_never_the_asker() -> None:
    asker = Person("p_bo", "bo@x.com", "Bo", "web", permission=Permission.ADMIN)
    names = Directory((Team("web", "Web", Side.IT),), (), (asker, Person("p_c", "c@x.com", "C", "web", bridge=True)))

    people_to_ask = routes(QuestionTopic((BANNER,), ()), asker, names, admins=("c@x.com",))

    assert people_to_ask == (Route("p_c", "you are the bridge between Marketing and IT"),)


async def test_an_answer_reaches_the_asker_and_is_given_to_the_next_one(company: SimulatedCompany) -> None:
    number = await hand_off(company, "where is the brand guide")

    await company.say(DEE, f'answer {number} "In the drawer; ask for WEB-12."')
    await company.deliver_due()
    next_one = await asks(company, "Where is the brand guide, please?", BO)

    [card] = company.card_texts(f"@{ANA}")
    assert "In the drawer" in card
    assert next_one.facts["outcome"] == "answered"
    assert next_one.facts["items"] == ["WEB-12"]
    assert "Verified answer: In the drawer" in text_of(next_one)
    assert "From Dee" in text_of(next_one)


async def test_the_form_works_like_the_command(company: SimulatedCompany) -> None:
    number = await hand_off(company)

    opened = await company.press(BO, "answer", number)
    await company.submit(BO, "answer", {"text": "I do.", "for": "everybody"}, value=number)
    await company.deliver_due()

    assert opened.form is not None
    assert [field.id for field in opened.form.fields] == ["text", "for"]
    assert "I do." in company.card_texts(f"@{ANA}")[0]


async def test_an_answer_for_the_team_is_given_to_the_team_only(company: SimulatedCompany) -> None:
    number = await hand_off(company, "where is the brand guide")
    await company.say(DEE, f'answer {number} "Behind the door." --team')

    inside = await asks(company, "where is the brand guide", ANA)
    outside = await asks(company, "where is the brand guide", BO)

    assert "Behind the door" in text_of(inside)
    assert "Behind the door" not in text_of(outside)
    assert outside.facts["outcome"] == "none"


async def test_an_answer_based_on_a_hidden_item_is_given_only_to_people_who_may_see_it(
    company: SimulatedCompany,
) -> None:
    number = (await asks(company, "where is the brand guide", BO)).facts["question"]
    await company.say(BO, f"handoff {number} @cy")
    answered = await company.say(CY, f'answer {number} "It moves with the layoff page."')

    inside = await asks(company, "where is the brand guide", BO)
    outside = await asks(company, "where is the brand guide", ANA)

    assert answered.facts["keys"] == ["WEB-13"]
    assert "moves with the layoff page" in text_of(inside)
    assert "layoff" not in text_of(outside)


async def test_an_answer_to_a_personal_question_is_not_given_to_others(company: SimulatedCompany) -> None:
    number = await hand_off(company, "where is my brand guide")
    await company.say(DEE, f'answer {number} "On your desk."')

    reply = await asks(company, "where is my brand guide", BO)

    assert "On your desk" not in text_of(reply)


@pytest.mark.parametrize("who", [ANA, DEE])
async def test_only_the_person_asked_may_answer(company: SimulatedCompany, who: str) -> None:
    """Neither the asker nor a bridge person to whom the question was not handed."""
    number = await hand_off(company)

    reply = await company.say(who, f'answer {number} "Myself."')

    assert reply.exit == 1
    assert ("was not put to you" in text_of(reply)) == (who == ANA)


async def test_the_newer_answer_counts(company: SimulatedCompany) -> None:
    number = await hand_off(company, "where is the brand guide")
    await company.say(DEE, f'answer {number} "Left."')
    await company.say(DEE, f'answer {number} "Right."')

    reply = await asks(company, "where is the brand guide", BO)

    assert "Right." in text_of(reply)
    assert "Left." not in text_of(reply)


async def test_a_revision_that_changes_what_an_answer_is_based_on_withdraws_it(
    company: SimulatedCompany,
) -> None:
    number = await hand_off(company)
    await company.say(BO, f'answer {number} "I do, with legal."')
    await company.deliver_due()
    company.advance(timedelta(hours=1))

    await company.publish(item("WEB-12", "Consent banner", due=date(2027, 3, 1), owner="p_bo", campaigns=("spring",)))
    await company.deliver_due()
    reply = await asks(company, "who owns WEB-12?", CY)

    assert "with legal" not in text_of(reply)
    assert "may be wrong now" in company.posted_titles(f"@{ANA}")[-1]
    assert "R2 changed WEB-12" in company.card_texts(f"@{ANA}")[-1]


async def test_a_revision_about_something_else_withdraws_nothing(company: SimulatedCompany) -> None:
    number = await hand_off(company)
    await company.say(BO, f'answer {number} "I do, with legal."')

    await company.publish(item("DAT-1", team="data"))

    assert "with legal" in text_of(await asks(company, "who owns WEB-12?", CY))


async def test_passing_on_asks_the_other_person_and_notifies_the_asker(company: SimulatedCompany) -> None:
    number = await hand_off(company)

    await company.say(BO, f"pass on {number} @cy")
    await company.deliver_due()

    assert "Bo thinks that you know" in company.card_texts(f"@{CY}")[0]
    assert company.posted_titles(f"@{ANA}") == ["Cy is asked"]


async def test_dismissing_notifies_the_asker_who_may_ask_somebody_else(company: SimulatedCompany) -> None:
    number = await hand_off(company)

    await company.press(BO, "dismiss", number)
    await company.deliver_due()
    again = await company.press(ANA, "handoff", number)

    assert company.posted_titles(f"@{ANA}") == [f"Bo has no answer to {number}"]
    assert again.facts["asked"] == CY


async def test_without_an_answer_there_is_a_reminder_then_the_next_person_then_a_notice_to_the_asker(
    company: SimulatedCompany,
) -> None:
    await hand_off(company)

    await company.simulate(timedelta(days=11), "handoff.remind", every=timedelta(hours=2))

    assert company.posted_titles(f"@{BO}") == ["A question for you (Q1)", "Still open: a question for you (Q1)"]
    assert company.posted_titles(f"@{CY}") == ["A question for you (Q1)", "Still open: a question for you (Q1)"]
    assert company.posted_titles(f"@{DEE}") == ["A question for you (Q1)", "Still open: a question for you (Q1)"]
    assert company.posted_titles(f"@{ANA}") == ["Cy is asked", "Dee is asked", "Nobody is left to ask about Q1"]
    assert all(8 <= at.hour < 19 and at.weekday() < 5 for at, *_ in company.log)


async def test_an_answer_ends_the_reminders(company: SimulatedCompany) -> None:
    number = await hand_off(company)
    await company.say(BO, f'answer {number} "I do."')

    await company.simulate(timedelta(days=5), "handoff.remind", every=timedelta(hours=2))

    assert company.posted_titles(f"@{BO}") == ["A question for you (Q1)"]
    assert company.posted_titles(f"@{CY}") == []


async def test_everybody_sees_their_own_questions_and_what_waits_for_them(company: SimulatedCompany) -> None:
    number = await hand_off(company)
    await asks(company, "what's the weather", CY)

    mine, hers = await company.say(ANA, "questions"), await company.say(BO, "questions open")
    others = await company.say(CY, "questions open")

    assert [question["question"] for question in mine.facts["questions"]] == [number]
    assert [question["question"] for question in hers.facts["questions"]] == [number]
    assert others.facts["questions"] == []


async def test_a_question_asked_three_times_without_an_answer_is_reported_once_a_week(
    company: SimulatedCompany,
) -> None:
    for who in (ANA, BO, CY):
        await asks(company, "where is the brand guide", who)
    await asks(company, "who owns WEB-12?")

    await company.run_job("handoff.often")
    await company.run_job("handoff.often")
    await company.deliver_due()

    [card] = company.card_texts(f"@{DEE}")
    assert "where is the brand guide" in card
    assert "WEB-12" not in card
    assert "Ana" not in card


async def test_forgetting_a_person_deletes_their_questions_and_keeps_their_answers(company: SimulatedCompany) -> None:
    number = await hand_off(company, "where is the brand guide")
    await company.say(DEE, f'answer {number} "In the drawer."')

    await company.say(ANA, "me forget --yes")
    await company.say(DEE, "me forget --yes")
    reply = await asks(company, "where is the brand guide", BO)

    assert "In the drawer" in text_of(reply)
    assert "Dee" not in text_of(reply)
    async with company.store.reading() as session:
        from storage import questions

        assert await questions.of_person(session, "p_ana") == ()


@pytest.mark.parametrize(
    "words",
    [
        "answer me this: what is blocked?",
        "follow up on what is blocked",
        "more of what is blocked?",
        "share what is blocked please",
    ],
)
async def test_a_question_that_begins_like_a_command_is_a_question(company: SimulatedCompany, words: str) -> None:
    await company.publish(item("DAT-9", team="data", status=Status.BLOCKED))

    reply = await company.say(ANA, words)

    assert "outcome" in reply.facts, text_of(reply)
