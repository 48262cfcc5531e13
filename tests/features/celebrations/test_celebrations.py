"""Recognition: drafts, posts, thanks and recaps; nothing becomes public without a decision."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from handlers.celebrations.cards.picture import alt_text, timeline_png
from handlers.celebrations.rules.recognition import upcoming_anniversaries
from handlers.shared.rules.periods import is_due, period_before, quarter_of
from storage.store import Store
from storage.values.celebrations import Anniversary
from storage.values.company import Directory, Permission
from storage.values.roadmap import Item, Status
from tests.app import item, text_of
from tests.simulated_company import OFFICE_HOURS, SimulatedCompany

ANA, BO, CY, DEE, BOSS = (f"{name}@example.com" for name in ("ana", "bo", "cy", "dee", "boss"))
OPEN_ITEM = item("WEB-12", "Consent banner", owner="p_bo", campaigns=("spring",), start=date(2026, 9, 1))
DONE_ITEM = item(
    "WEB-12", "Consent banner", owner="p_bo", campaigns=("spring",), start=date(2026, 9, 1), status=Status.DONE
)


@pytest.fixture
async def company(store: Store) -> SimulatedCompany:
    """Bo of Web owns the banner, Cy leads Bo's team; Ana runs the campaign, Dee is its IT partner."""
    made = SimulatedCompany(store)
    await made.add_teams()
    await made.add_person(BOSS, "brand", Permission.ADMIN)
    await made.add_person(ANA, "seo", Permission.CONTRIBUTOR)
    await made.add_person(BO, "web", Permission.CONTRIBUTOR, manager_email=CY)
    await made.add_person(CY, "web", Permission.PUBLISHER)
    await made.add_person(DEE, "data", Permission.CONTRIBUTOR)
    await made.add_campaign("spring", "Spring Launch", owner="p_ana", it_partner="p_dee")
    await made.add_room("#spring", ANA, BO, DEE)
    await made.add_room("#other", ANA, BO)
    await made.say(ANA, "subscribe roadmap campaign:spring digest weekly", room="#spring")
    await made.publish(
        OPEN_ITEM, item("WEB-13", "Hidden page", owner="p_bo", campaigns=("spring",), visible_to=("web",))
    )
    return made


async def ship(company: SimulatedCompany, *items: Item) -> None:
    company.advance(timedelta(minutes=5))
    await company.publish(*(items or (DONE_ITEM,)))
    await company.deliver_due()


async def pending_celebration(company: SimulatedCompany, email: str) -> int:
    [waiting] = (await company.say(email, "celebrations")).facts["celebrations"]
    return int(waiting["id"])


async def test_the_owner_is_asked_in_private_and_nothing_is_public(company: SimulatedCompany) -> None:
    await ship(company)

    [card] = company.card_texts(f"@{BO}")
    assert "Consent banner is done. Say so?" in card
    assert "Bo (owned it), Ana (runs Spring Launch) and Dee (is the IT partner of Spring Launch)" in card
    assert company.card_texts("#spring") == []


async def test_posting_reaches_the_rooms_that_follow_and_names_both_sides(company: SimulatedCompany) -> None:
    await ship(company)
    number = await pending_celebration(company, BO)

    await company.press(BO, "celebrations post", str(number))
    await company.press(BO, "celebrations post", str(number))
    await company.deliver_due()

    [card] = company.card_texts("#spring")
    assert "Done: Consent banner" in card
    assert "Bo (owned it), Ana (runs Spring Launch)" in card
    assert company.card_texts("#other") == []


async def test_what_arrives_done_is_history(company: SimulatedCompany) -> None:
    await ship(company, item("WEB-90", status=Status.DONE, owner="p_bo", campaigns=("spring",)))

    assert company.card_texts(f"@{BO}") == []


async def test_a_room_hears_nothing_of_what_it_may_not_see(company: SimulatedCompany) -> None:
    await ship(
        company,
        item("WEB-13", "Hidden page", owner="p_bo", campaigns=("spring",), visible_to=("web",), status=Status.DONE),
    )
    number = await pending_celebration(company, BO)

    reply = await company.press(BO, "celebrations post", str(number))
    await company.deliver_due()

    assert reply.exit == 1
    assert company.card_texts("#spring") == []


