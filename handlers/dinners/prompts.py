"""What a table may talk about: work that its people really finished together, else what they have still to begin."""

from __future__ import annotations

from datetime import timedelta

from handlers.dinners.evening import Evening
from handlers.dinners.rules.conversation import prompts
from handlers.dinners.table_cards import Laid
from storage import roadmap
from storage.store import Session
from storage.values import UNRESTRICTED, Audience, DateField, Order, Period, Plan, Status

LOOKS_BACK = timedelta(days=120)
MOST_LOOKED_AT = 200


async def for_table(session: Session, found: Evening, table: Laid) -> tuple[str, ...]:
    """At most three, of items that everybody at the table may see."""
    people = [found.names.person[each] for each in table.people]
    today = found.dinner.day
    if today is None:
        return ()
    shipped = Plan(
        statuses=frozenset({Status.DONE}),
        period=Period(today - LOOKS_BACK, today),
        period_of=DateField.FINISHED,
        order=Order.FINISHED,
        teams=tuple(sorted({each.team for each in people if each.team})),
    )
    teams = {each.team for each in people}
    audience = UNRESTRICTED if "" in teams else Audience(frozenset(teams))
    items = (await roadmap.matching(session, shipped, audience, show=MOST_LOOKED_AT)).items
    return prompts(people, items, found.names)
