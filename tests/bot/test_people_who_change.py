"""What platforms say about people: a changed e-mail, a person who left and still has a direct conversation."""

from __future__ import annotations

import pytest

from bot.delivery.calls import WITHHELD, Post, prepare, stored_card
from bot.stored_state import StoredMembership
from handlers.catalogue import FEATURES
from handlers.context import Policy
from handlers.shared import notify
from integrations.ports.cards import Card
from integrations.ports.inbound import Account, ConversationRef
from storage import deliveries, people, person_lifecycle, places
from storage.store import Session, Store
from storage.values.company import Person
from storage.values.deliveries import Delivery
from tests.app import ChatApp
from tests.fakes.platform import FakePlatform

ROOM, BO = ConversationRef("teams", "19:web", name="Web"), "bo@x.org"


@pytest.fixture
async def app(sqlite_store: Store) -> ChatApp:
    app = ChatApp(sqlite_store, FEATURES, Policy(admins=frozenset({"root@x.org"})))
    await app.add_teams()
    await app.add_person(BO, "web")
    await app.add_person("root@x.org", "web")
    await app.link(BO, "teams", "29:bo")
    await app.link("root@x.org", "teams", "29:root")
    return app


async def seen(app: ChatApp, account: str, email: str) -> None:
    """Teams lists the members of a room, with the e-mail that it confirms for this one."""
    await StoredMembership(app.ctx).sync(ROOM, [Account("teams", account, email=email)], external=False)


async def person_with(app: ChatApp, email: str) -> Person | None:
    async with app.store.reading() as session:
        return await people.with_email(session, email)


async def test_an_email_that_changes_in_the_roster_becomes_the_persons(app: ChatApp) -> None:
    await seen(app, "29:bo", "Bo@x.org")
    await seen(app, "29:bo", "bo.lang@x.org")

    bo = await person_with(app, BO)

    assert bo is not None
    assert (bo.id, bo.email) == ("p_bo", "bo.lang@x.org")
    assert bo == await person_with(app, "BO.LANG@x.org")


async def test_an_email_that_was_always_another_one_on_the_platform_changes_nothing(app: ChatApp) -> None:
    await seen(app, "29:bo", "bo@mail.x.org")

    bo = await person_with(app, BO)

    assert bo is not None
    assert bo.email == BO


async def test_an_email_of_somebody_else_is_put_to_the_admins(app: ChatApp) -> None:
    await app.add_person("bo.lang@x.org", "web")
    await seen(app, "29:bo", BO)
    await seen(app, "29:bo", "bo.lang@x.org")

    async with app.store.reading() as session:
        [asked] = await deliveries.in_state(session)
    assert asked.place.conversation == "@root@x.org"
    assert "same person" in str(asked.notice.payload["card"])


async def test_an_admin_of_the_settings_keeps_the_email_that_makes_them_one(app: ChatApp) -> None:
    await seen(app, "29:root", "root@x.org")
    await seen(app, "29:root", "other@x.org")

    root = await person_with(app, "root@x.org")

    assert root is not None
    assert root.email == "root@x.org"


async def test_nothing_unprompted_reaches_somebody_who_left_even_if_it_was_queued_for_their_conversation(
    app: ChatApp,
) -> None:
    async with app.store.transaction() as session:
        direct = await places.ensure(session, "teams", "", "a:7", direct=True)
        await places.set_members(session, direct.id, ["p_bo"], known=True, external=False)
        await person_lifecycle.end(session, "p_bo", app.now)
        await notify.queue_card(session, [direct.id], Card("News"), key="news", at=app.now)
        await notify.queue_reply(session, direct.id, Card("You left"), key="reply", at=app.now)
        reply, news = await deliveries.in_state(session)

        assert await prepared(app, session, news) == WITHHELD
        assert isinstance(await prepared(app, session, reply), Post)


async def prepared(app: ChatApp, session: Session, delivery: Delivery) -> object:
    return await prepare(session, delivery, FakePlatform(), {"card": stored_card}, later=app.now)