async def test_whoever_opted_out_is_not_named_in_new_cards_nor_in_old_ones(company: SimulatedCompany) -> None:
    await company.say(DEE, "me hide")
    await ship(company)
    await company.press(BO, "celebrations post", str(await pending_celebration(company, BO)))
    await company.run_job("celebrations.tick")
    await company.deliver_due()
    [before] = company.card_texts("#spring")

    await company.say(ANA, "me hide")
    await company.run_job("celebrations.tick")
    await company.deliver_due()
    [after] = company.card_texts("#spring")

    assert "Dee" not in before
    assert "Ana" in before
    assert "Ana" not in after
    assert "a colleague (runs Spring Launch)" in after


async def test_editing_changes_the_card_where_it_stands_and_undo_removes_it(company: SimulatedCompany) -> None:
    await ship(company)
    number = await pending_celebration(company, BO)
    await company.press(BO, "celebrations post", str(number))
    await company.deliver_due()

    await company.submit(
        BO, "celebrations edit", {"text": "It was hard.", "thanks": "cy@example.com"}, value=str(number)
    )
    await company.deliver_due()
    [edited] = company.card_texts("#spring")
    await company.press(BO, "celebrations undo", str(number))
    await company.deliver_due()

    assert "It was hard." in edited
    assert "Cy (helped)" in edited
    assert company.card_texts("#spring") == []


@pytest.mark.proof
async def test_a_card_put_off_is_posted_on_its_day(company: SimulatedCompany) -> None:
    await ship(company)
    number = await pending_celebration(company, BO)
    await company.say(BO, f"celebrations later {number} 2026-11-09")

    await company.simulate(timedelta(days=6), "celebrations.tick", every=timedelta(hours=3))
    early = company.card_texts("#spring")
    await company.simulate(timedelta(days=1), "celebrations.tick", every=timedelta(hours=3))

    assert early == []
    assert len(company.card_texts("#spring")) == 1


async def test_silence_brings_one_reminder_and_then_the_lead(company: SimulatedCompany) -> None:
    await ship(company)

    await company.simulate(timedelta(days=12), "celebrations.tick", every=timedelta(hours=3))

    assert company.posted_titles(f"@{BO}") == [
        "Consent banner is done. Say so?",
        "Still waiting: Consent banner is done. Say so?",
    ]
    assert company.posted_titles(f"@{CY}") == ["Still waiting: Consent banner is done. Say so?"]
    assert company.card_texts("#spring") == []


async def test_skipping_ends_it(company: SimulatedCompany) -> None:
    await ship(company)
    await company.press(BO, "celebrations skip", str(await pending_celebration(company, BO)))

    await company.simulate(timedelta(days=8), "celebrations.tick", every=timedelta(hours=6))

    assert len(company.posted_titles(f"@{BO}")) == 1
    assert company.posted_titles(f"@{CY}") == []


async def test_only_owner_lead_and_admins_decide(company: SimulatedCompany) -> None:
    await ship(company)
    number = await pending_celebration(company, BO)

    assert (await company.say(ANA, f"celebrations post {number}")).exit == 1
    assert (await company.say(CY, f"celebrations post {number}")).exit == 0


async def test_a_room_that_its_admin_set_to_automatic_hears_at_once(company: SimulatedCompany) -> None:
    denied = await company.say(ANA, "celebrations auto on", room="#spring")
    await company.say(BOSS, "celebrations auto on", room="#spring")

    await ship(company)

    assert denied.exit == 1
    assert any("Done: Consent banner" in card for card in company.card_texts("#spring"))
    assert company.card_texts(f"@{BO}") == []


async def test_marking_a_milestone_done_remembers_whom_to_thank(company: SimulatedCompany) -> None:
    reply = await company.say(BO, "milestone done WEB-12 --thanks @cy")
    stranger = await company.say(ANA, "milestone done WEB-13")
    await company.say(CY, "publish")
    await company.deliver_due()

    assert reply.facts["thanks"] == [CY]
    assert stranger.exit == 1
    assert "Cy (helped)" in company.card_texts(f"@{BO}")[-1]


