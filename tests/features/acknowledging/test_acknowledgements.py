"""Who has acknowledged which revision, and what a person has missed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from handlers.acknowledging import FEATURE as ACKNOWLEDGING
from handlers.publishing import publish_changes
from integrations.ports.cards import Button, Buttons, Card
from integrations.ports.inbound import Account, ButtonPress, ConversationRef, Reply
from storage import acknowledgements, people, revisions
from storage.store import Store
from storage.values.acknowledgements import Acknowledgement
from storage.values.company import Permission
from storage.values.roadmap import Change, ChangeKind, Revision, RevisionState, Status
from tests.app import ChatApp, item, text_of


@pytest.fixture
async def app(store: Store) -> ChatApp:
    app = ChatApp(store, (ACKNOWLEDGING,))
    await app.add_teams()
    await app.add_person("carla@x.test", "web")
    await app.add_person("walt@x.test", "web")
    await app.add_person("sam@x.test", "seo")
    await app.add_person("nobody@x.test")
    await app.add_person("paula@x.test", permission=Permission.PUBLISHER)
    return app


async def published(app: ChatApp, *days: int) -> Revision:
    """One revision for each of *days*, in which WEB-1 is due that many days after 1 December."""
    for each in days:
        app.advance(timedelta(hours=1))
        newest = await app.publish(item("WEB-1", "Checkout", due=date(2026, 12, 1) + timedelta(days=each)))
    return newest


async def acknowledgements_of(app: ChatApp, email: str) -> list[Acknowledgement]:
    async with app.store.reading() as session:
        return list(await acknowledgements.of_person(session, f"p_{email.split('@')[0]}"))


def buttons_of(card: Card) -> list[str]:
    return [
        each.words
        for block in card.blocks
        if isinstance(block, Buttons)
        for each in block.buttons
        if isinstance(each, Button)
    ]


async def say_ok(app: ChatApp, email: str, words: str) -> Reply:
    reply = await app.say(email, words)
    assert reply.exit == 0, text_of(reply)
    return reply


async def test_ack_binds_a_person_to_the_current_version(app: ChatApp) -> None:
    await published(app, 0, 1)

    reply = await say_ok(app, "carla@x.test", "ack")

    assert reply.facts == {"revision": 2, "current": 2, "new": True}
    assert await acknowledgements_of(app, "carla@x.test") == [
        Acknowledgement("p_carla", 2, app.now, "console", "carla@x.test")
    ]


async def test_the_first_time_stands(app: ChatApp) -> None:
    await published(app, 0)
    await say_ok(app, "carla@x.test", "ack R1")
    first = app.now
    app.advance(timedelta(days=365))

    again = await app.press("carla@x.test", "ack", "R1")

    assert again.facts == {"revision": 1, "current": 1, "new": False}
    assert [each.at for each in await acknowledgements_of(app, "carla@x.test")] == [first]


async def test_an_old_button_acknowledges_its_own_version_and_says_what_is_current(app: ChatApp) -> None:
    await published(app, 0, 1)

    reply = await app.press("carla@x.test", "ack", "R1")

    assert reply.facts == {"revision": 1, "current": 2, "new": True}
    assert "R2 is the current version" in text_of(reply)
    assert buttons_of(reply.card) == ["ack R2", "catchup"]
    assert [each.revision for each in await acknowledgements_of(app, "carla@x.test")] == [1]


async def test_a_button_pressed_a_year_later_still_counts(app: ChatApp) -> None:
    await published(app, *range(10))
    app.advance(timedelta(days=365))

    assert (await app.press("carla@x.test", "ack", "R3")).facts["new"]


async def test_a_later_version_covers_earlier_ones(app: ChatApp) -> None:
    await published(app, 0, 1)
    await say_ok(app, "carla@x.test", "ack R2")

    reply = await say_ok(app, "carla@x.test", "ack R1")

    assert reply.facts["new"] is False
    assert "You have R2, which covers R1" in text_of(reply)
    assert [each.revision for each in await acknowledgements_of(app, "carla@x.test")] == [2]


@pytest.mark.parametrize(
    ("words", "exit_"), [("ack R9", 1), ("ack R0", 1), ("ack soon", 2), ("ack R99999999999999999999", 2)]
)
async def test_what_was_never_published_cannot_be_acknowledged(app: ChatApp, words: str, exit_: int) -> None:
    await published(app, 0)

    assert (await app.say("carla@x.test", words)).exit == exit_
    assert await acknowledgements_of(app, "carla@x.test") == []


async def test_a_proposal_cannot_be_acknowledged(app: ChatApp) -> None:
    await published(app, 0)
    async with app.store.transaction() as session:
        proposal = Revision(2, RevisionState.PROPOSED, "p_sam", "soon", app.now)
        await revisions.propose(session, proposal, "salt")

    reply = await app.say("carla@x.test", "ack R2")

    assert reply.exit == 1
    assert "waits for approval" in text_of(reply)
    assert await acknowledgements_of(app, "carla@x.test") == []


@pytest.mark.parametrize("words", ["ack", "ack R1", "current", "coverage", "catchup"])
async def test_before_anything_is_published_everything_says_so(app: ChatApp, words: str) -> None:
    reply = await app.say("carla@x.test", words)

    assert reply.exit == 1
    assert "Nothing has been published yet" in text_of(reply)


async def test_a_platform_that_repeats_itself_is_heard_once(app: ChatApp) -> None:
    await published(app, 0)
    await app.press("carla@x.test", "ack", "R1", event="E1")

    again = await app.press("carla@x.test", "ack", "R1", event="E1")

    assert again.exit == 0
    assert len(await acknowledgements_of(app, "carla@x.test")) == 1


async def test_current_says_which_version_counts_and_whether_i_have_it(app: ChatApp) -> None:
    newest = await published(app, 0, 1)
    assert newest.published_at is not None

    before = await say_ok(app, "carla@x.test", "current")
    await say_ok(app, "carla@x.test", "ack")
    after = await say_ok(app, "carla@x.test", "current")

    facts = {"revision": 2, "state": "published", "published_at": newest.published_at.isoformat(), "hash": newest.hash}
    assert before.facts == facts | {"acknowledged": False}
    assert after.facts == facts | {"acknowledged": True}
    assert (buttons_of(before.card), buttons_of(after.card)) == (["ack R2", "catchup"], [])
    assert newest.hash[:12] in text_of(before)


async def test_a_reason_that_names_a_hidden_item_is_not_told(app: ChatApp) -> None:
    await app.publish(
        item("WEB-9", "Project Falcon", visible_to=("web",)), reason="Project Falcon: legal said yes (WEB-9)"
    )

    assert "Falcon" not in text_of(await say_ok(app, "sam@x.test", "current"))
    assert "Falcon" in text_of(await say_ok(app, "carla@x.test", "current"))


async def test_coverage_counts_per_team_and_names_who_is_behind(app: ChatApp) -> None:
    await published(app, 0, 1)
    await say_ok(app, "carla@x.test", "ack R2")
    await say_ok(app, "sam@x.test", "ack R1")

    reply = await say_ok(app, "paula@x.test", "coverage")

    assert reply.facts == {
        "revision": 2,
        "teams": [
            {"team": "seo", "people": 1, "acknowledged": 0, "behind": ["sam@x.test"]},
            {"team": "web", "people": 2, "acknowledged": 1, "behind": ["walt@x.test"]},
        ],
    }
    said = text_of(reply)
    assert reply.card.title == "R2: 1 of 3 people have it (33 %)"
    assert "Behind (2): Sam and Walt" in said
    assert "IT, all teams" in said
    assert "1 of them in the console" in said


async def test_coverage_of_an_older_version_counts_later_acknowledgements(app: ChatApp) -> None:
    await published(app, 0, 1)
    await say_ok(app, "carla@x.test", "ack R2")
    await say_ok(app, "sam@x.test", "ack R1")

    reply = await say_ok(app, "carla@x.test", "coverage R1")

    assert [(each["team"], each["acknowledged"]) for each in reply.facts["teams"]] == [("seo", 1), ("web", 1)]


async def test_coverage_tells_how_a_version_was_acknowledged(app: ChatApp) -> None:
    """Everybody can act as anybody at the demo console or a terminal, so these are marked."""
    await published(app, 0)
    async with app.store.transaction() as session:
        await people.link(session, "p_sam", "slack", "T1", "U1", at=app.now)
    await say_ok(app, "carla@x.test", "ack")
    account = Account("slack", "U1", "T1", email="sam@x.test")
    await app.dispatch(
        ButtonPress(
            account=account, conversation=ConversationRef("slack", "C1", "T1"), action="ack", value="R1", event_id="e"
        )
    )

    said = text_of(await say_ok(app, "carla@x.test", "coverage"))

    assert "1 of them in the console and 1 of them in Slack" in said


async def test_coverage_names_at_most_twenty(app: ChatApp) -> None:
    for number in range(30):
        await app.add_person(f"many{number:02}@x.test", "brand")
    await published(app, 0)

    said = text_of(await say_ok(app, "paula@x.test", "coverage"))

    assert "Behind (33)" in said
    assert "… and 13 more" in said


async def test_who_is_behind_is_named_to_publishers_and_the_own_team_alone(app: ChatApp) -> None:
    """Others read how many; so does a room, whoever asks there."""
    await published(app, 0)

    in_web = await say_ok(app, "carla@x.test", "coverage")
    in_room = await app.mention("paula@x.test", "coverage", room="#web")

    assert in_web.facts["teams"] == [
        {"team": "seo", "people": 1, "acknowledged": 0, "behind_count": 1},
        {"team": "web", "people": 2, "acknowledged": 0, "behind": ["carla@x.test", "walt@x.test"]},
    ]
    assert "Sam" not in text_of(in_web)
    assert "Behind (3)" in text_of(in_room)
    assert not [name for name in ("Carla", "Walt", "Sam") if name in text_of(in_room)]


async def test_catchup_is_the_net_difference_since_what_i_have(app: ChatApp) -> None:
    await published(app, 0)
    await say_ok(app, "carla@x.test", "ack")
    await published(app, 5, 9)

    reply = await say_ok(app, "carla@x.test", "catchup")

    assert reply.facts == {
        "from": 1,
        "to": 3,
        "changes": [{"key": "WEB-1", "field": "due", "old": "2026-12-01", "new": "2026-12-10"}],
    }
    assert reply.card.title == "Since R1: 1 slipped"
    assert buttons_of(reply.card) == ["ack R3", "changes R1..R3"]


async def test_what_came_and_went_is_not_told(app: ChatApp) -> None:
    await published(app, 0)
    await say_ok(app, "carla@x.test", "ack")
    await published(app, 5, 0)

    reply = await say_ok(app, "carla@x.test", "catchup")

    assert reply.facts["changes"] == []
    assert buttons_of(reply.card) == ["ack R3"]


async def test_catchup_on_the_current_version_says_there_is_nothing_new(app: ChatApp) -> None:
    await published(app, 0)
    await say_ok(app, "carla@x.test", "ack")

    reply = await say_ok(app, "carla@x.test", "catchup")

    assert reply.facts == {"from": 1, "to": 1, "changes": []}
    assert reply.card.title == "Nothing new"


async def test_catchup_begins_with_what_is_mine_then_my_teams(app: ChatApp) -> None:
    await published(app, 0)
    await say_ok(app, "carla@x.test", "ack")
    late = date(2027, 1, 15)
    await app.publish(
        item("A-1", "Others'", "seo", status=Status.BLOCKED),
        item("B-1", "The team's", "web", due=late),
        item("C-1", "Mine", "seo", owner="p_carla", due=late),
    )

    said = text_of(await say_ok(app, "carla@x.test", "catchup"))

    assert said.index("Yours") < said.index("C-1") < said.index("Your team's") < said.index("B-1")
    assert said.index("B-1") < said.index("Everything else") < said.index("A-1")


async def test_catchup_holds_only_what_i_may_see(app: ChatApp) -> None:
    await published(app, 0)
    for email in ("carla@x.test", "sam@x.test"):
        await say_ok(app, email, "ack")
    hidden = item("WEB-9", "Project Falcon", visible_to=("web",), due=date(2027, 1, 1))
    await app.publish(hidden)

    mine, others = await say_ok(app, "carla@x.test", "catchup"), await say_ok(app, "sam@x.test", "catchup")

    assert "Falcon" in text_of(mine)
    assert "Falcon" not in text_of(others)
    assert others.card.title == "Nothing new for you"


async def test_catchup_tells_of_moved_campaigns(app: ChatApp) -> None:
    await app.add_campaign("spring", "Spring Launch", start=date(2027, 3, 1))
    await published(app, 0)
    await say_ok(app, "carla@x.test", "ack")
    moved = Change("campaign", "spring", ChangeKind.CHANGED, {"start": ("2027-03-01", "2027-03-15")})
    async with app.store.transaction() as session:
        await publish_changes(app.ctx, session, "p_sam", [moved], reason="fair", now=app.now, how="now")

    said = text_of(await say_ok(app, "carla@x.test", "catchup"))

    assert "Spring Launch – start 1 Mar 2027 → 15 Mar 2027" in said


async def test_the_first_catchup_shows_where_my_own_work_stands(app: ChatApp) -> None:
    await app.publish(
        item("WEB-1", "Mine", owner="p_carla"),
        item("WEB-2", "The team's"),
        item("WEB-3", "Mine, but done", owner="p_carla", status=Status.DONE),
    )

    owner, colleague, other = [await say_ok(app, f"{name}@x.test", "catchup") for name in ("carla", "walt", "nobody")]

    assert owner.facts == {"from": 0, "to": 1, "changes": [], "items": ["WEB-1"]}
    assert colleague.facts["items"] == ["WEB-1", "WEB-2"]
    assert other.facts["items"] == []
    assert buttons_of(owner.card) == buttons_of(other.card) == ["ack R1"]


async def test_everybody_may_acknowledge(app: ChatApp) -> None:
    await app.add_person("ada@x.test", "", Permission.ADMIN)
    await published(app, 0)

    for email in ("nobody@x.test", "ada@x.test"):
        assert (await say_ok(app, email, "ack")).facts["new"]
