"""Messages and installations in Teams: what is answered, where, and who can read it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from integrations.teams.config import TeamsConfig
from integrations.teams.identity import LINKED_FRESH_S, TeamsIdentities
from integrations.teams.parsing import parse_activity
from storage import vendor_state
from tests.fakes.teams_process import APP, TENANT, TeamsSimulator, object_id
from tests.teams.harness import TeamsHarness, buttons, card_words

Json = dict[str, Any]
ASKED = "what is IT working on"


def uploaded_files(url: str) -> list[Json]:
    """The attachment of a file dropped into the chat."""
    content = {"downloadUrl": url, "uniqueId": "1", "fileType": "csv"}
    return [
        {"contentType": "application/vnd.microsoft.teams.file.download.info", "name": "plan.csv", "content": content}
    ]


async def test_a_mention_is_answered_in_its_thread(teams: TeamsHarness, simulator: TeamsSimulator, room: str) -> None:
    said = simulator.message_activity("mia", f"{ASKED} for Spring Launch", room)

    assert (await teams.send(said)).status_code == 202

    (answer,) = await teams.wait_for(1, room=room)
    assert answer["thread"] == said["conversation"]["id"].partition("=")[2]
    assert "WEB-12" in card_words(answer)


async def test_the_chat_with_us_needs_no_mention(teams: TeamsHarness, simulator: TeamsSimulator) -> None:
    answer = await teams.send_and_wait(simulator.message_activity("bo", "roadmap"), "a:29:bo")

    assert "WEB-13" in card_words(answer)
    assert answer["activity"]["summary"].startswith("Roadmap")


async def test_nothing_but_our_name_is_the_way_in(teams: TeamsHarness, simulator: TeamsSimulator, room: str) -> None:
    await teams.send(simulator.message_activity("mia", "", room))

    await teams.wait_for(1, room=room)
    assert "or type: What is new for me" in card_words(simulator.entries(room="a:29:mia")[-1])


async def test_the_same_activity_twice_is_answered_once(
    teams: TeamsHarness, simulator: TeamsSimulator, room: str
) -> None:
    said, later = simulator.message_activity("mia", "roadmap", room), simulator.message_activity("mia", "current", room)

    assert [(await teams.send(each)).status_code for each in (said, said, later)] == [202, 202, 202]

    answers = await teams.wait_for(2, room=room)
    assert sorted(card_words(each).split("\n")[0] for each in answers) == ["R2 is the current version", "Roadmap"]


async def test_a_room_hears_only_what_everybody_in_it_may_see(
    teams: TeamsHarness, simulator: TeamsSimulator, room: str
) -> None:
    await teams.send(simulator.message_activity("bo", ASKED, room))

    (answer,) = await teams.wait_for(1, room=room)
    assert "WEB-12" in card_words(answer)
    assert "WEB-13" not in card_words(answer)


async def test_a_room_of_one_team_hears_what_that_team_may_see_until_a_guest_comes(
    teams: TeamsHarness, simulator: TeamsSimulator, room: str
) -> None:
    """The event alone is enough; nobody has to write anything."""
    simulator.set_members(room, simulator.member("bo"))
    await teams.send(simulator.message_activity("bo", ASKED, room))
    assert "WEB-13" in card_words((await teams.wait_for(1, room=room))[0])

    simulator.set_members(room, simulator.member("bo"), simulator.member("eve", userRole="guest"))
    came = simulator.activity("conversationUpdate", "bo", room, membersAdded=[{"id": "29:eve"}])
    assert (await teams.send(came)).status_code == 202
    await teams.send(simulator.message_activity("bo", ASKED, room))

    assert "WEB-13" not in card_words((await teams.wait_for(2, room=room))[1])


async def test_a_room_whose_members_cannot_be_read_hears_what_anybody_may(
    teams: TeamsHarness, simulator: TeamsSimulator, room: str
) -> None:
    simulator.set_members(room, simulator.member("bo"))
    simulator.set_faults({"on": "members", "status": 500, "times": 9})

    await teams.send(simulator.message_activity("bo", ASKED, room))

    answer = card_words((await teams.wait_for(1, room=room))[0])
    assert "WEB-12" in answer
    assert "WEB-13" not in answer


async def test_a_personal_answer_goes_into_the_chat_and_the_room_is_told_so(
    teams: TeamsHarness, simulator: TeamsSimulator, room: str
) -> None:
    before = len(simulator.entries(room="a:29:mia"))
    said = simulator.message_activity("mia", "me", room)

    await teams.send(said)

    (line,) = await teams.wait_for(1, room=room)
    assert line["activity"]["text"] == "I answered that in our chat, where only you can read it."
    assert line["thread"] == said["conversation"]["id"].partition("=")[2]
    (answer,) = simulator.entries(room="a:29:mia")[before:]
    assert "mia@example.com" in card_words(answer)


async def test_who_has_no_chat_with_us_is_told_how_to_get_one(
    teams: TeamsHarness, simulator: TeamsSimulator, room: str
) -> None:
    simulator.control("not-installed", ["29:mia"])
    before = len(simulator.entries(room="a:29:mia"))

    await teams.send(simulator.message_activity("mia", "me", room))

    (line,) = await teams.wait_for(1, room=room)
    assert "choose Handshake, press Add" in line["activity"]["text"]
    assert simulator.entries(room="a:29:mia")[before:] == []


async def test_a_guest_is_not_taken_for_the_person_with_their_address(
    teams: TeamsHarness, simulator: TeamsSimulator
) -> None:
    """Another tenant verified a guest's address."""
    simulator.set_members("19:any@thread.tacv2", simulator.member("bo", id="29:stranger", userRole="guest"))

    answer = await teams.send_and_wait(simulator.message_activity("stranger", "roadmap"), "a:29:stranger")

    assert "full members" in card_words(answer)


