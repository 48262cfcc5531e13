"""Profiles and permissions: everybody may read them, only admins change them."""

from __future__ import annotations

import json

import pytest

from handlers import grammar
from handlers.context import Policy
from handlers.people import FEATURE
from integrations.ports.inbound import Account
from storage import acknowledgements, people
from storage.store import Store
from storage.values.acknowledgements import Acknowledgement
from storage.values.company import Permission
from storage.values.roadmap import Status
from tests.app import ChatApp, item, text_of
from tests.features.people.accounts import ADA, ADMIN, BO, accounts_app, code_for, say_as


@pytest.fixture
async def app(store: Store) -> ChatApp:
    """On both databases."""
    return await accounts_app(store)


async def test_me_says_who_i_am_and_which_version_i_have(app: ChatApp) -> None:
    await app.publish(item("WEB-1"))
    await app.publish(item("WEB-2"))
    async with app.store.transaction() as session:
        await acknowledgements.acknowledge(session, Acknowledgement("p_ada.byron", 1, app.now, "slack", "U1"))

    reply = await app.say(ADA, "me")

    assert reply.private
    assert reply.facts["team"] == "seo"
    assert reply.facts["side"] == "marketing"
    assert reply.facts["permission"] == "viewer"
    assert (reply.facts["acknowledged"], reply.facts["revision"]) == (1, 2)
    assert "you said you have R1; R2 is current" in text_of(reply)


async def test_my_items_are_the_open_ones_that_i_own(app: ChatApp) -> None:
    await app.publish(
        item("WEB-1", owner="p_bo"), item("WEB-2", owner="p_bo", status=Status.DONE), item("WEB-3", owner="p_root")
    )

    assert (await app.say(BO, "me items")).facts["items"] == ["WEB-1"]
    assert "No open item" in text_of(await app.say(ADA, "me items"))


async def test_whoever_opts_out_is_a_colleague_in_a_room_and_themselves_in_private(app: ChatApp) -> None:
    await app.say(ADA, "me hide")

    in_the_room = await app.mention(BO, "people seo", room="#web")
    in_private = await app.say(BO, "people seo")

    assert "Ada" not in text_of(in_the_room)
    assert "a colleague" in text_of(in_the_room)
    assert "Ada Byron" in text_of(in_private)
    await app.say(ADA, "me show")
    assert "Ada Byron" in text_of(await app.mention(BO, "people seo", room="#web"))


async def test_a_room_reads_no_e_mails(app: ChatApp) -> None:
    for words in ("people seo", "roles"):
        reply = await app.mention(BO, words, room="#web")

        assert not reply.private
        assert "@x.org" not in text_of(reply) + json.dumps(dict(reply.facts))


async def test_people_without_a_team_lists_my_own(app: ChatApp) -> None:
    assert [each["email"] for each in (await app.say(ADA, "people")).facts["people"]] == [ADA]


async def test_people_that_name_no_team_may_be_a_question(app: ChatApp) -> None:
    reply = await app.say(ADA, "people who are late")

    assert reply.exit == 1
    assert reply.facts["try"] == ["ask people who are late"]


@pytest.mark.parametrize("who", ["@ada.byron", ADA, "Ada Byron", "<@U5|ada>"])
async def test_an_admin_grants_a_role_to_somebody_named_in_any_clear_way(app: ChatApp, who: str) -> None:
    await say_as(app, f"me link {await code_for(app, ADA)}", Account("slack", "U5", "T1"))
    await say_as(app, f"me link {await code_for(app, ADMIN)}", Account("slack", "U1", "T1"))

    reply = await say_as(app, f"roles grant {who} publisher", Account("slack", "U1", "T1"))

    assert reply.facts == {"person": ADA, "permission": "publisher", "before": "viewer"}
    assert (await app.say(ADA, "me")).facts["permission"] == "publisher"
    assert (await app.say(ADA, "roles")).facts["sides"]["marketing"]["publishers"] == [ADA]


@pytest.mark.parametrize("words", ["roles grant @bo admin", "roles bridge @bo", "roles unbridge @bo"])
async def test_only_admins_change_roles(app: ChatApp, words: str) -> None:
    reply = await app.say(BO, words)

    assert reply.exit == 1
    assert "admin" in text_of(reply)
    assert (await app.say(BO, "me")).facts["permission"] == "contributor"


