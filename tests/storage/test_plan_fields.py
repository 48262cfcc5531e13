"""Every field of a plan changes what the query finds, on both databases as in a plain loop over all items."""

from __future__ import annotations

from dataclasses import replace

from storage import item_queries
from storage.store import Store
from storage.values.company import UNRESTRICTED, Audience
from storage.values.questions import AnswerType, DateRange, GroupBy, Plan, SortOrder
from storage.values.roadmap import Status
from tests.app import ChatApp, item
from tests.features.questions import reference_executor
from tests.features.questions.plan_samples import ITEMS, TODAY, samples

# What is wanted of the matching items, how they are grouped, and which of their changes: no conditions on items.
ABOUT_THE_ANSWER = ("wanted", "group_by", "most", "changed", "change")
# Tested below: they need another day or another version.
ON_THEIR_OWN = ("today", "as_of")


async def test_every_field_selects_or_orders_as_the_plain_loop_does(store: Store) -> None:
    await ChatApp(store, ()).publish(*ITEMS)

    async with store.reading() as session:
        for sample in samples(*ABOUT_THE_ANSWER, *ON_THEIR_OWN):
            without = (await item_queries.matching(session, sample.without, UNRESTRICTED)).keys
            with_it = (await item_queries.matching(session, sample.with_it, UNRESTRICTED)).keys

            assert with_it != without, sample.name
            for plan, keys in ((sample.without, without), (sample.with_it, with_it)):
                assert list(keys) == [found.key for found in reference_executor.matching(plan, ITEMS)], sample.name


async def test_every_order_is_that_of_the_plain_loop(store: Store) -> None:
    await ChatApp(store, ()).publish(*ITEMS)

    async with store.reading() as session:
        for order in SortOrder:
            for limit in (None, 3):
                plan = Plan(order=order, limit=limit, today=TODAY)
                keys = (await item_queries.matching(session, plan, UNRESTRICTED)).keys
                assert list(keys) == [found.key for found in reference_executor.matching(plan, ITEMS)], order


async def test_the_day_of_the_question_decides_what_is_late(store: Store) -> None:
    await ChatApp(store, ()).publish(*ITEMS)
    plan = Plan(overdue=True, today=TODAY)

    async with store.reading() as session:
        then = await item_queries.matching(session, plan, UNRESTRICTED)
        later = await item_queries.matching(session, replace(plan, today=TODAY.replace(day=25)), UNRESTRICTED)

    assert then.keys == ("SEO-4", "WEB-1")
    assert later.keys == ("SEO-4", "WEB-1", "WEB-2", "WEB-3")


async def test_a_past_version_is_read_as_it_was(store: Store) -> None:
    app = ChatApp(store, ())
    await app.publish(ITEMS[0])
    await app.publish(replace(ITEMS[0], status=Status.DONE))
    done = Plan(statuses=frozenset({Status.DONE}), today=TODAY)

    async with store.reading() as session:
        now = await item_queries.matching(session, done, UNRESTRICTED)
        before = await item_queries.matching(session, replace(done, as_of=1), UNRESTRICTED)

    assert now.keys == ("WEB-1",)
    assert before.keys == ()


async def test_the_latest_item_comes_first_when_asked_how_late(store: Store) -> None:
    """An item that is done was due long ago, but it is not late."""
    await ChatApp(store, ()).publish(*ITEMS, item("OLD-1", status=Status.DONE, due=TODAY.replace(year=2025)))

    async with store.reading() as session:
        matches = await item_queries.matching(session, Plan(wanted=AnswerType.HOW_LATE, today=TODAY), UNRESTRICTED)

    assert matches.keys[:3] == ("SEO-4", "WEB-1", "OLD-1")


async def test_groups_hold_the_matching_items_that_the_audience_sees(store: Store) -> None:
    hidden = item("SEO-9", team="seo", campaigns=("spring",), visible_to=("web",))
    await ChatApp(store, ()).publish(*ITEMS, hidden)
    plan = Plan(due=DateRange(None, TODAY.replace(day=31)), today=TODAY)

    async with store.reading() as session:
        groups = {
            by: await item_queries.grouped_keys(session, plan, Audience(frozenset({"seo"})), by) for by in GroupBy
        }
        count = await item_queries.count(session, replace(plan, limit=1), Audience(frozenset({"seo"})))

    assert groups[GroupBy.TEAM] == {"seo": ("SEO-4", "SEO-1", "SEO-3"), "web": ("WEB-1", "WEB-2", "WEB-3")}
    assert groups[GroupBy.CAMPAIGN] == {
        "spring": ("WEB-1", "WEB-2"),
        "autumn": ("WEB-2",),
        "": ("SEO-4", "SEO-1", "WEB-3", "SEO-3"),
    }
    assert groups[GroupBy.OWNER] == {"p_ana": ("WEB-1",), "p_bo": ("WEB-2",), "": ("SEO-4", "SEO-1", "WEB-3", "SEO-3")}
    assert groups[GroupBy.STATUS]["blocked"] == ("SEO-4", "WEB-3")
    assert count == 6
