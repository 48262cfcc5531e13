"""What the process checks when it starts, and what it may log about itself."""

from __future__ import annotations

import io
import socket
import sys
from datetime import datetime, timedelta

import pytest
import structlog

from bot.app import App, open_app
from bot.commands import jobs
from bot.encryption import FernetCipher
from bot.logs import configure
from bot.serve import ADAPTERS_DEADLINE_S, DELIVERY_DEADLINE_S, HTTP_DEADLINE_S, INBOX_DEADLINE_S, ShutdownDeadline, run
from bot.server import CannotListen, build_http_app, listen
from bot.settings import Settings, WrongSettings, load
from bot.stored_state import StoredSecretStore
from handlers.shared import notify
from integrations.ports.cards import Card
from integrations.ports.clock import FixedClock
from storage import deliveries, places, processed_events
from storage.store import Store
from tests.app import MONDAY

FIRST, SECOND = "the-first-key-the-first-key-the-first", "another-key-another-key-another-key-a"


async def test_a_key_that_is_too_short_stops_the_start(sqlite_address: str) -> None:
    """Otherwise the first person who asks something would find out."""
    settings = Settings(_env_file=None, database_url=sqlite_address, secret_keys="short")

    with pytest.raises(WrongSettings, match="HANDSHAKE_SECRET_KEYS"):
        await run(settings)


async def test_what_was_kept_with_a_key_that_is_gone_is_as_good_as_never_kept(sqlite_address: str) -> None:
    """A conversation whose stored reference cannot be decrypted is stored again with its next message."""
    store, clock = Store(sqlite_address), FixedClock(MONDAY)
    before = StoredSecretStore(store, clock, FernetCipher((FIRST,), None), "teams")
    after = StoredSecretStore(store, clock, FernetCipher((SECOND,), None), "teams")
    await before.save("conversation", "a", "the way back")
    await before.save("conversation", "b", "the way back")

    assert await after.find("conversation", "a") is None
    await after.save("conversation", "a", "the new way back")

    assert await after.all_of("conversation") == {"a": "the new way back"}
    await store.close()


@pytest.mark.parametrize("log_format", ["console", "json"])
def test_a_fault_in_the_log_shows_no_values(monkeypatch: pytest.MonkeyPatch, log_format: str) -> None:
    """Among them are tokens, and what people said."""
    seen = io.StringIO()
    monkeypatch.setattr(sys, "stderr", seen)
    configure(log_format)  # type: ignore[arg-type]

    try:
        token = "xoxb-secret"[::-1]
        raise ValueError(len(token))
    except ValueError:
        structlog.get_logger("bot.test").exception("a request failed", action="test.failed")

    assert "ValueError" in seen.getvalue()
    assert "xoxb-secret"[::-1] not in seen.getvalue()


def test_a_wrong_setting_of_a_platform_is_called_by_its_own_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEAMS_ALLOW_ANONYMOUS", "maybe")
    monkeypatch.setenv("HANDSHAKE_PORT", "many")

    with pytest.raises(WrongSettings, match="HANDSHAKE_PORT"):
        load()
    monkeypatch.delenv("HANDSHAKE_PORT")
    with pytest.raises(WrongSettings, match="TEAMS_ALLOW_ANONYMOUS"):
        load()


async def test_what_is_old_is_forgotten_at_night(sqlite_address: str) -> None:
    """An answer that could not be given lies there readable; one that failed lately may still be tried again."""
    settings = Settings(_env_file=None, database_url=sqlite_address, retention_days=30)
    async with open_app(settings, FixedClock(MONDAY)) as app:
        await failed(app, "old", MONDAY - timedelta(days=31))
        await failed(app, "new", MONDAY - timedelta(days=29))
        async with app.store.transaction() as session:
            await processed_events.record_once(session, "slack", "E1", MONDAY - timedelta(days=31))

        assert await jobs.run_now(app, "operations.forget") == 0

        async with app.store.transaction() as session:
            assert await processed_events.record_once(session, "slack", "E1", MONDAY)
            left = [each.notice.payload for each in await deliveries.in_state(session)]
    assert [bool(each) for each in left] == [True, False]


async def failed(app: App, key: str, at: datetime) -> None:
    """An answer of that moment that its platform refused."""
    async with app.store.transaction() as session:
        place = await places.ensure(session, "slack", "T1", "@U1", direct=True)
        await notify.queue_reply(session, place.id, Card("Between us"), key=key, at=at)
        (newest, *_) = await deliveries.in_state(session)
        await deliveries.mark_dead(session, newest, "rejected: gone")


def test_all_that_has_to_end_shares_twenty_seconds() -> None:
    now = [100.0]
    stopping = ShutdownDeadline(lambda: now[0])
    before = stopping.remaining_s(DELIVERY_DEADLINE_S)

    stopping.start()
    now[0] += INBOX_DEADLINE_S

    assert HTTP_DEADLINE_S < INBOX_DEADLINE_S < ADAPTERS_DEADLINE_S < DELIVERY_DEADLINE_S < 20
    assert before == DELIVERY_DEADLINE_S
    assert stopping.remaining_s(HTTP_DEADLINE_S) == stopping.remaining_s(INBOX_DEADLINE_S) == 0
    assert stopping.remaining_s(DELIVERY_DEADLINE_S) == DELIVERY_DEADLINE_S - INBOX_DEADLINE_S


async def test_a_taken_port_is_told_in_our_words_alone(caplog: pytest.LogCaptureFixture) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings = Settings(_env_file=None, host="127.0.0.1", port=taken.getsockname()[1])

        with pytest.raises(CannotListen, match="HANDSHAKE_PORT"):
            async with listen(settings, build_http_app(())):
                pass

    assert caplog.records == []
