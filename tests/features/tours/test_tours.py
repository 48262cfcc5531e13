"""Tours of duty: joining, planning, approving, and the lifecycle of a tour."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from handlers.tours.rules.lifecycle import first_day, last_day
from storage import places, tour_progress, tours
from storage.store import Store
from storage.values.company import Permission
from storage.values.tours import TourState
from tests.app import item, text_of
from tests.simulated_company import SimulatedCompany
from tests.store_dump import dump_tables

BOSS, ANA, ABE, BO, BEA, CY = (f"{name}@example.com" for name in ("boss", "ana", "abe", "bo", "bea", "cy"))


@pytest.fixture
async def company(store: Store) -> SimulatedCompany:
    """Ana and Abe of SEO, Bo and Bea of Web, Cy manages Bo; all four joined."""
    made = SimulatedCompany(store)
    await made.add_teams()
    await made.add_person(BOSS, "brand", Permission.ADMIN)
    await made.add_person(CY, "web")
    await made.add_publisher(ANA, "seo", "Europe/Berlin", skills_wanted="python", skills_offered="copy")
    await made.add_publisher(ABE, "seo", "America/New_York")
    await made.add_publisher(BO, "web", manager_email=CY, skills_offered="python", skills_wanted="copy")
    await made.add_publisher(BEA, "web")
    for email in (ANA, ABE, BO, BEA):
        await made.say(email, "tours join")
    return made


async def planned(company: SimulatedCompany, words: str = "tours plan") -> dict[str, Any]:
    reply = await company.say(BOSS, words)
    assert reply.exit == 0, text_of(reply)
    return dict(reply.facts)


async def published(company: SimulatedCompany) -> dict[str, Any]:
    await planned(company)
    reply = await company.say(BOSS, "tours publish")
    assert reply.exit == 0, text_of(reply)
    await company.deliver_due()
    return dict(reply.facts)


async def tour_of(company: SimulatedCompany, email: str) -> int:
    return int((await company.say(email, "tours")).facts["tours"][-1]["id"])


async def all_agree(company: SimulatedCompany, email: str) -> int:
    """Everybody who is asked about that person's tour says yes."""
    number = await tour_of(company, email)
    async with company.store.reading() as session:
        asked = {approval.person for approval in await tour_progress.approvals(session, number)}
    for person in sorted(asked):
        await company.say(f"{person.removeprefix('p_')}@example.com", f"tours approve {number}")
    await company.deliver_due()
    return number


async def state_of(company: SimulatedCompany, number: int) -> TourState:
    async with company.store.reading() as session:
        tour = await tours.tour_with(session, number)
    assert tour is not None
    return tour.state


async def test_who_joined_is_paired_across_and_the_proof_closes(company: SimulatedCompany) -> None:
    facts = await planned(company)

    assert sorted(map(sorted, facts["pairs"])) == [[ABE, BEA], [ANA, BO]]  # Ana wants what Bo offers
    assert (facts["score"], facts["repeats"], facts["left_out"]) == (facts["bound"], 0, [])


async def test_a_plan_tells_nobody_and_is_the_same_again(company: SimulatedCompany) -> None:
    first = await planned(company)
    second = await planned(company)
    await company.deliver_due()

    assert first == second
    assert company.log == []


async def test_whoever_paused_is_left_out_with_the_reason(company: SimulatedCompany) -> None:
    await company.say(ABE, "tours pause until 1 March")

    facts = await planned(company)

    assert {"email": ABE, "reason": "paused until 2027-03-01"} in facts["left_out"]
    assert ABE not in str(facts["pairs"])


async def test_whoever_left_is_not_there(company: SimulatedCompany) -> None:
    await company.say(ABE, "tours leave")

    facts = await planned(company)

    assert ABE not in str(facts)


