"""Who may change what happens in a room, above all in one that another organisation reads too."""

from __future__ import annotations

import pytest

from handlers.catalogue import FEATURES
from storage import places
from storage.store import Store
from storage.values.company import Permission
from tests.app import ChatApp, text_of

ADMIN, BO, VIV = "root@x.org", "bo@x.org", "viv@x.org"
CHANGES = (
    "subscribe roadmap",
    "unsubscribe",
    "hours quiet=20:00-07:00",
    "celebrations schedule weekly",
    "celebrations auto off",
    "celebrations pause until 2027-03-01",
    "celebrations skip next",
)


@pytest.fixture
async def app(sqlite_store: Store) -> ChatApp:
    app = ChatApp(sqlite_store, FEATURES)
    await app.add_teams()
    await app.add_person(ADMIN, "brand", Permission.ADMIN)
    await app.add_person(BO, "web", Permission.CONTRIBUTOR)
    await app.add_person(VIV, "web")
    for room, external in (("#ours", False), ("#shared", True)):
        await app.say(ADMIN, "subscribe roadmap", room=room)
        async with app.store.transaction() as session:
            place = await places.find(session, "console", "", room)
            assert place is not None
            await places.set_members(session, place.id, ["p_bo"], known=True, external=external)
    return app


@pytest.mark.parametrize("words", CHANGES)
async def test_in_a_room_shared_with_another_organisation_an_admin_decides(app: ChatApp, words: str) -> None:
    refused = await app.say(BO, words, room="#shared")

    assert (refused.exit, "shared with another organisation" in text_of(refused)) == (1, True)
    assert (await app.say(ADMIN, words, room="#shared")).exit == 0


@pytest.mark.parametrize("words", CHANGES)
async def test_in_a_room_of_our_own_a_contributor_decides_and_a_viewer_does_not(app: ChatApp, words: str) -> None:
    assert (await app.say(VIV, words, room="#ours")).exit == 1
    assert (await app.say(BO, words, room="#ours")).exit == 0
