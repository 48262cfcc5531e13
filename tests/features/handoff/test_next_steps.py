"""Every command that a refusal of questions and handoffs offers as the next step works when it is typed."""

from __future__ import annotations

import pytest

from integrations.ports.inbound import Reply
from storage.store import Store
from tests.app import item
from tests.simulated_company import SimulatedCompany

ANA, BO, CY = "ana@example.com", "bo@example.com", "cy@example.com"
ROOM = "#launch"
# Who says what and where. Q1 is an answered question of Ana's with Bo, Q2 was not understood, Q3 waits for Bo.
REFUSED = (
    (ANA, "ask", ""),
    (CY, "more", ""),
    (ANA, "more Q1 x", ""),
    (ANA, "more Q2", ""),
    (ANA, "more Q99", ""),
    (ANA, "share Q1", ""),
    (ANA, "share Q2", ROOM),
    (ANA, "share undo Q1", ROOM),
    (CY, "helpful Q1", ""),
    (CY, "handoff Q1", ""),
    (BO, "handoff Q3", ""),
    (ANA, "handoff Q3 @ana", ""),
    (ANA, "handoff Q3 @nobody.known", ""),
    (ANA, 'answer Q1 "Me."', ""),
    (ANA, 'answer Q2 "Me."', ""),
    (BO, f'answer Q3 "{"x" * 2001}"', ""),
    (BO, 'answer Q3 "See SEC-1."', ""),
    (BO, "pass on Q1 @cy", ""),
    (BO, "pass on Q3 @bo", ""),
    (BO, "pass on Q3 @ana", ""),
    (BO, "dismiss Q1", ""),
    (CY, "dismiss Q3", ""),
    (CY, "questions all", ""),
)


@pytest.fixture
async def company(sqlite_store: Store) -> SimulatedCompany:
    made = SimulatedCompany(sqlite_store)
    await made.add_teams()
    for email, team in ((ANA, "seo"), (BO, "web"), (CY, "data")):
        await made.add_person(email, team)
    await made.add_campaign("spring", "Spring Launch")
    await made.publish(
        item("WEB-12", "Consent banner", owner="p_bo", campaigns=("spring",)),
        item("SEC-1", "Merger", visible_to=("web",)),
    )
    await made.add_room(ROOM, ANA, BO)
    for words in ("who owns WEB-12?", "where are my keys gone", "when is WEB-12 due?"):
        await made.say(ANA, f"ask {words}")
    await made.say(ANA, "handoff Q1")
    await made.say(BO, 'answer Q1 "I do."')
    await made.say(ANA, "handoff Q3")
    return made


async def test_what_a_refusal_offers_can_be_typed(company: SimulatedCompany) -> None:
    for who, words, room in REFUSED:
        refused = await company.say(who, words, room=room)
        assert refused.exit != 0, words
        for offered in refused.facts["try"]:
            assert _works(await company.say(who, offered, room=room)), f"{words}: {offered}"


def _works(reply: Reply) -> bool:
    return "error" not in reply.facts