async def test_the_form_and_the_words_fill_the_same_profile(company: SimulatedCompany) -> None:
    form = (await company.say(BEA, "tours profile")).form
    await company.submit(
        BEA, "tours profile", {"offers": "cloud; tests", "wants": "tone", "capacity": "2", "note": "mornings"}
    )
    reply = await company.say(BEA, 'tours profile blackout="2027-03-01..2027-03-10"')

    assert form is not None
    assert [field.id for field in form.fields] == ["offers", "wants", "capacity", "note"]
    assert reply.facts["offers"] == ["cloud", "tests"]
    assert reply.facts["capacity"] == 2
    assert "mornings" in text_of(reply)


async def test_a_private_note_is_sealed_in_the_store(company: SimulatedCompany) -> None:
    await company.say(BEA, 'tours profile note="recovering from surgery"')

    assert "surgery" not in json.dumps(await dump_tables(company.store))


async def test_somebody_of_neither_side_chooses_whom_to_visit(company: SimulatedCompany, store: Store) -> None:
    async with store.transaction() as session:
        from storage import people
        from storage.values.company import Side, Team

        await people.save_teams(session, [Team("law", "Legal", Side.OTHER)], known=())
    await company.add_publisher("lou@example.com", "law")

    joined = await company.say("lou@example.com", "tours join")
    before = await planned(company)
    await company.say("lou@example.com", "tours profile visits=it")
    after = await planned(company)

    assert "which one you want to visit" in text_of(joined)
    assert "has not said which one to visit" in str(before["left_out"])
    [group] = [pair for pair in after["pairs"] if "lou@example.com" in pair]
    assert set(group) & {BO, BEA}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("tours profile capacity=9", "1 to 5"),
        ("tours profile visits=mars", "marketing or it"),
        ("tours profile blackout=2027-03-10..2027-03-01", "does not end after it begins"),
        ("tours pause", "until when"),
        ("tours plan --weeks 99", "1 to 26"),
        ("tours pin @ana", "Name two people"),
        ("tours pin @ana @abe", "same side"),
        ("tours plan --programme none", "no programme none"),
        ("tours checkin maybe", "yes or no"),
    ],
)
async def test_what_cannot_be_used_is_said_and_changes_nothing(
    company: SimulatedCompany, words: str, said: str
) -> None:
    before = await dump_tables(company.store, "processed_event", "audit")

    reply = await company.say(BOSS if "plan" in words or "pin" in words else ANA, words)

    assert reply.exit
    assert said in text_of(reply)
    assert await dump_tables(company.store, "processed_event", "audit") == before


async def test_only_admins_plan(company: SimulatedCompany) -> None:
    assert (await company.say(ANA, "tours plan")).exit == 1


async def test_pins_and_bans_are_kept_and_priced(company: SimulatedCompany) -> None:
    await company.say(BOSS, "tours pin @ana @bea")

    reply = await company.say(BOSS, "tours plan")
    await company.say(BOSS, "tours release @ana @bea")
    await company.say(BOSS, "tours forbid @ana @bo")
    banned = await planned(company)

    assert sorted(map(sorted, reply.facts["pairs"])) == [[ABE, BO], [ANA, BEA]]
    assert "less fit" in text_of(reply)
    assert [ANA, BO] not in banned["pairs"]


async def test_the_next_round_brings_somebody_new(company: SimulatedCompany) -> None:
    first = await published(company)
    second = await planned(company)

    assert (first["round"], second["round"]) == (1, 2)
    assert not {frozenset(pair) for pair in first["pairs"]} & {frozenset(pair) for pair in second["pairs"]}
    assert second["starts"] > first["ends"]


async def test_a_round_is_published_once(company: SimulatedCompany) -> None:
    await published(company)
    again = await company.say(BOSS, "tours publish")

    async with company.store.reading() as session:
        rounds = await tours.rounds(session, tours.DEFAULT_PROGRAMME)

    assert again.exit != 0  # a second press publishes no round that nobody has seen
    assert "tours plan" in text_of(again)
    assert [tour.number for tour in rounds] == [1]


async def test_a_plan_that_is_out_of_date_is_not_published(company: SimulatedCompany) -> None:
    await planned(company)
    await company.say(ABE, "tours leave")

    reply = await company.say(BOSS, "tours publish")

    assert reply.exit == 1
    assert "tours plan" in text_of(reply)


