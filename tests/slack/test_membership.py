"""Membership: joining, leaving, renaming, guests, and refreshing after a restart."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

import pytest

from bot.delivery.retry_policy import RetryPolicy
from bot.serve import Timing
from handlers.catalogue import FEATURES
from integrations.ports.clock import FixedClock
from integrations.ports.errors import Unavailable
from integrations.ports.inbound import Account, ConversationRef
from integrations.slack.installations import Installation
from integrations.slack.membership import SlackMembership
from storage import deliveries, people, places
from storage.store import Store
from storage.values.company import Person
from storage.values.deliveries import DeliveryState
from storage.values.places import Place
from tests.app import MONDAY, ChatApp, item
from tests.fakes.slack import BOT, TEAM, FakeChannel, FakeSlack, Fault, Json, slack_user
from tests.slack.harness import ADA, BO, CY, ROADMAP, STRETCH, TIMEOUT_S, SlackHarness, fill_acme
from tests.slack.harness import slack_harness as opened


async def place(harness: SlackHarness, channel: str = ROADMAP) -> Place:
    async with harness.app.store.reading() as session:
        found = await places.find(session, "slack", "T0ACME", channel)
    assert found is not None
    return found


async def stored_members(harness: SlackHarness, channel: str = ROADMAP) -> tuple[set[str], bool]:
    """The stored members by e-mail, and whether the list is complete."""
    there = await place(harness, channel)
    async with harness.app.store.reading() as session:
        everybody = await people.everybody_ever(session)
        found = {person.email for person in everybody if await places.is_member(session, there.id, person.id)}
    return found, there.members_known


async def linked(harness: SlackHarness) -> None:
    """Link Bo's account, as on an earlier day."""
    async with harness.app.store.transaction() as session:
        bo = await people.with_email(session, "bo@example.com")
        assert bo is not None
        await people.link(session, bo.id, "slack", TEAM, BO, at=harness.app.ctx.clock.now())


async def test_invited_into_a_room_we_know_who_sits_there(harness: SlackHarness) -> None:
    await harness.event({"type": "member_joined_channel", "user": BOT, "channel": ROADMAP})

    assert await stored_members(harness) == ({"ada@example.com", "bo@example.com"}, True)
    assert (await place(harness)).name == "#roadmap"


async def test_who_leaves_is_not_there_any_more(harness: SlackHarness) -> None:
    await harness.event({"type": "member_joined_channel", "user": BOT, "channel": ROADMAP})
    await harness.event({"type": "member_left_channel", "user": ADA, "channel": ROADMAP})

    assert await stored_members(harness) == ({"bo@example.com"}, True)


async def test_with_a_guest_or_a_program_in_it_a_room_is_not_known(harness: SlackHarness) -> None:
    harness.slack.acme.users["U0APP"] = slack_user("U0APP", is_bot=True)
    await harness.event({"type": "member_joined_channel", "user": BOT, "channel": ROADMAP})
    await harness.event({"type": "member_joined_channel", "user": "U0APP", "channel": ROADMAP})

    assert (await place(harness)).members_known is False


async def test_thrown_out_we_say_nothing_there_until_we_are_asked_back(harness: SlackHarness) -> None:
    await harness.event({"type": "member_joined_channel", "user": BOT, "channel": ROADMAP})
    await harness.event({"type": "member_left_channel", "user": BOT, "channel": ROADMAP})
    before = (await place(harness)).closed
    await harness.event({"type": "member_joined_channel", "user": BOT, "channel": ROADMAP})

    assert before is True
    assert (await place(harness)).closed is False


async def test_an_archived_room_is_closed_and_open_again_afterwards(harness: SlackHarness) -> None:
    await harness.command("subscribe roadmap")
    await harness.event({"type": "channel_archive", "channel": ROADMAP, "user": ADA})
    before = (await place(harness)).closed
    await harness.event({"type": "channel_unarchive", "channel": ROADMAP, "user": ADA})

    assert before is True
    assert (await place(harness)).closed is False


async def test_a_room_is_called_as_it_is_called_now(harness: SlackHarness) -> None:
    await harness.command("current")
    harness.slack.acme.rooms[ROADMAP].name = "plans"
    await harness.event({"type": "channel_rename", "channel": {"id": ROADMAP, "name": "plans"}})

    assert (await place(harness)).name == "#plans"


async def test_a_room_that_comes_to_be_shared_is_an_open_one(harness: SlackHarness) -> None:
    await harness.command("current")
    harness.slack.acme.rooms[ROADMAP].is_ext_shared = True
    await harness.event({"type": "channel_shared", "channel": ROADMAP, "connected_team_id": "E1"})

    assert (await place(harness)).external is True


