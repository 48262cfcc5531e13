"""The board as a page: it shows what the reader may see, escapes text, and counts what it leaves out."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from xml.etree import ElementTree

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette

from handlers.catalogue import FEATURES
from integrations.ports.board import Board, BoardItem
from integrations.web import chart
from integrations.web.board import board_routes
from storage.store import Store
from storage.values.company import Permission
from storage.values.roadmap import Status
from tests.app import ChatApp, item

BO, CIO = "bo@example.com", "cio@example.com"
SCRIPT = "\"><script>alert(1)</script>'{{ 7*7 }}"
TODAY = date(2026, 11, 26)
SPANNED = chart.TimeScale(date(2026, 9, 1), date(2027, 9, 1))


@pytest.fixture
async def chat_app(sqlite_store: Store) -> ChatApp:
    chat_app = ChatApp(sqlite_store, FEATURES)
    await chat_app.add_teams()
    await chat_app.add_person(BO, "seo", name=f"Bo {SCRIPT}")
    await chat_app.add_person(CIO, "data", Permission.PUBLISHER, name="Cleo Ito")
    return chat_app


@pytest.fixture
async def browser(chat_app: ChatApp) -> AsyncIterator[httpx.AsyncClient]:
    app = httpx.ASGITransport(Starlette(routes=board_routes(chat_app.dispatch, BO)))
    async with httpx.AsyncClient(transport=app, base_url="http://localhost") as client:
        yield client


async def add_roadmap(chat_app: ChatApp) -> None:
    """A roadmap with slipped, shipped and blocked items, and one that only Data may see."""
    await chat_app.add_campaign(
        "spring", f"Spring {SCRIPT}", start=date(2027, 3, 1), end=date(2027, 4, 30), owner="p_bo"
    )
    await chat_app.publish(
        item("WEB-1", f"Search {SCRIPT}", campaigns=("spring",), due=date(2027, 1, 10), owner="p_bo"),
        item("SEO-1", "Landing pages", team="seo", due=date(2026, 12, 2)),
        item("DAT-1", "Payroll", team="data", visible_to=("data",)),
    )
    chat_app.advance(timedelta(days=3))
    await chat_app.publish(
        item("WEB-1", f"Search {SCRIPT}", campaigns=("spring",), due=date(2027, 1, 19), status=Status.BLOCKED),
        item("SEO-1", "Landing pages", team="seo", due=date(2026, 12, 2), status=Status.DONE),
        reason=f"because {SCRIPT}",
    )


async def page(browser: httpx.AsyncClient, who: str = BO, status: int = 200) -> str:
    answer = await browser.get("/board", params={"as": who})
    assert answer.status_code == status
    return answer.text


async def test_it_shows_who_is_on_it_and_what_slipped_shipped_and_is_blocked(
    chat_app: ChatApp, browser: httpx.AsyncClient
) -> None:
    await add_roadmap(chat_app)

    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", await page(browser)))

    assert "Who is on it: 0 of 2" in words
    assert "9 days later than 10 Jan 2027" in words
    assert "Blocked 1 " in words
    assert "Shipped 1 " in words
    assert "Landing pages" in words


async def test_it_is_read_as_whom_the_address_names(chat_app: ChatApp, browser: httpx.AsyncClient) -> None:
    await add_roadmap(chat_app)

    for path in ("/board", "/board.md", "/board.csv"):
        assert "Payroll" not in (await browser.get(path)).text
        assert "Payroll" not in (await browser.get(path, params={"as": BO})).text
        assert "Payroll" in (await browser.get(path, params={"as": CIO})).text


async def test_what_people_typed_is_text_wherever_it_stands(chat_app: ChatApp, browser: httpx.AsyncClient) -> None:
    """Title, reason, name and campaign contain a script; so do the reader and the room in the URL."""
    await add_roadmap(chat_app)

    found = await page(browser, CIO)
    refused = await browser.get("/board", params={"as": SCRIPT, "in": SCRIPT})

    for told in (found, refused.text):
        assert "<script>alert" not in told
    assert "{{ 7*7 }}" in found
    assert found.count("&lt;script&gt;alert(1)") > 5
    assert refused.status_code == 404


async def test_nothing_in_the_page_needs_a_script_or_a_style_of_its_own(
    chat_app: ChatApp, browser: httpx.AsyncClient
) -> None:
    """The content security policy forbids both."""
    await add_roadmap(chat_app)

    found = await page(browser)

    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", re.sub(r"&[^;]+;", "", found)) == []


@pytest.mark.parametrize("hostile", ["\ud800", "\x00" * 9, "ada@example.com" * 500, "<b>", "🎉", "../../etc/passwd"])
async def test_no_reader_and_no_room_brings_it_down(
    chat_app: ChatApp, browser: httpx.AsyncClient, hostile: str
) -> None:
    await add_roadmap(chat_app)

    for path in ("/board", "/board.md", "/board.csv"):
        said = hostile.encode("utf-8", "surrogatepass").decode("latin-1")
        answer = await browser.get(path, params={"as": said, "in": said, "theme": said})
        assert answer.status_code in {200, 404}  # an empty reader is the newcomer


async def test_before_anything_is_published_it_says_how_to_begin(browser: httpx.AsyncClient) -> None:
    assert "import" in await page(browser, status=404)
    assert (await browser.get("/board.csv")).status_code == 404


async def test_files_are_handed_over_under_their_names(chat_app: ChatApp, browser: httpx.AsyncClient) -> None:
    await add_roadmap(chat_app)

    sheet = await browser.get("/board.csv", params={"as": BO})

    assert sheet.headers["content-disposition"] == 'attachment; filename="board-R2.csv"'
    assert "text/csv" in sheet.headers["content-type"]
    assert "text/markdown" in (await browser.get("/board.md")).headers["content-type"]


async def test_a_hundred_and_sixty_items_are_drawn_and_the_rest_is_counted(
    chat_app: ChatApp, browser: httpx.AsyncClient
) -> None:
    await add_roadmap(chat_app)
    await chat_app.publish(*[item(f"SEO-{n}", team="seo", due=date(2027, 1, n % 28 + 1)) for n in range(100, 300)])

    found = await page(browser)

    assert "… and 42 more items" in found
    assert len(re.findall(r'<svg class="mark \w+ \w+" x="[0-9.]+%" y="\d+" overflow="visible"><title>', found)) == 160


LINES = st.lists(
    st.builds(
        BoardItem,
        key=st.text(min_size=1, max_size=12),
        title=st.text(max_size=30),
        team=st.just("Web"),
        side=st.sampled_from(["marketing", "it", "other"]),
        status=st.sampled_from(sorted(chart.STATUS_WORDS)),
        due=st.none() | st.dates(date(2026, 1, 1), date(2030, 1, 1)),
    ),
    max_size=60,
)


@given(LINES)
def test_no_two_marks_of_a_lane_touch(lines: list[BoardItem]) -> None:
    placed = chart.marks(lines, SPANNED)

    assert len(placed) == sum(line.due is not None for line in lines)
    rows: dict[int, list[tuple[float, float]]] = {}
    for mark in placed:
        before, after = (chart.MARK_WIDTH, chart.BEFORE_MARK)[:: 1 if mark.key_before else -1]
        rows.setdefault(mark.row, []).append((mark.at - before, mark.at + after))
    for spans in rows.values():
        assert all(end <= begin for (_, end), (begin, _) in pairwise(spans))


@given(LINES)
def test_a_drawing_is_well_formed_whatever_things_are_called(lines: list[BoardItem]) -> None:
    drawn = chart.lane(lines, None, SPANNED, TODAY, SCRIPT)

    root = ElementTree.fromstring(drawn)

    assert root.get("aria-label") == SCRIPT
    assert len(root.findall("svg")) == sum(line.due is not None for line in lines)


def test_it_spans_whole_months_and_at_most_a_year_ahead() -> None:
    def spanned(due: date) -> chart.TimeScale:
        line = BoardItem("WEB-1", "Search", "Web", "it", "planned", due=due)
        at = datetime(2026, 11, 2, 9, tzinfo=UTC)
        return chart.scale(Board(1, at, "Ada", "", "", TODAY, 1, 30, lines=(line,)))

    assert spanned(date(2027, 5, 31)) == chart.TimeScale(date(2026, 9, 1), date(2027, 6, 1))
    assert spanned(date(2031, 5, 5)).last == date(2028, 1, 1)
    assert spanned(date(2020, 1, 1)).last == date(2027, 2, 1)