async def test_programmes_do_not_mix(company: SimulatedCompany) -> None:
    await company.say(BOSS, "tours programme design --weeks 2")
    for email in (ANA, BEA):
        await company.say(email, "tours join --programme design")

    facts = await planned(company, "tours plan --programme design")

    assert facts["pairs"] == [[ANA, BEA]]
    assert date.fromisoformat(facts["ends"]) - date.fromisoformat(facts["starts"]) == timedelta(days=11)


async def test_the_proof_is_a_file(company: SimulatedCompany) -> None:
    await planned(company)

    reply = await company.say(BOSS, "tours proof")

    assert reply.file is not None
    document = json.loads(reply.file.content)
    assert document["score"] == document["bound"] == reply.facts["bound"]
    assert len(document["pairs"]) == 2


async def test_travellers_and_managers_are_asked(company: SimulatedCompany) -> None:
    await published(company)

    assert company.posted_titles(f"@{ANA}") == ["A tour of duty with Bo"]
    assert company.posted_titles(f"@{CY}") == ["A tour of duty for Bo"]


async def test_everybodys_yes_brings_the_kickoff_and_an_entry_of_ones_own(company: SimulatedCompany) -> None:
    await published(company)

    number = await all_agree(company, ANA)

    assert await state_of(company, number) is TourState.APPROVED
    assert company.posted_titles(f"@{ANA}")[-1] == "Your tour with Bo is on"
    [message] = [m for m in company.platform.messages_in(f"@{ANA}") if m.file]
    assert message.file is not None
    [event] = Calendar.from_ical(message.file.content).walk("VEVENT")
    assert str(event["ATTENDEE"]) == f"mailto:{ANA}"
    assert BO not in message.file.content.decode()
    assert event.decoded("DTSTART").isoformat() == "2026-11-09T10:00:00+01:00"


async def test_a_no_finds_new_partners_with_as_few_moves_as_possible(company: SimulatedCompany) -> None:
    await published(company)
    ana = await tour_of(company, ANA)

    await company.say(BO, f"tours decline {ana}")
    await company.deliver_due()

    assert await state_of(company, ana) is TourState.DECLINED
    assert "did not come about" in company.posted_titles(f"@{ANA}")[-2] + company.posted_titles(f"@{ANA}")[-1]
    mine = (await company.say(ANA, "tours")).facts["tours"]
    assert [sorted(tour["with"]) for tour in mine] == [sorted([ABE, ANA, BEA])]  # nobody else is left of the other side


async def test_a_managers_no_takes_their_report_out(company: SimulatedCompany) -> None:
    await published(company)

    await company.say(CY, "tours decline")

    assert (await company.say(BO, "tours")).facts["tours"] == []


async def test_a_manager_hears_no_more_than_is_theirs(company: SimulatedCompany) -> None:
    await published(company)
    other = await tour_of(company, ABE)

    reply = await company.say(CY, f"tours approve {other}")

    assert reply.exit == 1


async def test_silence_is_reminded_and_then_counts_as_a_no(company: SimulatedCompany) -> None:
    await published(company)
    number = await tour_of(company, ANA)
    await company.say(ANA, f"tours approve {number}")

    await company.simulate(timedelta(days=8), "tours.tick", every=timedelta(hours=3))

    assert await state_of(company, number) is TourState.DECLINED
    assert "Still waiting: a tour of duty with Ana" in company.posted_titles(f"@{BO}")
    assert all(7 <= at.hour <= 24 and at.weekday() < 5 for at, *_ in company.log)  # Berlin opens at seven UTC


@pytest.mark.proof
async def test_check_ins_come_on_the_local_day_and_the_end_asks_what_was_learned(company: SimulatedCompany) -> None:
    await published(company)
    number = await all_agree(company, ANA)

    await company.simulate(timedelta(days=40), "tours.tick", every=timedelta(hours=12))

    titles = [title for title in company.posted_titles(f"@{ANA}") if "your tour" in title.casefold()]
    assert titles == [
        "Your tour with Bo is on",
        "A quarter of your tour with Bo",
        "Half of your tour with Bo",
        "The end of your tour with Bo",
        "Your tour with Bo is over",
    ]
    assert await state_of(company, number) is TourState.ENDED


