"""Both databases find the same items for a plan as a plain loop over all items does."""

from __future__ import annotations

from dataclasses import replace

from handlers.questions.rules.reading import understand
from handlers.questions.rules.understanding import Understood
from storage import item_queries, roadmap
from storage.store import Store
from storage.values.company import UNRESTRICTED, Audience
from storage.values.questions import Plan
from storage.values.roadmap import Item, Status
from tests.app import ChatApp, item
from tests.features.questions import company_similar_names, reference_executor
from tests.features.questions.gold import QUESTIONS

TOPICS = {"phrasings", "conditions", "dictated"}
ASKED = [question.ask for question in QUESTIONS if question.topic in TOPICS]


def plans() -> list[tuple[str, Plan]]:
    plans = []
    for words in ASKED:
        understood = understand(
            words, company_similar_names.NAMES, asker=company_similar_names.PEOPLE[0], today=company_similar_names.TODAY
        )
        if isinstance(understood, Understood):
            plans.append((words, understood.plan))
    return plans


def stored_copy(thing: Item) -> Item:
    """The item as the store returns it: one that is added done finished on its due date."""
    return replace(thing, finished_on=thing.due if thing.status is Status.DONE else None)


async def test_the_query_finds_what_the_plan_means_in_that_order(store: Store) -> None:
    items = [stored_copy(item) for item in company_similar_names.roadmap(size=900)]
    await ChatApp(store, ()).publish(*items)

    async with store.reading() as session:
        for words, plan in plans():
            matches = await item_queries.matching(
                session, replace(plan, today=company_similar_names.TODAY), UNRESTRICTED, show=3
            )
            meant = reference_executor.matching(plan, items)
            assert list(matches.keys) == [item.key for item in meant], words
            assert list(matches.items) == meant[:3], words


async def test_what_an_audience_may_not_see_is_not_found_counted_or_shown(store: Store) -> None:
    shared, web, both = item("A-1"), item("A-2", visible_to=("web",)), item("A-3", visible_to=("web", "seo"))
    tricky = item("A-4", visible_to=("we_b", "%"))
    await ChatApp(store, ()).publish(shared, web, both, tricky)

    async with store.reading() as session:
        for teams, seen in (
            ([], {"A-1"}),
            (["web"], {"A-1", "A-2", "A-3"}),
            (["seo"], {"A-1", "A-3"}),
            (["web", "seo"], {"A-1", "A-3"}),
            (["web", "brand"], {"A-1"}),
            (["we_b"], {"A-1", "A-4"}),
            (["wexb"], {"A-1"}),
        ):
            audience = Audience(frozenset(teams))
            matches = await item_queries.matching(session, Plan(), audience)
            assert set(matches.keys) == seen
            assert sum(matches.counts.values()) == len(seen)
            assert {item.key async for item in roadmap.export(session, audience)} == seen
            for key in ("A-1", "A-2", "A-3", "A-4"):
                assert (await roadmap.item(session, key, audience) is not None) == (key in seen)