async def test_of_two_people_with_one_name_neither_is_granted_anything(app: ChatApp) -> None:
    await app.add_person("ada2@x.org", "web", name="Ada Byron")

    reply = await app.say(ADMIN, "roles grant Ada Byron admin")

    assert reply.exit == 1
    assert ADA in text_of(reply)
    assert "ada2@x.org" in text_of(reply)
    async with app.store.reading() as session:
        assert await people.count_with(session, Permission.ADMIN) == 1


@pytest.mark.parametrize("name", ["<!channel>", "Zoë 🎉", "דנה כהן", "*bold* <script>", "'; DROP TABLE person; --"])
async def test_whatever_somebody_is_called_they_can_be_named(app: ChatApp, name: str) -> None:
    await app.add_person("odd@x.org", "seo", name=name)

    reply = await app.say(ADMIN, "roles grant odd@x.org contributor")

    assert reply.exit == 0
    assert name in text_of(reply)
    assert name in text_of(await app.say(ADA, "people seo"))


@pytest.mark.parametrize(
    "words", ["roles grant @ada.byron", "roles grant", "roles grant @ada.byron emperor", "roles bridge"]
)
async def test_an_unclear_grant_is_bad_input(app: ChatApp, words: str) -> None:
    assert (await app.say(ADMIN, words)).exit == 2


async def test_an_unknown_name_is_answered_with_the_nearest(app: ChatApp) -> None:
    reply = await app.say(ADMIN, "roles grant Ada Bryon admin")

    assert reply.exit == 1
    assert "Did you mean Ada Byron" in text_of(reply)


async def test_the_only_admin_stays_until_there_is_another(app: ChatApp) -> None:
    assert (await app.say(ADMIN, f"roles grant {ADMIN} viewer")).exit == 1

    await app.say(ADMIN, "roles grant @bo admin")

    assert (await app.say(ADMIN, f"roles grant {ADMIN} viewer")).exit == 0


async def test_an_admin_of_the_settings_is_changed_in_the_settings(sqlite_store: Store) -> None:
    app = ChatApp(sqlite_store, [FEATURE], Policy(admins=frozenset({ADMIN})))
    await app.add_person(ADMIN)

    reply = await app.say(ADMIN, f"roles grant {ADMIN} viewer")

    assert reply.exit == 1
    assert "HANDSHAKE_ADMINS" in text_of(reply)
    assert (await app.say(ADMIN, "roles")).facts["sides"]["other"]["admins"] == [ADMIN]


async def test_the_button_undoes_a_grant(app: ChatApp) -> None:
    await app.say(ADMIN, "roles grant @bo publisher")

    await app.press(ADMIN, "roles grant", f"{BO} contributor")

    assert (await app.say(BO, "me")).facts["permission"] == "contributor"


async def test_a_bridge_is_named_by_an_admin_or_by_role(app: ChatApp) -> None:
    await app.add_person("tech@x.org", "seo", role="Marketing Technologist")
    await app.say(ADMIN, "roles bridge @bo")

    sides = (await app.say(ADA, "roles")).facts["sides"]

    assert sides["it"]["bridge"] == [BO]
    assert sides["marketing"]["bridge"] == ["tech@x.org"]
    assert (await app.say(ADMIN, "roles unbridge @bo")).facts["bridge"] is False
    assert (await app.say(ADMIN, "roles unbridge @tech")).facts["bridge"] is True


async def test_a_repeated_grant_is_recorded_once(app: ChatApp) -> None:
    await app.say(ADMIN, "roles grant @bo publisher", event="E1")
    await app.say(ADMIN, "roles grant @bo viewer")
    await app.say(ADMIN, "roles grant @bo publisher", event="E1")

    assert (await app.say(BO, "me")).facts["permission"] == "viewer"


@pytest.mark.parametrize("command", FEATURE.commands, ids=lambda each: each.words)
def test_every_example_is_understood(command: grammar.CommandSpec) -> None:
    for example in command.examples:  # type: ignore[attr-defined]
        found = grammar.find_command(grammar.normalise(example), FEATURE.commands)
        assert found is not None
        assert found[0] is command
        assert len(grammar.parse_arguments(command, found[1]).positional) <= command.takes
