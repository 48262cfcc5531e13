"""What people do with an answer: follow up, read on, share it, give feedback, follow an item."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from handlers.questions import cards
from handlers.questions.rules.understanding import Understood
from storage.store import Store
from storage.values.company import Permission
from storage.values.questions import Plan
from storage.values.roadmap import Revision, RevisionState, Status
from tests.app import item, text_of
from tests.simulated_company import SimulatedCompany

ANA, BO = "ana@example.com", "bo@example.com"


@pytest.fixture
async def company(store: Store) -> SimulatedCompany:
    made = SimulatedCompany(store)
    await made.add_teams()
    await made.add_person(ANA, "seo", Permission.CONTRIBUTOR)
    await made.add_person(BO, "web", Permission.CONTRIBUTOR)
    await made.add_campaign("spring", "Spring Launch")
    await made.add_campaign("autumn", "Autumn Sale")
    await made.publish(
        *[item(f"WEB-{n:02}", due=date(2027, 1, n), campaigns=("spring",)) for n in range(1, 31)],
        item("WEB-90", status=Status.BLOCKED, due=date(2027, 3, 1), campaigns=("autumn",)),
        item("SEO-90", team="seo", due=date(2027, 3, 2), campaigns=("autumn",), visible_to=("seo",)),
    )
    return made


async def test_a_follow_up_changes_only_what_it_names(company: SimulatedCompany) -> None:
    await company.say(ANA, "what is IT working on for Spring Launch?")

    then = await company.say(ANA, "and for the autumn one?")
    still = await company.say(ANA, "which of those are blocked?")

    assert then.facts["items"] == ["WEB-90"]
    assert "open items of IT for Autumn Sale" in text_of(then)
    assert "blocked items of IT for Autumn Sale" in text_of(still)


async def test_only_the_asker_can_follow_up_and_only_for_half_an_hour(company: SimulatedCompany) -> None:
    await company.say(ANA, "what is IT working on for Spring Launch?")

    other = await company.say(BO, "and for the autumn one?")
    company.advance(timedelta(minutes=31))
    late = await company.say(ANA, "and for the autumn one?")

    assert set(late.facts["items"]) == {"WEB-90", "SEO-90"}
    assert other.facts["items"] == ["WEB-90"]
    assert "of IT" not in text_of(other)


async def test_more_continues_with_the_version_of_the_first_answer(company: SimulatedCompany) -> None:
    first = await company.say(ANA, "what is planned for Spring Launch?")
    first = await company.say(ANA, "what is open for Spring Launch?")
    number = first.facts["question"]
    await company.publish(item("WEB-01", due=date(2027, 5, 1), campaigns=("spring",)))

    second = await company.press(ANA, "more", f"{number} 12")
    third = await company.press(ANA, "more", f"{number} 24")

    assert "12 of 30" in text_of(first)
    assert [*first.facts["items"][:12], *second.facts["items"], *third.facts["items"]] == first.facts["items"]
    assert "25 to 30 of 30" in text_of(third)


async def test_sharing_previews_what_the_channel_may_see_and_undo_removes_it(company: SimulatedCompany) -> None:
    await company.add_room("#mixed", ANA, BO)
    answer = await company.say(ANA, "what is open for Autumn Sale?", room="#mixed")
    number = answer.facts["question"]

    preview = await company.say(ANA, f"share {number}", room="#mixed")
    nothing_yet = company.card_texts("#mixed")
    await company.press(ANA, "share post", number, room="#mixed")
    await company.press(ANA, "share post", number, room="#mixed")
    await company.deliver_due()
    [card] = company.card_texts("#mixed")
    await company.press(ANA, "share undo", number, room="#mixed")
    await company.deliver_due()

    assert set(answer.facts["items"]) == {"WEB-90", "SEO-90"}
    assert preview.facts["items"] == ["WEB-90"]
    assert "SEO-90" not in text_of(preview)
    assert nothing_yet == []
    assert "WEB-90" in card
    assert "SEO-90" not in card
    assert "Shared by Ana" in card
    assert company.card_texts("#mixed") == []


async def test_a_person_who_opted_out_of_being_named_shares_without_a_name(company: SimulatedCompany) -> None:
    await company.add_room("#mixed", ANA, BO)
    await company.say(ANA, "me hide")
    number = (await company.say(ANA, "what is blocked?", room="#mixed")).facts["question"]

    await company.press(ANA, "share post", number, room="#mixed")
    await company.deliver_due()

    assert "Ana" not in company.card_texts("#mixed")[0]


async def test_only_the_asker_can_share_an_answer(company: SimulatedCompany) -> None:
    number = (await company.say(ANA, "what is blocked?")).facts["question"]

    reply = await company.say(BO, f"share {number}", room="#mixed")

    assert reply.exit == 1


async def test_feedback_is_saved_and_a_wrong_answer_offers_a_person(company: SimulatedCompany) -> None:
    number = (await company.say(ANA, "what is blocked?")).facts["question"]

    reply = await company.press(ANA, "not right", number)
    mine = await company.say(ANA, "questions")

    assert f"handoff {number}" in text_of(reply)
    assert "not right" in text_of(mine)


async def test_followers_of_an_item_get_its_new_dates_and_nothing_else(company: SimulatedCompany) -> None:
    await company.say(ANA, "follow web-90")

    await company.publish(item("WEB-90", status=Status.BLOCKED, due=date(2027, 4, 1), campaigns=("autumn",)))
    await company.publish(item("WEB-01", due=date(2027, 6, 1), campaigns=("spring",)))
    await company.deliver_due()
    await company.say(ANA, "unfollow WEB-90")
    await company.publish(item("WEB-90", status=Status.DONE, due=date(2027, 4, 1), campaigns=("autumn",)))
    await company.deliver_due()

    [card] = company.card_texts(f"@{ANA}")
    assert "WEB-90 moved" in card
    assert "31 days later" in card


async def test_a_followed_item_that_becomes_hidden_sends_no_more_notices(company: SimulatedCompany) -> None:
    await company.say(BO, "follow WEB-90")

    await company.publish(item("WEB-90", due=date(2027, 4, 1), campaigns=("autumn",), visible_to=("seo",)))
    await company.publish(item("WEB-90", due=date(2027, 5, 1), campaigns=("autumn",), visible_to=("seo",)))
    await company.deliver_due()

    assert not any("2027" in card for card in company.card_texts(f"@{BO}"))
    assert (await company.say(BO, "following")).facts["items"] == []


async def test_a_hidden_item_cannot_be_followed(company: SimulatedCompany) -> None:
    reply = await company.say(BO, "follow SEO-90")

    assert reply.exit == 1
    assert "no item SEO-90" in text_of(reply)


@pytest.mark.parametrize(("confidence", "doubts"), [(0.49, 1), (0.5, 0), (1.0, 0)])
def test_an_answer_to_a_question_read_with_little_confidence_says_so(confidence: float, doubts: int) -> None:
    understood = Understood(Plan(overdue=True), "overdue items", confidence=confidence)
    newest = Revision(1, RevisionState.PUBLISHED, "p_ana", "", datetime(2026, 11, 2, tzinfo=UTC))

    card = cards.answer("1 overdue item.", (), understood, newest, newest)

    assert str(card.blocks).count("I may have read this wrong: I looked for overdue items.") == doubts
