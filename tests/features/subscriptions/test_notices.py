"""The notices that rooms get of a published revision, as their readers see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from handlers.acknowledging import FEATURE as ACKNOWLEDGING
from handlers.publishing import publish_changes, revert
from handlers.subscriptions import FEATURE as NOTICES
from handlers.subscriptions.hooks import on_published
from integrations.plain.render import card_text
from integrations.ports.cards import Button, Buttons, Card
from integrations.ports.inbound import Account, CommandText, ConversationRef, Reply
from storage import audit, deliveries, people, places, revisions
from storage.store import Store
from storage.values.company import Permission
from storage.values.deliveries import Delivery, DeliveryKind
from storage.values.roadmap import CAMPAIGN_FIELDS, Change, ChangeKind, Item, Revision, Status
from tests.app import MONDAY, ChatApp, item, text_of

HOSTILE = "</b><script>alert(1)</script> <!channel> *x* _y_ | {{7*7}} \u202e"


class NoticesApp(ChatApp):
    """Composes what is due, posts it in its room, and later updates it there."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, (NOTICES, ACKNOWLEDGING))
        self.cards: dict[int, Card] = {}  # by the delivery that put it there
        self.where: dict[int, str] = {}

    async def deliver_all(self) -> None:
        while ids := await self._due():
            for each in ids:
                await self._deliver(each)

    async def _due(self) -> tuple[int, ...]:
        async with self.store.reading() as session:
            return await deliveries.due(session, self.now + timedelta(days=1), 100)

    async def _deliver(self, delivery_id: int) -> None:
        async with self.store.transaction() as session:
            delivery = await deliveries.load(session, delivery_id)
            assert delivery is not None
            audience = await places.audience(session, delivery.place)
            card = await NOTICES.notices()[delivery.notice.kind](self.ctx, session, delivery, audience)
            if card is None:
                await deliveries.mark_dead(session, delivery, "withheld")
                return
            await deliveries.mark_sent(session, delivery_id, f"m{delivery_id}", self.now)
        self.cards[delivery.target if delivery.kind is DeliveryKind.UPDATE and delivery.target else delivery.id] = card
        self.where[delivery.id] = delivery.place.name

    def card_texts(self, room: str) -> list[str]:
        """The cards posted in a room, oldest first, as a person reads them."""
        return [card_text(card) for each, card in sorted(self.cards.items()) if self.where.get(each) == room]

    async def queued(self) -> list[tuple[str, str, DeliveryKind]]:
        """(room, kind of notice, kind of delivery) of everything in the ledger, oldest first."""
        async with self.store.reading() as session:
            found = await deliveries.in_state(session)
        return [(each.place.name, each.notice.kind, each.kind) for each in reversed(found)]

    async def add_room(self, name: str, *emails: str, external: bool = False) -> None:
        """A room with exactly these members."""
        async with self.store.transaction() as session:
            place = await places.ensure(session, "console", "", name, name=name)
            ids = [f"p_{email.split('@')[0]}" for email in emails]
            await places.set_members(session, place.id, ids, known=True, external=external)

    async def subscribe(self, words: str, room: str = "#web") -> Reply:
        reply = await self.say("carla@x.test", f"subscribe {words}", room=room)
        assert reply.exit == 0, text_of(reply)
        return reply

    async def rerun_hooks(self, revision: Revision) -> None:
        """Run the hook a second time, as after a crash."""
        async with self.store.transaction() as session:
            await on_published(self.ctx, session, revision, await revisions.changes_of(session, revision.number))


@pytest.fixture
async def app(store: Store) -> NoticesApp:
    app = NoticesApp(store)
    await app.add_teams()
    await app.add_person("carla@x.test", "web", Permission.CONTRIBUTOR)
    await app.add_person("sam@x.test", "seo")
    await app.add_person("ada@x.test", "data", Permission.ADMIN)
    await app.add_campaign("spring", "Spring Launch", aliases="SL", start=date(2027, 3, 1), end=date(2027, 4, 1))
    await app.publish(item("WEB-1", "Checkout", campaigns=("spring",)), item("SEO-1", "Sitemap", "seo"))
    app.advance(timedelta(hours=1))
    return app


def publish_slip(key: str = "WEB-1", days: int = 9, **more: object) -> Item:
    known = {"WEB-1": ("Checkout", "web", ("spring",)), "SEO-1": ("Sitemap", "seo", ())}
    title, team, campaigns = known.get(key, ("", "web", ()))
    return item(key, title, team, campaigns=campaigns, **{"due": date(2026, 12, 1) + timedelta(days=days)} | more)


def buttons_of(card: Card) -> list[Button]:
    return [
        each
        for block in card.blocks
        if isinstance(block, Buttons)
        for each in block.buttons
        if isinstance(each, Button)
    ]


# ── subscribing ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_nothing_is_said_anywhere_before_a_room_subscribes(app: NoticesApp) -> None:
    await app.publish(publish_slip())

    assert await app.queued() == []


