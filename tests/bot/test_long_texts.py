"""Of a text that is too long the beginning is read, on every way in, and the person is told so."""

from __future__ import annotations

import pytest

from handlers.catalogue import FEATURES
from integrations.ports.inbound import MAX_TEXT
from storage.store import Store
from tests.app import ChatApp, text_of

ADA = "ada@example.com"
NOTICE = "I read the first 4,000 characters and dropped the rest"


@pytest.fixture
async def chat_app(sqlite_store: Store) -> ChatApp:
    app = ChatApp(sqlite_store, FEATURES)
    await app.add_teams()
    await app.add_person(ADA, "seo")
    return app


async def test_the_end_of_a_long_command_is_dropped_and_that_is_said(chat_app: ChatApp) -> None:
    reply = await chat_app.say(ADA, "help kudos" + " " * MAX_TEXT + "nonsense")

    assert "kudos" in text_of(reply)
    assert NOTICE in text_of(reply)
    assert "nonsense" not in text_of(reply)


async def test_a_text_of_just_the_length_is_read_whole(chat_app: ChatApp) -> None:
    reply = await chat_app.say(ADA, "help kudos".ljust(MAX_TEXT))

    assert NOTICE not in text_of(reply)


async def test_an_answer_in_a_form_is_read_to_the_same_length(chat_app: ChatApp) -> None:
    reply = await chat_app.submit(ADA, "ask", {"question": "what is blocked " + "x" * 100_000})

    assert NOTICE in text_of(reply)


async def test_an_id_that_is_too_long_is_no_id(chat_app: ChatApp) -> None:
    """A part of it might be the id of something else."""
    reply = await chat_app.press(ADA, "item", "WEB-1" + " " * 100_000 + "WEB-2")

    assert NOTICE in text_of(reply)
    assert "WEB-2" not in text_of(reply)