async def test_a_clock_that_stood_still_asks_only_the_latest(company: SimulatedCompany) -> None:
    await published(company)
    await all_agree(company, ANA)
    company.advance(timedelta(days=24))

    await company.run_job("tours.tick")
    await company.run_job("tours.tick")
    await company.deliver_due()

    assert [t for t in company.posted_titles(f"@{ANA}") if t.startswith(("A quarter", "Half", "The end"))] == [
        "Half of your tour with Bo"
    ]


async def test_not_having_met_is_noted_with_what_got_in_the_way(company: SimulatedCompany) -> None:
    await published(company)
    number = await all_agree(company, ANA)
    await company.simulate(timedelta(days=14), "tours.tick", every=timedelta(hours=6))

    reply = await company.press(ANA, "tours checkin", f"{number} no")
    await company.say(BO, f'tours checkin {number} yes "twice"')

    assert f"tours extend {number} 2w" in text_of(reply)
    async with company.store.reading() as session:
        met = {
            checkin.person: checkin.met
            for checkin in await tour_progress.checkins(session, number)
            if checkin.met is not None
        }
    assert met == {"p_ana": False, "p_bo": True}


async def test_a_longer_tour_moves_the_entry_and_an_early_end_takes_it_back(company: SimulatedCompany) -> None:
    await published(company)
    number = await all_agree(company, ANA)

    await company.say(ANA, f"tours extend {number} 2w")
    await company.deliver_due()
    await company.say(BO, f"tours stop {number}")
    await company.deliver_due()

    files = [m.file.content.decode() for m in company.platform.messages_in(f"@{ANA}") if m.file]
    methods = [
        ("CANCEL" if "METHOD:CANCEL" in file else "REQUEST", int(file.split("SEQUENCE:")[1].split()[0]))
        for file in files
    ]
    uids = {file.split("UID:")[1].split()[0] for file in files}
    assert methods == [("REQUEST", 0), ("REQUEST", 1), ("CANCEL", 2)]
    assert len(uids) == 1


async def test_a_debrief_is_sealed_unless_it_is_shared(company: SimulatedCompany) -> None:
    await company.publish(item("WEB-1"))
    await published(company)
    number = await all_agree(company, ANA)
    await company.simulate(timedelta(days=40), "tours.tick", every=timedelta(hours=12))

    await company.say(ANA, f'tours debrief {number} "Bo writes tests before lunch."')
    sealed = json.dumps(await dump_tables(company.store))
    asked = await company.say(BEA, "ask what did people learn on tours about tests?")
    await company.say(ANA, f'tours debrief {number} "Bo writes tests before lunch." --share')
    reply = await company.say(BEA, "ask what did people learn on tours about tests?")
    async with company.store.transaction() as session:
        partners = await places.ensure(session, "console", "", "#partners", name="#partners")
        await places.set_members(session, partners.id, [], known=True, external=True)
    among_outsiders = await company.mention(BEA, "what did people learn on tours about tests?", room="#partners")

    assert "before lunch" not in sealed
    assert "before lunch" not in text_of(asked)
    assert "before lunch" in text_of(reply)
    assert "before lunch" not in text_of(among_outsiders)


async def test_figures_say_nothing_about_fewer_than_five(company: SimulatedCompany) -> None:
    await published(company)

    reply = await company.say(ANA, "tours figures")

    assert "too few" in text_of(reply)


def test_a_round_starts_on_a_monday_after_the_one_before() -> None:
    assert first_day(date(2026, 11, 2), None) == date(2026, 11, 9)
    assert first_day(date(2026, 11, 3), None) == date(2026, 11, 16)
    assert first_day(date(2026, 11, 3), date(2026, 12, 4)) == date(2026, 12, 7)
    assert last_day(date(2026, 11, 9), 4) == date(2026, 12, 4)
