"""The demo, started outside office hours: everything that a visitor does reaches the other side at once."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest

from bot.demo.clock import DemoClock
from bot.demo.hours import first_start
from bot.demo.start import DATABASE_URL, open_demo, run
from bot.settings import Settings
from storage import activity, deliveries, revisions
from storage.store import Store
from storage.verify import verify
from tests.sample_store import SAMPLE_NOW
from tests.web.visitor import visitor_of

HELENA, ROBERT = "helena.marsh@example.com", "robert.achterberg@example.com"
SPRING = "#spring-launch"

# The store was built on 2 December 2026, a Wednesday.
STARTED = [
    datetime(2026, 12, 2, 5, 50, tzinfo=UTC),
    datetime(2026, 12, 2, 12, 20, tzinfo=UTC),
    datetime(2026, 12, 6, 3, 0, tzinfo=UTC),  # a Sunday
    datetime(2026, 12, 31, 23, 59, tzinfo=UTC),  # the last minute of a quarter
    datetime(2027, 1, 31, 23, 30, tzinfo=UTC),  # a Sunday, and the end of a month
    datetime(2027, 3, 28, 1, 0, tzinfo=UTC),  # the night in which Europe's summer time begins
    datetime(2027, 11, 7, 6, 0, tzinfo=UTC),  # the night in which America's summer time ends
    datetime(2028, 2, 29, 10, 0, tzinfo=UTC),
]


@pytest.mark.parametrize("now", STARTED, ids=lambda now: f"{now:%a %Y-%m-%d %H:%M}")
async def test_one_side_publishes_and_the_other_side_has_its_card_at_once(
    sample_settings: Settings, now: datetime
) -> None:
    async with open_demo(sample_settings, now) as app, visitor_of(app) as visitor:
        await visitor.say('publish "Spring dates"', as_=HELENA)
        await visitor.wait_until_delivered()
        asked = unescape(await visitor.get_page(as_=ROBERT))
        await visitor.say("approve R42", as_=ROBERT)
        await visitor.wait_until_delivered()

        assert "R42 needs your side's approval" in asked
        assert "R41 is superseded by R42" in await visitor.get_page(SPRING, as_=ROBERT)


async def test_a_demo_that_is_opened_again_goes_on_after_what_happened_in_it(sample_settings: Settings) -> None:
    """Also when the first one ran far into the night, and at the same real moment."""
    async with open_demo(sample_settings, SAMPLE_NOW) as app, visitor_of(app) as visitor:
        assert isinstance(app.ctx.clock, DemoClock)
        app.ctx.clock.advance_to(app.ctx.clock.now() + timedelta(hours=9))
        await visitor.say('publish "Spring dates"', as_=HELENA)
        stopped = app.ctx.clock.now()

    async with open_demo(sample_settings, SAMPLE_NOW) as app, visitor_of(app) as visitor:
        began = app.ctx.clock.now()
        await visitor.wait_until_delivered()
        await visitor.say("approve R42", as_=ROBERT)

        async with app.store.reading() as session:
            published, verdict = await revisions.latest(session), await verify(session)

    assert began > stopped
    assert published is not None
    assert published.number == 42
    assert published.published_at is not None
    assert published.published_at >= began
    assert verdict.problem == ""


async def test_nothing_in_a_new_company_is_later_than_the_start_of_its_clock(sample_settings: Settings) -> None:
    """And nothing waits for somebody's morning."""
    start = first_start(SAMPLE_NOW)

    async with open_demo(sample_settings, SAMPLE_NOW) as app, app.store.reading() as session:
        now, latest, waiting = app.ctx.clock.now(), await activity.latest(session), await deliveries.waiting(session)

    assert latest == start
    assert waiting == {}
    assert start <= now < start + timedelta(minutes=5)


async def test_the_first_start_on_a_sunday_night_builds_a_company_of_monday(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = io.StringIO(f'/as {HELENA}\npublish "Spring dates"\n/as {ROBERT}\n/quit\n')
    settings = Settings(_env_file=None, database_url=DATABASE_URL)

    await run(settings, now=datetime(2026, 12, 6, 3, 0, tzinfo=UTC), fresh=False, page=None, lines=lines)

    shown = capsys.readouterr().out
    assert "R42 needs your side's approval" in shown
    store = Store(DATABASE_URL)
    async with store.reading() as session:
        published, proposed = await revisions.latest(session), await activity.latest(session)
    await store.close()
    assert published is not None
    assert published.published_at is not None
    assert published.published_at.date() < date(2026, 12, 7)
    assert proposed is not None
    assert proposed.date() == date(2026, 12, 7)
