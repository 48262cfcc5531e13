"""Rounds in which people say yes, no or nothing in random order: nobody is lost, and nobody is matched twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from random import Random

import pytest

from handlers.tours.rules.inputs import RoundInputs, from_data
from storage import tours
from storage.store import Store
from storage.values.company import Permission
from storage.values.tours import Tour, TourState
from tests.simulated_company import SimulatedCompany

BOSS, CY = "boss@x.test", "cy@x.test"
SEEDS, DAYS = 6, 45
WORDS = {"approve": 8.0, "decline": 1.5, "leave": 0.3, "stop": 0.3, "checkin yes": 1.0, "forget": 0.15}


class RandomRound:
    """One round with up to five people of each side, some with a manager."""

    def __init__(self, store: Store, seed: int) -> None:
        self.random = Random(seed)
        self.company = SimulatedCompany(store)
        self.group = self.random.choice([2, 3, 4])
        self.people: list[str] = []

    async def set_up(self) -> None:
        await self.company.add_teams()
        await self.company.add_person(BOSS, "brand", Permission.ADMIN)
        await self.company.add_person(CY, "web")
        for letter, team in (("m", "seo"), ("i", "web")):
            for number in range(self.random.randint(1, 5)):
                email = f"{letter}{number}@x.test"
                managed = {"manager_email": CY} if self.random.random() < 0.3 else {}
                await self.company.add_publisher(email, team, **managed)
                await self.company.say(email, "tours join")
                self.people.append(email)
        await self.company.say(BOSS, f"tours plan --max-group {self.group}")
        assert (await self.company.say(BOSS, "tours publish")).exit == 0
        await self.company.deliver_due()

    async def advance_half_a_day(self) -> None:
        """A tenth of the people answer; then the job runs."""
        for email in [*self.people, CY]:
            if self.random.random() < 0.08:
                await self.answer_at_random(email)
                await self.check_invariants()
        self.company.advance(timedelta(hours=12))
        await self.company.run_job("tours.tick")
        await self.company.deliver_due()
        await self.check_invariants()

    async def answer_at_random(self, email: str) -> None:
        [words] = self.random.choices(list(WORDS), list(WORDS.values()))
        if words == "forget":
            if email != CY:
                await self.company.say(email, "me forget --yes")
                self.people.remove(email)
            return
        if words in ("approve", "decline"):
            waiting = (await self.company.say(email, "tours")).facts["waiting"]
            if not waiting:
                return
            words = f"{words} {self.random.choice(waiting)}"
        reply = await self.company.say(email, f"tours {words}")
        assert reply.exit != 3, (email, words)

    async def load_state(self) -> tuple[list[Tour], RoundInputs, frozenset[str]]:
        """Tours that were not declined, the inputs of the round, and the people who were told that they have no partner."""
        async with self.company.store.reading() as session:
            [kept] = await tours.rounds(session, tours.DEFAULT_PROGRAMME)
            every = await tours.tours_of_round(session, kept.id)
            left = await tours.left_out_of(session, kept.id)
        return [tour for tour in every if tour.state is not TourState.DECLINED], from_data(kept.inputs), frozenset(left)

    async def check_invariants(self) -> None:
        """Everybody is on one tour, left out, or gone by choice; every tour has both sides and an allowed size."""
        standing, inputs, left = await self.load_state()
        seats = Counter(person for tour in standing for person in tour.people)
        assert max(seats.values(), default=0) <= 1
        assert not seats.keys() & left
        out = {person for person, _ in inputs.excluded}
        people = {f"p_{email.split('@')[0]}" for email in self.people}
        assert people <= seats.keys() | left | out
        for tour in standing:
            assert len(tour.people) <= self.group
            assert {person_id.startswith("p_m") for person_id in tour.people} == {True, False}

    async def finish(self) -> None:
        """Nothing waits for ever, and nobody's last notice is a cancellation without a replacement or a reason."""
        standing, inputs, _ = await self.load_state()
        assert [tour for tour in standing if tour.state is TourState.PROPOSED] == []
        out = {person for person, _ in inputs.excluded}
        for email in self.people:
            titles = self.company.posted_titles(f"@{email}")
            if titles and "did not come about" in titles[-1]:
                assert f"p_{email.split('@')[0]}" in out


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.proof) for seed in range(1, SEEDS))])
async def test_whatever_people_say_nobody_is_lost_and_nobody_is_promised_twice(sqlite_store: Store, seed: int) -> None:
    life = RandomRound(sqlite_store, seed)
    await life.set_up()

    for _ in range(2 * DAYS):
        await life.advance_half_a_day()

    await life.finish()


