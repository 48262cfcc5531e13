"""The health of a running process: ready or not and why, and metrics that only this machine may read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
import pytest
from starlette.applications import Starlette

from bot.app import App, open_app
from bot.health import Health, Metrics
from bot.scheduler import Scheduler
from bot.server import build_http_app
from bot.settings import Settings
from handlers.catalogue import FEATURES
from handlers.feature import jobs_of
from handlers.shared import notify
from integrations.plain.addresses import is_local
from integrations.ports.cards import Card
from integrations.ports.clock import FixedClock
from integrations.ports.inbound import Account, CommandText, ConversationRef
from storage import places, rate_limits
from tests.app import MONDAY


@asynccontextmanager
async def process(address: str, *, is_open: bool = False) -> AsyncIterator[tuple[App, Scheduler, Starlette]]:
    settings, figures = Settings(_env_file=None, database_url=address, admins="ada@x.test"), Metrics()
    async with open_app(settings, FixedClock(MONDAY), on_command=figures.record_command) as app:
        clock = Scheduler(app.ctx, jobs_of(FEATURES))
        await clock.run_due()
        yield app, clock, build_http_app(Health(app, clock, figures, is_open=is_open).routes)


def visitor(page: Starlette, host: str = "127.0.0.1") -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(page, client=(host, 1)), base_url="http://localhost")


async def wait_for(app: App, since: timedelta) -> int:
    """A notice that has been due for so long."""
    async with app.store.transaction() as db:
        place = await places.ensure(db, "slack", "T1", "C1")
        await notify.queue_card(db, [place.id], Card("R42"), key="R42", at=MONDAY - since)
    return place.id


async def test_a_process_that_can_work_is_ready(store_address: str) -> None:
    async with process(store_address) as (_, _, page), visitor(page) as browser:
        answer = await browser.get("/readyz")

    assert (answer.status_code, answer.json()["ready"]) == (200, True)
    assert set(answer.json()["checks"]) == {"store", "migrations", "deliveries", "scheduler"}


async def test_deliveries_that_do_not_move_are_reported(store_address: str) -> None:
    async with process(store_address) as (app, _, page), visitor(page) as browser:
        await wait_for(app, timedelta(minutes=11))
        answer = await browser.get("/readyz")

    assert answer.status_code == 503
    assert "handshake post list" in answer.json()["checks"]["deliveries"]


async def test_deliveries_that_a_platform_holds_back_do_not_make_the_process_unready(store_address: str) -> None:
    async with process(store_address) as (app, _, page), visitor(page) as browser:
        await wait_for(app, timedelta(minutes=11))
        async with app.store.transaction() as db:
            account = rate_limits.account_key("slack", "T1")
            await rate_limits.block(db, account, account, MONDAY + timedelta(minutes=5), "token_revoked")

        assert (await browser.get("/readyz")).status_code == 200


async def test_a_scheduler_that_does_not_run_is_reported(store_address: str) -> None:
    async with process(store_address) as (app, _, page), visitor(page) as browser:
        assert isinstance(app.ctx.clock, FixedClock)
        app.ctx.clock.at += timedelta(minutes=3)

        assert "scheduler" in (await browser.get("/readyz")).json()["checks"]["scheduler"]


async def test_the_metrics_show_what_waits_what_is_blocked_and_how_long_commands_take(store_address: str) -> None:
    async with process(store_address) as (app, _, page), visitor(page) as browser:
        await wait_for(app, timedelta(minutes=2))
        ada = Account("console", "ada@x.test", email="ada@x.test")
        await app.dispatch(
            CommandText(account=ada, conversation=ConversationRef("console", "@ada", direct=True), words="jobs")
        )
        metrics = (await browser.get("/metrics")).text

    assert 'handshake_deliveries{state="new"} 1.0' in metrics
    assert "handshake_oldest_waiting_seconds 120.0" in metrics
    assert 'handshake_commands_total{command="jobs",exit="0"} 1.0' in metrics
    assert 'handshake_command_seconds_count{command="jobs",platform="console"} 1.0' in metrics
    assert 'handshake_job_lag_seconds{job="subscriptions.digest"}' in metrics
    assert "ada" not in metrics


@pytest.mark.parametrize(
    ("host", "headers", "is_open", "status"),
    [
        ("127.0.0.1", {}, False, 200),
        ("10.0.0.9", {}, False, 404),
        ("127.0.0.1", {"x-forwarded-for": "10.0.0.9"}, False, 404),
        ("127.0.0.1", {"x-forwarded-proto": "https"}, False, 404),
        ("127.0.0.1", {"via": "1.1 proxy"}, False, 404),
        ("127.0.0.1", {"host": "handshake.example.com"}, False, 404),
        ("127.0.0.1", {"host": "localhost.example.com"}, False, 404),
        ("127.0.0.1", {"host": "127.0.0.1:3978"}, False, 200),
        ("::1", {"host": "[::1]:3978"}, False, 200),
        ("127.0.0.1", {"host": "[::1"}, False, 404),
        ("10.0.0.9", {"host": "localhost"}, False, 404),
        ("10.0.0.9", {}, True, 200),
    ],
)
async def test_only_this_machine_may_read_the_metrics(
    sqlite_address: str, host: str, headers: dict[str, str], is_open: bool, status: int
) -> None:
    async with process(sqlite_address, is_open=is_open) as (_, _, page), visitor(page, host) as browser:
        assert (await browser.get("/metrics", headers=headers)).status_code == status


def test_a_proxy_that_hides_itself_is_known_by_the_version_it_speaks() -> None:
    """nginx forwards in HTTP/1.0, with the name of this machine, unless it is told otherwise."""
    assert is_local("127.0.0.1", {"host": "127.0.0.1:3978"}, "1.1")
    assert not is_local("127.0.0.1", {"host": "127.0.0.1:3978"}, "1.0")
