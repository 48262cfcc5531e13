"""Each place gets one notice for a revision, and older cards are marked as superseded in place."""

from __future__ import annotations

from handlers.publishing import publish_changes, revert
from handlers.subscriptions import FEATURE as NOTICES
from storage import deliveries, people, places
from storage.values.deliveries import Delivery, DeliveryKind
from tests.app import item
from tests.features.subscriptions.notices_app import NoticesApp, buttons_of, publish_slip


async def test_a_place_gets_one_notice_for_a_revision_though_the_hook_runs_twice(app: NoticesApp) -> None:
    await app.subscribe("roadmap")
    await app.subscribe("roadmap team:web all")
    await app.publish(publish_slip(days=10))
    revision = await app.publish(publish_slip(days=20))

    await app.rerun_hooks(revision)

    assert await app.queued() == [
        ("#web", "revision", DeliveryKind.POST),
        ("#web", "revision", DeliveryKind.POST),
        ("#web", "superseded", DeliveryKind.UPDATE),
    ]


async def test_an_older_card_is_marked_in_place_and_offers_the_newest(app: NoticesApp) -> None:
    await app.subscribe("roadmap")
    await app.publish(publish_slip(days=10))
    await app.deliver_all()

    await app.publish(publish_slip(days=20))
    await app.deliver_all()

    old, new = app.card_texts("#web")
    assert old.startswith("R2 is superseded by R3\n")
    assert "R3 has its own card here." in old
    assert "I have R2" not in old
    assert "I have R3" in old
    assert new.startswith("Roadmap R3: 1 slipped")


async def test_an_older_card_is_marked_where_the_newest_revision_has_no_notice(app: NoticesApp) -> None:
    await app.subscribe("roadmap team:web")
    await app.publish(publish_slip())
    await app.deliver_all()

    await app.publish(publish_slip("SEO-1"))
    await app.deliver_all()

    [said] = app.card_texts("#web")
    assert said.startswith("R2 is superseded by R3\n")
    assert "R3 is the current version; nothing in it concerns this room." in said
    assert "I have R3" in said


async def test_each_room_has_its_own_newest_card_marked(app: NoticesApp) -> None:
    await app.subscribe("roadmap team:web", "#web")
    await app.subscribe("roadmap team:seo", "#seo")
    await app.publish(publish_slip())
    await app.publish(publish_slip("SEO-1"))
    await app.deliver_all()

    await app.publish(publish_slip(days=30), publish_slip("SEO-1", days=30))
    await app.deliver_all()

    assert [said.split("\n")[0] for said in app.card_texts("#web")] == [
        "R2 is superseded by R4",
        "Roadmap R4: 1 slipped",
    ]
    assert [said.split("\n")[0] for said in app.card_texts("#seo")] == [
        "R3 is superseded by R4",
        "Roadmap R4: 1 slipped",
    ]


async def test_cards_marked_before_are_not_touched_again(app: NoticesApp) -> None:
    await app.subscribe("roadmap")
    for days in (10, 20, 30, 40):
        await app.publish(publish_slip(days=days))
        await app.deliver_all()

    queued = await app.queued()

    assert queued.count(("#web", "superseded", DeliveryKind.UPDATE)) == 3
    assert [said.split("\n")[0] for said in app.card_texts("#web")] == [
        "R2 is superseded by R3",
        "R3 is superseded by R4",
        "R4 is superseded by R5",
        "Roadmap R5: 1 slipped",
    ]


async def test_the_last_card_of_a_room_that_stopped_following_is_marked_once(app: NoticesApp) -> None:
    """Its card would look current for ever, and later revisions are not announced there."""
    await app.subscribe("roadmap")
    await app.publish(publish_slip(days=10), item("WEB-9", "Project Falcon", visible_to=("web",)))
    await app.deliver_all()
    await app.say("carla@x.test", "unsubscribe", room="#web")

    for days in (20, 30):
        await app.publish(publish_slip(days=days))
        await app.deliver_all()

    [said] = app.card_texts("#web")
    assert said.startswith("R2 is superseded by R3\n")
    assert "This room stopped following the roadmap" in said
    assert "current" in said
    assert (await app.queued())[1:] == [("#web", "superseded", DeliveryKind.UPDATE)]


