"""Who is who: one person behind several accounts, roles that only admins give, and the right to be forgotten."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlmodel import SQLModel

from handlers import grammar, publishing
from handlers.people import FEATURE, make_admin_code
from handlers.people.rules import ALPHABET, code_from, digest, written
from handlers.toolbox import Policy
from integrations.ports.inbound import Account, Command, Reply, Whereabouts
from storage import acknowledgements, audit, drafts, people, places, revisions, roadmap, traces, verifying
from storage.store import Store
from storage.values import Acknowledgement, Permission, Status
from tests.house import TEAMS, House, item, words_of

ADA = "ada.byron@x.org"
BO = "bo@x.org"
ADMIN = "root@x.org"


@pytest.fixture
async def house(store: Store) -> House:
    """Ada of SEO, Bo of Web, and an admin; on both databases."""
    built = House(store, [FEATURE])
    await built.has_teams(*TEAMS)
    await built.has_person(ADA, "seo", role="Copy lead")
    await built.has_person(BO, "web", Permission.CONTRIBUTOR)
    await built.has_person(ADMIN, "web", Permission.ADMIN)
    return built


async def said(house: House, words: str, account: Account, *, direct: bool = True, event: str = "") -> Reply:
    """What somebody types on Slack or Teams."""
    where = Whereabouts(account.platform, f"D-{account.external_id}", account.workspace, direct=direct)
    return await house.dispatch(Command(account=account, place=where, words=words, event=event))


def on_teams(external_id: str = "29:ada", **more: str) -> Account:
    return replace(Account("teams", external_id, name="Ada"), **more)  # type: ignore[arg-type]


async def code_for(house: House, email: str) -> str:
    return str((await house.say(email, "me link")).facts["code"])


# ── me ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_me_says_who_i_am_and_which_version_i_have(house: House) -> None:
    await house.publishes(item("WEB-1"))
    await house.publishes(item("WEB-2"))
    async with house.store.transaction() as session:
        await acknowledgements.acknowledge(session, Acknowledgement("p_ada.byron", 1, house.now, "slack", "U1"))

    reply = await house.say(ADA, "me")

    assert reply.private
    assert reply.facts["team"] == "seo"
    assert reply.facts["side"] == "marketing"
    assert reply.facts["permission"] == "viewer"
    assert (reply.facts["acknowledged"], reply.facts["revision"]) == (1, 2)
    assert "you said you have R1; R2 is current" in words_of(reply)


async def test_my_items_are_the_open_ones_that_i_own(house: House) -> None:
    await house.publishes(
        item("WEB-1", owner="p_bo"), item("WEB-2", owner="p_bo", status=Status.DONE), item("WEB-3", owner="p_root")
    )

    assert (await house.say(BO, "me items")).facts["items"] == ["WEB-1"]
    assert "No open item" in words_of(await house.say(ADA, "me items"))


async def test_whoever_opts_out_is_a_colleague_in_a_room_and_themselves_in_private(house: House) -> None:
    await house.say(ADA, "me hide")

    in_the_room = await house.mention(BO, "people seo", room="#web")
    in_private = await house.say(BO, "people seo")

    assert "Ada" not in words_of(in_the_room)
    assert "a colleague" in words_of(in_the_room)
    assert "Ada Byron" in words_of(in_private)
    await house.say(ADA, "me show")
    assert "Ada Byron" in words_of(await house.mention(BO, "people seo", room="#web"))


async def test_a_room_reads_no_e_mails(house: House) -> None:
    for words in ("people seo", "roles"):
        reply = await house.mention(BO, words, room="#web")

        assert not reply.private
        assert "@x.org" not in words_of(reply) + json.dumps(dict(reply.facts))


async def test_people_without_a_team_lists_my_own(house: House) -> None:
    assert [each["email"] for each in (await house.say(ADA, "people")).facts["people"]] == [ADA]


async def test_people_that_name_no_team_may_be_a_question(house: House) -> None:
    reply = await house.say(ADA, "people who are late")

    assert reply.exit == 1
    assert reply.facts["try"] == ["ask people who are late"]


# ── linking ──────────────────────────────────────────────────────────────────────────────────────────────────────


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


# ── the first admin ──────────────────────────────────────────────────────────────────────────────────────────────


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


# ── roles ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("who", ["@ada.byron", ADA, "Ada Byron", "<@U5|ada>"])
async def test_an_admin_grants_a_role_to_somebody_named_in_any_clear_way(house: House, who: str) -> None:
    await said(house, f"me link {await code_for(house, ADA)}", Account("slack", "U5", "T1"))
    await said(house, f"me link {await code_for(house, ADMIN)}", Account("slack", "U1", "T1"))

    reply = await said(house, f"roles grant {who} publisher", Account("slack", "U1", "T1"))

    assert reply.facts == {"person": ADA, "permission": "publisher", "before": "viewer"}
    assert (await house.say(ADA, "me")).facts["permission"] == "publisher"
    assert (await house.say(ADA, "roles")).facts["sides"]["marketing"]["publishers"] == [ADA]


@pytest.mark.parametrize("words", ["roles grant @bo admin", "roles bridge @bo", "roles unbridge @bo"])
async def test_only_admins_change_roles(house: House, words: str) -> None:
    reply = await house.say(BO, words)

    assert reply.exit == 1
    assert "admin" in words_of(reply)
    assert (await house.say(BO, "me")).facts["permission"] == "contributor"


async def test_of_two_people_with_one_name_neither_is_granted_anything(house: House) -> None:
    await house.has_person("ada2@x.org", "web", name="Ada Byron")

    reply = await house.say(ADMIN, "roles grant Ada Byron admin")

    assert reply.exit == 1
    assert ADA in words_of(reply)
    assert "ada2@x.org" in words_of(reply)
    async with house.store.reading() as session:
        assert await people.count_with(session, Permission.ADMIN) == 1


@pytest.mark.parametrize("name", ["<!channel>", "Zoë 🎉", "דנה כהן", "*bold* <script>", "'; DROP TABLE person; --"])
async def test_whatever_somebody_is_called_they_can_be_named(house: House, name: str) -> None:
    await house.has_person("odd@x.org", "seo", name=name)

    reply = await house.say(ADMIN, "roles grant odd@x.org contributor")

    assert reply.exit == 0
    assert name in words_of(reply)
    assert name in words_of(await house.say(ADA, "people seo"))


@pytest.mark.parametrize(
    "words", ["roles grant @ada.byron", "roles grant", "roles grant @ada.byron emperor", "roles bridge"]
)
async def test_an_unclear_grant_is_bad_input(house: House, words: str) -> None:
    assert (await house.say(ADMIN, words)).exit == 2


async def test_an_unknown_name_is_answered_with_the_nearest(house: House) -> None:
    reply = await house.say(ADMIN, "roles grant Ada Bryon admin")

    assert reply.exit == 1
    assert "Did you mean Ada Byron" in words_of(reply)


async def test_the_only_admin_stays_until_there_is_another(house: House) -> None:
    assert (await house.say(ADMIN, f"roles grant {ADMIN} viewer")).exit == 1

    await house.say(ADMIN, "roles grant @bo admin")

    assert (await house.say(ADMIN, f"roles grant {ADMIN} viewer")).exit == 0


async def test_an_admin_of_the_settings_is_changed_in_the_settings(sqlite_store: Store) -> None:
    house = House(sqlite_store, [FEATURE], Policy(admins=frozenset({ADMIN})))
    await house.has_person(ADMIN)

    reply = await house.say(ADMIN, f"roles grant {ADMIN} viewer")

    assert reply.exit == 1
    assert "HANDSHAKE_ADMINS" in words_of(reply)
    assert (await house.say(ADMIN, "roles")).facts["sides"]["other"]["admins"] == [ADMIN]


async def test_the_button_undoes_a_grant(house: House) -> None:
    await house.say(ADMIN, "roles grant @bo publisher")

    await house.press(ADMIN, "roles grant", f"{BO} contributor")

    assert (await house.say(BO, "me")).facts["permission"] == "contributor"


async def test_a_bridge_is_named_by_an_admin_or_by_role(house: House) -> None:
    await house.has_person("tech@x.org", "seo", role="Marketing Technologist")
    await house.say(ADMIN, "roles bridge @bo")

    sides = (await house.say(ADA, "roles")).facts["sides"]

    assert sides["it"]["bridge"] == [BO]
    assert sides["marketing"]["bridge"] == ["tech@x.org"]
    assert (await house.say(ADMIN, "roles unbridge @bo")).facts["bridge"] is False
    assert (await house.say(ADMIN, "roles unbridge @tech")).facts["bridge"] is True


async def test_a_repeated_grant_is_recorded_once(house: House) -> None:
    await house.say(ADMIN, "roles grant @bo publisher", event="E1")
    await house.say(ADMIN, "roles grant @bo viewer")
    await house.say(ADMIN, "roles grant @bo publisher", event="E1")

    assert (await house.say(BO, "me")).facts["permission"] == "viewer"


# ── my data ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def lives(house: House) -> None:
    """Everything that Handshake may come to know about Ada."""
    await said(house, f"me link {await code_for(house, ADA)}", on_teams())
    await house.publishes(item("WEB-1", owner="p_ada.byron"), reason="Ada Byron asked for it")
    await house.publishes(item("WEB-2"), reason="a quiet one")
    async with house.store.transaction() as session:
        await people.save_people(
            session,
            [{"id": "p_ada.byron", "diet": house.box.seal.close("no nuts")}, {"id": "p_bo", "manager_email": ADA}],
            known={"p_ada.byron", "p_bo"},
        )
        room = await places.ensure(session, "slack", "T1", "C1", name="#seo")
        await places.set_members(session, room.id, ["p_ada.byron", "p_bo"], known=True, external=False)
        await places.subscribe(
            session, room.id, campaigns=(), teams=("web",), level="all", by="p_ada.byron", at=house.now
        )
        await places.ensure(session, "teams", "", "@29:ada", name="Ada", direct=True)
        await places.ensure(session, "console", "", f"@{ADA}", name="Ada", direct=True)
        await acknowledgements.acknowledge(session, Acknowledgement("p_ada.byron", 1, house.now, "console", ADA))
        await drafts.keep(
            session,
            [
                drafts.Edit("item", "WEB-1", {"title": "X"}, "p_ada.byron", house.now, "because ADA BYRON said so"),
                drafts.Edit("item", "WEB-2", {"title": "Y"}, "p_bo", house.now, "for the adaptive page"),
            ],
        )


async def test_export_holds_everything_about_me_and_my_diet(house: House) -> None:
    await lives(house)

    reply = await house.say(ADA, "me export")

    assert reply.file is not None
    told = json.loads(reply.file.content)
    assert told == json.loads(json.dumps(dict(reply.facts)))
    assert told["profile"]["email"] == ADA
    assert told["profile"]["diet"] == "no nuts"
    assert told["accounts"] == [{"platform": "teams", "workspace": "", "account": "29:ada"}]
    assert told["acknowledgements"][0]["revision"] == 1
    assert told["items_owned"] == ["WEB-1"]
    assert [each["key"] for each in told["draft_edits"]] == ["WEB-1"]
    assert [each["name"] for each in told["rooms_subscribed"]] == ["#seo"]
    assert {each["act"] for each in told["audit"]} == {"me link"}


async def test_a_diet_stays_closed_when_a_terminal_speaks_for_somebody(house: House) -> None:
    await lives(house)
    account, where = Account("console", ADA, email=ADA), Whereabouts("console", f"@{ADA}", direct=True)

    reply = await house.dispatch(Command(account=account, place=where, words="me export", operator="root"))

    assert "nuts" not in json.dumps(dict(reply.facts))


async def test_a_file_about_me_is_not_dropped_into_a_room(house: House) -> None:
    reply = await house.say(ADA, "me export", room="#web")

    assert reply.exit == 1
    assert reply.file is None


async def test_forgetting_first_says_what_goes_and_what_stays(house: House) -> None:
    await lives(house)

    reply = await house.say(ADA, "me forget")

    assert reply.facts["forgotten"] is False
    assert reply.facts["items_owned"] == ["WEB-1"]
    assert "me forget --yes" in words_of(reply)
    assert (await house.say(ADA, "me")).exit == 0


async def test_the_last_admin_is_warned_before_leaving(house: House) -> None:
    assert "last admin" in words_of(await house.say(ADMIN, "me forget"))


async def test_everything_about_a_forgotten_person_is_gone(house: House) -> None:
    await lives(house)

    reply = await house.say(ADA, "me forget --yes")

    assert reply.facts == {"forgotten": True, "reasons": 1, "whys": 1}
    left = await everything_stored(house.store)
    for trace in ("ada.byron@", "Ada", "ADA BYRON", "29:ada", "nuts", "Copy lead"):
        assert trace not in left, trace
    assert (await house.say(ADA, "me")).exit == 1


async def everything_stored(store: Store) -> str:
    """All values of all tables, for a search that no forgotten column escapes."""
    rows: list[Sequence[object]] = []
    async with store.reading() as session:
        for table in SQLModel.metadata.sorted_tables:
            rows += [tuple(row) for row in await session.execute(select(table))]
    return "\n".join(map(str, rows))


async def test_history_still_holds_after_somebody_was_forgotten(house: House) -> None:
    await lives(house)
    await house.say(ADA, "me forget --yes")

    async with house.store.reading() as session:
        verdict = await verifying.verify(session)
        kept = await revisions.numbered(session, 2)
        owner = (await roadmap.all_items(session))["WEB-1"].owner
        acknowledged = await acknowledgements.of_person(session, "p_ada.byron")
    assert verdict.problem == ""
    assert kept is not None
    assert kept.reason == "a quiet one"
    assert owner == "p_ada.byron"
    assert [each.revision for each in acknowledged] == [1]


async def test_what_a_forgotten_person_edited_still_waits_in_the_draft(house: House) -> None:
    await lives(house)
    await house.say(ADA, "me forget --yes")

    async with house.store.reading() as session:
        waiting = await drafts.edits(session)
    assert [(edit.key, edit.why) for edit in waiting] == [("WEB-1", ""), ("WEB-2", "for the adaptive page")]


async def test_a_reason_that_somebody_wrote_goes_even_if_it_names_nobody(house: House) -> None:
    await house.publishes(item("WEB-1"), reason="I am ill")
    table = revisions.REVISION
    async with house.store.transaction() as session:
        await session.execute(update(table).values(author="p_ada.byron"))

    await house.say(ADA, "me forget --yes")

    async with house.store.reading() as session:
        kept = await revisions.numbered(session, 1)
    assert kept is not None
    assert kept.reason == ""


async def test_a_proposal_whose_author_was_forgotten_can_still_be_approved_and_verified(store: Store) -> None:
    house = House(store, [FEATURE], Policy(two_key="on"))
    await house.has_teams(*TEAMS)
    await house.has_person(ADA, "seo", Permission.PUBLISHER)
    await house.has_person(BO, "web", Permission.PUBLISHER)
    await house.publishes(item("WEB-1"))
    async with store.transaction() as session:
        await drafts.keep(
            session, [drafts.Edit("item", "WEB-1", {"title": "X"}, "p_ada.byron", house.now, "I said so")]
        )
        ada = await people.with_id(session, "p_ada.byron")
        assert ada is not None
        await publishing.publish_draft(house.box, session, ada, reason="I said so", now=house.now)
    await house.say(ADA, "me forget --yes")

    async with store.transaction() as session:
        bo = await people.with_id(session, "p_bo")
        assert bo is not None
        await publishing.approve(house.box, session, bo, 2, now=house.now)

    async with store.reading() as session:
        assert (await verifying.verify(session)).problem == ""


async def test_what_was_done_stays_recorded_without_where_from(house: House) -> None:
    await lives(house)
    await house.say(ADA, "me forget --yes")

    async with house.store.reading() as session:
        lines = await audit.of_person(session, "p_ada.byron")
    assert [line["act"] for line in lines] == ["me link", "me link", "me forget"]
    assert {line["platform"] for line in lines} == {""}


async def test_the_button_forgets_as_the_words_do(house: House) -> None:
    await house.press(ADA, "me forget", "yes")

    assert (await house.say(ADA, "me")).exit == 1


async def test_forgetting_somebody_else_is_not_understood(house: House) -> None:
    assert (await house.say(ADMIN, "me forget bo@x.org")).exit == 2
    assert (await house.say(BO, "me")).exit == 0


async def test_a_forgotten_account_is_a_stranger_and_may_be_linked_anew(house: House) -> None:
    await lives(house)
    await house.say(ADA, "me forget --yes")

    assert (await said(house, "me", on_teams())).exit == 1
    assert (await said(house, f"me link {await code_for(house, BO)}", on_teams())).exit == 0


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Ada  Byron asked", True),
        ("ask ADA.BYRON@X.ORG!", True),
        ("for <@U5>", True),
        ("Ada Byronson", False),
        ("", False),
    ],
)
def test_a_text_names_somebody_by_whole_words(text: str, named: bool) -> None:
    assert traces.names_any(text, ("Ada Byron", ADA, "U5")) is named


@pytest.mark.parametrize("command", FEATURE.commands, ids=lambda each: each.words)
def test_every_example_is_understood(command: grammar.Spec) -> None:
    for example in command.examples:  # type: ignore[attr-defined]
        found = grammar.find(grammar.tidy(example), FEATURE.commands)
        assert found is not None
        assert found[0] is command
        assert len(grammar.take_apart(command, found[1]).positional) <= command.takes
