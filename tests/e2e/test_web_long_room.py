"""A room with ten thousand cards: it opens at its end, and earlier cards load page by page."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from integrations.ports.cards import Button, Buttons, Card, Table, context, text, to_json
from storage import console
from storage.store import Store
from tests.e2e.test_web import LENA, BrowserProcess, larkfield, pytestmark, running_demo

__all__ = ["larkfield", "pytestmark"]

CARDS = 10_000
ROOM = "#roadmap"
PAGES_READ = 20


async def _fill(path: Path) -> None:
    """Cards of the size of a notice, a minute apart."""
    store, first = Store(f"sqlite:///{path}"), datetime(2026, 11, 1, tzinfo=UTC)
    async with store.transaction() as session:
        for number in range(CARDS):
            table = Table(("Key", "Was", "Is"), ((("WEB-12",), ("2 February",), ("11 February",)),) * 3)
            press = Buttons((Button("I have it", "ack", "R1", "ack R1"),))
            card = Card(
                f"Card {number}", (text("What changed for you"), table, press, context("Because #roadmap follows it."))
            )
            await console.put(session, ROOM, to_json(card), f"long:{number}", first + timedelta(minutes=number))
    await store.close()


@pytest.fixture
def browser(larkfield: Path, tmp_path: Path) -> object:
    with running_demo(larkfield, tmp_path, before=lambda folder: asyncio.run(_fill(folder / "demo.db"))) as found:
        yield found


def test_ten_thousand_cards_are_read_back_page_by_page(browser: BrowserProcess) -> None:
    browser.open("lena", f"/?as={LENA}&in=%23roadmap")
    browser.wait_for_card("lena", "Card 9999")
    shown = int(browser.command("lena", "ask", script="document.querySelectorAll('.entry').length"))
    for page in range(2, PAGES_READ + 1):
        browser.command("lena", "ask", script="document.querySelector('#older').click()")
        browser.wait_for_card("lena", f"Card {CARDS - page * shown}")

    at = browser.command("lena", "ask", script="document.querySelectorAll('.entry').length")

    assert shown <= 50
    assert at == PAGES_READ * shown
    browser.screenshot("lena", "long-room")