async def test_who_is_linked_and_became_a_guest_is_one_of_them(teams: TeamsHarness, simulator: TeamsSimulator) -> None:
    """Also in the personal chat, where no roster is read."""
    await teams.chat_app.link("bo@example.com", "teams", "29:bo")
    simulator.set_members("19:everybody@thread.tacv2", simulator.member("bo", userRole="guest"))

    answer = await teams.send_and_wait(simulator.message_activity("bo", "roadmap"), "a:29:bo")

    assert "full members" in card_words(answer)


async def test_who_is_linked_is_known_also_while_teams_does_not_say_what_they_are(
    teams: TeamsHarness, simulator: TeamsSimulator
) -> None:
    await teams.chat_app.link("bo@example.com", "teams", "29:bo")
    simulator.set_faults({"on": "member", "status": 503})

    answer = await teams.send_and_wait(simulator.message_activity("bo", "roadmap"), "a:29:bo")

    assert "WEB-13" in card_words(answer)


async def test_teams_is_not_waited_for_long_to_say_what_somebody_linked_is() -> None:
    roster = TeamsIdentities(TeamsConfig("app", "secret", TENANT), _Silent(), _AllLinked(), stretch=0)  # type: ignore[arg-type]

    said = parse_activity(TeamsSimulator.activity(_Somewhere(), "message", "bo"))  # type: ignore[arg-type]

    assert (await roster.account(said)).kind == "member"


async def test_teams_is_asked_once_what_somebody_linked_is_and_again_after_hours() -> None:
    asked, now = _CountingConnector(), [0.0]
    roster = TeamsIdentities(TeamsConfig("app", "secret", TENANT), asked, _AllLinked(), clock=lambda: now[0])  # type: ignore[arg-type]
    said = parse_activity(TeamsSimulator.activity(_Somewhere(), "message", "bo"))  # type: ignore[arg-type]

    first = [(await roster.account(said)).kind for _ in range(3)]
    asked.role = "guest"
    before = await roster.account(said)
    now[0] = LINKED_FRESH_S
    after = await roster.account(said)

    assert (first, before.kind, after.kind, asked.times) == (["member"] * 3, "member", "guest", 2)


class _Somewhere:
    """The part of the simulator that an activity needs."""

    base = "https://teams.example"


