"""Random people ask random questions in random channels; no reply may contain anything that its readers may not see.

`DRAWS=10000 pytest tests/features/questions/test_visibility.py` runs longer.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import pytest

from handlers.catalogue import FEATURES
from integrations.plain.render import card_text
from integrations.ports.cards import to_json
from integrations.ports.inbound import Reply
from storage import people, places
from storage.store import Store
from storage.values.company import Permission
from storage.values.roadmap import Item, Kind, Status
from tests.app import ChatApp, item

DRAWS = int(os.environ.get("DRAWS", "150"))
TEAMS_OF = {"ana": "seo", "bo": "web", "cy": "data", "dee": "brand", "eli": "web", "fay": ""}
ROOMS = {
    "#web": ("bo", "eli"),
    "#mixed": ("ana", "bo"),
    "#all": tuple(TEAMS_OF),
    "#guests": ("bo", "eli"),
    "#unknown": (),
}
CAMPAIGNS = {"spring": "Spring Launch", "autumn": "Autumn Sale", "gala": "Winter Gala"}
FRAMES = (
    "what is {side} working on for {campaign}?", "what's blocked for {campaign}", "how many items has {team} open?",
    "who owns {key}", "when is {key} due?", "is {key} blocked", "who owns {title}?", "what about {title}", "\"{title}\"",
    "what slips past {campaign}", "what shipped last month", "show everything overdue", "list all items", "roadmap",
    "what is due before {campaign} starts", "what is not for {campaign}", "what has no owner", "next milestone",
    "what is {person} working on", "my items", "my team's items", "anything about {word}", "item {key}", "brief {campaign}",
    "and for {campaign}?", "which of those are blocked?", "more", "what is {side} working on as of yesterday",
    "how many milestones are at risk", "changes since yesterday", "follow {key}", "whatif {key} due=+5d",
)  # fmt: skip


@dataclass(frozen=True)
class RandomQuestion:
    """Who asks what and where. `readers` are the teams of all who read the reply; None if they are unknown."""

    who: str
    room: str
    words: str
    readers: frozenset[str] | None


def the_items(random: Random) -> list[Item]:
    """Sixty items; every third is restricted to one or two teams. Each title has a word that no other title has."""
    items = []
    for number in range(60):
        hidden = (
            tuple(sorted(random.sample(["web", "data", "seo", "brand"], random.choice([1, 2]))))
            if number % 3 == 0
            else ()
        )
        items.append(
            item(
                f"ITM-{number:03}",
                f"Zork{number:03}q plan for the shop",
                random.choice(["web", "data", "seo", "brand"]),
                campaigns=tuple(random.sample(sorted(CAMPAIGNS), random.choice([0, 1, 2]))),
                status=random.choice(list(Status)),
                due=random.choice([None, date(2026, 11, 2) + timedelta(days=random.randrange(-60, 120))]),
                owner=random.choice(["", *(f"p_{name}" for name in TEAMS_OF)]),
                kind=random.choice(list(Kind)),
                visible_to=hidden,
                summary=f"Zork{number:03}q matters",
            )
        )
    return items


async def make_app(store: Store, random: Random) -> tuple[ChatApp, list[Item]]:
    app = ChatApp(store, FEATURES)
    await app.add_teams()
    for name, team in TEAMS_OF.items():
        await app.add_person(f"{name}@example.com", team, Permission.CONTRIBUTOR)
    for key, name in CAMPAIGNS.items():
        await app.add_campaign(
            key, name, start=date(2026, 12, 1), end=date(2027, 1, 31), owner="p_ana", it_partner="p_bo"
        )
    items = the_items(random)
    await app.publish(*items[:40])
    app.advance(timedelta(days=1))
    await app.publish(*items[40:])
    async with store.transaction() as session:
        for room, members in ROOMS.items():
            place = await places.ensure(session, "console", "", room, name=room)
            ids = [person.id for name in members if (person := await people.with_email(session, f"{name}@example.com"))]
            is_known, outside = room != "#unknown", room == "#guests"
            await places.set_members(session, place.id, ids, known=is_known, external=outside)
    return app, items


def random_question(random: Random, items: list[Item]) -> RandomQuestion:
    who, room = random.choice(list(TEAMS_OF)), random.choice(["", *ROOMS])
    chosen = random.choice(items)
    title = chosen.title if random.random() < 0.7 else " ".join(chosen.title.split()[:2])
    words = random.choice(FRAMES).format(
        side=random.choice(["IT", "Marketing"]), campaign=random.choice(list(CAMPAIGNS.values())),
        team=random.choice(["Web Platform", "Data", "SEO", "Brand"]), key=random.choice([chosen.key, chosen.key.lower()]),
        title=title, person=random.choice(list(TEAMS_OF)).title(), word=chosen.title.split()[0],
    )  # fmt: skip
    if not room:
        return RandomQuestion(who, room, words, frozenset({TEAMS_OF[who]} - {""}) or None)
    teams = {TEAMS_OF[name] for name in (*ROOMS[room], who)}
    return RandomQuestion(
        who, room, words, None if room in {"#guests", "#unknown"} or "" in teams else frozenset(teams)
    )


def may_see(readers: frozenset[str] | None, item: Item) -> bool:
    """The visibility rule, written independently of the program."""
    return not item.visible_to or (readers is not None and readers <= set(item.visible_to))


def said_words(reply: Reply) -> str:
    return "\n".join([card_text(reply.card), json.dumps(to_json(reply.card)), json.dumps(reply.facts, default=str)])


@pytest.mark.timeout(0)
async def test_no_reply_contains_what_its_readers_may_not_see(store: Store) -> None:
    random = Random(20261102)
    app, items = await make_app(store, random)
    spoken, own_words = 0, dict.fromkeys(TEAMS_OF, "")
    for number in range(DRAWS):
        asked = random_question(random, items)
        email = f"{asked.who}@example.com"
        reply = await (app.mention(email, asked.words, room=asked.room) if asked.room else app.say(email, asked.words))
        reply_text = said_words(reply)
        own_words[asked.who] += f" {asked.words.casefold()}"
        spoken += any(item.visible_to and item.key in reply_text for item in items)
        readers = frozenset({TEAMS_OF[asked.who]}) - {""} or None if reply.private else asked.readers
        for hidden in items:
            if may_see(readers, hidden):
                continue
            word = hidden.title.split()[0]
            echoed = own_words[asked.who]  # a follow-up repeats words of one's own earlier question
            assert hidden.key.casefold() in echoed or hidden.key not in reply_text, (number, asked, hidden.key)
            assert word.casefold() in echoed or word not in reply_text, (number, asked, hidden.key)
        if number % 10 == 9:
            app.advance(timedelta(minutes=31))
            own_words = dict.fromkeys(TEAMS_OF, "")
    assert spoken > DRAWS / 20  # make sure that the draws reach restricted items at all