async def test_the_confirmation_says_what_the_room_will_hear_and_how_to_stop(app: NoticesApp) -> None:
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
async def test_what_cannot_be_subscribed_is_refused_with_words(
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
async def test_stopping_what_is_not_followed_is_refused(app: NoticesApp, words: str) -> None:
    if words != "unsubscribe":
        await app.subscribe("roadmap")

    assert (await app.say("carla@x.test", words, room="#web")).exit in (1, 2)


async def test_a_viewer_cannot_stop_what_a_contributor_subscribed(app: NoticesApp) -> None:
    await app.subscribe("roadmap")

    assert (await app.say("sam@x.test", "unsubscribe", room="#web")).exit == 1


# ── who hears what ───────────────────────────────────────────────────────────────────────────────────────────────────


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


async def test_a_room_hears_only_what_it_follows(app: NoticesApp) -> None:
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


async def test_a_small_change_reaches_only_who_wants_all(app: NoticesApp) -> None:
    await app.subscribe("roadmap", "#calm")
    await app.subscribe("roadmap all", "#keen")

    await app.publish(publish_slip(days=2))
    await app.deliver_all()

    assert (len(app.card_texts("#calm")), len(app.card_texts("#keen"))) == (0, 1)


async def test_a_moved_campaign_is_news_to_who_follows_it(app: NoticesApp) -> None:
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


async def test_a_room_with_unknown_members_never_hears_of_a_restricted_item(app: NoticesApp) -> None:
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


async def test_a_notice_is_worded_for_who_sits_there_when_it_is_sent(app: NoticesApp) -> None:
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


async def test_a_person_alone_hears_of_what_their_team_may_see(app: NoticesApp) -> None:
    await app.say("carla@x.test", "subscribe roadmap")

    await app.publish(item("WEB-9", "Project Falcon", visible_to=("web",)))
    await app.deliver_all()

    [said] = [card_text(card) for card in app.cards.values()]
    assert "Project Falcon" in said
    assert "You follow" in said


async def test_who_opted_out_is_a_colleague_on_public_cards(app: NoticesApp) -> None:
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


async def test_hostile_titles_and_reasons_stay_words(app: NoticesApp) -> None:
    await app.subscribe("roadmap")

    await app.publish(publish_slip(), item("WEB-66", HOSTILE), reason=HOSTILE)
    await app.deliver_all()

    [said] = app.card_texts("#web")
    assert "<script>alert(1)</script>" in said
    assert [each.action for each in buttons_of(next(iter(app.cards.values())))] == ["ack", "changes"]


async def test_a_closed_room_is_left_in_peace(app: NoticesApp) -> None:
    await app.subscribe("roadmap")
    async with app.store.transaction() as session:
        place = await places.find(session, "console", "", "#web")
        assert place is not None
        await places.close(session, place.id)

    await app.publish(publish_slip())

    assert await app.queued() == []


# ── once, and superseded in place ────────────────────────────────────────────────────────────────────────────────────


async def test_a_place_gets_one_notice_a_revision_though_the_hook_runs_twice(app: NoticesApp) -> None:
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


async def test_an_older_card_is_marked_where_the_newest_revision_says_nothing(app: NoticesApp) -> None:
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


async def test_a_room_that_follows_again_has_its_old_card_marked_as_ever(app: NoticesApp) -> None:
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


async def test_a_superseded_card_is_worded_for_who_sits_there_now(app: NoticesApp) -> None:
    await app.add_room("#web", "carla@x.test")
    await app.subscribe("roadmap")
    await app.publish(publish_slip(), item("WEB-9", "Project Falcon", visible_to=("web",)))
    await app.deliver_all()
    assert "Falcon" in app.card_texts("#web")[0]

    await app.add_room("#web", "carla@x.test", "sam@x.test")
    await app.publish(publish_slip(days=30))
    await app.deliver_all()

    assert "Falcon" not in "".join(app.card_texts("#web"))


async def test_a_notice_that_comes_late_says_at_once_what_is_current(app: NoticesApp) -> None:
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


async def test_a_reverted_addition_is_said_to_be_removed(app: NoticesApp) -> None:
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


# ── rehearsing ───────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_rehearsal_tells_what_would_have_come_and_writes_nothing(app: NoticesApp) -> None:
    await app.publish(publish_slip(days=10), reason="one")
    app.advance(timedelta(days=3))
    await app.publish(publish_slip("SEO-1", days=10), reason="two")
    app.advance(timedelta(days=3))
    before = await _everything(app)

    reply = await app.say("carla@x.test", "subscribe roadmap team:web --test 5d", room="#new")
    longer = await app.say("carla@x.test", "subscribe roadmap team:web --test=14d", room="#new")

    assert reply.facts["notices"] == []
    assert [each["revision"] for each in longer.facts["notices"]] == [1, 2]
    assert "R2, 2 Nov 2026: 1 slipped" in text_of(longer)
    assert "2 notices" in longer.card.title
    assert await _everything(app) == before


async def test_a_rehearsal_counts_only_what_the_room_may_see(app: NoticesApp) -> None:
    await app.publish(item("WEB-9", "Project Falcon", visible_to=("web",)))

    in_room = await app.say("carla@x.test", "subscribe roadmap --test 14d", room="#web")
    alone = await app.say("carla@x.test", "subscribe roadmap --test 14d")

    assert [each["revision"] for each in in_room.facts["notices"]] == [1]
    assert [each["revision"] for each in alone.facts["notices"]] == [1, 2]


async def _everything(app: ChatApp) -> object:
    async with app.store.reading() as session:
        return (
            await places.subscriptions(session),
            await places.find(session, "console", "", "#new"),
            await deliveries.counts(session),
            await audit.newest(session),
        )


# ── many at once ─────────────────────────────────────────────────────────────────────────────────────────────────────


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


async def test_registering_campaigns_is_no_news(app: NoticesApp) -> None:
    await app.subscribe("roadmap all")
    await app.add_campaign("autumn", "Autumn")
    fresh = Change("campaign", "autumn", ChangeKind.ADDED, dict.fromkeys(CAMPAIGN_FIELDS, ("", "")))

    async with app.store.transaction() as session:
        await publish_changes(app.ctx, session, "p_ada", [fresh], reason="", now=app.now, how="now")

    assert await app.queued() == []
    assert app.now > MONDAY
