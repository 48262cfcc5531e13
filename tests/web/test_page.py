"""The page: first screen, replies, rooms, forms, files, previews and old cards."""

from __future__ import annotations

import pytest

from integrations.ports.cards import Card, text
from tests.web.visitor import ADA, BO, GRETA, Visitor, button_actions

SPRING = "#spring"


async def test_the_first_screen_offers_three_things(visitor: Visitor) -> None:
    page = await visitor.get_page()

    assert page.count('<li class="panel">') == 3
    assert "Tour" in page


async def test_the_first_screen_greets_whoever_the_tab_plays(visitor: Visitor) -> None:
    """Two tabs can be two people."""
    greeted = [await visitor.get_page(as_=person) for person in (BO, GRETA)]

    assert "You are <strong>Bo Chen</strong>, IT" in greeted[0]
    assert "You are <strong>Greta</strong>, IT" in greeted[1]


async def test_pages_travel_compressed(visitor: Visitor) -> None:
    page = await visitor.browser.get("/", headers={"accept-encoding": "gzip"})

    assert page.headers["content-encoding"] == "gzip"


async def test_a_question_is_answered_to_the_asker_alone(visitor: Visitor) -> None:
    told = await visitor.say("what is IT working on for Spring Launch?")

    assert "WEB-1" in told["entries"]
    assert "Understood as" in await visitor.get_page()
    assert "Understood as" not in await visitor.get_page(as_=BO)


async def test_what_is_said_in_the_open_stands_in_the_room_with_its_answer(visitor: Visitor) -> None:
    """The reply is a delivery, as on every platform, and the question is posted before it."""
    await visitor.say("@Handshake what is blocked?", room=SPRING)
    await visitor.wait_until_delivered()

    asked, answered = await visitor.cards_in(SPRING)
    assert asked["title"].startswith("Ada")
    assert "blocked" in str(answered)


async def test_a_command_in_a_room_is_answered_privately_and_marked_so(visitor: Visitor) -> None:
    told = await visitor.say("current", room=SPRING)

    assert "only you see this" in told["entries"]
    assert await visitor.cards_in(SPRING) == []


@pytest.mark.parametrize("look", ["console", "slack", "teams"])
async def test_a_button_presses_the_same_in_every_look(visitor: Visitor, look: str) -> None:
    told = await visitor.say("catchup", look=look)
    action, value = button_actions(told["entries"])[0]

    pressed = await visitor.act("press", action=action, value=value, look=look)

    assert (action, value) == ("ack", "R1")
    assert "You are on R1" in pressed["status"]


async def test_an_acknowledgement_is_marked_as_the_console_s(visitor: Visitor) -> None:
    await visitor.say("ack R1")

    told = await visitor.say("coverage", as_=GRETA)

    assert "in the console" in told["entries"]


async def test_a_form_opens_says_what_is_wrong_and_is_taken(visitor: Visitor) -> None:
    asked = await visitor.say("home ask")
    wrong = await visitor.act("send", form="item edit", value="WEB-99", answers={"due": "soon"})
    taken = await visitor.act("send", form="ask", answers={"question": "what is IT working on?"})

    assert 'data-form="ask"' in asked["form"]
    assert wrong["wrong"]
    assert "WEB-1" in taken["entries"]


async def test_a_published_revision_reaches_the_room_and_supersedes_in_place(visitor: Visitor) -> None:
    for due in ("2027-03-10", "2027-03-30"):
        await visitor.say(f'item edit WEB-1 due={due} --why "late"', as_=BO)
        await visitor.say('publish "Later"', as_=BO)
        number = "R2" if due == "2027-03-10" else "R3"
        await visitor.say(f"approve {number}", as_=ADA)
        await visitor.wait_until_delivered()

    page = await visitor.get_page(SPRING)

    assert "R2 is superseded by R3" in page
    assert "changed in place" in page
    assert "R2 → <strong>R3</strong> published" in page  # what just happened


async def test_a_file_dropped_in_is_read_and_one_that_comes_back_can_be_kept(visitor: Visitor) -> None:
    row = b"key,title,team,status\nWEB-2,Search,web,planned\n"
    dropped = await visitor.browser.post(
        "/drop", data={"as": GRETA, "in": "me", "words": "import roadmap"}, files={"file": ("roadmap.csv", row)}
    )
    told = await visitor.say("export roadmap")

    kept = await visitor.browser.get(f"/file/{told['file']}")

    assert "draft" in dropped.json()["entries"]
    assert kept.headers["content-disposition"].startswith("attachment")
    assert b"WEB-1" in kept.content


async def test_old_cards_come_page_by_page(visitor: Visitor) -> None:
    for number in range(75):
        await visitor.post_card(SPRING, Card(f"Card {number}", (text("words"),)), f"t{number}")

    newest = await visitor.browser.get("/cards", params={"in": SPRING, "as": ADA})
    older = await visitor.browser.get("/cards", params={"in": SPRING, "as": ADA, "before": newest.headers["x-older"]})
    oldest = await visitor.browser.get("/cards", params={"in": SPRING, "as": ADA, "before": older.headers["x-older"]})

    counts = [part.text.count("<section") for part in (newest, older, oldest)]
    assert counts == [30, 30, 15]
    assert oldest.headers["x-older"] == ""


async def test_a_link_leads_to_its_card_however_old(visitor: Visitor) -> None:
    first = await visitor.post_card(SPRING, Card("The first of all"), "first")
    for number in range(40):
        await visitor.post_card(SPRING, Card(f"Card {number}"), f"t{number}")

    page = await visitor.get_page(SPRING, card=first)

    assert f'id="card-{first}"' in page
    assert "The first of all" in page


async def test_nobody_reads_somebody_else_s_conversation(visitor: Visitor) -> None:
    await visitor.post_card(f"@{BO}", Card("For Bo alone"), "bo")

    for room in (f"@{BO}", "me", f"#@{BO}"):
        assert "For Bo alone" not in await visitor.get_page(room, as_=ADA)


async def test_whoever_is_unknown_is_shown_who_there_is(visitor: Visitor) -> None:
    answer = await visitor.browser.get("/", params={"as": "nobody@example.com"})

    assert answer.status_code == 404
    assert "Bo Chen" in answer.text


async def test_every_step_of_the_tour_can_be_left(visitor: Visitor) -> None:
    for number in range(1, 6):
        page = await visitor.get_page(tour=str(number))

        assert f"step {number} of 5" in page
        assert "leave the tour" in page


async def test_of_long_words_the_beginning_is_read(visitor: Visitor) -> None:
    said = await visitor.say("help" + " " * 4_000 + "x" * 100_000)

    assert "first 4,000 characters" in said["entries"]
