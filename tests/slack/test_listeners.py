"""Buttons, forms, shortcuts, messages, files and the Home tab."""

from __future__ import annotations

import pytest

from storage import drafts
from tests.slack.harness import ADA, BO, ROADMAP, SlackHarness

ROW = b"key,title,team,status\nWEB-9,Cookie audit,web,planned\n"


async def test_a_mention_is_answered_in_its_thread(harness: SlackHarness) -> None:
    await harness.event(harness.mention_event("current"))

    said = (await harness.wait_for("post"))[0]
    assert (said["channel"], said["thread"]) == (ROADMAP, "1790000000.000200")
    assert "R1" in said["text"]


async def test_a_refusal_in_the_open_is_for_the_asker_alone(harness: SlackHarness) -> None:
    await harness.event(harness.mention_event("roles grant nobody@example.com admin", BO))

    said = (await harness.wait_for("ephemeral"))[0]
    assert (said["channel"], said["user"]) == (ROADMAP, BO)


async def test_words_to_us_directly_are_answered_there(harness: SlackHarness) -> None:
    await harness.event(harness.direct_event("what is blocked"))

    assert (await harness.wait_for("post"))[0]["channel"] == "D0ADA"


async def test_a_button_is_answered_to_who_pressed_it(harness: SlackHarness) -> None:
    assert (await harness.press("ack", "R1", BO)).text == ""

    said = (await harness.wait_for("response"))[0]
    assert said["body"]["response_type"] == "ephemeral"
    assert said["body"]["replace_original"] is False
    assert "R1" in said["text"]


async def test_a_way_back_that_is_used_up_is_replaced_by_another(harness: SlackHarness) -> None:
    pressed = harness.press_body("ack", "R1", BO)
    harness.slack.response_urls[pressed["response_url"].rsplit("/", 1)[1]] = 5

    await harness.interact(pressed)

    assert (await harness.wait_for("ephemeral"))[0]["user"] == BO


async def test_a_link_button_needs_no_answer(harness: SlackHarness) -> None:
    assert (await harness.press("link-opened")).text == ""
    await harness.press("ack", "R1", BO)

    assert len(await harness.wait_for("response")) == 1


async def test_a_button_of_another_version_says_so(harness: SlackHarness) -> None:
    await harness.press("paint it black")

    assert "another version" in (await harness.wait_for("response"))[0]["text"]


async def test_a_form_is_opened_by_a_button_and_answered_where_it_was_opened(harness: SlackHarness) -> None:
    await harness.press("home ask")
    view = await harness.opened_view()

    answer = await harness.submit(view, {"question": "who owns WEB-1?"})

    assert answer.text == ""
    assert "WEB-1" in (await harness.wait_for("response"))[0]["text"]


async def test_a_message_is_asked(harness: SlackHarness) -> None:
    await harness.shortcut("ask-handshake", "who owns WEB-1?")

    assert "WEB-1" in (await harness.wait_for("response"))[0]["text"]


async def test_a_message_without_words_is_not_asked(harness: SlackHarness) -> None:
    await harness.shortcut("ask-handshake", "")

    assert "no words" in (await harness.wait_for("response"))[0]["text"]


async def test_a_message_is_recorded_as_an_item(harness: SlackHarness) -> None:
    await harness.shortcut("record-item", "Please audit <https://example.org/cookies|the cookies>", BO)
    view = await harness.opened_view()
    offered = {block["block_id"]: block["element"].get("initial_value", "") for block in view["blocks"][1:]}

    answer = await harness.submit(view, offered | {"key": "WEB-9"}, BO)

    assert answer.text == ""
    assert offered["title"] == "Please audit https://example.org/cookies"
    async with harness.app.store.reading() as session:
        edit = (await drafts.edits(session))[0]
    assert (edit.key, edit.fields["team"]) == ("WEB-9", "web")
    assert edit.fields["url"] == "https://acme.slack.com/archives/C0ROADMAP/p1790000000000100"


