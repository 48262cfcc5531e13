"""People in 24 time zones finish items, give and withdraw thanks, while the platform fails and the process stops.

The simulation records what they wanted. `violations` compares that only with what arrived in the rooms and with what is
shown there at the end.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from handlers.context import Policy
from handlers.shared.rules.periods import period_before
from handlers.shared.rules.quiet_hours import WorkingHours
from storage.store import Store
from storage.values.company import Permission
from storage.values.roadmap import Item, Status
from tests.app import item
from tests.simulated_company import SimulatedCompany

ZONES = (
    "Pacific/Auckland", "Australia/Lord_Howe", "Asia/Tokyo", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Tehran", "Europe/Moscow",
    "Africa/Cairo", "Europe/Berlin", "Europe/London", "Atlantic/Azores", "America/Sao_Paulo", "America/St_Johns",
    "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Anchorage", "Pacific/Honolulu",
    "Pacific/Apia", "Pacific/Chatham", "Asia/Dubai", "Australia/Adelaide", "Pacific/Marquesas",
)  # fmt: skip
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
POLICY = Policy(quiet_hours="19:00-08:00", working_days="mon-fri", two_key="off", holidays="DE")
JOBS = ("celebrations.hint", "celebrations.recap", "celebrations.tick", "subscriptions.digest")
BOSS, AUTOMATIC = "boss@example.com", 7  # one room's own admin set it to automatic
LEAP, HIDDEN = 4, 5  # has an anniversary on a 29 February; opted out of being named
SETTLED = timedelta(days=6)  # by then everything has been delivered, weekends and outages included


@dataclass
class WantedCelebration:
    """A celebration as its owner wants it: when they posted it, and whether they withdrew it."""

    item: Item
    owner: int
    number: int = 0
    at: datetime | None = None
    undone: bool = False
    again: int = 0  # how often it was posted again after an undo


@dataclass
class WantedThanks:
    """A thank-you as its recipient wants it."""

    number: int
    by: int
    to: int
    room: int
    shown: bool = False
    undone: bool = False


@dataclass
class Violations:
    """The violations found; none are expected."""

    out_of_hours: list[str] = field(default_factory=list)  # notified outside working hours
    two_digests: list[str] = field(default_factory=list)  # two digests in one room on one day
    unasked: list[str] = field(default_factory=list)  # posted without consent, or naming a person who opted out
    doubled: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any(vars(self).values())


class YearSimulation:
    """A company simulated for some days. `stops` counts outages of the process or the platform."""

    def __init__(self, store: Store, seed: int = 2028, begins: datetime | None = None) -> None:
        self.random = Random(seed)
        self.company = SimulatedCompany(store, POLICY)
        self.begins = begins or datetime(2028, 2, 23, 22, tzinfo=UTC)
        self.wanted: list[WantedCelebration] = []
        self.thanks: list[WantedThanks] = []
        self.stops = 0
        self.days = 0

    async def set_up(self) -> None:
        """Give everybody a room in their time zone, with subscriptions and recaps."""
        company = self.company
        company.advance(self.begins - company.now)
        await company.add_teams()
        await company.add_person(BOSS, "web", Permission.ADMIN)
        for number, zone in enumerate(ZONES):
            lead = f"p{number % 4}@example.com" if number >= 4 else ""
            team = ("web", "data", "seo", "brand")[number % 4]
            await company.add_publisher(email(number), team, zone, manager_email=lead)
            await company.add_room(room(number), email(number), BOSS, zone=zone)
            await company.say(BOSS, "subscribe roadmap digest", room=room(number))
            await company.say(BOSS, f"celebrations schedule {period(number)}", room=room(number))
        await company.say(BOSS, "celebrations auto on", room=room(AUTOMATIC))
        await company.say(email(LEAP), "anniversary 29 February since=2016")
        await company.say(email(HIDDEN), "me hide")
        for name in JOBS:
            await company.run_job(name)

    async def run(self, days: int, *, every: timedelta = timedelta(hours=2)) -> None:
        """Simulate *days* of activity, then a quiet time until everything is delivered."""
        for day in range(days):
            await self._work(day)
            end = self.company.now + timedelta(days=1)
            while self.company.now < end:
                await self._fail_at_random()
                await self.company.simulate(every, *JOBS, every=every)
            self.days += 1
        self.company.platform.faults.down = False
        await self.company.simulate(SETTLED, *JOBS, every=every)

    async def _work(self, day: int) -> None:
        """Start and finish an item, decide about earlier ones, give and answer thanks."""
        owner = HIDDEN if self.random.random() < 0.2 else self.random.randrange(len(ZONES))
        work = item(f"W-{day}", f"Work {day}", ("web", "data", "seo", "brand")[owner % 4], owner=f"p_p{owner}")
        await self.company.publish(work)
        await self.company.publish(item(work.key, work.title, work.team, owner=work.owner, status=Status.DONE))
        self.wanted.append(WantedCelebration(work, owner))
        for wish in self.wanted[-4:]:
            await self._decide(wish)
        if self.random.random() < 0.7:
            await self._thanks()
        for given in self.thanks[-5:]:
            await self._answer(given)

    async def _decide(self, wish: WantedCelebration) -> None:
        waiting = (await self.company.say(email(wish.owner), "celebrations")).facts["celebrations"]
        numbers = {str(celebration["item"]): int(str(celebration["id"])) for celebration in waiting}
        wish.number = wish.number or numbers.get(wish.item.key, 0)
        luck = self.random.random()
        if not wish.number:
            return
        if wish.undone:
            if luck < 0.5 and (await self._press(wish.owner, "celebrations post", wish.number)) == 0:
                wish.undone, wish.again = False, wish.again + 1
        elif wish.at is None and luck < 0.5:
            if (await self._press(wish.owner, "celebrations post", wish.number)) == 0:
                wish.at = self.company.now
        elif wish.at is not None and luck < 0.08:
            assert await self._press(wish.owner, "celebrations undo", wish.number) == 0
            wish.undone = True
            if self.random.random() < 0.5:  # a mistake, reverted before anybody could read it
                assert await self._press(wish.owner, "celebrations post", wish.number) == 0
                wish.undone, wish.again = False, wish.again + 1
        elif wish.at is not None and luck < 0.16:
            await self._press(wish.owner, "celebrations post", wish.number)  # pressed again, a day later

    async def _thanks(self) -> None:
        by, to = self.random.sample(range(len(ZONES)), 2)
        by = HIDDEN if to != HIDDEN and self.random.random() < 0.2 else by
        where = self.random.choice((by, to))
        words = f"kudos @p{to} for the help with number {len(self.thanks)}"
        reply = await self.company.say(email(by), words, room=room(where))
        if reply.exit == 0:
            self.thanks.append(WantedThanks(int(str(reply.facts["kudos"])), by, to, where))

    async def _answer(self, given: WantedThanks) -> None:
        luck = self.random.random()
        if given.undone:
            return
        if luck < 0.3:
            assert await self._press(given.to, "kudos show", given.number) == 0
            given.shown = True
        elif luck < 0.4:
            assert await self._press(given.to, "kudos keep", given.number) == 0
            given.shown = False
        elif luck < 0.45:
            assert await self._press(given.by, "kudos undo", given.number) == 0
            given.undone = True

    async def _press(self, who: int, action: str, number: int) -> int:
        return (await self.company.press(email(who), action, str(number))).exit

    async def _fail_at_random(self) -> None:
        """An outage of some hours, a second replica running the same jobs, a connection cut after sending, a platform down."""
        luck, faults = self.random.random(), self.company.platform.faults
        faults.down = False
        if luck < 0.05:
            self.stops += 1
            self.company.advance(timedelta(hours=self.random.randrange(1, 20)))
        elif luck < 0.12:
            self.stops += 1
            for name in (*JOBS, *JOBS):
                await self.company.run_job(name)
        elif luck < 0.17:
            self.stops += 1
            faults.cuts.append("after")
        elif luck < 0.20:
            self.stops += 1
            faults.down = True

    def violations(self) -> Violations:
        violations = Violations()
        self._check_hours(violations)
        self._check_digests(violations)
        self._check_celebrations(violations)
        self._check_thanks(violations)
        self._check_names(violations)
        return violations

    def _check_hours(self, violations: Violations) -> None:
        for at, where, title in self.company.log:
            zone = zone_of(where)
            if zone is None:
                continue
            local = at.astimezone(ZoneInfo(zone))
            working = WorkingHours(zone, days=WEEKDAYS, country=POLICY.holidays).is_working_day(local.date())
            if not (8 <= local.hour < 19 and working):
                violations.out_of_hours.append(f"{local} {where} {title}")

    def _check_digests(self, violations: Violations) -> None:
        days: Counter[tuple[str, date]] = Counter()
        recaps: Counter[tuple[str, str]] = Counter()
        for at, where, title in self.company.log:
            if where.startswith("#r") and is_digest(title):
                days[where, at.astimezone(ZoneInfo(zone_of(where) or "UTC")).date()] += 1
            if where.startswith("#r") and is_recap(title):
                recaps[where, title] += 1
        violations.two_digests += [f"{where} {day}" for (where, day), count in days.items() if count > 1]
        violations.doubled += [f"{where} {title}" for (where, title), count in recaps.items() if count > 1]
        for number in range(len(ZONES)):
            for words in self._recaps_wanted(number):
                if not recaps[room(number), f"Shipped together in {words}"]:
                    violations.lost.append(f"{room(number)} {words}")

    def _recaps_wanted(self, number: int) -> set[str]:
        """The recaps due: weeks or months that ended long enough ago and in which something was finished."""
        zone = ZoneInfo(ZONES[number])
        first = self.begins.astimezone(zone).date()
        last = (self.company.now - SETTLED).astimezone(zone).date()
        days = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
        periods = {period_before(period(number), day) for day in days}
        finished = {wish.item.key: self.begins.date() + timedelta(days=index) for index, wish in enumerate(self.wanted)}
        lived = [period for period in periods if period.last >= first]
        return {period.words for period in lived if any(period.first < day < period.last for day in finished.values())}

    def _check_celebrations(self, violations: Violations) -> None:
        posts = Counter((where, title) for _, where, title in self.company.log if title.startswith("Done: "))
        wishes = {f"Done: {wish.item.title}": wish for wish in self.wanted}
        for (where, title), count in posts.items():
            if count > 1 + wishes[title].again:
                violations.doubled.append(f"{where} {title}")
            if wishes[title].at is None and where != room(AUTOMATIC):
                violations.unasked.append(f"{where} {title}")
        for number in range(len(ZONES)):
            standing = Counter(self.company.platform.titles_in(room(number)))
            for title, wish in wishes.items():
                by_itself = number == AUTOMATIC
                due = (by_itself or wish.at is not None) and not wish.undone
                if due and standing[title] != 1:
                    violations.lost.append(f"{room(number)} {title}")
                if not due and standing[title]:
                    violations.unasked.append(f"{room(number)} {title} still stands")
        asked = Counter((where, title) for _, where, title in self.company.log if where.startswith("@"))
        violations.doubled += [
            f"{where} {title}" for (where, title), count in asked.items() if count > 1 and "Say so?" in title
        ]

    def _check_thanks(self, violations: Violations) -> None:
        for given in self.thanks:
            standing = [
                card for card in self.company.card_texts(room(given.room)) if f"kudos undo {given.number};" in card
            ]
            is_public = given.shown and not given.undone
            if is_public and len(standing) != 1:
                violations.lost.append(f"{room(given.room)} thanks {given.number}: {len(standing)}")
            if not is_public and standing:
                violations.unasked.append(f"{room(given.room)} thanks {given.number}")
            reason = f"number {given.number - 1}."
            private = [card for card in self.company.card_texts(f"@{email(given.to)}") if reason in card]
            if given.undone and private:
                violations.unasked.append(f"thanks {given.number} that was taken back")
            if not given.undone and len(private) != 1:
                violations.lost.append(f"@p{given.to} thanks {given.number}: {len(private)}")

    def _check_names(self, violations: Violations) -> None:
        hidden = re.compile(rf"\bP{HIDDEN}\b")
        shown = {
            f"help with number {thanks.number - 1}" for thanks in self.thanks if thanks.shown and not thanks.undone
        }
        for number in range(len(ZONES)):
            for card in self.company.card_texts(room(number)):
                if hidden.search(card):
                    violations.unasked.append(f"{room(number)} names P{HIDDEN}")
                named = set(re.findall(r"help with number \d+", card))
                if named - shown:
                    violations.unasked.append(f"{room(number)} tells {sorted(named - shown)}")

    def anniversary_days(self) -> list[str]:
        """The anniversaries shown in the room of the person with a 29 February."""
        cards = "\n".join(self.company.card_texts(room(LEAP)))
        return re.findall(rf"P{LEAP}, (2[89] Feb \d{{4}})", cards)


def email(number: int) -> str:
    return f"p{number}@example.com"


def room(number: int) -> str:
    return f"#r{number}"


def period(number: int) -> str:
    return ("weekly", "monthly")[number % 2]


def zone_of(where: str) -> str | None:
    """The time zone of a room or a private conversation; None for the boss."""
    name = where.removeprefix("#r").removeprefix("@p").partition("@")[0]
    return ZONES[int(name)] if name.isdecimal() else None


def is_recap(title: str) -> bool:
    return title.startswith(("Shipped together in", "Thanks in", "In "))


def is_digest(title: str) -> bool:
    return is_recap(title) or title.startswith("Since R")
