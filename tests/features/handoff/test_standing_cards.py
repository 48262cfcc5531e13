"""Cards that stand in conversations lose the buttons that no longer apply, on the platform where each person reads them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from handlers.context import Policy
from integrations.ports.cards import Buttons
from integrations.ports.inbound import Account, ConversationRef
from storage.store import Store
from tests.app import item
from tests.simulated_company import SimulatedCompany

ANA, BO, CY = "ana@example.com", "bo@example.com", "cy@example.com"
BANNER = item("WEB-12", "Consent banner", owner="p_bo")
ACCOUNTS = {ANA: ("slack", "T1", "U1"), BO: ("teams", "", "29:bo"), CY: ("slack", "T1", "U3")}


class TwoPlatforms(SimulatedCompany):
    """Ana and Cy are in Slack, Bo is in Teams."""

    def __init__(self, store: Store) -> None:
        policy = Policy(platforms=frozenset({"slack", "teams"}))
        super().__init__(store, policy, platforms=("slack", "teams"))

    def account_of(self, email: str) -> Account:
        platform, workspace, account = ACCOUNTS[email]
        return Account(platform, account, workspace)

    def conversation_of(self, email: str, room: str = "") -> ConversationRef:
        platform, workspace, account = ACCOUNTS[email]
        return ConversationRef(platform, room or f"@{account}", workspace, direct=not room)

    async def cards_of(self, email: str) -> list[tuple[str, list[str]]]:
        """What stands in that person's conversation: each title, and the labels of its buttons."""
        await self.deliver_due()
        cards = [message.card for message in self.messages_in(self.conversation_of(email).id)]
        return [(card.title, list(_labels(card.blocks))) for card in cards]


def _labels(blocks: tuple[object, ...]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Buttons):
            yield from (button.label for button in block.buttons)


@pytest.fixture
async def company(sqlite_store: Store) -> TwoPlatforms:
    made = TwoPlatforms(sqlite_store)
    await made.add_teams()
    for email, team in ((ANA, "seo"), (BO, "web"), (CY, "web")):
        await made.add_person(email, team)
        platform, workspace, account = ACCOUNTS[email]
        await made.link(email, platform, account, workspace)
    await made.publish(BANNER)
    question = await made.say(ANA, "ask who owns WEB-12?")
    await made.say(ANA, f"handoff {question.facts['question']}")
    await made.deliver_due()
    return made


async def test_the_card_of_whoever_passed_a_question_on_has_no_buttons(company: TwoPlatforms) -> None:
    assert await company.cards_of(BO) == [("A question for you (Q1)", ["Answer", "Pass on", "Dismiss"])]

    await company.say(BO, "pass on Q1 @cy")

    assert await company.cards_of(BO) == [("Q1 is with somebody else now", [])]
    assert await company.cards_of(CY) == [("A question for you (Q1)", ["Answer", "Pass on", "Dismiss"])]


async def test_a_question_that_comes_back_is_asked_once_more(company: TwoPlatforms) -> None:
    await company.say(BO, "pass on Q1 @cy")
    await company.say(CY, "pass on Q1 @bo")

    assert [title for title, _ in await company.cards_of(BO)] == [
        "Q1 is with somebody else now",
        "A question for you (Q1)",
    ]


async def test_an_answered_question_and_its_reminder_have_no_buttons(company: TwoPlatforms) -> None:
    await company.simulate(timedelta(days=1), "handoff.remind", every=timedelta(hours=8))
    await company.say(BO, 'answer Q1 "I do."')

    assert await company.cards_of(BO) == [("You answered Q1", []), ("You answered Q1", [])]


async def test_a_dismissed_question_has_no_buttons_and_asking_another_ends_that_offer(company: TwoPlatforms) -> None:
    await company.say(BO, "dismiss Q1")

    assert await company.cards_of(BO) == [("You have no answer to Q1", [])]
    assert await company.cards_of(ANA) == [("Bo has no answer to Q1", ["Ask somebody else"])]

    await company.say(ANA, "handoff Q1 @cy")

    assert await company.cards_of(ANA) == [("Bo has no answer to Q1", [])]


async def test_a_corrected_answer_and_a_withdrawn_one_cannot_be_rated(company: TwoPlatforms) -> None:
    await company.say(BO, 'answer Q1 "I do."')
    await company.cards_of(ANA)
    await company.say(BO, 'answer Q1 "I do, with Cy."')

    assert await company.cards_of(ANA) == [
        ("Bo has corrected the answer to Q1", []),
        ("Bo answered Q1", ["Helpful", "Not right"]),
    ]

    await company.publish(item("WEB-12", "Consent banner", owner="p_cy"))

    assert [labels for _, labels in await company.cards_of(ANA)] == [[], [], ["Ask again", "What changed"]]


async def test_cards_that_repeat_the_question_of_a_forgotten_person_become_blank(company: TwoPlatforms) -> None:
    await company.say(ANA, "me forget --yes")

    assert await company.cards_of(BO) == [("Removed", [])]