async def company_of(store: Store, marketing: int, it: int) -> SimulatedCompany:
    """A company with that many people of each side, all joined, and one published round."""
    company = SimulatedCompany(store)
    await company.add_teams()
    await company.add_person(BOSS, "brand", Permission.ADMIN)
    for letter, team, count in (("m", "seo", marketing), ("i", "web", it)):
        for number in range(count):
            await company.add_publisher(f"{letter}{number}@x.test", team)
            await company.say(f"{letter}{number}@x.test", "tours join")
    await company.say(BOSS, "tours plan")
    await company.say(BOSS, "tours publish")
    await company.deliver_due()
    return company


async def own(company: SimulatedCompany, email: str) -> Tour:
    async with company.store.reading() as session:
        every = await tours.all_tours(session, tours.DEFAULT_PROGRAMME)
    return [tour for tour in every if f"p_{email.split('@')[0]}" in tour.people][-1]


async def groups_agree(company: SimulatedCompany, tour: Tour) -> None:
    for person in tour.people:
        await company.say(f"{person.removeprefix('p_')}@x.test", f"tours approve {tour.id}")
    await company.deliver_due()


async def test_who_loses_a_partner_when_all_others_are_settled_is_told_and_comes_first_next_time(store: Store) -> None:
    company = await company_of(store, 2, 2)
    first = await own(company, "m0@x.test")
    await groups_agree(company, await own(company, "m1@x.test"))
    [partner] = [person_id for person_id in first.people if person_id != "p_m0"]

    await company.say(f"{partner.removeprefix('p_')}@x.test", f"tours decline {first.id}")
    await company.deliver_due()

    async with store.reading() as session:
        left = await tours.times_left_out(session, tours.DEFAULT_PROGRAMME, 2)
    assert company.posted_titles("@m0@x.test")[-1] == "No partner for you in round 1"
    assert "settled tour" in company.card_texts("@m0@x.test")[-1]
    assert left == {"p_m0": 1}


async def test_a_tour_that_is_off_is_said_before_what_comes_instead(store: Store) -> None:
    company = await company_of(store, 3, 3)
    first = await own(company, "m0@x.test")
    [partner] = [person_id for person_id in first.people if person_id != "p_m0"]

    await company.say(f"{partner.removeprefix('p_')}@x.test", f"tours decline {first.id}")
    await company.deliver_due()

    titles = company.posted_titles("@m0@x.test")
    assert ["did not come about" in title for title in titles] == [False, True, False]
    assert titles[-1].startswith("A tour of duty with")


async def test_two_who_are_silent_drop_out_at_once(store: Store) -> None:
    """Otherwise the second person would be matched again and keep a partner waiting for another week."""
    company = await company_of(store, 3, 3)
    silent = await own(company, "m0@x.test")
    for other in ("m1@x.test", "m2@x.test"):
        await groups_agree(company, await own(company, other))

    await company.simulate(timedelta(days=7), "tours.tick", every=timedelta(hours=3))

    async with store.reading() as session:
        [kept] = await tours.rounds(session, tours.DEFAULT_PROGRAMME)
        out = {person for person, _ in from_data(kept.inputs).excluded}
    assert out == set(silent.people)


async def test_a_proposal_to_somebody_who_was_forgotten_does_not_wait_for_ever(store: Store) -> None:
    company = await company_of(store, 2, 2)
    first = await own(company, "m0@x.test")
    [partner] = [person_id for person_id in first.people if person_id != "p_m0"]
    await company.say("m0@x.test", f"tours approve {first.id}")

    await company.say(f"{partner.removeprefix('p_')}@x.test", "me forget --yes")
    await company.run_job("tours.tick")
    await company.deliver_due()

    assert (await own(company, "m0@x.test")).id != first.id
    assert len((await own(company, "m0@x.test")).people) == 3


async def test_where_a_manager_was_forgotten_the_yes_of_the_others_is_enough(store: Store) -> None:
    company = SimulatedCompany(store)
    await company.add_teams()
    await company.add_person(BOSS, "brand", Permission.ADMIN)
    await company.add_publisher(CY, "web")
    await company.add_publisher("m0@x.test", "seo", manager_email=CY)
    await company.add_publisher("i0@x.test", "web")
    for email in ("m0@x.test", "i0@x.test"):
        await company.say(email, "tours join")
    await company.say(BOSS, "tours plan")
    await company.say(BOSS, "tours publish")
    tour = await own(company, "m0@x.test")
    await groups_agree(company, tour)

    await company.say(CY, "me forget --yes")
    await company.run_job("tours.tick")

    assert (await own(company, "m0@x.test")).state is TourState.APPROVED


