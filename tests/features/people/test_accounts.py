"""Linking several accounts to one person, and becoming the first admin, with codes that work once."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from handlers.context import Policy
from handlers.people import FEATURE
from handlers.people.commands.accounts import make_admin_code
from handlers.people.rules import ALPHABET, code_from, code_hash, format_code
from integrations.ports.inbound import Account
from storage import audit, people
from storage.store import Store
from tests.app import TEAMS, ChatApp, text_of
from tests.features.people.accounts import ADA, ADMIN, BO, accounts_app, code_for, on_teams, say_as
from tests.store_dump import dump_text


@pytest.fixture
async def app(store: Store) -> ChatApp:
    """On both databases."""
    return await accounts_app(store)


async def test_a_code_made_here_makes_the_account_there_mine(app: ChatApp) -> None:
    code = await code_for(app, ADA)

    reply = await say_as(app, f"me link {code}", on_teams())

    assert reply.facts == {"linked": "teams", "person": ADA}
    assert (await say_as(app, "me", on_teams())).facts["email"] == ADA


@pytest.mark.parametrize("typed", [str.lower, lambda code: code.replace("-", " "), lambda code: code.replace("-", "")])
async def test_a_code_may_be_typed_as_people_type(app: ChatApp, typed: object) -> None:
    code = await code_for(app, ADA)

    reply = await say_as(app, f"me link {typed(code)}", on_teams())  # type: ignore[operator]

    assert reply.exit == 0


async def test_a_code_is_good_once(app: ChatApp) -> None:
    code = await code_for(app, ADA)
    await say_as(app, f"me link {code}", on_teams())

    again = await say_as(app, f"me link {code}", on_teams("29:mallory"))

    assert again.exit == 1
    assert "not good" in text_of(again)
    assert (await say_as(app, "me", on_teams("29:mallory"))).exit == 1


async def test_a_code_is_good_for_fifteen_minutes(app: ChatApp) -> None:
    code = await code_for(app, ADA)
    app.advance(timedelta(minutes=15))

    assert (await say_as(app, f"me link {code}", on_teams())).exit == 1


async def test_a_new_code_replaces_the_one_before(app: ChatApp) -> None:
    first = await code_for(app, ADA)
    second = await code_for(app, ADA)

    assert (await say_as(app, f"me link {first}", on_teams())).exit == 1
    assert (await say_as(app, f"me link {second}", on_teams())).exit == 0


async def test_an_account_of_somebody_else_is_not_taken_over(app: ChatApp) -> None:
    await say_as(app, f"me link {await code_for(app, BO)}", on_teams("29:bo"))
    code = await code_for(app, ADA)

    reply = await say_as(app, f"me link {code}", on_teams("29:bo"))

    assert reply.exit == 1
    assert "belongs to somebody else" in text_of(reply)
    assert (await say_as(app, "me", on_teams("29:bo"))).facts["email"] == BO


async def test_a_refused_try_does_not_use_the_code_up(app: ChatApp) -> None:
    """Otherwise anybody who sees a code could use it up."""
    await say_as(app, f"me link {await code_for(app, BO)}", on_teams("29:bo"))
    code = await code_for(app, ADA)
    await say_as(app, f"me link {code}", on_teams("29:bo"))

    assert (await say_as(app, f"me link {code}", on_teams())).exit == 0


async def test_my_own_code_on_my_own_account_changes_nothing(app: ChatApp) -> None:
    code = await code_for(app, ADA)

    reply = await app.say(ADA, f"me link {code}")

    assert reply.exit == 0
    assert "yours already" in text_of(reply)


@pytest.mark.parametrize("kind", ["guest", "bot"])
async def test_guests_and_bots_are_never_linked(app: ChatApp, kind: str) -> None:
    code = await code_for(app, ADA)

    reply = await say_as(app, f"me link {code}", on_teams(kind=kind))

    assert reply.exit == 1
    assert "guests and bots" in text_of(reply)


async def test_a_stranger_without_a_code_is_told_where_to_get_one(app: ChatApp) -> None:
    reply = await say_as(app, "me link", on_teams())

    assert reply.exit == 1
    assert "on the platform where I do" in text_of(reply)


async def test_the_same_event_again_links_once_and_says_so_quietly(app: ChatApp) -> None:
    code = await code_for(app, ADA)
    await say_as(app, f"me link {code}", on_teams(), event="E1")

    again = await say_as(app, f"me link {code}", on_teams(), event="E1")

    assert "Already done" in text_of(again)
    async with app.store.reading() as session:
        assert len(await people.accounts_of(session, "p_ada.byron")) == 1


async def test_the_same_event_makes_one_code(app: ChatApp) -> None:
    first = await app.say(ADA, "me link", event="E7")
    again = await app.say(ADA, "me link", event="E7")

    assert "code" not in again.facts
    assert (await say_as(app, f"me link {first.facts['code']}", on_teams())).exit == 0


async def test_linking_stands_in_the_audit_of_the_person(app: ChatApp) -> None:
    await say_as(app, f"me link {await code_for(app, ADA)}", on_teams())

    async with app.store.reading() as session:
        lines = await audit.of_person(session, "p_ada.byron")
    assert [(line["act"], line["platform"]) for line in lines] == [("me link", "console"), ("me link", "teams")]
    assert "29:ada" not in json.dumps(lines)


async def test_unlinking_forgets_the_account(app: ChatApp) -> None:
    await say_as(app, f"me link {await code_for(app, ADA)}", on_teams())

    reply = await app.say(ADA, "me unlink Teams")

    assert reply.facts == {"unlinked": "teams", "accounts": 1}
    assert (await say_as(app, "me", on_teams())).exit == 1


@pytest.mark.parametrize(("words", "exit_"), [("me unlink", 2), ("me unlink slack", 1)])
async def test_unlinking_what_is_not_linked_is_refused(app: ChatApp, words: str, exit_: int) -> None:
    assert (await app.say(ADA, words)).exit == exit_


async def test_a_code_is_kept_as_a_digest_only(app: ChatApp) -> None:
    code = await code_for(app, ADA)

    assert code.replace("-", "") not in (await dump_text(app.store)).replace("-", "")


def test_codes_are_eight_clear_letters() -> None:
    codes = {code_from(f"token {number}") for number in range(500)}

    assert len(codes) == 500
    assert set("".join(codes)) == set(ALPHABET)
    assert not set(ALPHABET) & set("01ILOU")
    assert code_hash(format_code(code_from("x")).lower()) == code_hash(code_from("x"))


@pytest.fixture
async def unled(store: Store) -> ChatApp:
    """An organisation without an admin."""
    built = ChatApp(store, [FEATURE])
    await built.add_teams(*TEAMS)
    await built.add_person(ADA, "seo")
    return built


async def test_the_first_admin_comes_by_a_code_that_is_good_once(unled: ChatApp) -> None:
    code = await make_admin_code(unled.ctx)

    reply = await unled.say(ADA, f"me admin {code}")

    assert reply.facts == {"person": ADA, "permission": "admin"}
    assert (await unled.say(ADA, "me")).facts["permission"] == "admin"
    assert await make_admin_code(unled.ctx) is None
    assert (await unled.say(ADA, f"me admin {code}")).exit == 1


async def test_no_code_is_made_where_the_settings_name_an_admin(sqlite_store: Store) -> None:
    assert await make_admin_code(ChatApp(sqlite_store, [FEATURE], Policy(admins=frozenset({ADMIN}))).ctx) is None


async def test_the_admin_code_works_in_a_direct_conversation_only(unled: ChatApp) -> None:
    code = await make_admin_code(unled.ctx)

    assert (await unled.say(ADA, f"me admin {code}", room="#web")).exit == 1
    assert (await unled.say(ADA, f"me admin {code}")).exit == 0


async def test_the_admin_code_ages_and_is_replaced(unled: ChatApp) -> None:
    old = await make_admin_code(unled.ctx)
    new = await make_admin_code(unled.ctx)

    assert (await unled.say(ADA, f"me admin {old}")).exit == 1
    unled.advance(timedelta(minutes=16))
    assert (await unled.say(ADA, f"me admin {new}")).exit == 1


async def test_a_linking_code_makes_nobody_an_admin(unled: ChatApp) -> None:
    code = await code_for(unled, ADA)

    assert (await unled.say(ADA, f"me admin {code}")).exit == 1


async def test_a_stranger_with_a_confirmed_address_becomes_a_person_and_the_admin(unled: ChatApp) -> None:
    code = await make_admin_code(unled.ctx)
    stranger = Account("slack", "U9", "T1", name="Cleo", email="Cleo@x.org")

    reply = await say_as(unled, f"me admin {code}", stranger)

    assert reply.exit == 0
    assert (await say_as(unled, "me", stranger)).facts["permission"] == "admin"
    assert (await say_as(unled, "me", stranger)).facts["email"] == "cleo@x.org"


async def test_a_stranger_without_an_address_keeps_the_code_for_somebody_else(unled: ChatApp) -> None:
    code = await make_admin_code(unled.ctx)

    assert (await say_as(unled, f"me admin {code}", on_teams())).exit == 1
    assert (await unled.say(ADA, f"me admin {code}")).exit == 0


@pytest.mark.parametrize("kind", ["guest", "bot"])
async def test_who_was_linked_and_is_a_guest_by_now_is_not_answered_as_the_person(app: ChatApp, kind: str) -> None:
    await say_as(app, f"me link {await code_for(app, ADA)}", on_teams())

    reply = await say_as(app, "me", on_teams(kind=kind))

    assert reply.exit == 1
    assert "full members" in text_of(reply)
