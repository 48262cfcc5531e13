"""The second story: a campaign manager asks in Slack, the owner answers in Teams, and the next asker gets the same answer.

Both platforms stand behind one store; each person is met where they are.
"""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from random import Random

import pytest

from bot.app import App
from bot.delivery.deliverer import Deliverer
from bot.delivery.factory import notice_composers
from bot.delivery.sqlite_worker import deliver_due
from bot.settings import Settings
from handlers.catalogue import FEATURES
from handlers.context import Policy
from integrations.ports.inbound import (
    Account,
    ButtonPress,
    CommandText,
    ConversationRef,
    FormSubmission,
    MessageText,
    Reply,
)
from storage.store import Store
from storage.values.company import Permission
from storage.values.roadmap import Status
from tests.app import ChatApp, item, text_of
from tests.fakes.platform import FakePlatform

LENA, BO, NIA = "lena@example.com", "bo@example.com", "nia@example.com"
HOMES = {LENA: ("slack", "T1", "U1"), NIA: ("slack", "T1", "U3"), BO: ("teams", "", "29:bo")}
ASKED = "What is IT working on for Spring Launch?"
UNKNOWN = "who signs the brand guide"


class AnswersCompany:
    """Two platforms, one house. Everybody speaks from where their account is."""

    def __init__(self, store: Store) -> None:
        self.chat_app = ChatApp(store, FEATURES, Policy(platforms=frozenset({"slack", "teams", "console"})))
        self.slack, self.teams = FakePlatform("slack"), FakePlatform("teams")
        app = App(Settings(), store, self.chat_app.ctx, self.chat_app.dispatch)
        platforms = {"slack": self.slack, "teams": self.teams}
        self.postman = Deliverer(
            store, platforms, notice_composers(app), clock=self.chat_app.ctx.clock, random=Random(1)
        )
        self._events = 0

    def _from(self, email: str) -> tuple[Account, ConversationRef, str]:
        platform, workspace, account = HOMES[email]
        self._events += 1
        where = ConversationRef(platform, f"@{account}", workspace, direct=True)
        return Account(platform, account, workspace), where, f"ev{self._events}"

    async def say(self, email: str, words: str) -> Reply:
        account, where, event = self._from(email)
        if account.platform == "slack":
            return await self.chat_app.dispatch(
                CommandText(account=account, conversation=where, words=words, event_id=event)
            )
        return await self.chat_app.dispatch(
            MessageText(account=account, conversation=where, text=words, event_id=event)
        )

    async def press(self, email: str, action: str, value: str) -> Reply:
        account, where, event = self._from(email)
        return await self.chat_app.dispatch(
            ButtonPress(account=account, conversation=where, action=action, value=value, event_id=event)
        )

    async def fill_form(self, email: str, form: str, value: str, **answers: str) -> Reply:
        account, where, event = self._from(email)
        return await self.chat_app.dispatch(
            FormSubmission(account=account, conversation=where, form=form, value=value, answers=answers, event_id=event)
        )

    async def card_texts(self, email: str) -> list[str]:
        """What the post brought to that person, oldest first, as they read it."""
        await deliver_due(self.chat_app.store, self.postman.deliver, self.chat_app.ctx.clock)
        platform, _, account = HOMES[email]
        standing = (self.slack if platform == "slack" else self.teams).messages_in(f"@{account}")
        return [text_of(Reply(message.card)) for message in standing]


@pytest.fixture
async def company(store: Store) -> AnswersCompany:
    made = AnswersCompany(store)
    app = made.chat_app
    await app.add_teams()
    await app.add_person(LENA, "seo")
    await app.add_person(NIA, "brand")
    await app.add_person(BO, "web", Permission.PUBLISHER, bridge=True)
    for email, (platform, workspace, account) in HOMES.items():
        await app.link(email, platform, account, workspace)
    await app.add_campaign("spring", "Spring Launch", start=date(2027, 3, 1))
    app.advance(timedelta(days=-63))  # the last of August
    await app.publish(
        item("WEB-12", "Consent banner", due=date(2027, 2, 9), owner="p_bo", campaigns=("spring",)),
        item("WEB-3", "Launch pages", due=date(2027, 1, 9), campaigns=("spring",)),
        item("SEO-1", "Texts", team="seo", campaigns=("spring",)),
    )
    app.advance(timedelta(days=63))
    await app.publish(item("WEB-3", "Launch pages", due=date(2027, 1, 9), status=Status.DONE, campaigns=("spring",)))
    return made


async def test_every_line_cites_key_and_the_answer_its_revision(company: AnswersCompany) -> None:
    reply = await company.say(LENA, ASKED)

    assert reply.facts["items"] == ["WEB-12"]
    assert "• WEB-12 Consent banner – in progress, due 9 Feb 2027, Bo, Web Platform" in text_of(reply)
    assert "From R2" in text_of(reply)


async def test_as_of_a_day_equals_the_export_of_that_day(company: AnswersCompany) -> None:
    reply = await company.say(LENA, "what is IT working on for Spring Launch as of 1 September?")
    exported = await company.say(LENA, "export roadmap --as-of 2026-09-01")

    assert exported.file is not None
    rows = csv.DictReader(io.StringIO(exported.file.content.decode("utf-8-sig")))
    then = [
        row["key"]
        for row in rows
        if row["team"] == "web" and "spring" in row["campaigns"] and row["status"] == "in_progress"
    ]
    assert sorted(reply.facts["items"]) == sorted(then) == ["WEB-12", "WEB-3"]


async def test_what_the_roadmap_does_not_say_a_person_on_the_other_platform_does(company: AnswersCompany) -> None:
    unknown = await company.say(LENA, UNKNOWN)
    number = unknown.facts["question"]
    handed = await company.press(LENA, "handoff", number)
    [card] = await company.card_texts(BO)

    opened = await company.press(BO, "answer", number)
    await company.fill_form(BO, "answer", number, text="I do, together with WEB-12.", **{"for": "everybody"})
    [told] = await company.card_texts(LENA)
    again = await company.say(NIA, f"{UNKNOWN}?")

    assert unknown.facts["outcome"] in {"none", "not_understood"}
    assert handed.facts["asked"] == BO
    assert UNKNOWN in card
    assert opened.form is not None
    assert "I do, together with WEB-12." in told
    assert again.facts["outcome"] == "answered"
    assert "Verified answer: I do, together with WEB-12." in text_of(again)

    await company.chat_app.publish(
        item("WEB-12", "Consent banner", due=date(2027, 3, 9), owner="p_bo", campaigns=("spring",))
    )
    withdrawn = (await company.card_texts(LENA))[-1]
    after = await company.say(NIA, UNKNOWN)

    assert "may be wrong now" in withdrawn
    assert "R3 changed WEB-12" in withdrawn
    assert "I do, together" not in text_of(after)