async def test_thanks_are_private_until_the_one_thanked_says_otherwise(company: SimulatedCompany) -> None:
    given = await company.say(ANA, "kudos @bo @dee for the night shift before the launch #spring", room="#spring")
    number = given.facts["kudos"]
    await company.deliver_due()
    before = company.card_texts("#spring")

    await company.press(BO, "kudos show", str(number))
    await company.deliver_due()
    [shown] = company.card_texts("#spring")
    await company.press(DEE, "kudos show", str(number))
    await company.deliver_due()
    [both] = company.card_texts("#spring")
    await company.press(BO, "kudos keep", str(number))
    await company.deliver_due()
    [one] = company.card_texts("#spring")

    assert given.facts["to"] == [BO, DEE]
    assert "Ana thanks you" in company.card_texts(f"@{BO}")[0]
    assert "for Spring Launch" in company.card_texts(f"@{BO}")[0]
    assert before == []
    assert "Thank you, Bo" in shown
    assert "Dee" not in shown
    assert "Bo and Dee" in both
    assert "Bo" not in one


async def test_undo_removes_a_thank_you_everywhere(company: SimulatedCompany) -> None:
    number = (await company.say(ANA, "kudos @bo for the night shift", room="#spring")).facts["kudos"]
    await company.press(BO, "kudos show", str(number))
    await company.deliver_due()

    stranger = await company.say(DEE, f"kudos undo {number}")
    await company.press(ANA, "kudos undo", str(number))
    await company.deliver_due()

    assert stranger.exit == 1
    assert company.card_texts("#spring") == []
    assert company.card_texts(f"@{BO}") == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("kudos @bo", "what you thank them for"),
        ("kudos @bo for it", "what you thank them for"),
        ("kudos @ana for being so very good", "cannot thank yourself"),
        ("kudos @nobody for being so very good", "nobody"),
        ("kudos @bo for being so very good --value greed", "none of the values"),
    ],
)
async def test_a_thank_you_needs_somebody_and_a_reason(company: SimulatedCompany, words: str, said: str) -> None:
    reply = await company.say(ANA, words)

    assert reply.exit
    assert said in text_of(reply)


async def test_thanks_stay_rare(company: SimulatedCompany) -> None:
    replies = [await company.say(ANA, f"kudos @bo for the help with number {number}") for number in range(4)]

    assert [reply.exit for reply in replies] == [0, 0, 0, 1]
    assert "in person" in text_of(replies[-1])


async def test_the_form_thanks_as_the_words_do(company: SimulatedCompany) -> None:
    form = (await company.say(ANA, "kudos")).form
    reply = await company.submit(
        ANA, "kudos", {"to": "bo@example.com; Dee", "reason": "the night shift", "campaign": "spring"}
    )

    assert form is not None
    assert reply.facts == {"kudos": 1, "to": [BO, DEE], "campaign": "spring"}


async def test_a_question_about_thanks_is_no_command(company: SimulatedCompany) -> None:
    reply = await company.say(ANA, "kudos for whom?")

    assert reply.exit


@pytest.mark.proof
async def test_a_room_looks_back_once_a_week_in_its_own_hours_on_what_it_may_see(company: SimulatedCompany) -> None:
    await company.add_room("#spring", ANA, BO, DEE, zone="America/New_York")
    await company.say(ANA, "celebrations schedule weekly", room="#spring")
    await company.run_job("celebrations.recap")
    await ship(company)
    await ship(company, item("WEB-13", "Hidden page", campaigns=("spring",), visible_to=("web",), status=Status.DONE))

    await company.simulate(timedelta(days=15), "celebrations.recap", every=timedelta(hours=1))

    posts = [(at, title) for at, where, title in company.log if where == "#spring" and title.startswith("Shipped")]
    assert [title for _, title in posts] == ["Shipped together in the week of 2 Nov 2026"]
    assert posts[0][0] == datetime(2026, 11, 9, 14, 10, tzinfo=UTC)  # nine in New York
    assert not any("Hidden" in card for card in company.card_texts("#spring"))


@pytest.mark.proof
async def test_a_digest_gives_way_to_the_recap_of_the_day(company: SimulatedCompany) -> None:
    await company.say(ANA, "celebrations schedule weekly", room="#spring")
    for name in ("celebrations.recap", "subscriptions.digest"):
        await company.run_job(name)
    await ship(company)

    await company.simulate(timedelta(days=10), "subscriptions.digest", "celebrations.recap", every=timedelta(hours=1))

    days = [at.date() for at, where, _ in company.log if where == "#spring"]
    assert len(days) == len(set(days)) == 2


