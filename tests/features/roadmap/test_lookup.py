"""Looking up items: which name wins, which revision is meant, and what a public reply may name."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from handlers.catalogue import FEATURES
from handlers.context import Policy
from handlers.importing.rules.report import Importer, ImportOptions
from handlers.importing.workflow.files import import_file
from storage.store import Store
from storage.values.company import Permission, Side, Team
from storage.values.roadmap import Status
from tests.app import BRAND, DATA, SEO, WEB, ChatApp, item, text_of

ANA, BO, CIO, CMO = (f"{name}@example.com" for name in ("ana", "bo", "cio", "cmo"))


async def make_app(store: Store) -> ChatApp:
    """R1 on 2 November at nine, R2 rejected, R3 on the 12th."""
    app = ChatApp(store, FEATURES)
    await app.add_teams(WEB, DATA, SEO, BRAND, Team("events", "Events", Side.OTHER))
    await app.add_person(ANA, "web", name="Ana Lima", named_publicly=False)
    await app.add_person(BO, "seo", Permission.CONTRIBUTOR)
    await app.add_person(CIO, "web", Permission.PUBLISHER)
    await app.add_person(CMO, "brand", Permission.PUBLISHER)
    await app.add_campaign("brand-refresh", "Brand Refresh", start=date(2026, 12, 5), owner="p_ana")
    await app.add_campaign("summer-sale", "Summer Sale")
    await app.add_campaign("summer-games", "Summer Games")
    await app.publish(
        item("WEB-1", campaigns=("brand-refresh",), owner="p_ana"), item("WEB-2", "=2+3", summary="a;b, \"c\"\nd"),
        item("BRAND-1", team="brand"), item("WEB-12"),
    )  # fmt: skip
    app.advance(timedelta(days=10))
    await app.say(BO, 'item add SEO-1 title="Landing pages"')
    await app.say(CMO, "publish")
    await app.say(CIO, 'reject R2 "no"')
    await app.say(CMO, "draft discard --all")
    await app.publish(item("WEB-1", campaigns=("brand-refresh",), due=None), item("WEB-2", status=Status.DONE))
    return app


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        ("roadmap brand", {"BRAND-1"}),  # the team's own key, though a campaign begins with it
        ("roadmap Brand Refresh", {"WEB-1"}),
        ("roadmap brand-refresh", {"WEB-1"}),
        ("roadmap refresh", {"WEB-1"}),
        ("ROADMAP of the Web Platform", {"WEB-1", "WEB-2", "WEB-12"}),
        ("roadmap web platfrom", {"WEB-1", "WEB-2", "WEB-12"}),
        ("roadmap IT", {"WEB-1", "WEB-2", "WEB-12"}),
        ("roadmap events", set()),
    ],
)
async def test_a_full_name_wins_over_a_part_of_another(sqlite_store: Store, words: str, keys: set[str]) -> None:
    app = await make_app(sqlite_store)

    assert set((await app.say(ANA, words)).facts["items"]) == keys


async def test_between_two_names_nobody_is_chosen(store: Store) -> None:
    app = await make_app(store)

    reply = await app.say(ANA, "roadmap summer")

    assert reply.exit == 1
    assert reply.facts["try"] == ["roadmap summer-games", "roadmap summer-sale"]


@pytest.mark.parametrize(
    ("words", "revision"),
    [
        ("R1", 1), ("r3", 3), ("2026-11-02", 1), ("2026-11-11", 1), ("2026-11-12", 3), ("2026-11-02T09:00", 1),
        ("2026-11-12T08:59:59+00:00", 1), ("2026-11-12T10:00:00+01:00", 3), ("yesterday", 1), ('"2 November"', 1),
        ('"last monday"', 1), ("2030-01-01", 3),
    ],
)  # fmt: skip
async def test_a_version_is_named_by_number_day_or_moment(sqlite_store: Store, words: str, revision: int) -> None:
    app = await make_app(sqlite_store)

    for command in ("roadmap", "item WEB-1", "brief brand", "export roadmap"):
        assert (await app.say(ANA, f"{command} --as-of {words}")).facts["revision"] == revision, command


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("roadmap --as-of R2", 1), ("roadmap --as-of R99", 1), ("roadmap --as-of 2026-11-02T08:59", 1),
        ("roadmap --as-of soon", 2), ("roadmap --as-of 0001-01-01T00:00:00+14:00", 2), ("roadmap --as-of", 2),
        ("changes R1..R2", 1), ("changes R2..R3", 1), ("changes R3..R1", 2), ("changes R1..R99", 1), ("changes", 2),
        ("changes since soon", 2), ("changes R0", 1), ("item", 2), ("item NOPE-1", 1), ("brief", 2), ("brief gala", 1),
    ],
)  # fmt: skip
async def test_what_is_no_version_is_refused_with_words(sqlite_store: Store, words: str, status: int) -> None:
    app = await make_app(sqlite_store)

    reply = await app.say(ANA, words)

    assert reply.exit == status, text_of(reply)
    assert len(reply.facts["error"]) > 12


async def test_a_proposal_is_told_as_waiting_and_not_as_gone(store: Store) -> None:
    app = await make_app(store)
    await app.say(BO, 'item add SEO-1 title="Landing pages"')
    await app.say(CMO, "publish")

    assert "waits for approval" in (await app.say(ANA, "roadmap --as-of R4")).facts["error"]
    assert "rejected" in (await app.say(ANA, "roadmap --as-of R2")).facts["error"]


@pytest.mark.parametrize(
    ("words", "first", "last", "fields"),
    [
        ("R1..R3", 1, 3, 5), ("r1 .. r3", 1, 3, 5), ("R3", 2, 3, 5), ("R0..R3", 0, 3, 0), ("R0..R1", 0, 1, 0),
        ("R1..R1", 1, 1, 0), ("since 2026-11-03", 1, 3, 5), ("since R1", 1, 3, 5), ("since R0", 0, 3, 0),
        ("since yesterday", 1, 3, 5), ("since 2026-11-02", 0, 3, 0), ('since "3 November"', 1, 3, 5),
        ("since 2026-11-13", 3, 3, 0),
    ],
)  # fmt: skip
async def test_changes_are_the_net_way_between_two_versions(
    sqlite_store: Store, words: str, first: int, last: int, fields: int
) -> None:
    """WEB-1 lost its due date and its owner, WEB-2 its summary and title and became done."""
    app = await make_app(sqlite_store)

    facts = (await app.say(ANA, f"changes {words}")).facts

    assert (facts["from"], facts["to"]) == (first, last)
    assert len(facts["changes"]) == fields
    assert ("WEB-1" in facts["added"]) == (first == 0 and last > 0)


async def test_a_value_that_went_and_came_back_is_no_change(store: Store) -> None:
    app = await make_app(store)
    await app.publish(item("WEB-12", status=Status.BLOCKED))
    await app.publish(item("WEB-12"))

    assert (await app.say(ANA, "changes R3..R5")).facts["changes"] == []


async def test_owners_in_changes_are_addresses_for_a_script_and_names_for_a_reader(store: Store) -> None:
    app = await make_app(store)

    reply = await app.say(BO, "changes R1..R3")

    assert {"key": "WEB-1", "field": "owner_email", "old": ANA, "new": ""} in reply.facts["changes"]
    assert "Ana Lima → none" in text_of(reply)


async def test_in_the_open_nobody_is_named_who_asked_not_to_be(store: Store) -> None:
    app = await make_app(store)
    await app.say(CIO, "campaign edit brand-refresh owner=cio@example.com")
    await app.say(CIO, "publish")
    await app.say(CMO, "approve R4")

    for words in ("roadmap brand-refresh --as-of R1", "item WEB-1 --as-of R1", "changes R1..R4", "changes R4",
                  "export roadmap --as-of R1", "brief brand-refresh --as-of R1"):  # fmt: skip
        reply = await app.mention(BO, words, room="#seo")
        told = text_of(reply) + (reply.file.content.decode() if reply.file else "")
        assert reply.exit == 0, told
        assert "Ana Lima" not in told, words
        assert ANA not in told, words


@pytest.mark.parametrize(("typed", "meant"), [("WEB-13", "WEB-12"), ("WEB12", "WEB-12"), ("BRAD-1", "BRAND-1")])
async def test_a_key_that_is_not_there_brings_those_that_look_like_it(
    sqlite_store: Store, typed: str, meant: str
) -> None:
    app = await make_app(sqlite_store)

    reply = await app.say(ANA, f"item {typed}")

    assert reply.exit == 1
    assert f"item {meant}" in reply.facts["try"]


async def test_a_key_that_only_others_may_see_is_not_offered(store: Store) -> None:
    app = await make_app(store)
    await app.publish(item("WEB-777", visible_to=("web",)))

    assert "item WEB-777" in (await app.say(ANA, "item WEB-778")).facts["try"]
    assert "item WEB-777" not in (await app.say(BO, "item WEB-778")).facts["try"]


async def test_an_export_says_exactly_what_an_import_reads(store: Store) -> None:
    app = await make_app(store)
    exported = (await app.say(ANA, "export roadmap")).file
    assert exported is not None

    again = await import_file(
        app.ctx, "roadmap", exported.content, ImportOptions(publish=True, complete=True), Importer(account="root")
    )

    assert "'=2+3" in (await app.say(ANA, "export roadmap --as-of R1")).file.content.decode()  # type: ignore[union-attr]
    assert (again.unchanged, again.changed, again.dropped, again.revision) == (4, 0, 0, None)


async def test_the_export_of_an_earlier_version_leads_back_to_it(store: Store) -> None:
    app = await make_app(store)
    then = (await app.say(ANA, "export roadmap --as-of R1")).file
    assert then is not None

    await import_file(app.ctx, "roadmap", then.content, ImportOptions(publish=True), Importer(account="root"))
    now = (await app.say(ANA, "export roadmap")).file

    assert now is not None
    assert now.content == then.content


async def test_counts_are_of_everything_that_matches_and_not_of_what_is_listed(store: Store) -> None:
    app = await make_app(store)
    await app.publish(*[item(f"DATA-{n}", team="data", status=Status.BLOCKED) for n in range(1, 41)])

    reply = await app.say(ANA, "roadmap data")

    assert len(reply.facts["items"]) == 40
    assert "40 items: 40 blocked" in text_of(reply)


async def test_a_brief_sums_up_what_matters_now(store: Store) -> None:
    app = await make_app(store)
    await app.publish(
        item("SEO-2", "Late", team="seo", due=date(2026, 11, 1)), item("SEO-3", "Stuck", team="seo", status=Status.BLOCKED),
        item("SEO-4", "Shipped", team="seo", status=Status.DONE, due=date(2026, 11, 5)),
        item("SEO-5", "Long gone", team="seo", status=Status.DONE, due=date(2026, 5, 5)),
        item("SEO-6", "Secret", team="seo", visible_to=("web",)),
    )  # fmt: skip

    told = text_of(await app.say(BO, "brief seo"))

    for heading in ("Overdue (1)", "Blocked or at risk (1)", "Shipped in the last 30 days (1)", "2 open items"):
        assert heading in told, told
    assert "Secret" not in told


async def test_reading_before_anything_is_published_says_how_to_begin(store: Store) -> None:
    app = ChatApp(store, FEATURES, Policy(admins=frozenset({CIO})))

    for words in ("roadmap", "item WEB-1", "changes since 2026-01-01", "export roadmap", "whatif WEB-1 due=+1d"):
        reply = await app.say(CIO, words)
        assert reply.exit == 1, words
        assert "import" in reply.facts["error"]
