"""Which rooms are notified of a published revision, and what their readers see of it."""

from __future__ import annotations

from datetime import date

from handlers.publishing import publish_changes
from integrations.plain.render import card_text
from storage import places
from storage.values.company import Permission
from storage.values.roadmap import CAMPAIGN_FIELDS, Change, ChangeKind, Status
from tests.app import MONDAY, item
from tests.features.subscriptions.notices_app import NoticesApp, buttons_of, publish_slip

HOSTILE = "</b><script>alert(1)</script> <!channel> *x* _y_ | {{7*7}} \u202e"


async def test_a_notice_says_what_changed_why_and_what_it_means(app: NoticesApp) -> None:
    await app.subscribe("roadmap")

    revision = await app.publish(
        publish_slip(days=100), publish_slip("SEO-1", status=Status.BLOCKED, days=0), reason="The vendor is late"
    )
    await app.deliver_all()

    [said] = app.card_texts("#web")
    assert said.startswith("Roadmap R2: 1 blocked, 1 slipped")
    assert "1 Dec 2026 → 11 Mar 2027 (100 days later)" in said
    assert "The vendor is late" in said
    assert "What this means for Spring Launch: WEB-1 is due after it starts" in said
    assert "I have R2" in said
    assert "changes R1..R2" in said
    assert "This room follows material changes to the whole roadmap; stop with: unsubscribe" in said
    assert revision.hash[:12] in said


async def test_a_room_is_notified_only_of_what_it_subscribed_to(app: NoticesApp) -> None:
    await app.subscribe("roadmap team:seo", "#seo")
    await app.subscribe("roadmap campaign:spring", "#launch")

    await app.publish(publish_slip(), publish_slip("SEO-1"))
    await app.deliver_all()

    [seo], [launch] = app.card_texts("#seo"), app.card_texts("#launch")
    assert ("SEO-1" in seo, "WEB-1" in seo) == (True, False)
    assert ("SEO-1" in launch, "WEB-1" in launch) == (False, True)


async def test_a_room_whose_filter_leaves_nothing_gets_no_notice(app: NoticesApp) -> None:
    await app.subscribe("roadmap team:brand")

    await app.publish(publish_slip())

    assert await app.queued() == []


async def test_a_small_change_reaches_only_subscriptions_to_all(app: NoticesApp) -> None:
    await app.subscribe("roadmap", "#calm")
    await app.subscribe("roadmap all", "#keen")

    await app.publish(publish_slip(days=2))
    await app.deliver_all()

    assert (len(app.card_texts("#calm")), len(app.card_texts("#keen"))) == (0, 1)


async def test_a_moved_campaign_notifies_its_subscribers(app: NoticesApp) -> None:
    await app.subscribe("roadmap campaign:spring", "#launch")
    await app.subscribe("roadmap team:web", "#web")
    moved = Change("campaign", "spring", ChangeKind.CHANGED, {"start": ("2027-03-01", "2027-03-15")})

    async with app.store.transaction() as session:
        await publish_changes(app.ctx, session, "p_ada", [moved], reason="Fair moved", now=app.now, how="now")
    await app.deliver_all()

    [said] = app.card_texts("#launch")
    assert said.startswith("Roadmap R2: 1 campaign changed")
    assert "Spring Launch – start 1 Mar 2027 → 15 Mar 2027" in said
    assert app.card_texts("#web") == []


async def test_a_room_with_unknown_members_is_never_notified_of_a_restricted_item(app: NoticesApp) -> None:
    """Neither its lines, nor the count in the title, nor its effect on a campaign, nor a reason that names it."""
    await app.publish(item("WEB-9", "Project Falcon", campaigns=("spring",), visible_to=("web",)))
    await app.subscribe("roadmap")

    await app.publish(
        publish_slip(days=5),
        item("WEB-9", "Project Falcon", campaigns=("spring",), visible_to=("web",), due=date(2027, 5, 1)),
        reason="project falcon waits for legal",
    )
    await app.deliver_all()

    [said] = app.card_texts("#web")
    assert said.startswith("Roadmap R3: 1 slipped\n")
    assert "WEB-9" not in said
    assert "falcon" not in said.casefold()
    assert "after it" not in said