@pytest.mark.proof
async def test_skipping_pausing_and_stopping(company: SimulatedCompany) -> None:
    await company.say(ANA, "celebrations schedule weekly", room="#spring")
    await company.run_job("celebrations.recap")
    await company.say(ANA, "celebrations skip next", room="#spring")
    await ship(company)

    await company.simulate(timedelta(days=10), "celebrations.recap", every=timedelta(hours=3))
    preview = await company.say(ANA, "celebrations preview", room="#spring")
    await company.say(ANA, "celebrations schedule off", room="#spring")

    assert company.posted_titles("#spring") == []
    assert "Preview: Shipped together" in text_of(preview)


async def test_the_recap_is_a_card_a_page_and_a_picture(company: SimulatedCompany) -> None:
    await ship(company)

    card = await company.say(ANA, "recap Q4 2026")
    page = await company.say(ANA, "recap Q4 2026 md")
    picture = await company.say(ANA, "recap Q4 2026 png")

    assert card.facts["items"] == ["WEB-12"]
    assert "1 by IT" in text_of(card)
    assert page.file is not None
    assert "**WEB-12** Consent banner" in page.file.content.decode()
    assert picture.file is not None
    assert picture.file.content.startswith(b"\x89PNG")


async def test_a_day_is_remembered_only_for_who_asked_for_it(company: SimulatedCompany) -> None:
    await company.say(BO, "anniversary 10 November since=2016")
    await company.say(ANA, "celebrations schedule weekly", room="#spring")
    await company.run_job("celebrations.recap")

    await company.simulate(timedelta(days=8), "celebrations.recap", every=timedelta(hours=3))

    [card] = company.card_texts("#spring")
    assert "Bo, 10 Nov 2026, 10 years" in card


def test_the_29th_of_february_is_the_28th_where_there_is_none() -> None:
    mine = Anniversary("p", 29, 2)

    assert mine.on(2028) == date(2028, 2, 29)
    assert mine.on(2027) == date(2027, 2, 28)
    assert upcoming_anniversaries([mine], period_before("weekly", date(2027, 2, 24))) == ((mine, date(2027, 2, 28)),)


@pytest.mark.parametrize(
    ("rhythm", "today", "first", "last", "words"),
    [
        ("weekly", date(2026, 11, 16), date(2026, 11, 9), date(2026, 11, 15), "the week of 9 Nov 2026"),
        ("weekly", date(2026, 11, 17), date(2026, 11, 9), date(2026, 11, 15), "the week of 9 Nov 2026"),
        ("monthly", date(2027, 3, 1), date(2027, 2, 1), date(2027, 2, 28), "February 2027"),
        ("quarterly", date(2027, 1, 4), date(2026, 10, 1), date(2026, 12, 31), "Q4 2026"),
    ],
)
def test_what_is_looked_back_on(rhythm: str, today: date, first: date, last: date, words: str) -> None:
    period = period_before(rhythm, today)

    assert (period.first, period.last, period.words) == (first, last, words)
    assert is_due(rhythm, today, last)
    assert not is_due(rhythm, today, today)


def test_quarters_are_those_of_the_calendar() -> None:
    assert [quarter_of(date(2027, month, 15)).words for month in (1, 6, 9, 12)] == [
        "Q1 2027",
        "Q2 2027",
        "Q3 2027",
        "Q4 2027",
    ]
    assert quarter_of(date(2026, 11, 2)).last == date(2026, 12, 31)


def test_the_picture_says_in_words_what_it_shows() -> None:
    names = Directory()
    done = [item("WEB-1", status=Status.DONE, finished_on=date(2026, 11, 5))]

    assert timeline_png(done, quarter_of(date(2026, 11, 5)), names).startswith(b"\x89PNG")
    assert "No campaign: 1" in alt_text(done, quarter_of(date(2026, 11, 5)), names)


async def test_a_lead_hears_once_of_what_nobody_celebrated(company: SimulatedCompany) -> None:
    await ship(company)
    company.advance(timedelta(days=15))

    await company.run_job("celebrations.hint")
    await company.run_job("celebrations.hint")
    await company.deliver_due()

    assert company.posted_titles(f"@{CY}") == ["1 thing shipped and nobody said so"]


async def test_a_team_that_nobody_thanked_is_hinted_at_from_five_people_on(company: SimulatedCompany) -> None:
    for number in range(4):
        await company.add_person(f"w{number}@example.com", "web", manager_email=CY)

    await company.run_job("celebrations.hint")
    await company.deliver_due()

    assert company.posted_titles(f"@{CY}") == ["Nobody of Web Platform was thanked this quarter"]
    assert OFFICE_HOURS.two_key == "off"