async def test_a_card_that_was_marked_before_its_room_left_does_not_call_an_old_version_current(
    app: NoticesApp,
) -> None:
    await app.subscribe("roadmap team:web")
    await app.subscribe("roadmap", "#all")
    await app.publish(publish_slip())
    await app.publish(publish_slip("SEO-1"))
    await app.deliver_all()
    await app.say("carla@x.test", "unsubscribe", room="#web")

    await app.publish(publish_slip("SEO-1", days=30))
    await app.deliver_all()

    [said] = app.card_texts("#web")
    assert said.startswith("R2 is superseded by R4\n")
    assert "R3" not in said
    assert [each.split("\n")[0] for each in app.card_texts("#all")][1:] == [
        "R3 is superseded by R4",
        "Roadmap R4: 1 slipped",
    ]


async def test_a_room_that_subscribes_again_has_its_old_card_marked(app: NoticesApp) -> None:
    await app.subscribe("roadmap")
    await app.publish(publish_slip(days=10))
    await app.deliver_all()
    await app.say("carla@x.test", "unsubscribe", room="#web")
    await app.publish(publish_slip(days=20))
    await app.deliver_all()

    await app.subscribe("roadmap")
    await app.publish(publish_slip(days=30))
    await app.deliver_all()

    old, new = app.card_texts("#web")
    assert old.startswith("R2 is superseded by R4\n")
    assert "R4 has its own card here." in old
    assert new.startswith("Roadmap R4: 1 slipped")


async def test_a_superseded_card_is_composed_for_the_current_members(app: NoticesApp) -> None:
    await app.add_room("#web", "carla@x.test")
    await app.subscribe("roadmap")
    await app.publish(publish_slip(), item("WEB-9", "Project Falcon", visible_to=("web",)))
    await app.deliver_all()
    assert "Falcon" in app.card_texts("#web")[0]

    await app.add_room("#web", "carla@x.test", "sam@x.test")
    await app.publish(publish_slip(days=30))
    await app.deliver_all()

    assert "Falcon" not in "".join(app.card_texts("#web"))


async def test_a_late_notice_is_superseded_from_the_start(app: NoticesApp) -> None:
    """Delivery was down for two revisions: nobody is asked to acknowledge the first."""
    await app.subscribe("roadmap team:web")
    await app.publish(publish_slip())
    await app.publish(publish_slip("SEO-1"))

    async with app.store.reading() as session:
        first = await deliveries.load(session, (await deliveries.due(session, app.now, 1))[0])
        assert isinstance(first, Delivery)
        card = await NOTICES.notices()["revision"](app.ctx, session, first, await places.audience(session, first.place))

    assert card is not None
    assert card.title == "R2 is superseded by R3"
    assert [each.words for each in buttons_of(card)] == ["ack R3", "changes R2..R3"]


async def test_a_revert_is_a_revision_like_any_other(app: NoticesApp) -> None:
    await app.subscribe("roadmap")
    await app.publish(publish_slip(days=20))
    await app.deliver_all()
    async with app.store.transaction() as session:
        admin = await people.with_email(session, "ada@x.test")
        assert admin is not None
        draft, _ = await revert(session, admin, 2, now=app.now)
        await publish_changes(app.ctx, session, admin.id, draft.changes, reason="back", now=app.now, how="now")
    await app.deliver_all()

    old, new = app.card_texts("#web")
    assert old.startswith("R2 is superseded by R3")
    assert new.startswith("Roadmap R3: 1 pulled in")


async def test_a_reverted_addition_is_announced_as_removed(app: NoticesApp) -> None:
    await app.publish(item("WEB-5", "Wishlist"))
    await app.subscribe("roadmap")
    async with app.store.transaction() as session:
        admin = await people.with_email(session, "ada@x.test")
        assert admin is not None
        draft, _ = await revert(session, admin, 2, now=app.now)
        await publish_changes(app.ctx, session, admin.id, draft.changes, reason="back", now=app.now, how="now")
    await app.deliver_all()

    [said] = app.card_texts("#web")
    assert said.startswith("Roadmap R3: 1 dropped")
    assert "WEB-5 Wishlist – removed" in said
