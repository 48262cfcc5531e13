"""Slash commands: answered in the HTTP answer, or a moment later where it was asked."""

from __future__ import annotations

from storage import people
from tests.fakes.slack import FakeChannel, Fault, slack_user
from tests.render.checks import check_slack_message
from tests.slack.rig import ADA, BO, CY, ROADMAP, SlackHarness


async def test_a_command_is_answered_in_the_answer_itself(rig: SlackHarness) -> None:
    answer = await rig.command("roadmap")

    assert answer.status_code == 200
    assert answer.json()["response_type"] == "ephemeral"
    assert "Faster search" in answer.json()["text"]
    check_slack_message(answer.json())
    assert rig.slack.posts_in(ROADMAP) == []


async def test_who_asks_in_a_room_of_others_sees_what_they_alone_may(rig: SlackHarness) -> None:
    """The answer is for their eyes only."""
    assert "Secret engine" in (await rig.command("roadmap", BO)).json()["text"]
    assert "Secret engine" not in (await rig.command("roadmap", ADA)).json()["text"]


async def test_people_are_linked_by_e_mail_at_first_contact_and_not_looked_up_again(rig: SlackHarness) -> None:
    await rig.command("current", BO)
    async with rig.app.store.reading() as session:
        known = await people.with_account(session, "slack", "T0ACME", BO)
    rig.slack.faults = [Fault("users.*", "error", "fatal_error", times=-1)]

    assert known is not None
    assert known.email == "bo@example.com"
    assert "R1" in (await rig.command("current", BO)).json()["text"]


async def test_somebody_of_no_known_e_mail_is_told_what_to_do(rig: SlackHarness) -> None:
    rig.slack.acme.users["U0NEW"] = slack_user("U0NEW", "new@example.com")

    answer = await rig.command("roadmap", "U0NEW")

    assert answer.status_code == 200
    assert "me link" in answer.json()["text"]
    assert "Faster search" not in answer.json()["text"]


async def test_an_address_that_is_not_confirmed_links_nobody(rig: SlackHarness) -> None:
    rig.slack.acme.users["U0EVE"] = slack_user("U0EVE", "ada@example.com", is_email_confirmed=False)

    assert "I do not know you yet" in (await rig.command("roadmap", "U0EVE")).json()["text"]


async def test_a_guest_with_the_right_e_mail_is_still_a_guest(rig: SlackHarness) -> None:
    rig.slack.acme.users[CY] = slack_user(CY, "ada@example.com", is_restricted=True)

    assert "full members" in (await rig.command("roadmap", CY)).json()["text"]


async def test_people_in_words_arrive_as_whom_they_are(rig: SlackHarness) -> None:
    await rig.command("current", BO)

    answer = await rig.command(f"roles grant <@{BO}|bo.lindqvist> publisher", ADA)

    assert "publisher" in answer.json()["text"]
    async with rig.app.store.reading() as session:
        known = await people.with_account(session, "slack", "T0ACME", BO)
    assert known is not None
    assert str(known.permission) == "publisher"


async def test_the_direct_conversation_is_one_place_however_it_is_reached(rig: SlackHarness) -> None:
    """A subscription made by slash command and a notice to the person meet in the same conversation."""
    await rig.command("subscribe roadmap", ADA, channel="D0ADA")
    answer = await rig.command("subscriptions", ADA, channel="D0ADA")

    assert "all teams" in answer.json()["text"].lower() or "roadmap" in answer.json()["text"].lower()
    async with rig.app.store.reading() as session:
        from storage import places

        followed = await places.subscriptions(session)
    assert [(each.place.conversation, each.place.direct) for each in followed] == [(f"@{ADA}", True)]


async def test_other_peoples_conversation_is_not_ours(rig: SlackHarness) -> None:
    rig.slack.acme.rooms["D0OTHERS"] = FakeChannel("D0OTHERS", is_im=True, is_private=True, bot_in_it=False)

    await rig.command("subscribe roadmap", ADA, channel="D0OTHERS")

    async with rig.app.store.reading() as session:
        from storage import places

        followed = await places.subscriptions(session)
    assert [each.place.direct for each in followed] == [False]


async def test_a_form_opens_where_the_person_is(rig: SlackHarness) -> None:
    answer = await rig.command("home ask")

    assert answer.text == ""
    assert (await rig.opened_view())["callback_id"] == "ask"


async def test_a_form_that_comes_too_late_is_offered_as_a_button(rig: SlackHarness) -> None:
    rig.slack.faults = [Fault("views.open", "error", "expired_trigger_id")]

    answer = await rig.command("home ask")

    assert answer.status_code == 200
    said = (await rig.wait_for("response"))[0]
    assert any(block["type"] == "actions" for block in said["blocks"])


async def test_a_file_comes_in_the_direct_conversation(rig: SlackHarness) -> None:
    """A room would see it."""
    answer = await rig.command("export roadmap")

    assert "direct conversation" in answer.json()["text"]
    file = (await rig.wait_for("file"))[0]
    assert file["channel"] == "D0ADA"
    assert file["name"].endswith(".csv")


async def test_who_subscribes_a_room_that_we_are_not_in_is_told_to_invite_us(rig: SlackHarness) -> None:
    rig.slack.acme.rooms["C0PUBLIC"] = FakeChannel("C0PUBLIC", "public", members=[ADA], bot_in_it=False)

    assert "/invite" in (await rig.command("subscribe roadmap", channel="C0PUBLIC")).json()["text"]
