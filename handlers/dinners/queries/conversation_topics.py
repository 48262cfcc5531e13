"""Conversation topics for a table, from recently finished items."""

from __future__ import annotations

from datetime import timedelta

from handlers.dinners.rules.conversation_topics import conversation_topics
from handlers.dinners.rules.seating_input import SeatingInput
from handlers.dinners.rules.views import TableView
from storage import item_queries
from storage.store import Session
from storage.values.company import UNRESTRICTED, Audience
from storage.values.questions import DateRange, Plan, SortOrder
from storage.values.roadmap import Status

LOOKS_BACK = timedelta(days=120)
MOST_LOOKED_AT = 200


async def topics_for_table(session: Session, inputs: SeatingInput, table: TableView) -> tuple[str, ...]:
    """At most three topics, from items that everybody at the table may see."""
    people = [inputs.names.person[person_id] for person_id in table.people]
    today = inputs.dinner.day
    if today is None:
        return ()
    shipped = Plan(
        statuses=frozenset({Status.DONE}),
        finished=DateRange(today - LOOKS_BACK, today),
        order=SortOrder.FINISHED,
        teams=tuple(sorted({person.team for person in people if person.team})),
    )
    teams = {person.team for person in people}
    audience = UNRESTRICTED if "" in teams else Audience(frozenset(teams))
    items = (await item_queries.matching(session, shipped, audience, show=MOST_LOOKED_AT)).items
    return conversation_topics(people, items, inputs.names)
