"""What may not leave the organisation is in no prompt: over many questions that mention it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from handlers.catalogue import FEATURES
from handlers.questions.rules.masking import Mask, mask_for, restricted_index
from integrations.ports.language import QueryPrompt, Sentence
from storage.store import Store
from storage.values.company import Directory, Person
from storage.values.roadmap import Status
from tests.app import ChatApp, item, text_of
from tests.fakes.language import FakeLanguage, Lines

ANA = "ana@example.com"
HIDDEN_PEOPLE = ("Zelda Quimby", "Zelda", "Quimby", "Bo", "Søren Åkesson", "Åkesson", "Soren")
RESTRICTED = ("WEB-66", "Merger page", "SEO-77", "Project Nightfall: phase 2")
CONTACTS = (
    "zelda.quimby@example.com", "+49 30 1234567", "(030) 123-4567", "555-867-5309", "0049301234567",
    "<@U04ABCD9>", "U123", "U0123ABCD", "29:1hAbcDefGhi-JkL", "8:orgid:0f8fad5b-d9cb-469f-a165-70867728950e",
    "0f8fad5b-d9cb-469f-a165-70867728950e",
)  # fmt: skip
SECRETS = (*HIDDEN_PEOPLE, *RESTRICTED, *CONTACTS)
PATTERNS = (
    "what is {} working on?",
    "what is blocked for Spring Launch, {}?",
    "who owns {}",
    "please ask {} what is overdue",
    "is {} late",
    "what did {} finish since 2026-10-01",
    "hey {}: how many open items has SEO?",
    "{}",
    "what is blocked for Spring Launch due 12.01.2027 to 2027-03-01? cc {}",
)


def say_all(_question: str, lines: Lines) -> Sequence[Sentence]:
    keys = tuple(line["key"] for line in lines)
    return [Sentence(f"{' and '.join(keys)} are {lines[0]['status']}.", keys)]


async def make_app(store: Store, language: FakeLanguage) -> ChatApp:
    app = ChatApp(store, FEATURES)
    app.use_model(language)
    await app.add_teams()
    await app.add_person(ANA, "seo")
    await app.add_person("zelda.quimby@example.com", "web", named_publicly=False)
    await app.add_person("bo@example.com", "web", named_publicly=False)
    await app.add_person("soren@example.com", "web", named_publicly=False, name="Søren Åkesson")
    await app.add_campaign("spring", "Spring Launch")
    await app.publish(
        item("WEB-12", "Banner of Zelda Quimby", status=Status.BLOCKED, owner="p_zelda.quimby", campaigns=("spring",), tags=("legal",)),
        item("WEB-13", "Call +49 30 1234567 about WEB-66", status=Status.BLOCKED, owner="p_bo", campaigns=("spring",), tags=("Zelda",)),
        item("WEB-66", "Merger page", status=Status.BLOCKED, campaigns=("spring",), visible_to=("seo",), tags=("nightly-secret",)),
        item("SEO-77", "Project Nightfall: phase 2", "seo", due=date(2027, 1, 1), visible_to=("seo",)),
    )  # fmt: skip
    return app


def questions_with_secrets(number: int) -> list[tuple[str, str]]:
    rng = random.Random(20261116)
    changed = (str, str.upper, str.lower)
    drawn = []
    for place in range(number):
        secret = SECRETS[place % len(SECRETS)]
        # Ids are told apart by their letters, and the address of an account has one way of being written.
        typed = secret if secret in CONTACTS else rng.choice(changed)(secret)
        drawn.append((secret, rng.choice(PATTERNS).format(typed)))
    return drawn


async def leaks(store: Store, number: int) -> list[tuple[str, str]]:
    language = FakeLanguage(says=say_all, fills={"campaigns": ["Spring Launch"], "statuses": ["blocked"]})
    app = await make_app(store, language)
    found = []
    for _, question in questions_with_secrets(number):
        language.requests.clear()
        await app.say(ANA, f"ask {question}")
        sent = " ".join(repr(_told(request)) for request in language.requests).casefold()
        found += [(secret, question) for secret in (*SECRETS, "nightly-secret") if _holds(sent, secret)]
    return found


def _told(request: object) -> object:
    """What a prompt holds beside the schema, which is the same for all."""
    return replace(request, schema={}) if isinstance(request, QueryPrompt) else request


def _holds(sent: str, secret: str) -> bool:
    words = secret.casefold()
    return f" {words} " in sent.replace("'", " ").replace('"', " ") if len(words) <= 2 else words in sent


async def test_nothing_that_may_not_leave_is_in_a_prompt(sqlite_store: Store) -> None:
    assert await leaks(sqlite_store, 2 * len(SECRETS)) == []


@pytest.mark.proof
async def test_nothing_leaves_with_five_hundred_questions(sqlite_store: Store) -> None:
    assert await leaks(sqlite_store, 500) == []


async def test_a_placeholder_in_the_models_plan_is_what_it_stands_for(store: Store) -> None:
    def fills(prompt: QueryPrompt) -> dict[str, object]:
        assert "[person 1]" in prompt.question
        return {"owners": ["[person 1]"], "statuses": ["blocked"]}

    app = await make_app(store, FakeLanguage(fills=fills))

    reply = await app.say(ANA, "ask does the weather vane point at Zelda Quimby")

    assert "WEB-12" in text_of(reply)


MASK_NAMES = Directory(
    people=(Person("p", "will.may@x.com", "Will May", named_publicly=False), Person("q", "q@x.com", "Ana Lima"))
)


def mask() -> Mask:
    return mask_for(MASK_NAMES, restricted_index(("WEB-66", "Merger page")))


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("what will ship in may", "what will ship in may"),
        ("what has Will finished", "what has [person 1] finished"),
        ("is will may late", "is [person 1] late"),
        ("the merger-page of Ana Lima", "the [item 1] of Ana Lima"),
        ("web 66 and WEB-67", "[item 1] and WEB-67"),
        ("due 2027-02-09 to 2027-03-01", "due 2027-02-09 to 2027-03-01"),
        ("due 9.2.2027", "due 9.2.2027"),
        ("call 030 1234567 from 19:00-08:00", "call [phone 1] from 19:00-08:00"),
        ("mail ana@x.com, ana@x.com", "mail [address 1], [address 1]"),
        ("<@U123|bo> and 29:abcdef", "[account 1] and [account 2]"),
        ("Q3 2027 and R41", "Q3 2027 and R41"),
    ],
)
def test_a_text_is_masked_and_restored(text: str, hidden: str) -> None:
    made = mask()

    assert made.hide(text) == hidden
    assert made.restore(hidden) == text or "ana@x.com" in text


def test_the_same_name_has_the_same_placeholder_in_every_text() -> None:
    made = mask()

    assert made.hide("Will May") == made.hide("WILL MAY") == "[person 1]"
    assert made.hide("Merger page and Will May") == "[item 1] and [person 1]"
    assert made.restore_arguments({"owners": ["[person 1]"], "limit": 1}) == {"owners": ["Will May"], "limit": 1}
