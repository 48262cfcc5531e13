"""A thousand changes published to a thousand rooms, compared with only inserting the resulting rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from statistics import median

from sqlalchemy import text

from bot.app import App
from handlers.publishing import publish_changes
from handlers.shared.rules.diff import ItemChange, recorded_changes
from storage import places, roadmap
from storage.store import insert_all
from tests.benchmarks import bare_inserts, company
from tests.benchmarks.app import NOW, import_company, import_csv, measured_app
from tests.benchmarks.databases import Databases, analyze, raw_connection
from tests.benchmarks.timing import Measurement, measure_in_turn, print_progress, stopwatch

ITEMS = 10_000
CHANGES = 1_000
ROOMS = 1_000
FIRST, SECOND = NOW + timedelta(hours=1), NOW + timedelta(hours=2)


async def measure(stores: Databases, runs: int) -> list[Measurement]:
    """The second of two such revisions: every notified room has an older card to be marked."""
    print_progress(f"publish {CHANGES:,} changes to {ROOMS:,} rooms on {stores.name}")
    before = stores.empty()
    await _prepare(before)
    source = stores.copy(before)
    await _publish(source, SECOND)
    there = raw_connection(source)
    writings = bare_inserts.rows_written_by(there, 3)
    there.close()

    async def ours() -> float:
        address = stores.copy(before)
        seconds = await _publish(address, SECOND)
        stores.drop(address)
        return seconds

    async def others() -> float:
        address = stores.copy(before)
        connection = raw_connection(address)
        with stopwatch() as taken:
            bare_inserts.write(connection, writings)
        connection.close()
        stores.drop(address)
        return taken[0]

    timings = await measure_in_turn(ours, others, runs=runs)
    written = sum(len(each.rows) for each in writings)
    facts = {"rows_written": float(written), "changes_a_second": CHANGES / median(timings.ours)}
    case = f"{CHANGES:,} changes, {ROOMS:,} rooms"
    return [Measurement("publish", case, stores.name, timings, facts)]


async def _prepare(address: str) -> None:
    """A roadmap, rooms that follow it in various ways, and a first revision whose cards are posted in all of them."""
    async with measured_app(address) as app:
        await import_company(app)
        await import_csv(app, "roadmap", company.roadmap_csv(ITEMS))
        await _subscribe(app)
    await _publish(address, FIRST)
    async with measured_app(address) as app, app.store.transaction() as session:
        await session.execute(text("UPDATE delivery SET state = 'sent', remote_id = 'm' || id"))
    analyze(address)


async def _subscribe(app: App) -> None:
    rooms = [
        {
            "id": number, "platform": "slack", "workspace": "T1", "conversation": f"C{number}", "name": f"#room-{number}",
            "direct": False, "members_known": number % 3 > 0, "external": number % 10 == 0, "timezone": "UTC", "closed": False,
        }
        for number in range(1, ROOMS + 1)
    ]  # fmt: skip
    following = [
        {
            "place_id": number, "campaigns": campaigns, "teams": teams, "level": "all" if number % 5 == 0 else "material",
            "created_by": "", "created_at": NOW,
        }
        for number in range(1, ROOMS + 1)
        for campaigns, teams in [_filter(number)]
    ]  # fmt: skip
    async with app.store.transaction() as session:
        people = list((await session.execute(text("SELECT id FROM person ORDER BY email"))).scalars())
        members = [
            {"place_id": number, "person_id": people[(number * 3 + each) % len(people)]}
            for number in range(1, ROOMS + 1)
            for each in range(4)
        ]
        await insert_all(session, places.PlaceRow, rooms)
        await insert_all(session, places.PlaceMemberRow, members)
        await insert_all(session, places.SubscriptionRow, following)


def _filter(number: int) -> tuple[str, str]:
    """(campaigns, teams) of a room: a quarter is subscribed to everything, the others to a campaign, a team, or both."""
    campaign = company.key_of(company.CAMPAIGNS[number % len(company.CAMPAIGNS)])
    team = company.key_of(company.TEAMS[number % len(company.TEAMS)])
    return (("", ""), (campaign, ""), ("", team), (campaign, team))[number % 4]


async def _publish(address: str, at: datetime) -> float:
    """Move a thousand dates, and publish that; the seconds of the publishing alone."""
    async with measured_app(address, at) as app:
        async with app.store.reading() as session:
            items = await roadmap.all_items(session)
        changed = [items[key] for key in sorted(items)[:: ITEMS // CHANGES]]
        changes = [
            c for item in changed for c in recorded_changes(ItemChange(item, replace(item, due=_later(item.due))))
        ]
        items.clear()
        with stopwatch() as taken:
            async with app.store.transaction() as session:
                await publish_changes(app.ctx, session, "p_bench", changes, reason="bench", now=at, how="operator")
    return taken[0]


def _later(due: date | None) -> date | None:
    return due + timedelta(days=10) if due else None
