"""A question that we and a language model read differently: one answer, and the other reading a press away."""

from __future__ import annotations

from datetime import date

import pytest

from handlers.catalogue import FEATURES
from integrations.ports.language import QueryPrompt
from storage import questions
from storage.store import Store
from storage.values.roadmap import Status
from tests.app import ChatApp, item, text_of
from tests.fakes.language import FakeLanguage, Fills

ANA, BO = "ana@example.com", "bo@example.com"
ASKED = "what is blocked for Spring Launch?"
DONE = {"campaigns": ["Spring Launch"], "statuses": ["done"]}


async def make_app(store: Store, language: FakeLanguage) -> ChatApp:
    app = ChatApp(store, FEATURES)
    app.use_model(language)
    await app.add_teams()
    await app.add_person(ANA, "seo")
    await app.add_person(BO, "web")
    await app.add_campaign("spring", "Spring Launch")
    await app.publish(
        item("WEB-1", "Consent banner", status=Status.BLOCKED, due=date(2027, 2, 9), campaigns=("spring",)),
        item("WEB-2", "Cookie texts", status=Status.DONE, campaigns=("spring",)),
    )
    return app


async def test_the_other_reading_is_offered_and_answered(store: Store) -> None:
    app = await make_app(store, FakeLanguage(fills=DONE))

    reply = await app.say(ANA, ASKED)
    number = reply.facts["question"]
    other = await app.say(ANA, f"other reading {number}")

    assert reply.facts["items"] == ["WEB-2"]
    assert "Did you mean: blocked items for Spring Launch?" in text_of(reply)
    assert other.facts["items"] == ["WEB-1"]
    assert other.facts["question"] != number


async def test_the_same_reading_is_offered_nowhere(store: Store) -> None:
    language = FakeLanguage(fills={"campaigns": ["Spring Launch"], "statuses": ["blocked"]})
    app = await make_app(store, language)

    reply = await app.say(ANA, ASKED)

    assert reply.facts["items"] == ["WEB-1"]
    assert "Did you mean" not in text_of(reply)


async def test_others_cannot_read_the_other_reading(store: Store) -> None:
    app = await make_app(store, FakeLanguage(fills=DONE))
    number = (await app.say(ANA, ASKED)).facts["question"]

    reply = await app.say(BO, f"other reading {number}")

    assert "WEB-1" not in text_of(reply)
    assert "items" not in reply.facts


@pytest.mark.parametrize("typed", ["other reading Q1 2", "other reading Q1 0", "other reading Q1 x", "other reading"])
async def test_a_reading_that_was_not_offered_is_refused(store: Store, typed: str) -> None:
    app = await make_app(store, FakeLanguage(fills=DONE))
    await app.say(ANA, ASKED)

    assert "items" not in (await app.say(ANA, typed)).facts


async def test_a_change_that_only_the_model_sees_is_not_answered(store: Store) -> None:
    app = await make_app(store, FakeLanguage(fills={"answer": "change"}))

    reply = await app.say(ANA, ASKED)

    assert reply.facts["items"] == []
    assert reply.facts["outcome"] == "not_understood"


async def test_an_unusable_answer_is_asked_for_once_more_with_its_problem(store: Store) -> None:
    def fills(prompt: QueryPrompt) -> Fills:
        return DONE if prompt.problem else {"statuses": ["exploded"]}

    language = FakeLanguage(fills=fills)
    app = await make_app(store, language)

    reply = await app.say(ANA, "please frotz me the gribble of the spring launch wozzle")

    prompts = [request for request in language.requests if isinstance(request, QueryPrompt)]
    assert [bool(prompt.problem) for prompt in prompts] == [False, True]
    assert "statuses" in prompts[1].problem
    assert reply.facts["items"] == ["WEB-2"]


async def test_a_name_that_the_question_does_not_say_is_not_searched_for(store: Store) -> None:
    language = FakeLanguage(fills={"campaigns": ["Summer Gala"], "statuses": ["done"]})
    app = await make_app(store, language)

    reply = await app.say(ANA, ASKED)

    assert reply.facts["items"] == ["WEB-1"]


async def test_it_is_not_asked_a_third_time(store: Store) -> None:
    language = FakeLanguage(fills={"statuses": ["exploded"]})
    app = await make_app(store, language)

    reply = await app.say(ANA, ASKED)

    assert len(language.requests) == 2
    assert reply.facts["items"] == ["WEB-1"]


@pytest.mark.parametrize(
    "asked", ["how many items are blocked?", "who owns WEB-1?", "when is WEB-1 due?", "what is blocked?"]
)
async def test_a_number_a_date_a_name_and_one_item_are_not_worded(store: Store, asked: str) -> None:
    language = FakeLanguage()
    app = await make_app(store, language)

    await app.say(ANA, asked)

    assert all(isinstance(request, QueryPrompt) for request in language.requests)


async def test_the_other_reading_is_forgotten_with_the_person_it_names(sqlite_store: Store) -> None:
    app = await make_app(sqlite_store, FakeLanguage(fills={"owners": ["Bo"], "statuses": ["any"]}))
    number = int((await app.say(ANA, ASKED)).facts["question"][1:])

    async with sqlite_store.transaction() as session:
        await questions.forget_person(session, "p_bo", ("nobody else",))
        question = await questions.numbered(session, number)

    assert question is not None
    assert question.other_readings == ()