async def test_a_late_yes_moves_the_first_day_and_is_no_change_of_days_for_anybody(store: Store) -> None:
    company = await company_of(store, 1, 1)
    company.advance(timedelta(days=20))
    tour = await own(company, "m0@x.test")

    await groups_agree(company, tour)

    settled = await own(company, "m0@x.test")
    assert settled.starts > company.now.date()
    assert settled.sequence == 0
    assert company.posted_titles("@m0@x.test")[-1] == "Your tour with I0 is on"


async def test_a_pin_outlives_somebody_elses_no(store: Store) -> None:
    company = SimulatedCompany(store)
    await company.add_teams()
    await company.add_person(BOSS, "brand", Permission.ADMIN)
    for letter, team in (("m", "seo"), ("i", "web")):
        for number in range(3):
            await company.add_publisher(f"{letter}{number}@x.test", team)
            await company.say(f"{letter}{number}@x.test", "tours join")
    await company.say(BOSS, "tours pin @m1 @i1")
    await company.say(BOSS, "tours plan")
    await company.say(BOSS, "tours publish")

    await company.say("m0@x.test", "tours decline")

    assert {"p_m1", "p_i1"} <= set((await own(company, "m1@x.test")).people)


async def test_one_yes_or_no_is_heard_after_the_other(store: Store) -> None:
    """All at the same moment, on both databases: no last yes is missed, and nobody is matched twice."""
    company = await company_of(store, 6, 6)
    every = [await own(company, f"m{number}@x.test") for number in range(6)]
    agreeing, declining = every[:3], every[3:]

    for words, answers in (
        ("approve", [(person_id, tour.id) for tour in agreeing for person_id in tour.people]),
        ("decline", [(tour.people[0], tour.id) for tour in declining]),
    ):
        at_once = (
            company.say(f"{person_id.removeprefix('p_')}@x.test", f"tours {words} {number}")
            for person_id, number in answers
        )
        await asyncio.gather(*at_once)

    async with store.reading() as session:
        made = await tours.all_tours(session, tours.DEFAULT_PROGRAMME)
    standing = [tour for tour in made if tour.state is not TourState.DECLINED]
    assert {tour.id for tour in standing if tour.state is TourState.APPROVED} == {tour.id for tour in agreeing}
    assert max(Counter(person for tour in standing for person in tour.people).values()) == 1


async def test_whoever_leaves_says_no_to_what_is_proposed(store: Store) -> None:
    company = await company_of(store, 2, 2)
    first = await own(company, "m0@x.test")

    await company.say("m0@x.test", "tours leave")
    await company.deliver_due()

    [partner] = [person_id for person_id in first.people if person_id != "p_m0"]
    assert (await own(company, "m0@x.test")).state is TourState.DECLINED
    assert len((await own(company, f"{partner.removeprefix('p_')}@x.test")).people) == 3


async def test_a_late_no_takes_the_entry_back_and_finds_others(store: Store) -> None:
    """Everybody had agreed; before the first day there is still time for another partner."""
    company = await company_of(store, 3, 2)
    first = await own(company, "m0@x.test")
    await groups_agree(company, first)

    reply = await company.say("m0@x.test", f"tours stop {first.id}")
    await company.deliver_due()

    [partner] = [person_id for person_id in first.people if person_id.startswith("p_i")]
    [entry] = [message for message in company.platform.messages_in("@m0@x.test") if message.file][1:]
    assert entry.file
    assert b"METHOD:CANCEL" in entry.file.content
    assert reply.facts["state"] == "declined"
    assert (await own(company, f"{partner.removeprefix('p_')}@x.test")).state is TourState.PROPOSED


async def test_a_settled_tour_of_somebody_who_is_forgotten_is_called_off_in_time(store: Store) -> None:
    company = await company_of(store, 2, 2)
    first = await own(company, "m0@x.test")
    await groups_agree(company, first)
    [partner] = [person_id for person_id in first.people if person_id.startswith("p_i")]

    await company.say("m0@x.test", "me forget --yes")
    await company.run_job("tours.tick")
    await company.deliver_due()

    there = f"{partner.removeprefix('p_')}@x.test"
    assert (await own(company, there)).state is TourState.PROPOSED
    assert "Your tour with somebody who left did not come about" in company.posted_titles(f"@{there}")


async def test_a_running_tour_of_somebody_who_is_forgotten_ends(store: Store) -> None:
    company = await company_of(store, 1, 1)
    first = await own(company, "m0@x.test")
    await groups_agree(company, first)
    await company.simulate(timedelta(days=9), "tours.tick", every=timedelta(hours=6))

    await company.say("m0@x.test", "me forget --yes")
    await company.run_job("tours.tick")
    await company.deliver_due()

    assert (await own(company, "i0@x.test")).state is TourState.STOPPED
    assert company.posted_titles("@i0@x.test")[-1] == "Your tour with somebody who left ended early"
