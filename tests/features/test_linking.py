"""One person behind several accounts, and the first admin: by codes that are good once."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from handlers.people import FEATURE
from handlers.people.linking import make_admin_code
from handlers.people.rules import ALPHABET, code_from, digest, written
from handlers.toolbox import Policy
from integrations.ports.inbound import Account
from storage import audit, people
from storage.store import Store
from tests.features.accounts import ADA, ADMIN, BO, code_for, company, everything_stored, on_teams, said
from tests.house import TEAMS, House, words_of


@pytest.fixture
async def house(store: Store) -> House:
    """On both databases."""
    return await company(store)


async def test_a_code_made_here_makes_the_account_there_mine(house: House) -> None:
    code = await code_for(house, ADA)

    reply = await said(house, f"me link {code}", on_teams())

    assert reply.facts == {"linked": "teams", "person": ADA}
    assert (await said(house, "me", on_teams())).facts["email"] == ADA


@pytest.mark.parametrize("typed", [str.lower, lambda code: code.replace("-", " "), lambda code: code.replace("-", "")])
async def test_a_code_may_be_typed_as_people_type(house: House, typed: object) -> None:
    code = await code_for(house, ADA)

    reply = await said(house, f"me link {typed(code)}", on_teams())  # type: ignore[operator]

    assert reply.exit == 0


async def test_a_code_is_good_once(house: House) -> None:
    code = await code_for(house, ADA)
    await said(house, f"me link {code}", on_teams())

    again = await said(house, f"me link {code}", on_teams("29:mallory"))

    assert again.exit == 1
    assert "not good" in words_of(again)
    assert (await said(house, "me", on_teams("29:mallory"))).exit == 1


async def test_a_code_is_good_for_fifteen_minutes(house: House) -> None:
    code = await code_for(house, ADA)
    house.wait(timedelta(minutes=15))

    assert (await said(house, f"me link {code}", on_teams())).exit == 1


async def test_a_new_code_replaces_the_one_before(house: House) -> None:
    first = await code_for(house, ADA)
    second = await code_for(house, ADA)

    assert (await said(house, f"me link {first}", on_teams())).exit == 1
    assert (await said(house, f"me link {second}", on_teams())).exit == 0


async def test_an_account_of_somebody_else_is_not_taken_over(house: House) -> None:
    await said(house, f"me link {await code_for(house, BO)}", on_teams("29:bo"))
    code = await code_for(house, ADA)

    reply = await said(house, f"me link {code}", on_teams("29:bo"))

    assert reply.exit == 1
    assert "belongs to somebody else" in words_of(reply)
    assert (await said(house, "me", on_teams("29:bo"))).facts["email"] == BO


async def test_a_refused_try_does_not_use_the_code_up(house: House) -> None:
    """Otherwise whoever overhears a code could spoil it."""
    await said(house, f"me link {await code_for(house, BO)}", on_teams("29:bo"))
    code = await code_for(house, ADA)
    await said(house, f"me link {code}", on_teams("29:bo"))

    assert (await said(house, f"me link {code}", on_teams())).exit == 0


async def test_my_own_code_on_my_own_account_changes_nothing(house: House) -> None:
    code = await code_for(house, ADA)

    reply = await house.say(ADA, f"me link {code}")

    assert reply.exit == 0
    assert "yours already" in words_of(reply)


@pytest.mark.parametrize("kind", ["guest", "bot"])
async def test_guests_and_bots_are_never_linked(house: House, kind: str) -> None:
    code = await code_for(house, ADA)

    reply = await said(house, f"me link {code}", on_teams(kind=kind))

    assert reply.exit == 1
    assert "guests and bots" in words_of(reply)


async def test_a_stranger_without_a_code_is_told_where_to_get_one(house: House) -> None:
    reply = await said(house, "me link", on_teams())

    assert reply.exit == 1
    assert "on the platform where I do" in words_of(reply)


async def test_the_same_event_again_links_once_and_says_so_quietly(house: House) -> None:
    code = await code_for(house, ADA)
    await said(house, f"me link {code}", on_teams(), event="E1")

    again = await said(house, f"me link {code}", on_teams(), event="E1")

    assert "Already done" in words_of(again)
    async with house.store.reading() as session:
        assert len(await people.accounts_of(session, "p_ada.byron")) == 1


async def test_the_same_event_makes_one_code(house: House) -> None:
    first = await house.say(ADA, "me link", event="E7")
    again = await house.say(ADA, "me link", event="E7")

    assert "code" not in again.facts
    assert (await said(house, f"me link {first.facts['code']}", on_teams())).exit == 0


async def test_linking_stands_in_the_audit_of_the_person(house: House) -> None:
    await said(house, f"me link {await code_for(house, ADA)}", on_teams())

    async with house.store.reading() as session:
        lines = await audit.of_person(session, "p_ada.byron")
    assert [(line["act"], line["platform"]) for line in lines] == [("me link", "console"), ("me link", "teams")]
    assert "29:ada" not in json.dumps(lines)


async def test_unlinking_forgets_the_account(house: House) -> None:
    await said(house, f"me link {await code_for(house, ADA)}", on_teams())

    reply = await house.say(ADA, "me unlink Teams")

    assert reply.facts == {"unlinked": "teams", "accounts": 1}
    assert (await said(house, "me", on_teams())).exit == 1


@pytest.mark.parametrize(("words", "exit_"), [("me unlink", 2), ("me unlink slack", 1)])
async def test_unlinking_what_is_not_linked_is_refused(house: House, words: str, exit_: int) -> None:
    assert (await house.say(ADA, words)).exit == exit_


async def test_a_code_is_kept_as_a_digest_only(house: House) -> None:
    code = await code_for(house, ADA)

    assert code.replace("-", "") not in (await everything_stored(house.store)).replace("-", "")


def test_codes_are_eight_clear_letters() -> None:
    codes = {code_from(f"token {number}") for number in range(500)}

    assert len(codes) == 500
    assert set("".join(codes)) == set(ALPHABET)
    assert not set(ALPHABET) & set("01ILOU")
    assert digest(written(code_from("x")).lower()) == digest(code_from("x"))


@pytest.fixture
async def unled(store: Store) -> House:
    """A house without an admin."""
    built = House(store, [FEATURE])
    await built.has_teams(*TEAMS)
    await built.has_person(ADA, "seo")
    return built


async def test_the_first_admin_comes_by_a_code_that_is_good_once(unled: House) -> None:
    code = await make_admin_code(unled.box)

    reply = await unled.say(ADA, f"me admin {code}")

    assert reply.facts == {"person": ADA, "permission": "admin"}
    assert (await unled.say(ADA, "me")).facts["permission"] == "admin"
    assert await make_admin_code(unled.box) is None
    assert (await unled.say(ADA, f"me admin {code}")).exit == 1


async def test_no_code_is_made_where_the_settings_name_an_admin(sqlite_store: Store) -> None:
    assert await make_admin_code(House(sqlite_store, [FEATURE], Policy(admins=frozenset({ADMIN}))).box) is None


async def test_the_admin_code_works_in_a_direct_conversation_only(unled: House) -> None:
    code = await make_admin_code(unled.box)

    assert (await unled.say(ADA, f"me admin {code}", room="#web")).exit == 1
    assert (await unled.say(ADA, f"me admin {code}")).exit == 0


async def test_the_admin_code_ages_and_is_replaced(unled: House) -> None:
    old = await make_admin_code(unled.box)
    new = await make_admin_code(unled.box)

    assert (await unled.say(ADA, f"me admin {old}")).exit == 1
    unled.wait(timedelta(minutes=16))
    assert (await unled.say(ADA, f"me admin {new}")).exit == 1


async def test_a_linking_code_makes_nobody_an_admin(unled: House) -> None:
    code = await code_for(unled, ADA)

    assert (await unled.say(ADA, f"me admin {code}")).exit == 1


async def test_a_stranger_with_a_confirmed_address_becomes_a_person_and_the_admin(unled: House) -> None:
    code = await make_admin_code(unled.box)
    stranger = Account("slack", "U9", "T1", name="Cleo", email="Cleo@x.org")

    reply = await said(unled, f"me admin {code}", stranger)

    assert reply.exit == 0
    assert (await said(unled, "me", stranger)).facts["permission"] == "admin"
    assert (await said(unled, "me", stranger)).facts["email"] == "cleo@x.org"


async def test_a_stranger_without_an_address_keeps_the_code_for_somebody_else(unled: House) -> None:
    code = await make_admin_code(unled.box)

    assert (await said(unled, f"me admin {code}", on_teams())).exit == 1
    assert (await unled.say(ADA, f"me admin {code}")).exit == 0


@pytest.mark.parametrize("kind", ["guest", "bot"])
async def test_who_was_linked_and_is_a_guest_by_now_is_not_answered_as_the_person(house: House, kind: str) -> None:
    await said(house, f"me link {await code_for(house, ADA)}", on_teams())

    reply = await said(house, "me", on_teams(kind=kind))

    assert reply.exit == 1
    assert "full members" in words_of(reply)
