"""Who may know of a dinner and what of it, who counts as coming, and what to type after an error."""

from __future__ import annotations

from datetime import timedelta

import pytest

from integrations.ports.inbound import Reply
from storage import places
from storage.store import Store
from tests.app import text_of
from tests.features.dinners.dinner_company import ADMIN, TICK, DinnerCompany, dinner_company, guest_email

VENUE = "Kakapo Inn"


@pytest.fixture
async def company(store: Store) -> DinnerCompany:
    """Twelve people; the plan is of Monday, 2 November 2026."""
    return await dinner_company(store, 12)


def words_of(reply: Reply) -> str:
    """Everything of a refusal but its reference number."""
    return text_of(reply).partition("Reference")[0]


async def test_a_dinner_one_may_not_know_of_and_one_that_does_not_exist_are_refused_in_the_same_words(
    company: DinnerCompany,
) -> None:
    await company.add_person("guest@x.test")  # of no team, so not invited
    await company.plan(f'Q1 --date 2027-02-09 --place "{VENUE}"')
    for command in ("dinner", "dinner rsvp yes", "dinner seats", "dinner table", "dinner cancel", "dinner absent"):
        hidden = await company.say("guest@x.test", f"{command} 2027-Q1")
        absent = await company.say("guest@x.test", f"{command} 2027-Q2")

        assert words_of(hidden).replace("Q1", "Q2") == words_of(absent)
        assert hidden.exit == absent.exit == 1


async def test_until_people_are_asked_the_place_is_known_to_those_who_run_it(company: DinnerCompany) -> None:
    await company.plan(f'Q1 --date 2027-02-09 --place "{VENUE}"')
    early = [await company.say(guest_email(3), words) for words in ("dinner", "dinner rsvp yes", "dinner ics")]
    in_room = await company.mention(ADMIN, "dinner Q1", room="#web")
    runner = await company.say(ADMIN, "dinner")
    await company.say(ADMIN, "dinner open")
    late = await company.say(guest_email(3), "dinner")

    assert all(VENUE not in text_of(reply) + str(reply.facts) + str(reply.file) for reply in (*early, in_room))
    assert VENUE in text_of(runner)
    assert VENUE in text_of(late)


async def test_a_room_shared_with_another_organisation_reads_nothing_of_a_dinner(company: DinnerCompany) -> None:
    await company.plan("Q1 --date 2027-02-09")
    await company.say(ADMIN, "dinner open")
    async with company.store.transaction() as session:
        room = await places.ensure(session, "console", "", "#shared", name="#shared")
        await places.set_members(session, room.id, [], known=True, external=True)
    asked = await company.mention(guest_email(1), "dinner", room="#shared")
    posted = await company.say(ADMIN, "dinner post now", room="#shared")
    await company.deliver_due()

    assert (asked.exit, posted.exit) == (1, 1)
    assert "2027" not in text_of(asked)
    assert company.card_texts("#shared") == []


@pytest.mark.proof
async def test_a_seat_on_offer_is_not_taken_and_a_lapsed_offer_sat_nowhere(company: DinnerCompany) -> None:
    await company.plan("Q1 --cap 4 --date 2027-02-09 --tables 4")
    await company.simulate_until(2026, 11, 4)
    await company.say_yes(*range(5))
    await company.say(guest_email(2), "dinner rsvp no")
    shown = await company.say(ADMIN, "dinner")
    await company.simulate_until(2027, 2, 10, 12)
    pulse = await company.say(guest_email(4), "dinner pulse 5 yes")

    assert (shown.facts["counts"]["yes"], shown.facts["counts"]["held"]) == (3, 1)
    assert "3 of 4 seats taken, 1 on offer" in text_of(shown)
    assert not [title for title in company.posted_titles(f"@{guest_email(4)}") if "Thank you" in title]
    assert pulse.exit == 1


async def test_nobody_is_absent_before_the_evening_has_come(company: DinnerCompany) -> None:
    await company.plan("Q1 --date 2027-02-09")
    await company.say_yes(*range(6))
    await company.seats()
    early = await company.say(ADMIN, f"dinner absent Q1 {guest_email(1)}")
    company.set_time(2027, 2, 9, 21)
    stranger = await company.say(ADMIN, f"dinner absent {guest_email(9)}")
    await company.plan("Q2 --date 2027-05-11")
    late = await company.say(ADMIN, f"dinner absent {guest_email(1)}")

    assert "has not taken place yet" in text_of(early)
    assert stranger.exit == 1
    assert (late.exit, late.facts.get("dinner")) == (0, "2027-Q1")  # not the one that is planned next
    assert sum(len(table["people"]) for table in (await company.seats("dinner seats Q1"))["tables"]) == 5


@pytest.mark.parametrize(
    ("who", "words"),
    [
        (1, "dinner vote 9"),
        (1, "dinner rsvp perhaps 2027-Q2"),
        (1, "dinner rsvp yes 2027-Q1"),
        (None, "dinner plan Q2 --cap many"),
        (None, "dinner plan Q2 --tables 40"),
        (None, "dinner plan Q2 --date yesterday"),
        (None, "dinner pick Q2 2027-12-24"),
        (None, "dinner cancel Q1"),
    ],
)
async def test_what_an_error_says_to_type_next_works(company: DinnerCompany, who: int | None, words: str) -> None:
    """Each suggestion is typed, by the same person, and names the same dinner."""
    await company.plan("Q1 --date 2027-02-09")
    await company.say(ADMIN, "dinner cancel Q1")
    await company.plan("Q2")
    email = ADMIN if who is None else guest_email(who)
    refused = await company.say(email, words)
    assert refused.exit in (1, 2)

    for suggestion in refused.facts["try"]:
        reply = await company.say(email, suggestion)
        assert reply.exit == 0, (suggestion, text_of(reply))
        assert reply.facts["dinner"] == ("2027-Q1" if "Q1" in words else "2027-Q2"), suggestion
        if suggestion.startswith("dinner pick"):
            break  # the day is picked once


async def test_whoever_is_forgotten_is_taken_out_of_the_host_s_list_of_diets(company: DinnerCompany) -> None:
    await company.plan(f"Q1 --date 2027-02-09 --host {guest_email(2)}")
    await company.say(guest_email(1), 'dinner rsvp yes --diet "peanut-marker"')
    await company.say(guest_email(2), "dinner diets")
    await company.deliver_due()
    before = "\n".join(company.card_texts(f"@{guest_email(2)}"))
    await company.say(guest_email(1), "me forget --yes")
    await company.deliver_due()

    assert "peanut-marker" in before
    assert "peanut-marker" not in "\n".join(company.card_texts(f"@{guest_email(2)}"))


async def test_an_export_names_every_part_in_a_dinner(company: DinnerCompany) -> None:
    await company.plan(f"Q1 --date 2027-02-09 --host {guest_email(2)} --must {guest_email(2)}")
    await company.say(ADMIN, f"dinner organiser {guest_email(2)}")
    await company.say(ADMIN, f"dinner apart {guest_email(2)} {guest_email(3)}")
    await company.say_yes(2)
    company.advance(timedelta(days=1))
    await company.run_job(TICK)
    exported = (await company.say(guest_email(2), "me export")).facts

    assert exported["dinners"][0]["parts"] == ["host", "must", "organiser", "main host"]
    assert exported["dinners_kept_apart_from"] == 1
    assert "g3" not in str(exported["dinners"])
