"""Subscribing a room or oneself: filters, levels, permissions, previews and stopping."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from integrations.ports.inbound import Account, CommandText, ConversationRef
from storage import audit, deliveries, places
from tests.app import ChatApp, item, text_of
from tests.features.subscriptions.notices_app import NoticesApp, buttons_of, publish_slip


async def test_no_notice_is_queued_before_a_room_subscribes(app: NoticesApp) -> None:
    await app.publish(publish_slip())

    assert await app.queued() == []


async def test_the_confirmation_says_what_the_room_will_get_and_how_to_stop(app: NoticesApp) -> None:
    reply = await app.subscribe('roadmap campaign:"Spring Launch" team:web all')

    said = text_of(reply)
    assert "every change to the work of Web Platform for Spring Launch" in said
    assert "silent until a revision is published" in said
    assert "unsubscribe 1" in said
    assert reply.facts == {"number": 1, "campaigns": ["spring"], "teams": ["web"], "level": "all"}


@pytest.mark.parametrize(
    ("words", "campaigns", "teams", "level"),
    [
        ("", [], [], "material"),
        ("roadmap", [], [], "material"),
        ("roadmap campaign:SL", ["spring"], [], "material"),
        ("roadmap campaign:Spring Launch all", ["spring"], [], "all"),
        ("roadmap team:Web Platform team:seo", [], ["seo", "web"], "material"),
        ("roadmap TEAM:web MATERIAL", [], ["web"], "material"),
        ("roadmap campaign=spring", ["spring"], [], "material"),
        ("roadmap team: web", [], ["web"], "material"),
    ],
)
async def test_names_aliases_and_keys_all_make_a_filter(
    app: NoticesApp, words: str, campaigns: Sequence[str], teams: Sequence[str], level: str
) -> None:
    reply = await app.subscribe(words)

    assert (reply.facts["campaigns"], reply.facts["teams"], reply.facts["level"]) == (campaigns, teams, level)


@pytest.mark.parametrize(
    ("words", "exit_", "said"),
    [
        ("roadmap team:nobody", 1, "no team called"),
        ("roadmap loudly", 2, "loudly"),
        ("newsletter", 2, "newsletter"),
        ("roadmap --test never", 2, "length of time"),
        ("roadmap --test 0d", 2, "1 to"),
    ],
)
async def test_an_invalid_subscription_is_refused_with_a_reason(
    app: NoticesApp, words: str, exit_: int, said: str
) -> None:
    reply = await app.say("carla@x.test", f"subscribe {words}", room="#web")

    assert (reply.exit, said in text_of(reply)) == (exit_, True)
    assert (await app.say("carla@x.test", "subscriptions", room="#web")).facts == {"subscriptions": []}


async def test_a_viewer_may_not_subscribe_a_room_but_may_subscribe_themselves(app: NoticesApp) -> None:
    in_room = await app.say("sam@x.test", "subscribe roadmap", room="#web")
    alone = await app.say("sam@x.test", "subscribe roadmap")

    assert (in_room.exit, alone.exit) == (1, 0)
    assert "roles grant" in text_of(in_room)


async def test_a_room_shared_with_another_organisation_needs_an_admin(app: NoticesApp) -> None:
    await app.add_room("#agency", "carla@x.test", external=True)

    contributor = await app.say("carla@x.test", "subscribe roadmap", room="#agency")
    admin = await app.say("ada@x.test", "subscribe roadmap", room="#agency")

    assert (contributor.exit, admin.exit) == (1, 0)
    assert "admin" in text_of(contributor)


async def test_a_room_of_another_platform_is_subscribed_from_inside(app: NoticesApp) -> None:
    """A person who writes in the room is a member of it; for others that is not known."""
    elsewhere = CommandText(
        account=Account("console", "carla@x.test", email="carla@x.test"),
        conversation=ConversationRef("slack", "C1", "T1", "#launch"),
        words="subscribe roadmap",
        event_id="e1",
    )

    assert (await app.dispatch(elsewhere)).exit == 1
    assert (await app.dispatch(replace(elsewhere, operator="root", event_id="e2"))).exit == 0


async def test_the_same_filter_again_changes_only_its_level(app: NoticesApp) -> None:
    await app.subscribe("roadmap team:web")
    await app.subscribe("roadmap team:web all")

    found = await app.say("carla@x.test", "subscriptions", room="#web")

    assert found.facts["subscriptions"] == [{"number": 1, "campaigns": [], "teams": ["web"], "level": "all"}]


async def test_unsubscribing_by_number_leaves_the_others(app: NoticesApp) -> None:
    await app.subscribe("roadmap team:web")
    await app.subscribe("roadmap team:seo")

    reply = await app.say("carla@x.test", "unsubscribe 1", room="#web")

    assert reply.facts["stopped"] == [{"campaigns": [], "teams": ["web"], "level": "material"}]
    left = await app.say("carla@x.test", "subscriptions", room="#web")
    assert [each["teams"] for each in left.facts["subscriptions"]] == [["seo"]]


async def test_unsubscribing_can_be_undone_with_the_button(app: NoticesApp) -> None:
    await app.subscribe('roadmap campaign:"Spring Launch" team:web all')
    reply = await app.say("carla@x.test", "unsubscribe", room="#web")
    undo = buttons_of(reply.card)[0]

    await app.press("carla@x.test", undo.action, undo.value, room="#web")

    found = await app.say("carla@x.test", "subscriptions", room="#web")
    assert found.facts["subscriptions"] == [{"number": 1, "campaigns": ["spring"], "teams": ["web"], "level": "all"}]


async def test_a_stop_button_pressed_twice_stops_one_filter(app: NoticesApp) -> None:
    """The numbers of a list change; the meaning of a button does not."""
    await app.subscribe("roadmap team:web")
    await app.subscribe("roadmap team:seo")
    listed = await app.say("carla@x.test", "subscriptions", room="#web")
    stop = buttons_of(listed.card)[0]

    first = await app.press("carla@x.test", stop.action, stop.value, room="#web")
    second = await app.press("carla@x.test", stop.action, stop.value, room="#web")

    assert (first.exit, second.exit) == (0, 1)
    left = await app.say("carla@x.test", "subscriptions", room="#web")
    assert len(left.facts["subscriptions"]) == 1


@pytest.mark.parametrize("words", ["unsubscribe 7", "unsubscribe", "unsubscribe x"])
async def test_stopping_an_unknown_subscription_is_refused(app: NoticesApp, words: str) -> None:
    if words != "unsubscribe":
        await app.subscribe("roadmap")

    assert (await app.say("carla@x.test", words, room="#web")).exit in (1, 2)


async def test_a_viewer_cannot_stop_what_a_contributor_subscribed(app: NoticesApp) -> None:
    await app.subscribe("roadmap")

    assert (await app.say("sam@x.test", "unsubscribe", room="#web")).exit == 1


async def test_a_preview_lists_past_notices_and_writes_nothing(app: NoticesApp) -> None:
    await app.publish(publish_slip(days=10), reason="one")
    app.advance(timedelta(days=3))
    await app.publish(publish_slip("SEO-1", days=10), reason="two")
    app.advance(timedelta(days=3))
    before = await _stored_state(app)

    reply = await app.say("carla@x.test", "subscribe roadmap team:web --test 5d", room="#new")
    longer = await app.say("carla@x.test", "subscribe roadmap team:web --test=14d", room="#new")

    assert reply.facts["notices"] == []
    assert [each["revision"] for each in longer.facts["notices"]] == [1, 2]
    assert "R2, 2 Nov 2026: 1 slipped" in text_of(longer)
    assert "2 notices" in longer.card.title
    assert await _stored_state(app) == before


async def test_a_preview_counts_only_what_the_room_may_see(app: NoticesApp) -> None:
    await app.publish(item("WEB-9", "Project Falcon", visible_to=("web",)))

    in_room = await app.say("carla@x.test", "subscribe roadmap --test 14d", room="#web")
    alone = await app.say("carla@x.test", "subscribe roadmap --test 14d")

    assert [each["revision"] for each in in_room.facts["notices"]] == [1]
    assert [each["revision"] for each in alone.facts["notices"]] == [1, 2]


async def _stored_state(app: ChatApp) -> object:
    async with app.store.reading() as session:
        return (
            await places.subscriptions(session),
            await places.find(session, "console", "", "#new"),
            await deliveries.counts(session),
            await audit.newest(session),
        )
