"""A dinner from end to end: 24 seats, 27 say yes, two cancel on the day; half in Slack, half in Teams, one tally."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from integrations.ports.inbound import Account, ButtonPress, CommandText, ConversationRef, Reply
from storage.store import Store
from storage.values.company import Permission
from tests.journeys.command_line import BOSS, CommandLine
from tests.shared.calendar_readers import by_icalendar
from tests.simulated_company import OFFICE_HOURS, SimulatedCompany

POLICY = replace(OFFICE_HOURS, platforms=frozenset({"slack", "teams"}), timezone="Europe/Berlin")
ADMIN = "chief@x.test"
TEAMS = ("web", "seo", "data", "brand")  # IT and Marketing in turn
SIDES = "key,name,side\nweb,Web,it\nseo,SEO,marketing\n"
ROOMS = {"slack": "C0DINNER", "teams": "19:dinner@thread"}


class TwoPlatformCompany(SimulatedCompany):
    """Guests on both platforms, who answer from their own."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, POLICY, platforms=ROOMS)

    async def add_person_on(
        self, platform: str, email: str, team: str, permission: Permission = Permission.VIEWER
    ) -> None:
        await self.add_person(email, team, permission, timezone="Europe/Berlin")
        await self.link(email, platform, _account(email, platform).external_id, _workspace(platform))

    async def say_on(self, platform: str, email: str, words: str, *, room: bool = False) -> Reply:
        where = _room(platform) if room else _direct(email, platform)
        return await self.dispatch(
            CommandText(
                account=_account(email, platform), conversation=where, words=words, event_id=self.new_event_id()
            )
        )

    async def press_on(self, platform: str, email: str, action: str, value: str) -> Reply:
        return await self.dispatch(
            ButtonPress(
                account=_account(email, platform),
                conversation=_room(platform),
                action=action,
                value=value,
                event_id=self.new_event_id(),
            )
        )

    async def simulate_until(self, *moment: int) -> None:
        """Run the job and deliver: once a week far off, every six hours in the last ten days."""
        until = datetime(*moment, tzinfo=UTC)  # type: ignore[misc,arg-type]
        while self.now < until:
            left = until - self.now
            step = timedelta(days=7) if left > timedelta(days=17) else min(timedelta(hours=6), left)
            await self.simulate(step, "dinners.tick", every=step)

    def messages_of(self, number: int) -> list[str]:
        """The cards in that guest's direct conversation."""
        return self.card_texts(f"@{_account(guest(number), where(number)).external_id}")


def guest(number: int) -> str:
    return f"g{number}@x.test"


def where(number: int) -> str:
    return "slack" if number in (1, 3) or number // 2 % 2 else "teams"  # either side is on either platform


def _account(email: str, platform: str) -> Account:
    name = email.split("@")[0]
    external = f"U0{name.upper()}" if platform == "slack" else f"29:{name}"
    return Account(platform, external, _workspace(platform))


def _workspace(platform: str) -> str:
    return "T1" if platform == "slack" else ""


def _direct(email: str, platform: str) -> ConversationRef:
    return ConversationRef(platform, f"D-{email}", _workspace(platform), direct=True)


def _room(platform: str) -> ConversationRef:
    return ConversationRef(platform, ROOMS[platform], _workspace(platform), name="#dinner")


async def invited_company(store: Store) -> TwoPlatformCompany:
    """Thirty people of both sides; the dinner of the first quarter is posted in one room on each platform."""
    company = TwoPlatformCompany(store)
    await company.add_teams()
    await company.add_person_on("slack", ADMIN, "web", Permission.ADMIN)
    for number in range(30):
        await company.add_person_on(where(number), guest(number), TEAMS[number % 4])
    planned = await company.say_on("slack", ADMIN, "dinner plan Q1 --cap 24 --date 2027-02-09 --time 19:00")
    assert planned.facts["dinner"] == "2027-Q1"
    await company.say_on("slack", ADMIN, "dinner post now", room=True)
    await company.link(ADMIN, "teams", "29:chief")
    await company.say_on("teams", ADMIN, "dinner post now", room=True)
    await company.simulate_until(2026, 11, 4, 9)
    return company


def table_of(facts: Mapping[str, Any]) -> dict[str, int]:
    return {each: number for number, table in enumerate(facts["tables"]) for each in table["people"]}


