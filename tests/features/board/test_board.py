"""The board: what both heads of department ask, on one page, without anything its reader may not see."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest

from handlers.board import rules
from handlers.board.cards import exports, summary
from handlers.catalogue import FEATURES
from integrations.ports.inbound import Reply
from storage.store import Store
from storage.values.company import Permission
from storage.values.roadmap import Status
from tests.app import ChatApp, item, text_of

ADA, BO, CIO = (f"{name}@example.com" for name in ("ada", "bo", "cio"))


async def make_app(store: Store) -> ChatApp:
    """R1 on 2 November; R2 forty days later moves WEB-1, blocks WEB-2 and finishes SEO-1."""
    app = ChatApp(store, FEATURES)
    await app.add_teams()
    await app.add_person(ADA, "web", name="Ada Lima", named_publicly=False)
    await app.add_person(BO, "seo", name="Bo Berg")
    await app.add_person(CIO, "data", Permission.PUBLISHER, name="Cleo Ito")
    await app.add_campaign("spring", "Spring Launch", start=date(2027, 3, 1), end=date(2027, 4, 30), owner="p_bo")
    await app.publish(
        item("WEB-1", "Faster search", campaigns=("spring",), due=date(2027, 1, 10), owner="p_ada"),
        item("WEB-2", "Consent banner", campaigns=("spring",)), item("SEO-1", "Landing pages", team="seo"),
        item("DAT-1", "Payroll", team="data", visible_to=("data",), due=date(2027, 1, 1)),
    )  # fmt: skip
    app.advance(timedelta(days=40))
    await app.publish(
        item("WEB-1", "Faster search", campaigns=("spring",), due=date(2027, 1, 19), owner="p_ada"),
        item("WEB-2", "Consent banner", campaigns=("spring",), status=Status.BLOCKED),
        item("SEO-1", "Landing pages", team="seo", status=Status.DONE),
        item("DAT-1", "Payroll", team="data", visible_to=("data",), due=date(2027, 2, 1), status=Status.BLOCKED),
        reason="Payroll is blocked",
    )  # fmt: skip
    return app


async def the_board(app: ChatApp, email: str, *, room: str = "") -> dict[str, Any]:
    found: dict[str, Any] = (await app.say(email, "board", room=room)).facts["board"]
    return found


def content(reply: Reply) -> str:
    assert reply.file is not None
    return reply.file.content.decode("utf-8-sig")


async def test_it_says_what_slipped_shipped_and_is_blocked_for_which_campaign(store: Store) -> None:
    app = await make_app(store)

    reply = await app.say(BO, "board")

    board, told = reply.facts["board"], text_of(reply)
    assert (board["revision"], board["compared_with"]) == (2, 1)
    assert board["slipped"] == {"keys": ["WEB-2", "WEB-1"], "more": 0}
    assert board["shipped"] == {"keys": ["SEO-1"], "more": 0}
    assert board["blocked"] == {"keys": ["WEB-2"], "more": 0}
    assert "due 19 Jan 2027, 9 days later than 10 Jan 2027" in told
    assert "due 1 Dec 2026, 11 days late" in told
    assert "Spring Launch: WEB-2 Consent banner" in told


async def test_what_a_reader_may_not_see_is_nowhere_on_it(store: Store) -> None:
    """Neither as an item nor in the reason, in no format of the board; its own team sees both."""
    app = await make_app(store)

    for words in ("board", "board md", "board csv"):
        reply = await app.say(BO, words)
        told = f"{text_of(reply)}{reply.facts}{content(reply) if reply.file else ''}"
        assert "DAT-1" not in told
        assert "Payroll" not in told
    assert (await the_board(app, CIO))["slipped"]["keys"] == ["DAT-1", "WEB-2", "WEB-1"]


async def test_a_date_from_before_an_item_could_be_seen_stays_unsaid(store: Store) -> None:
    app = await make_app(store)
    await app.publish(item("DAT-1", "Payroll", team="data", due=date(2027, 3, 1)))

    board = await the_board(app, BO)

    assert "DAT-1" not in board["slipped"]["keys"]
    assert next(each for each in board["lines"] if each["key"] == "DAT-1")["due_before"] is None


async def test_it_counts_everybody_and_names_only_whom_the_reader_may_know(store: Store) -> None:
    app = await make_app(store)
    await app.say(CIO, "ack R2")

    seen = {
        who: {row["key"]: (row["have"], row["people"], row["behind"]) for row in (await the_board(app, who))["teams"]}
        for who in (CIO, BO)
    }

    assert seen[CIO] == {"seo": (0, 1, ["Bo Berg"]), "data": (1, 1, []), "web": (0, 1, ["Ada Lima"])}
    assert seen[BO] == {"seo": (0, 1, ["Bo Berg"]), "data": (1, 1, None), "web": (0, 1, None)}


async def test_in_a_room_nobody_is_named_as_behind_or_against_their_will(store: Store) -> None:
    app = await make_app(store)

    reply = await app.mention(CIO, "board", room="#web")

    assert not reply.private
    assert {row["behind"] for row in reply.facts["board"]["teams"]} == {None}
    assert "Ada Lima" not in f"{text_of(reply)}{reply.facts}"
    assert "DAT-1" not in str(reply.facts)


async def test_a_young_roadmap_is_compared_with_its_first_version(store: Store) -> None:
    app = await make_app(store)
    app.advance(timedelta(days=-39))

    assert (await the_board(app, BO))["compared_with"] == 1


async def test_before_anything_is_published_it_says_how_to_begin(store: Store) -> None:
    app = ChatApp(store, FEATURES)
    await app.add_teams()
    await app.add_person(BO, "seo")

    reply = await app.say(BO, "board")

    assert reply.exit == 1
    assert "import" in reply.facts["error"]


@pytest.mark.parametrize(("words", "status"), [("board xlsx", 2), ("board MD", 0), ("board csv", 0)])
async def test_other_forms_than_it_has_are_refused_with_words(sqlite_store: Store, words: str, status: int) -> None:
    app = await make_app(sqlite_store)

    reply = await app.say(BO, words)

    assert reply.exit == status, text_of(reply)


async def test_markdown_and_csv_say_the_same_as_the_card(sqlite_store: Store) -> None:
    app = await make_app(sqlite_store)

    markdown = content(await app.say(BO, "board md"))
    rows = list(csv.DictReader(io.StringIO(content(await app.say(BO, "board csv")))))

    assert "- WEB-1 Faster search: due 19 Jan 2027, 9 days later than 10 Jan 2027; Web Platform, Ada Lima" in markdown
    assert "### Spring Launch, 1 Mar 2027 – 30 Apr 2027" in markdown
    slipped = [(row["key"], row["due"], row["due_before"]) for row in rows if row["section"] == "slipped"]
    assert slipped == [("WEB-2", "2026-12-01", ""), ("WEB-1", "2027-01-19", "2027-01-10")]
    assert [row["people"] for row in rows if row["section"] == "team"] == ["1", "1", "1"]


async def test_what_people_typed_is_text_in_every_file(sqlite_store: Store) -> None:
    app = await make_app(sqlite_store)
    await app.publish(
        item("WEB-9", "=1+1 <script>alert(1)</script> | [x](javascript:1) **b** \n# h", status=Status.BLOCKED)
    )

    markdown = content(await app.say(BO, "board md"))
    sheet = content(await app.say(BO, "board csv"))

    assert r"WEB-9 =1+1 \<script\>alert(1)\</script\> \| \[x\](javascript:1) \*\*b\*\* \# h" in markdown
    assert "'=1+1" in sheet


async def test_a_long_roadmap_is_cut_and_the_rest_is_counted(sqlite_store: Store) -> None:
    app = await make_app(sqlite_store)
    await app.publish(*[item(f"SEO-{n}", team="seo", due=date(2026, 11, 20)) for n in range(100, 400)])

    reply = await app.say(BO, "board")
    board = reply.facts["board"]

    assert (len(board["timeline"]["keys"]), board["timeline"]["more"]) == (rules.MAX_TIMELINE, 143)
    assert (len(board["slipped"]["keys"]), board["slipped"]["more"]) == (rules.MAX_LISTED, 102)
    assert f"… and {302 - summary.SHOWN} more" in text_of(reply)
    assert "… and 143 items more" in content(await app.say(BO, "board md"))


async def test_what_is_late_and_moved_is_counted_once(sqlite_store: Store) -> None:
    app = await make_app(sqlite_store)
    await app.publish(*[item(f"SEO-{n}", team="seo", due=date(2026, 11, 20)) for n in range(100, 400)])
    app.advance(timedelta(days=31))
    await app.publish(*[item(f"SEO-{n}", team="seo", due=date(2026, 11, 25)) for n in range(100, 400)])

    slipped = (await the_board(app, BO))["slipped"]

    assert len(slipped["keys"]) + slipped["more"] == 301  # WEB-2 is late as well


def test_text_that_looks_like_an_entity_is_shown_as_typed() -> None:
    assert exports.escape_markdown("R&D &lt; &amp; @all") == r"R&D \&lt; \&amp; \@all"
