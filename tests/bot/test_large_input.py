"""The largest file that a chat accepts, and a model that sends too much: the right replies, and nothing lost.

How promptly everybody else is answered meanwhile is measured by `make bench ARGS="--only attack"`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import pytest

from bot.inbox import Inbox
from integrations.openai.language import OpenAIModel
from integrations.ports.inbound import Attachment, MessageText
from integrations.ports.language import Sentence
from storage.store import Store
from tests.app import ChatApp, text_of
from tests.bot.large_company import BOSS, QUESTION, large_company, roadmap_file
from tests.fakes.language import FakeLanguage, Lines
from tests.fakes.openai_server import OpenAIServer, openai_server

pytestmark = pytest.mark.proof

ROWS = 18_000


@pytest.fixture
async def app(sqlite_store: Store) -> ChatApp:
    return await large_company(sqlite_store)


def message(app: ChatApp, content: bytes) -> MessageText:
    return MessageText(
        account=app.account_of(BOSS),
        conversation=app.conversation_of(BOSS),
        text="import roadmap",
        event_id=app.new_event_id(),
        files=(Attachment("roadmap.csv", content),),
    )


async def test_a_csv_of_five_megabytes_from_a_chat(app: ChatApp) -> None:
    content = roadmap_file(ROWS)
    assert len(content) > 5_000_000
    inbox = Inbox(app.ctx, app.dispatch)

    await inbox.enqueue(message(app, content))
    async with inbox.running():
        await inbox.wait_until_idle()
    draft = await app.say(BOSS, "draft show")
    refused = await app.dispatch(message(app, content.replace(b"@example.com", b"@exmaple.com")))

    assert "18,000" in text_of(draft)
    assert "18,000 problems" in text_of(refused)


async def test_an_answer_of_a_model_that_names_people(app: ChatApp) -> None:
    def says(_question: str, lines: Lines) -> Sequence[Sentence]:
        keys = tuple(line["key"] for line in lines)
        both = Sentence(f"{keys[0]} and {keys[1]} are {lines[0]['status']}.", keys[:2])  # says more than the list does
        return [both, *(Sentence(f"{line['key']} is {line['status']} and owned by {line['owner']}.", (line["key"],)) for line in lines)] * 2  # fmt: skip

    app.use_model(FakeLanguage(says=says))

    reply = await app.say(BOSS, QUESTION)

    assert "A-1 is blocked and owned by Bo Sur1" in text_of(reply)


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with openai_server() as server:
        server.faults = ["huge"]
        yield server


async def test_an_answer_of_a_model_of_two_hundred_megabytes(app: ChatApp, server: OpenAIServer) -> None:
    """The question is answered without the model, which is not read to its end."""
    model = OpenAIModel("small-1", "any", server.address)
    app.use_model(model)

    reply = await app.say(BOSS, QUESTION)
    await model.close()

    assert len(reply.facts["items"]) == 12
    assert 0 < server.sent < 100_000_000