@pytest.mark.proof
async def test_twenty_seven_say_yes_and_two_cancel_on_the_day(store: Store) -> None:
    company = await invited_company(store)

    # 27 press the button, in both places; the tally is one.
    for number in range(27):
        pressed = await company.press_on(where(number), guest(number), "dinner rsvp", "yes 2027-Q1")
        assert pressed.facts["seat"] == ("seat" if number < 24 else "waiting")
        company.advance(timedelta(minutes=1))
    await company.deliver_due()
    for room in ROOMS.values():
        [card] = company.card_texts(room)
        assert "24 of 24 seats taken, 3 waiting" in card

    # Everybody has it in their calendar.
    entries = {number: by_icalendar(await _entry(company, number)) for number in range(24)}
    assert {each.method for each in entries.values()} == {"REQUEST"}
    assert len({each.uid for each in entries.values()}) == 1
    assert all(each.guests == (guest(number),) for number, each in entries.items())

    # On the day everybody knows whom they will meet.
    await company.simulate_until(2027, 2, 9, 9)
    before = (await company.say_on("slack", ADMIN, "dinner seats")).facts
    assert all("You will meet" in company.messages_of(number)[-1] for number in range(24))
    assert all("You will meet" not in "".join(company.messages_of(number)) for number in range(24, 30))

    # Two cancel, one on either platform.
    for number in (3, 8):
        await company.say_on(where(number), guest(number), "dinner rsvp no")
        company.advance(timedelta(minutes=2))
    await company.deliver_due()
    after = (await company.say_on("teams", ADMIN, "dinner seats")).facts

    # The waiting list moved, in order.
    assert [("A seat came free" in "".join(company.messages_of(number))) for number in (24, 25, 26)] == [
        True,
        True,
        False,
    ]
    assert after["unseated"] == [guest(26)]
    for room in ROOMS.values():
        [card] = company.card_texts(room)
        assert "22 of 24 seats taken, 2 on offer, 1 waiting, 2 cannot" in card

    # Every table is mixed, and few changed theirs.
    side = {guest(number): number % 2 for number in range(30)}
    assert all({side[each] for each in table["people"]} == {0, 1} for table in after["tables"])
    was, now = table_of(before), table_of(after)
    moved = [each for each in now if each in was and was[each] != now[each]]
    assert len(now) == 24
    assert len(moved) <= 2
    for email in [*moved, guest(24), guest(25)]:
        number = int(email[1 : email.index("@")])
        assert f"table {now[email] + 1}" in company.messages_of(number)[-1].splitlines()[0]

    # Entries keep their UID: only those who dropped out get a cancellation, with a higher SEQUENCE.
    gone, stays, fresh = [by_icalendar(await _entry(company, number)) for number in (3, 5, 24)]
    assert (gone.method, gone.status, gone.uid) == ("CANCEL", "CANCELLED", entries[3].uid)
    assert gone.sequence > entries[3].sequence
    assert (stays.method, stays.sequence) == ("REQUEST", entries[5].sequence)
    assert (fresh.method, fresh.uid) == ("REQUEST", entries[3].uid)


async def _entry(company: TwoPlatformCompany, number: int) -> bytes:
    reply = await company.say_on(where(number), guest(number), "dinner ics")
    assert reply.file is not None, reply.card
    return reply.file.content


async def test_a_dinner_that_moves_raises_the_number_of_every_entry(store: Store) -> None:
    company = await invited_company(store)
    await company.say_on("slack", guest(1), "dinner rsvp yes")
    first = by_icalendar(await _entry(company, 1))

    await company.say_on("slack", ADMIN, "dinner plan Q1 --date 2027-02-16")
    await company.deliver_due()
    moved = by_icalendar(await _entry(company, 1))
    await company.say_on("slack", ADMIN, "dinner cancel")
    off = by_icalendar(await _entry(company, 1))

    assert "has moved" in "".join(company.messages_of(1))
    assert (first.uid, first.uid) == (moved.uid, off.uid)
    assert first.sequence < moved.sequence < off.sequence
    assert moved.starts - first.starts == timedelta(days=7)
    assert off.method == "CANCEL"


AT = ("--at", "2026-11-02T09:00")  # both quarters are still to come


@pytest.mark.proof
def test_a_script_plans_two_quarters_and_checks_the_tables(tmp_path: Path) -> None:
    """The facts of the contract suffice for a script."""
    terminal = CommandLine(tmp_path)
    people = "".join(f"{guest(number)},G{number},{('web', 'seo')[number % 2]}\n" for number in range(26))
    assert terminal.run("import", "teams", terminal.write_file("teams.csv", SIDES)).exit == 0
    assert terminal.run("import", "people", terminal.write_file("people.csv", f"email,name,team\n{people}")).exit == 0
    met: set[frozenset[str]] = set()
    for quarter in ("2027-Q1", "2027-Q2"):
        planned = terminal.run("say", f"dinner plan {quarter} --cap 24", "--as", BOSS, "--json", *AT)
        assert planned.json["facts"]["dinner"] == quarter
        lines = [json.dumps({"text": "dinner rsvp yes", "as": guest(number)}) for number in range(26)]
        assert terminal.run("say", "--batch", terminal.write_file("yes.jsonl", "\n".join(lines)), *AT).exit == 0

        facts = terminal.run("say", "dinner seats", "--as", BOSS, "--json", *AT).json["facts"]

        assert facts["unseated"] == [guest(24), guest(25)]
        assert sorted(each for table in facts["tables"] for each in table["people"]) == sorted(map(guest, range(24)))
        assert all(len({int(each[1:-7]) % 2 for each in table["people"]}) == 2 for table in facts["tables"])
        again = {frozenset(two) for table in facts["tables"] for two in combinations(table["people"], 2)}
        assert facts["repeats"] == len(met & again) == (0 if quarter == "2027-Q1" else 8)  # and no seating has fewer
        assert facts["gap"] == 0
        met |= again
    assert terminal.run("say", "dinner seats", "--as", guest(1)).exit == 1