class _CountingConnector:
    """A client that reports Bo with *role* and counts the calls."""

    role, times = "user", 0

    async def get_json(self, *_path: str) -> Json:
        self.times += 1
        return {"id": "29:bo", "tenantId": TENANT, "userRole": self.role}


class _Silent:
    """A client that never answers."""

    async def get_json(self, *_path: str) -> Json:
        await asyncio.Event().wait()
        return {}


class _AllLinked:
    """Every account is linked."""

    async def is_linked(self, *_account: str) -> bool:
        return True


async def test_an_imported_object_id_is_as_good_as_the_id_that_teams_shows_to_bots(
    teams: TeamsHarness, simulator: TeamsSimulator
) -> None:
    await teams.chat_app.add_person("kim@elsewhere.example", "web")
    await teams.chat_app.link("kim@elsewhere.example", "teams", object_id("kim"))

    answer = await teams.send_and_wait(simulator.message_activity("kim", "me"), "a:29:kim")

    assert "kim@elsewhere.example" in card_words(answer)


async def test_who_was_forgotten_leaves_no_way_back_until_they_speak_again(
    teams: TeamsHarness, simulator: TeamsSimulator
) -> None:
    await teams.send_and_wait(simulator.message_activity("bo", "roadmap"), "a:29:bo")
    before = await _stored_references(teams)

    forgotten = await teams.send_and_wait(simulator.message_activity("bo", "me forget --yes"), "a:29:bo")
    after = await _stored_references(teams)
    await teams.send_and_wait(simulator.message_activity("bo", "me"), "a:29:bo")

    assert "forgotten" in card_words(forgotten).lower()
    assert {"29:bo", object_id("bo"), "a:29:bo"} <= set(before)
    assert after == []
    assert await _stored_references(teams) == before


async def _stored_references(teams: TeamsHarness) -> list[str]:
    """The ids in stored references; checks that the newest service URL contains none."""
    async with teams.app.store.reading() as session:
        direct = await vendor_state.all_of(session, "teams", "direct")
        ways = await vendor_state.all_of(session, "teams", "conversation")
        newest = await vendor_state.all_of(session, "teams", "service")
    assert "29:bo" not in "".join(teams.app.ctx.cipher.decrypt(each) for each in newest.values())
    return [*direct, *ways]


async def test_somebody_else_who_is_mentioned_reads_as_their_address(
    teams: TeamsHarness, simulator: TeamsSimulator, room: str
) -> None:
    await teams.send_and_wait(simulator.message_activity("bo", "help"), "a:29:bo")
    said = simulator.message_activity("mia", "what does <at>Bo</at> own", room)
    said["entities"].append({"type": "mention", "text": "<at>Bo</at>", "mentioned": {"id": "29:bo", "name": "Bo"}})

    answer = await teams.send_and_wait(said, room)

    assert "Bo" in card_words(answer)


async def test_a_file_dropped_into_the_chat_is_imported(teams: TeamsHarness, simulator: TeamsSimulator) -> None:
    rows = "key,title,team,status%0AWEB-77,Search,web,planned%0A"
    said = simulator.message_activity(
        "mia", "", attachments=uploaded_files(f"{simulator.base}/files/plan.csv?content={rows}")
    )

    answer = await teams.send_and_wait(said, "a:29:mia")

    assert "1 added" in card_words(answer)
    assert "token shown to the file host" not in simulator.counts()


async def test_a_file_that_lies_elsewhere_is_not_fetched(teams: TeamsHarness, simulator: TeamsSimulator) -> None:

    answer = await teams.send_and_wait(
        simulator.message_activity(
            "mia", "", attachments=uploaded_files("https://sharepoint.com.evil.example/plan.csv")
        ),
        "a:29:mia",
    )

    assert "lies somewhere I do not fetch files from" in card_words(answer)


async def test_a_file_that_is_too_large_is_refused_with_another_way(
    teams: TeamsHarness, simulator: TeamsSimulator
) -> None:

    answer = await teams.send_and_wait(
        simulator.message_activity(
            "mia", "", attachments=uploaded_files(f"{simulator.base}/files/plan.csv?size=5000001")
        ),
        "a:29:mia",
    )

    assert "handshake import roadmap" in card_words(answer)