async def test_who_becomes_a_guest_narrows_every_room_before_the_next_word(harness: SlackHarness) -> None:
    harness.slack.acme.rooms["C0IT"] = FakeChannel("C0IT", "it", members=[BO])
    await harness.event(harness.mention_event("roadmap", BO, "C0IT"))
    await harness.wait_for("post")
    limited = slack_user(BO, "bo@example.com", is_restricted=True)
    harness.slack.acme.users[BO] = limited

    await harness.event({"type": "user_change", "user": limited})
    await harness.event(harness.mention_event("roadmap", ADA, "C0IT"))

    before, after = [post["text"] for post in await harness.wait_for("post", 2)]
    assert "Secret engine" in before
    assert "Secret engine" not in after


async def test_news_that_slack_does_not_explain_closes_what_could_be_said(harness: SlackHarness) -> None:
    await harness.event({"type": "member_joined_channel", "user": BOT, "channel": ROADMAP})
    harness.slack.faults = [Fault("conversations.*", "status", "500", times=-1)]
    await harness.event({"type": "channel_rename", "channel": {"id": ROADMAP, "name": "plans"}})

    assert (await place(harness)).members_known is False


async def test_who_is_linked_and_becomes_a_guest_is_one_of_them_at_once_and_for_good(harness: SlackHarness) -> None:
    assert "Secret engine" in (await harness.command("roadmap", BO)).json()["text"]
    limited = slack_user(BO, "bo@example.com", is_restricted=True)
    harness.slack.acme.users[BO] = limited

    await harness.event({"type": "user_change", "user": limited})

    assert "full members" in (await harness.command("roadmap", BO)).json()["text"]


async def test_who_became_a_guest_while_nobody_listened_is_one_of_them(harness: SlackHarness) -> None:
    await linked(harness)
    harness.slack.acme.users[BO] = slack_user(BO, "bo@example.com", is_restricted=True)

    assert "full members" in (await harness.command("roadmap", BO)).json()["text"]


async def test_who_is_linked_is_known_also_while_slack_tells_nothing_of_people(harness: SlackHarness) -> None:
    await linked(harness)
    harness.slack.faults = [Fault("users.*", "status", "500", times=-1)]

    assert "Secret engine" in (await harness.command("roadmap", BO)).json()["text"]


async def test_a_room_that_cannot_be_looked_at_for_long_is_not_known_any_more_until_it_can() -> None:
    """Anyone may have joined meanwhile."""
    clock, stored = FixedClock(MONDAY), _RecordedMembership()
    web = _ExternalRoom()
    membership = SlackMembership(web, _Profiles(), stored, clock)  # type: ignore[arg-type]
    where = ConversationRef("slack", ROADMAP, TEAM)

    async def refresh_after(minutes: int) -> None:
        clock.at = MONDAY + timedelta(minutes=minutes)
        with suppress(Unavailable):
            await membership.refresh(Installation(TEAM, "", "token"), where)

    await refresh_after(0)
    web.down = True
    for minutes in (29, 31, 34):
        await refresh_after(minutes)
    before = list(stored.known)
    await refresh_after(35)
    web.down = False
    await refresh_after(36)

    assert before == [True]
    assert stored.known == [True, False, True]


class _ExternalRoom:
    """A client that reports one empty channel, or fails while *down*."""

    down = False

    async def call(self, _token: str, method: str, **_: object) -> Json:
        if self.down:
            raise Unavailable("Slack")
        return {"channel": {"name": "roadmap"}} if method == "conversations.info" else {"members": []}


class _Profiles:
    """No profiles."""

    async def profiles(self, *_: object) -> Json:
        return {}


class _RecordedMembership:
    """Records whether the members were known."""

    def __init__(self) -> None:
        self.known: list[bool] = []

    async def sync(self, _where: ConversationRef, members: Sequence[Account] | None, *, external: bool) -> None:
        self.known.append(members is not None)


