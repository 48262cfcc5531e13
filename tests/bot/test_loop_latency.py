"""While something large is handled, everybody else is still answered at once.

Whoever shares the event loop (other people, `/healthz`, the platforms' acknowledgements) waits for the longest gap.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import date

import pytest

from bot.encryption import FernetCipher
from bot.inbox import Inbox
from bot.preloading import preload
from handlers.catalogue import FEATURES
from integrations.openai.language import OpenAIModel
from integrations.ports.inbound import Attachment, MessageText
from integrations.ports.language import LanguageModel, Sentence
from storage import people
from storage.store import Store
from storage.values.company import Permission
from storage.values.roadmap import Status
from tests.app import ChatApp, item, text_of
from tests.bot.loop_ticker import LoopTicker, ticking
from tests.fakes.language import FakeLanguage, Lines
from tests.fakes.openai_server import openai_server

pytestmark = pytest.mark.proof

LONGEST_GAP_S = 0.2
PEOPLE = 5_000
BOSS = "boss@example.com"
QUESTION = "what is blocked for Spring Launch?"


@pytest.fixture
async def app(sqlite_store: Store) -> ChatApp:
    """A company of five thousand people with a few items, and all modules loaded as in `handshake run`."""
    preload()
    app = ChatApp(sqlite_store, FEATURES)
    app.ctx = replace(app.ctx, cipher=FernetCipher(("k" * 40,), None))
    app.dispatch.ctx = app.ctx
    await app.add_teams()
    first = ("Ana", "Bo", "Chen", "Dora", "Emil", "Fay", "Gus", "Hana")
    rows = [
        {"id": f"p_{n}", "email": f"p{n}@example.com", "name": f"{first[n % 8]} Sur{n}", "team": "web", "permission": "viewer"}
        for n in range(PEOPLE)
    ]  # fmt: skip
    async with app.store.transaction() as session:
        await people.save_people(session, rows, known=())
    await app.add_person(BOSS, "web", Permission.ADMIN)
    await app.add_campaign("spring", "Spring Launch")
    blocked = item("A-0", status=Status.BLOCKED, due=date(2027, 2, 9), campaigns=("spring",))
    await app.publish(*[replace(blocked, key=f"A-{n}", title=f"Consent page {n}", owner=f"p_{n}") for n in range(12)])
    await app.say(BOSS, QUESTION)  # what the first question loads is loaded
    return app


def use_model(app: ChatApp, model: LanguageModel) -> None:
    app.ctx = replace(app.ctx, language_model=model)
    app.dispatch.ctx = app.ctx


def roadmap_file(megabytes: float) -> bytes:
    header = "key,title,team,campaigns,status,start,due,owner_email,summary,url,kind,visible_to,tags\r\n"
    summary = "what it is about " * 8
    rows = [
        f"WEB-{n},Title of item {n},web,spring,in_progress,2026-10-01,2027-0{1 + n % 9}-1{n % 9},p{n % PEOPLE}@example.com,"
        f"Item {n}: {summary},https://example.com/{n},work,,one;two\r\n"
        for n in range(int(megabytes * 3_600))
    ]
    return "".join([header, *rows]).encode()


def message(app: ChatApp, content: bytes) -> MessageText:
    return MessageText(
        account=app.account_of(BOSS),
        conversation=app.conversation_of(BOSS),
        text="import roadmap",
        event_id=app.new_event_id(),
        files=(Attachment("roadmap.csv", content),),
    )


async def test_a_csv_of_five_megabytes_from_a_chat(app: ChatApp) -> None:
    content = roadmap_file(5)
    assert len(content) > 5_000_000
    inbox = Inbox(app.ctx, app.dispatch)

    async with ticking() as first:
        await inbox.enqueue(message(app, content))
        async with inbox.running():
            await inbox.wait_until_idle()
    draft = await app.say(BOSS, "draft show")
    async with ticking() as second:
        refused = await app.dispatch(message(app, content.replace(b"@example.com", b"@exmaple.com")))

    assert "18,000" in text_of(draft)
    assert "18,000 problems" in text_of(refused)
    assert_no_long_gap(first)
    assert_no_long_gap(second)


async def test_an_answer_of_a_model_that_names_people(app: ChatApp) -> None:
    def says(_question: str, lines: Lines) -> Sequence[Sentence]:
        return [Sentence(f"{line['key']} is {line['status']} and owned by {line['owner']}.", (line["key"],)) for line in lines] * 2  # fmt: skip

    use_model(app, FakeLanguage(says=says))
    await app.say("p1@example.com", "me hide")  # the names are indexed anew

    async with ticking() as ticker:
        reply = await app.say(BOSS, QUESTION)

    assert "A-1 is blocked" in text_of(reply)
    assert_no_long_gap(ticker)


@pytest.fixture
async def boundless_model() -> AsyncIterator[OpenAIModel]:
    async with openai_server() as server:
        server.faults = ["huge"] * 4
        model = OpenAIModel("small-1", "any", server.address)
        yield model
        await model.close()


async def test_an_answer_of_a_model_of_two_hundred_megabytes(app: ChatApp, boundless_model: OpenAIModel) -> None:
    use_model(app, boundless_model)
    await app.say(BOSS, QUESTION)  # the SDK is loaded

    async with ticking() as ticker:
        reply = await app.say(BOSS, QUESTION)

    assert len(reply.facts["items"]) == 12
    assert_no_long_gap(ticker)


def assert_no_long_gap(ticker: LoopTicker) -> None:
    assert ticker.longest_gap_s < LONGEST_GAP_S, f"nothing else ran for {ticker.longest_gap_s * 1000:.0f} ms"