@pytest.mark.parametrize(
    ("thread", "query"),
    [
        ("1789999999.000200", "?thread_ts=1789999999.000200&cid=C0ROADMAP"),
        ("1790000000.000100", ""),  # the first message of a thread
    ],
)
async def test_a_message_of_a_thread_is_recorded_with_the_address_of_its_thread(
    harness: SlackHarness, thread: str, query: str
) -> None:
    await harness.shortcut("record-item", "Audit", BO, thread=thread)
    view = await harness.opened_view()

    await harness.submit(view, {"key": "WEB-9", "title": "Audit"}, BO)

    async with harness.app.store.reading() as session:
        edit = (await drafts.edits(session))[0]
    assert edit.fields["url"] == f"https://acme.slack.com/archives/C0ROADMAP/p1790000000000100{query}"


async def test_what_is_wrong_stands_in_the_field_and_nothing_typed_is_lost(harness: SlackHarness) -> None:
    await harness.shortcut("record-item", "Audit", BO)
    view = await harness.opened_view()

    spaced = await harness.submit(view, {"key": "two words", "title": "Audit"}, BO)
    taken = await harness.submit(view, {"key": "WEB-1", "title": "Audit"}, BO)

    assert spaced.json() == {"response_action": "errors", "errors": {"key": "A key is one word, without spaces."}}
    assert taken.json()["response_action"] == "errors"
    assert "exists already" in taken.json()["errors"]["key"]


async def test_the_home_tab_shows_what_is_due_and_what_is_mine(harness: SlackHarness) -> None:
    answer = await harness.event({"type": "app_home_opened", "user": ADA, "tab": "home", "channel": "D0ADA"})

    assert answer.status_code == 200
    shown = str((await harness.wait_for("home"))[0]["view"])
    assert "ack" in shown
    assert "R1" in shown
    assert "help" in shown


async def test_the_home_tab_follows_what_is_pressed_in_it(harness: SlackHarness) -> None:
    await harness.event({"type": "app_home_opened", "user": ADA, "tab": "home", "channel": "D0ADA"})
    pressed = harness.press_body("ack", "R1") | {"view": {"type": "home"}, "container": {"type": "view"}}
    await harness.wait_for("home")

    await harness.interact({key: value for key, value in pressed.items() if key not in ("channel", "response_url")})

    before, after = [str(each["view"]) for each in await harness.wait_for("home", 2)]
    assert "'action_id': 'ack#" in before
    assert "'action_id': 'ack#" not in after
    assert (await harness.wait_for("post"))[0]["channel"] == "D0ADA"


async def test_a_csv_dropped_into_the_direct_conversation_is_imported(harness: SlackHarness) -> None:
    harness.slack.files["F1"] = ROW
    file = {
        "id": "F1",
        "name": "roadmap.csv",
        "size": len(ROW),
        "url_private_download": f"{harness.slack.address}/files/F1",
    }

    await harness.event(harness.direct_event("", BO, subtype="file_share", files=[file]))

    await harness.wait_for("post")
    async with harness.app.store.reading() as session:
        assert [edit.key for edit in await drafts.edits(session)] == ["WEB-9"]


async def test_a_file_that_is_too_large_is_not_even_fetched(harness: SlackHarness) -> None:
    file = {
        "id": "F1",
        "name": "all.csv",
        "size": 5_000_001,
        "url_private_download": f"{harness.slack.address}/files/F1",
    }

    await harness.event(harness.direct_event("", BO, subtype="file_share", files=[file]))

    assert "larger than 5 MB" in (await harness.wait_for("post"))[0]["text"]


async def test_a_file_that_slack_does_not_give_is_said(harness: SlackHarness) -> None:
    file = {"id": "F2", "name": "all.csv", "size": 10, "url_private_download": f"{harness.slack.address}/files/F2"}

    await harness.event(harness.direct_event("", BO, subtype="file_share", files=[file]))

    assert "files:read" in (await harness.wait_for("post"))[0]["text"]


async def test_our_token_goes_nowhere_for_a_file_that_lies_elsewhere(harness: SlackHarness) -> None:
    """The URL of an external file is set by another app."""
    file = {"id": "F3", "name": "all.csv", "is_external": True, "url_private": "http://127.0.0.1:1/all.csv"}

    await harness.event(harness.direct_event("", BO, subtype="file_share", files=[file]))

    assert "does not lie in Slack" in (await harness.wait_for("post"))[0]["text"]