@pytest.mark.parametrize("blind", [False, True])
async def test_a_notice_waits_until_it_is_known_who_came_in_while_nobody_listened(
    sqlite_address: str, *, blind: bool
) -> None:
    """If a scope was removed meanwhile, only what everyone may read is posted."""

    def living(slack: FakeSlack) -> None:
        fill_acme(slack)
        slack.acme.rooms["C0IT"] = FakeChannel("C0IT", "it", members=[BO])

    def later(slack: FakeSlack) -> None:
        living(slack)
        slack.acme.rooms["C0IT"].members.append(CY)
        fault = Fault("conversations.info", "error", "missing_scope", times=-1)
        slack.faults = [fault] if blind else [Fault("conversations.info", "held")]

    async with opened(sqlite_address, populate=living) as harness:
        await harness.command("subscribe roadmap", BO, "C0IT")
        assert (await stored_members(harness, "C0IT")) == ({"bo@example.com"}, True)
    store = Store(sqlite_address)
    secret = item("WEB-3", "Secret rocket", visible_to=("web",))
    await ChatApp(store, FEATURES).publish(secret, item("WEB-4", "Open door"))
    await store.close()

    often = timedelta(milliseconds=10)
    async with opened(
        sqlite_address,
        populate=later,
        timing=Timing(retry_policy=RetryPolicy(not_ready_delay=often), poll_interval=often, stretch=STRETCH),
    ) as harness:
        if not blind:
            await _put_off(harness)
            assert harness.slack.entries("post") == []
            harness.server.go_on.set()
        (notice,) = await harness.wait_for("post")

    assert "Open door" in notice["text"]
    assert "Secret rocket" not in notice["text"]


async def _put_off(harness: SlackHarness) -> None:
    """Wait until the deliverer has postponed the one new delivery."""
    async with asyncio.timeout(TIMEOUT_S):
        while True:
            async with harness.app.store.reading() as session:
                (waiting,) = await deliveries.in_state(session, DeliveryState.NEW)
            if waiting.due_at > MONDAY:
                return
            await asyncio.sleep(0.005)


async def test_a_deactivated_account_ends_its_person(harness: SlackHarness) -> None:
    """Slack says so with `user_change`; admins hear what is left to decide."""
    await linked(harness)

    await harness.event({"type": "user_change", "user": slack_user(BO, "bo@example.com", deleted=True)})

    async with harness.app.store.reading() as session:
        bo = await people.with_email(session, "bo@example.com")
    assert bo is not None
    assert not bo.is_active


async def test_an_account_that_was_never_used_here_ends_its_person_by_the_confirmed_email(
    harness: SlackHarness,
) -> None:
    gone = slack_user(BO, "bo@example.com", deleted=True)
    await harness.event({"type": "user_change", "user": gone | {"is_email_confirmed": False}})
    before = await stored(harness, "bo@example.com")
    await harness.event({"type": "user_change", "user": gone})

    assert before.is_active
    assert not (await stored(harness, "bo@example.com")).is_active


async def stored(harness: SlackHarness, email: str) -> Person:
    async with harness.app.store.reading() as session:
        person = await people.with_email(session, email)
    assert person is not None
    return person


async def test_somebody_with_another_account_stays_until_an_admin_says_that_they_left(harness: SlackHarness) -> None:
    await linked(harness)
    async with harness.app.store.transaction() as session:
        bo = await people.with_email(session, "bo@example.com")
        assert bo is not None
        await people.link(session, bo.id, "teams", "", "29:bo", at=harness.app.ctx.clock.now())

    await harness.event({"type": "user_change", "user": slack_user(BO, "bo@example.com", deleted=True)})

    async with harness.app.store.reading() as session:
        assert await people.with_id(session, bo.id) is not None


async def test_another_confirmed_email_becomes_the_persons_and_the_old_one_still_leads_to_them(
    harness: SlackHarness,
) -> None:
    await linked(harness)

    await harness.event({"type": "user_change", "user": slack_user(BO, "bo.lang@example.com")})

    async with harness.app.store.reading() as session:
        by_new = await people.with_email(session, "bo.lang@example.com")
        by_old = await people.with_email(session, "bo@example.com")
    assert by_new is not None
    assert by_new == by_old
    assert by_new.email == "bo.lang@example.com"


async def test_a_channel_keeps_its_subscription_when_slack_gives_it_another_id(harness: SlackHarness) -> None:
    """https://docs.slack.dev/reference/events/channel_id_changed"""
    await harness.event({"type": "member_joined_channel", "user": BOT, "channel": ROADMAP})
    await harness.command("subscribe roadmap", BO)
    before = await place(harness)
    harness.slack.acme.rooms["C0NEW"] = harness.slack.acme.rooms.pop(ROADMAP)

    await harness.event({"type": "channel_id_changed", "old_channel_id": ROADMAP, "new_channel_id": "C0NEW"})

    after = await place(harness, "C0NEW")
    assert (after.id, after.closed) == (before.id, False)
    async with harness.app.store.reading() as session:
        assert len(await places.subscriptions(session, after.id)) == 1
