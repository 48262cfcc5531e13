"""Cards with right-to-left text in every theme, wide and narrow, light and dark."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from integrations.ports.cards import Button, Buttons, Card, Fields, Table, context, text, to_json
from storage import console
from storage.store import Store
from tests.e2e.test_web import BrowserProcess, larkfield, pytestmark, running_demo

__all__ = ["larkfield", "pytestmark"]

LOOKS = ("console", "slack", "teams", "text")
ROOM = "/?as=lena.hoffmann@example.com&in=%23roadmap&look={}"
CARDS = (
    Card(
        "R42: השקת האביב נדחית בתשעה ימים",
        (
            text("מה השתנה עבורכם: WEB-12 (באנר הסכמה) עובר ל-11 בפברואר 2027."),
            Fields((("בעלים", ("נועה לוי",)), ("קמפיין", ("Spring Launch",)))),
            Table(("מפתח", "היה", "עכשיו"), ((("WEB-12",), ("2 בפברואר",), ("11 בפברואר",)),)),
            Buttons((Button("קיבלתי R42", "ack", "R42", "ack R42"),)),
            context("כי #roadmap עוקב אחרי מפת הדרכים."),
        ),
    ),
    Card("تم إطلاق حملة الربيع", (text("شكرًا لفريق الويب وفريق التسويق! • WEB-3 – منجز"),)),
)


async def _fill(path: Path) -> None:
    store = Store(f"sqlite:///{path}")
    async with store.transaction() as session:
        for number, card in enumerate(CARDS):
            await console.put(session, "#roadmap", to_json(card), f"rtl:{number}", datetime(2027, 1, 4, 9, tzinfo=UTC))
    await store.close()


@pytest.fixture
def browser(larkfield: Path, tmp_path: Path) -> Iterator[BrowserProcess]:
    with running_demo(larkfield, tmp_path, before=lambda folder: asyncio.run(_fill(folder / "demo.db"))) as found:
        yield found


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)])
def test_words_from_right_to_left_stand_on_the_right(browser: BrowserProcess, width: int, dark: bool) -> None:
    """Each block of words finds its own direction, so a Hebrew card beside an English one is read as it should be."""
    for look in LOOKS:
        browser.open("lena", ROOM.format(look), width=width, height=900, dark=dark)
        browser.wait_for_card("lena", "השקת האביב")
        browser.screenshot("lena", f"rtl-{look}-{width}")
        mislaid = browser.command("lena", "ask", script=_LEFT)
        wide = browser.command("lena", "ask", script="document.documentElement.scrollWidth - innerWidth")

        assert mislaid == [], look
        assert wide <= 0, look


# The innermost elements that begin with a Hebrew or Arabic letter and are not laid out from right to left.
_LEFT = """
[...document.querySelectorAll('#cards .card *')]
  .filter((each) => /^[\\u0590-\\u06ff]/.test(each.textContent.trim()))
  .filter((each) => ![...each.children].some((child) => /^[\\u0590-\\u06ff]/.test(child.textContent.trim())))
  .filter((each) => getComputedStyle(each).direction !== 'rtl' && getComputedStyle(each).unicodeBidi !== 'plaintext')
  .map((each) => `${each.tagName}.${each.className}: ${each.textContent.slice(0, 30)}`)
"""
