"""What the process minds before anybody speaks to it, and what it may say of itself."""

from __future__ import annotations

import io
import sys

import pytest
import structlog

from bot.keeping import StoredNotebook
from bot.logs import set_up
from bot.running import run
from bot.seal import FernetSeal
from bot.settings import Settings, WrongSettings, load
from integrations.ports.clock import FixedClock
from storage.store import Store
from tests.house import MONDAY

FIRST, SECOND = "the-first-key-the-first-key-the-first", "another-key-another-key-another-key-a"


async def test_a_key_that_is_too_short_stops_the_start(sqlite_address: str) -> None:
    """Otherwise the first person who asks something would find out."""
    settings = Settings(_env_file=None, database_url=sqlite_address, secret_keys="short")

    with pytest.raises(WrongSettings, match="HANDSHAKE_SECRET_KEYS"):
        await run(settings)


async def test_what_was_kept_with_a_key_that_is_gone_is_as_good_as_never_kept(sqlite_address: str) -> None:
    """A chat whose way back cannot be read any more is learned anew from the next word in it."""
    store, clock = Store(sqlite_address), FixedClock(MONDAY)
    before = StoredNotebook(store, clock, FernetSeal((FIRST,), None), "teams")
    after = StoredNotebook(store, clock, FernetSeal((SECOND,), None), "teams")
    await before.keep("conversation", "a", "the way back")
    await before.keep("conversation", "b", "the way back")

    assert await after.find("conversation", "a") is None
    await after.keep("conversation", "a", "the new way back")

    assert await after.all_of("conversation") == {"a": "the new way back"}
    await store.close()


@pytest.mark.parametrize("log_format", ["console", "json"])
def test_a_fault_in_the_log_shows_no_values(monkeypatch: pytest.MonkeyPatch, log_format: str) -> None:
    """Among them are tokens, and what people said."""
    seen = io.StringIO()
    monkeypatch.setattr(sys, "stderr", seen)
    set_up(log_format)  # type: ignore[arg-type]

    try:
        token = "xoxb-secret"[::-1]
        raise ValueError(len(token))
    except ValueError:
        structlog.get_logger("bot.test").exception("a request failed", action="test.failed")
    finally:
        structlog.reset_defaults()

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
