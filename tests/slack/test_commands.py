"""Slash commands: answered in the HTTP response, or later in the same place."""

from __future__ import annotations

from storage import people, places
from tests.fakes.slack import FakeChannel, Fault, slack_user
from tests.render.platform_checks import check_slack_message
from tests.slack.harness import ADA, BO, CY, ROADMAP, SlackHarness


async def test_a_command_is_answered_in_the_answer_itself(harness: SlackHarness) -> None:
    answer = await harness.command("roadmap")

    assert answer.status_code == 200
    assert answer.json()["response_type"] == "ephemeral"
    assert "Faster search" in answer.json()["text"]
    check_slack_message(answer.json())
    assert harness.slack.posts_in(ROADMAP) == []


async def test_who_asks_in_a_room_of_others_sees_what_they_alone_may(harness: SlackHarness) -> None:
    """Only they see the reply."""
    assert "Secret engine" in (await harness.command("roadmap", BO)).json()["text"]
    assert "Secret engine" not in (await harness.command("roadmap", ADA)).json()["text"]


async def test_people_are_linked_by_e_mail_at_first_contact_and_not_looked_up_again(harness: SlackHarness) -> None:
    await harness.command("current", BO)
    async with harness.app.store.reading() as session:
        known = await people.with_account(session, "slack", "T0ACME", BO)
    harness.slack.faults = [Fault("users.*", "error", "fatal_error", times=-1)]

    assert known is not None
    assert known.email == "bo@example.com"
    assert "R1" in (await harness.command("current", BO)).json()["text"]


async def test_somebody_of_no_known_e_mail_is_told_what_to_do(harness: SlackHarness) -> None:
    harness.slack.acme.users["U0NEW"] = slack_user("U0NEW", "new@example.com")

    answer = await harness.command("roadmap", "U0NEW")

    assert answer.status_code == 200
    assert "me link" in answer.json()["text"]
    assert "Faster search" not in answer.json()["text"]


async def test_an_address_that_is_not_confirmed_links_nobody(harness: SlackHarness) -> None:
    harness.slack.acme.users["U0EVE"] = slack_user("U0EVE", "ada@example.com", is_email_confirmed=False)

    assert "I do not know you yet" in (await harness.command("roadmap", "U0EVE")).json()["text"]


async def test_a_guest_with_the_right_e_mail_is_still_a_guest(harness: SlackHarness) -> None:
    harness.slack.acme.users[CY] = slack_user(CY, "ada@example.com", is_restricted=True)

    assert "full members" in (await harness.command("roadmap", CY)).json()["text"]


async def test_people_in_words_arrive_as_whom_they_are(harness: SlackHarness) -> None:
    await harness.command("current", BO)

    answer = await harness.command(f"roles grant <@{BO}|bo.lindqvist> publisher", ADA)

    assert "publisher" in answer.json()["text"]
    async with harness.app.store.reading() as session:
        known = await people.with_account(session, "slack", "T0ACME", BO)
    assert known is not None
    assert str(known.permission) == "publisher"


async def test_the_direct_conversation_is_one_place_however_it_is_reached(harness: SlackHarness) -> None:
    """A subscription made by slash command and a notice to the person go to the same conversation."""
    await harness.command("subscribe roadmap", ADA, channel="D0ADA")
    answer = await harness.command("subscriptions", ADA, channel="D0ADA")

    assert "all teams" in answer.json()["text"].lower() or "roadmap" in answer.json()["text"].lower()
    async with harness.app.store.reading() as session:
        followed = await places.subscriptions(session)
    assert [(one.place.conversation, one.place.direct) for one in followed] == [(f"@{ADA}", True)]


async def test_other_peoples_conversation_is_not_ours(harness: SlackHarness) -> None:
    harness.slack.acme.rooms["D0OTHERS"] = FakeChannel("D0OTHERS", is_im=True, is_private=True, bot_in_it=False)

    await harness.command("subscribe roadmap", ADA, channel="D0OTHERS")

    async with harness.app.store.reading() as session:
        followed = await places.subscriptions(session)
    assert [one.place.direct for one in followed] == [False]


async def test_a_form_opens_where_the_person_is(harness: SlackHarness) -> None:
    answer = await harness.command("home ask")

    assert answer.text == ""
    assert (await harness.opened_view())["callback_id"] == "ask"


async def test_a_form_that_comes_too_late_is_offered_as_a_button(harness: SlackHarness) -> None:
    harness.slack.faults = [Fault("views.open", "error", "expired_trigger_id")]

    answer = await harness.command("home ask")

    assert answer.status_code == 200
    said = (await harness.wait_for("response"))[0]
    assert any(block["type"] == "actions" for block in said["blocks"])


async def test_a_file_comes_in_the_direct_conversation(harness: SlackHarness) -> None:
    """In the channel everyone would see it."""
    answer = await harness.command("export roadmap")

    assert "direct conversation" in answer.json()["text"]
    file = (await harness.wait_for("file"))[0]
    assert file["channel"] == "D0ADA"
    assert file["name"].endswith(".csv")


async def test_who_subscribes_a_room_that_we_are_not_in_is_told_to_invite_us(harness: SlackHarness) -> None:
    harness.slack.acme.rooms["C0PUBLIC"] = FakeChannel("C0PUBLIC", "public", members=[ADA], bot_in_it=False)

    assert "/invite" in (await harness.command("subscribe roadmap", channel="C0PUBLIC")).json()["text"]


async def test_of_a_long_command_or_message_the_beginning_is_read(harness: SlackHarness) -> None:
    long = "current" + " " * 4_000 + "x" * 100_000

    answer = await harness.command(long)
    await harness.event(harness.direct_event(long))

    posted = await harness.wait_for("post")
    for text in (answer.json()["text"], posted[0]["text"]):
        assert "R1" in text
        assert "first 4,000 characters" in text