async def test_who_adds_us_is_shown_the_way_in(teams: TeamsHarness, simulator: TeamsSimulator) -> None:
    before = len(simulator.entries(room="a:29:bo"))
    added = simulator.activity("installationUpdate", "bo", action="add")
    first = simulator.activity("conversationUpdate", "bo", membersAdded=[{"id": f"28:{APP}"}])

    assert [(await teams.send(each)).status_code for each in (added, first, added)] == [202, 202, 202]

    (answer,) = (await teams.wait_for(before + 1, room="a:29:bo"))[before:]
    assert card_words(answer).startswith("Hello Bo")
    (dialog,) = [each for each in buttons(answer) if each["type"] == "Action.Submit"]
    assert dialog["data"]["msteams"] == {"type": "task/fetch"}


async def test_a_team_that_adds_us_hears_nothing_before_it_asks(
    teams: TeamsHarness, simulator: TeamsSimulator, room: str
) -> None:
    await teams.send(simulator.activity("installationUpdate", "bo", room, action="add"))
    await teams.send(simulator.activity("conversationUpdate", "bo", room, membersAdded=[{"id": f"28:{APP}"}]))
    await teams.send(simulator.message_activity("bo", "roadmap", room))

    (answer,) = await teams.wait_for(1, room=room)
    assert card_words(answer).startswith("Roadmap")


async def test_another_tenant_s_member_in_a_room_counts_as_a_guest(
    teams: TeamsHarness, simulator: TeamsSimulator, room: str
) -> None:
    simulator.set_members(
        room, simulator.member("bo"), simulator.member("bo", id="29:other", tenantId=TENANT.replace("a", "b"))
    )

    await teams.send(simulator.message_activity("bo", ASKED, room))

    assert "WEB-13" not in card_words((await teams.wait_for(1, room=room))[0])


async def test_a_shared_channel_stays_one_for_who_looks_without_being_told_so(
    teams: TeamsHarness, simulator: TeamsSimulator, room: str
) -> None:
    """Its roster omits people from other organisations, and not every activity contains the channel's sort."""
    simulator.set_members(room, simulator.member("bo"))
    said = simulator.message_activity("bo", ASKED, room)
    said["channelData"]["channel"]["type"] = "shared"
    await teams.send(said)
    await teams.wait_for(1, room=room)

    renamed = simulator.activity("conversationUpdate", "bo", room)
    renamed["channelData"]["eventType"] = "channelRenamed"
    await teams.send(renamed)
    await teams.send(simulator.message_activity("bo", ASKED, room))

    assert "WEB-13" not in card_words((await teams.wait_for(2, room=room))[1])
    assert (await teams.place(room)).external


async def test_a_channel_that_is_shared_later_is_one_from_then_on(
    teams: TeamsHarness, simulator: TeamsSimulator, room: str
) -> None:
    simulator.set_members(room, simulator.member("bo"))
    await teams.send(simulator.message_activity("bo", ASKED, room))
    assert "WEB-13" in card_words((await teams.wait_for(1, room=room))[0])

    shared = simulator.activity("conversationUpdate", "bo", room)
    shared["channelData"]["eventType"] = "channelShared"
    await teams.send(shared)
    await teams.send(simulator.message_activity("bo", ASKED, room))

    assert "WEB-13" not in card_words((await teams.wait_for(2, room=room))[1])


async def test_half_a_character_is_no_reason_to_fall_silent(teams: TeamsHarness, simulator: TeamsSimulator) -> None:
    said = json.dumps(simulator.message_activity("mia", "roadmap")).replace('"Mia"', '"Mia \\ud83d"').encode()

    answer = await teams.http.post(
        teams.address, content=said, headers={"Authorization": f"Bearer {await teams.mint()}"}
    )

    assert answer.status_code == 202


async def test_of_a_long_message_the_beginning_is_read(teams: TeamsHarness, simulator: TeamsSimulator) -> None:
    posted = await teams.send_and_wait(
        simulator.message_activity("mia", "current" + " " * 4_000 + "<at>" * 20_000), "a:29:mia"
    )

    assert "first 4,000 characters" in card_words(posted)
