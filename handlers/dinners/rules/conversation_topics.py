"""Conversation topics for a table, from work its people finished together. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from storage.values.company import Directory, Person, Side
from storage.values.roadmap import Item

MOST = 3
NOTHING_YET = "You have not finished anything together yet: what should be the first thing?"


def conversation_topics(people: Sequence[Person], done: Sequence[Item], names: Directory) -> tuple[str, ...]:
    """Questions about campaigns for which both sides of the table shipped something, newest first.

    People's own items come before those of their team.
    """
    campaigns = list(dict.fromkeys(key for item in done for key in item.campaigns))
    topics = [topic for key in campaigns if (topic := _of_campaign(key, people, done, names))]
    topics.sort(key=lambda topic: not topic[0])
    return tuple(topic for _, topic in topics[:MOST]) or (NOTHING_YET,)


def _of_campaign(key: str, people: Sequence[Person], done: Sequence[Item], names: Directory) -> tuple[bool, str] | None:
    serving = [item for item in done if key in item.campaigns]
    theirs = {side: _theirs(side, people, serving, names) for side in (Side.MARKETING, Side.IT)}
    if not all(theirs.values()):
        return None
    campaign = names.campaign.get(key)
    by, statements = zip(*(lines[0] for lines in theirs.values()), strict=True)
    question = "What would you do the same way again?" if all(by) else "What did the other side not see of it?"
    return all(by), f"{campaign.name if campaign else key}: {' and '.join(statements)}. {question}"


def _theirs(side: Side, people: Sequence[Person], items: Sequence[Item], names: Directory) -> list[tuple[bool, str]]:
    """(is a person's own, words) for what that side of the table shipped, own items first."""
    of_side = [person for person in people if names.side_of(person) is side]
    own = {person.id: person for person in of_side}
    teams = {person.team: person for person in of_side}
    lines = [(True, f"{own[item.owner].name} shipped {item.key} {item.title}") for item in items if item.owner in own]
    lines += [
        (False, f"{names.team[item.team].name} shipped {item.key} {item.title}")
        for item in items
        if item.owner not in own and item.team in teams and item.team in names.team
    ]
    return lines