async def test_a_revision_of_restricted_items_alone_brings_no_notice_to_others(app: NoticesApp) -> None:
    await app.add_room("#web", "carla@x.test")
    await app.add_room("#mixed", "carla@x.test", "sam@x.test")
    await app.subscribe("roadmap", "#web")
    await app.subscribe("roadmap", "#mixed")

    await app.publish(item("WEB-9", "Project Falcon", visible_to=("web",)))
    await app.deliver_all()

    assert "Project Falcon" in app.card_texts("#web")[0]
    assert app.card_texts("#mixed") == []


async def test_a_notice_is_composed_for_the_members_at_the_time_it_is_sent(app: NoticesApp) -> None:
    """Somebody may have joined between publishing and sending."""
    await app.add_room("#web", "carla@x.test")
    await app.subscribe("roadmap")
    await app.publish(publish_slip(), item("WEB-9", "Project Falcon", visible_to=("web",)))

    await app.add_room("#web", "carla@x.test", "sam@x.test")
    await app.deliver_all()

    [said] = app.card_texts("#web")
    assert said.startswith("Roadmap R2: 1 slipped\n")
    assert "Falcon" not in said


async def test_a_room_that_stopped_meanwhile_gets_nothing(app: NoticesApp) -> None:
    await app.subscribe("roadmap")
    await app.publish(publish_slip())

    await app.say("carla@x.test", "unsubscribe", room="#web")
    await app.deliver_all()

    assert app.card_texts("#web") == []


async def test_a_direct_subscription_shows_what_the_persons_team_may_see(app: NoticesApp) -> None:
    await app.say("carla@x.test", "subscribe roadmap")

    await app.publish(item("WEB-9", "Project Falcon", visible_to=("web",)))
    await app.deliver_all()

    [said] = [card_text(card) for card in app.cards.values()]
    assert "Project Falcon" in said
    assert "You follow" in said


async def test_a_person_who_opted_out_is_a_colleague_on_public_cards(app: NoticesApp) -> None:
    await app.add_person("dora@x.test", "web", Permission.PUBLISHER, named_publicly=False)
    await app.subscribe("roadmap")
    owned = Change("item", "WEB-1", ChangeKind.CHANGED, {"owner": ("", "p_dora")})

    async with app.store.transaction() as session:
        await publish_changes(app.ctx, session, "p_dora", [owned], reason="why", now=app.now, how="one-key")
    await app.deliver_all()

    [said] = app.card_texts("#web")
    assert "Dora" not in said
    assert "Published by a colleague" in said
    assert "owner none → a colleague" in said


async def test_hostile_titles_and_reasons_stay_text(app: NoticesApp) -> None:
    await app.subscribe("roadmap")

    await app.publish(publish_slip(), item("WEB-66", HOSTILE), reason=HOSTILE)
    await app.deliver_all()

    [said] = app.card_texts("#web")
    assert "<script>alert(1)</script>" in said
    assert [each.action for each in buttons_of(next(iter(app.cards.values())))] == ["ack", "changes"]


async def test_a_closed_room_gets_no_notice(app: NoticesApp) -> None:
    await app.subscribe("roadmap")
    async with app.store.transaction() as session:
        place = await places.find(session, "console", "", "#web")
        assert place is not None
        await places.close(session, place.id)

    await app.publish(publish_slip())

    assert await app.queued() == []


async def test_the_audience_of_many_places_is_that_of_each(app: NoticesApp) -> None:
    await app.add_room("#one", "carla@x.test")
    await app.add_room("#two", "carla@x.test", "sam@x.test")
    await app.add_room("#agency", "carla@x.test", external=True)
    await app.add_person("nobody@x.test")
    await app.add_room("#teamless", "carla@x.test", "nobody@x.test")
    await app.add_room("#empty")

    async with app.store.transaction() as session:
        names = ["#one", "#two", "#agency", "#teamless", "#empty", "#unknown"]
        found = [await places.ensure(session, "console", "", name) for name in names]
        together = await places.audiences(session, found)
        one_by_one = {each.id: await places.audience(session, each) for each in found}

    assert together == one_by_one


async def test_a_new_campaign_alone_causes_no_notice(app: NoticesApp) -> None:
    await app.subscribe("roadmap all")
    await app.add_campaign("autumn", "Autumn")
    fresh = Change("campaign", "autumn", ChangeKind.ADDED, dict.fromkeys(CAMPAIGN_FIELDS, ("", "")))

    async with app.store.transaction() as session:
        await publish_changes(app.ctx, session, "p_ada", [fresh], reason="", now=app.now, how="now")

    assert await app.queued() == []
    assert app.now > MONDAY
