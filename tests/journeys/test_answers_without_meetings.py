"""Questions from end to end: asked in Slack, answered by the owner in Teams, and the next person who asks gets the same answer."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest

from handlers.context import Policy
from integrations.ports.inbound import Account, ConversationRef, Reply
from storage.store import Store
from storage.values.company import Permission
from storage.values.roadmap import Status
from tests.app import item, text_of
from tests.simulated_company import SimulatedCompany

LENA, BO, NIA = "lena@example.com", "bo@example.com", "nia@example.com"
HOMES = {LENA: ("slack", "T1", "U1"), NIA: ("slack", "T1", "U3"), BO: ("teams", "", "29:bo")}
ASKED = "What is IT working on for Spring Launch?"
UNKNOWN = "who signs the brand guide"


class AnswersCompany(SimulatedCompany):
    """Everybody writes from the platform on which they have an account."""

    def __init__(self, store: Store) -> None:
        policy = Policy(platforms=frozenset({"slack", "teams", "console"}))
        super().__init__(store, policy, platforms=("slack", "teams"))

    def account_of(self, email: str) -> Account:
        platform, workspace, account = HOMES[email]
        return Account(platform, account, workspace)

    def conversation_of(self, email: str, room: str = "") -> ConversationRef:
        platform, workspace, account = HOMES[email]
        return ConversationRef(platform, room or f"@{account}", workspace, direct=not room)

    async def say(self, email: str, words: str, *, room: str = "", event: str = "") -> Reply:
        """A slash command on Slack; Teams has none, so there it is a message."""
        if self.account_of(email).platform == "teams":
            return await self.mention(email, words, room=room)
        return await super().say(email, words, room=room, event=event)

    async def card_texts_of(self, email: str) -> list[str]:
        """What was delivered to that person, oldest first, as they read it."""
        await self.deliver_due()
        return self.card_texts(self.conversation_of(email).id)


@pytest.fixture
async def company(store: Store) -> AnswersCompany:
    company = AnswersCompany(store)
    await company.add_teams()
    await company.add_person(LENA, "seo")
    await company.add_person(NIA, "brand")
    await company.add_person(BO, "web", Permission.PUBLISHER, bridge=True)
    for email, (platform, workspace, account) in HOMES.items():
        await company.link(email, platform, account, workspace)
    await company.add_campaign("spring", "Spring Launch", start=date(2027, 3, 1))
    company.advance(timedelta(days=-63))  # the last of August
    await company.publish(
        item("WEB-12", "Consent banner", due=date(2027, 2, 9), owner="p_bo", campaigns=("spring",)),
        item("WEB-3", "Launch pages", due=date(2027, 1, 9), campaigns=("spring",)),
        item("SEO-1", "Texts", team="seo", campaigns=("spring",)),
    )
    company.advance(timedelta(days=63))
    await company.publish(
        item("WEB-3", "Launch pages", due=date(2027, 1, 9), status=Status.DONE, campaigns=("spring",))
    )
    return company


async def test_every_line_cites_key_and_the_answer_its_revision(company: AnswersCompany) -> None:
    reply = await company.say(LENA, ASKED)

    assert reply.facts["items"] == ["WEB-12"]
    assert "• WEB-12 Consent banner – in progress, due 9 Feb 2027, Bo, Web Platform" in text_of(reply)
    assert "From R2" in text_of(reply)


async def test_as_of_a_day_equals_the_export_of_that_day(company: AnswersCompany) -> None:
    reply = await company.say(LENA, "what is IT working on for Spring Launch as of 1 September?")
    export = await company.say(LENA, "export roadmap --as-of 2026-09-01")

    assert export.file is not None
    rows = csv.DictReader(io.StringIO(export.file.content.decode("utf-8-sig")))
    then = [
        row["key"]
        for row in rows
        if row["team"] == "web" and "spring" in row["campaigns"] and row["status"] == "in_progress"
    ]
    assert sorted(reply.facts["items"]) == sorted(then) == ["WEB-12", "WEB-3"]


async def test_a_question_that_the_roadmap_cannot_answer_is_answered_by_a_person_on_the_other_platform(
    company: AnswersCompany,
) -> None:
    unknown = await company.say(LENA, UNKNOWN)
    number = unknown.facts["question"]
    handed = await company.press(LENA, "handoff", number)
    [card] = await company.card_texts_of(BO)

    opened = await company.press(BO, "answer", number)
    await company.submit(BO, "answer", {"text": "I do, together with WEB-12.", "for": "everybody"}, value=number)
    [delivered] = await company.card_texts_of(LENA)
    again = await company.say(NIA, f"{UNKNOWN}?")

    assert unknown.facts["outcome"] in {"none", "not_understood"}
    assert handed.facts["asked"] == BO
    assert UNKNOWN in card
    assert opened.form is not None
    assert "I do, together with WEB-12." in delivered
    assert again.facts["outcome"] == "answered"
    assert "Verified answer: I do, together with WEB-12." in text_of(again)

    await company.publish(item("WEB-12", "Consent banner", due=date(2027, 3, 9), owner="p_bo", campaigns=("spring",)))
    withdrawn = (await company.card_texts_of(LENA))[-1]
    after = await company.say(NIA, UNKNOWN)

    assert "may be wrong now" in withdrawn
    assert "R3 changed WEB-12" in withdrawn
    assert "I do, together" not in text_of(after)
