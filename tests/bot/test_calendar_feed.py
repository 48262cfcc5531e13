"""A person's calendar feed under a secret address: dinners and tours, without the e-mail of anybody else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date

import httpx
import pytest
from icalendar import Calendar

from bot.app import App
from bot.calendar_feed import CalendarFeed
from bot.server import build_http_app
from bot.settings import Settings
from handlers.catalogue import FEATURES
from handlers.context import Policy
from integrations.plain.refusals import MAX_REFUSALS
from storage import person_lifecycle, tours
from storage.store import Store
from storage.values.tours import TourState
from tests.app import ChatApp, text_of

ANA, BO = "ana@example.com", "bo@example.com"


@pytest.fixture
async def chat_app(store: Store) -> ChatApp:
    """Ana and Bo are on a tour together that starts in January."""
    made = ChatApp(store, FEATURES, Policy(public_url="https://handshake.example.com"))
    await made.add_teams()
    await made.add_person(ANA, "seo", timezone="Europe/Berlin")
    await made.add_person(BO, "web")
    async with store.transaction() as session:
        kept = await tours.plan_round(session, "tours", starts=date(2027, 1, 4), weeks=4, inputs={}, by="", at=made.now)
        number = await tours.add_tour(
            session, kept.id, ("p_ana", "p_bo"), date(2027, 1, 4), date(2027, 1, 29), "tour-x"
        )
        await tours.set_tour_state(session, number, TourState.APPROVED)
    return made


@pytest.fixture
async def browser(chat_app: ChatApp) -> AsyncIterator[httpx.AsyncClient]:
    app = App(Settings(_env_file=None), chat_app.store, chat_app.ctx, chat_app.dispatch)
    transport = httpx.ASGITransport(build_http_app(CalendarFeed(app).routes))
    async with httpx.AsyncClient(transport=transport, base_url="https://handshake.example.com") as client:
        yield client


async def test_the_address_leads_to_ones_own_entries_without_anybodys_address(
    chat_app: ChatApp, browser: httpx.AsyncClient
) -> None:
    address = (await chat_app.say(ANA, "me calendar")).facts["address"]

    answer = await browser.get(address)

    [event] = Calendar.from_ical(answer.content).walk("VEVENT")
    assert answer.headers["content-type"].startswith("text/calendar")
    assert "Bo" in str(event["SUMMARY"])
    assert event.decoded("DTSTART").isoformat() == "2027-01-04T10:00:00+01:00"
    assert "@example.com" not in answer.text
    assert "METHOD:PUBLISH" in answer.text


async def test_what_is_no_address_is_not_there(chat_app: ChatApp, browser: httpx.AsyncClient) -> None:
    other_token = chat_app.ctx.cipher.encrypt("diet: nuts")

    for token in ("x", other_token, chat_app.ctx.cipher.encrypt("calendar:nobody"), "a" * 3000):
        assert (await browser.get(f"/calendar/{token}.ics")).status_code == 404


async def test_who_was_forgotten_has_no_calendar(chat_app: ChatApp, browser: httpx.AsyncClient) -> None:
    address = (await chat_app.say(ANA, "me calendar")).facts["address"]
    await chat_app.say(ANA, "me forget --yes")

    assert (await browser.get(address)).status_code == 404


async def test_a_room_does_not_read_the_address_and_without_a_public_one_there_is_none(chat_app: ChatApp) -> None:
    in_room = await chat_app.mention(ANA, "me calendar", room="#all")
    chat_app.ctx = replace(chat_app.ctx, policy=Policy())
    chat_app.dispatch.ctx = chat_app.ctx
    alone = await chat_app.say(ANA, "me calendar")

    assert in_room.exit == 1
    assert "HANDSHAKE_PUBLIC_URL" in text_of(alone)


@pytest.mark.parametrize("words", ["me calendar new", "me calendar off"])
async def test_an_address_that_was_replaced_or_turned_off_is_gone_at_once(
    chat_app: ChatApp, browser: httpx.AsyncClient, words: str
) -> None:
    old = (await chat_app.say(ANA, "me calendar")).facts["address"]
    newer = (await chat_app.say(ANA, words)).facts["address"]

    assert (await browser.get(old)).status_code == 404
    assert (await chat_app.say(ANA, "me calendar")).facts["address"][:20] == newer[:20]
    assert bool(newer) is (words == "me calendar new")


async def test_who_left_has_no_calendar_and_gets_a_new_address_when_back(
    chat_app: ChatApp, browser: httpx.AsyncClient
) -> None:
    old = (await chat_app.say(ANA, "me calendar")).facts["address"]
    async with chat_app.store.transaction() as session:
        await person_lifecycle.end(session, "p_ana", chat_app.now)
    gone = await browser.get(old)
    async with chat_app.store.transaction() as session:
        await person_lifecycle.bring_back(session, "p_ana")
    newer = (await chat_app.say(ANA, "me calendar")).facts["address"]

    assert gone.status_code == (await browser.get(old)).status_code == 404
    assert (await browser.get(newer)).status_code == 200


async def test_guessing_addresses_ends_with_a_pause_that_no_subscriber_notices(
    chat_app: ChatApp, browser: httpx.AsyncClient
) -> None:
    address = (await chat_app.say(ANA, "me calendar")).facts["address"]

    statuses = [(await browser.get(f"/calendar/guess{number}.ics")).status_code for number in range(MAX_REFUSALS + 1)]

    assert statuses == [404] * MAX_REFUSALS + [429]
    assert (await browser.get(address)).status_code == 200
