"""People in 24 zones who finish, thank, hide and take back, while the platform stumbles and the process stops.

What they wanted is written down here as they want it; the judge compares that with what arrived in the rooms, and with
what stands there at the end, and with nothing else.
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
JOBS = ("celebrations.hint", "celebrations.recap", "celebrations.tick", "notices.digest")
BOSS, AUTOMATIC = "boss@example.com", 7  # one room's own admin set it to automatic
LEAP, HIDDEN = 4, 5  # born on a 29 February; does not want to be named
SETTLED = timedelta(days=6)  # after so long, everything that was wanted has been read, weekends and stops included


@dataclass
class WantedCelebration:
    """A celebration as its owner wants it: when they said so, and whether they took it back."""

    item: Item
    owner: int
    number: int = 0
    at: datetime | None = None
    undone: bool = False
    again: int = 0  # how often it was posted once more after it was taken back


@dataclass
class WantedThanks:
    """A thank-you as the one thanked wants it."""

    number: int
    by: int
    to: int
    room: int
    shown: bool = False
    undone: bool = False


@dataclass
class Violations:
    """What the judge found; nothing is what is wanted."""

    out_of_hours: list[str] = field(default_factory=list)  # somebody was spoken to out of hours
    two_digests: list[str] = field(default_factory=list)  # two digests in one room on one day
    unasked: list[str] = field(default_factory=list)  # said without anybody's consent, or naming who is hidden
    doubled: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any(vars(self).values())


class YearSimulation:
    """A company that lives for some days. `stops` counts how often the process stood still or its platform failed it."""

    def __init__(self, store: Store, seed: int = 2028, begins: datetime | None = None) -> None:
        self.random = Random(seed)
        self.company = SimulatedCompany(store, POLICY)
        self.begins = begins or datetime(2028, 2, 23, 22, tzinfo=UTC)
        self.wanted: list[WantedCelebration] = []
        self.thanks: list[WantedThanks] = []
        self.stops = 0
        self.days = 0

    async def set_up(self) -> None:
        """Everybody sits down in a room of their own zone, and every room wants to hear."""
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
        """So many days of working, thanking and changing one's mind; then nobody does anything until all is settled."""
        for day in range(days):
            await self._works(day)
            end = self.company.now + timedelta(days=1)
            while self.company.now < end:
                await self._stumbles()
                await self.company.simulate(every, *JOBS, every=every)
            self.days += 1
        self.company.platform.faults.down = False
        await self.company.simulate(SETTLED, *JOBS, every=every)

    async def _works(self, day: int) -> None:
        """One thing is begun and one finished; some earlier ones are decided; somebody thanks somebody."""
        owner = HIDDEN if self.random.random() < 0.2 else self.random.randrange(len(ZONES))
        work = item(f"W-{day}", f"Work {day}", ("web", "data", "seo", "brand")[owner % 4], owner=f"p_p{owner}")
        await self.company.publish(work)
        await self.company.publish(item(work.key, work.title, work.team, owner=work.owner, status=Status.DONE))
        self.wanted.append(WantedCelebration(work, owner))
        for wish in self.wanted[-4:]:
            await self._decides(wish)
        if self.random.random() < 0.7:
            await self._thanks()
        for given in self.thanks[-5:]:
            await self._answers(given)

    async def _decides(self, wish: WantedCelebration) -> None:
        found = (await self.company.say(email(wish.owner), "celebrations")).facts["celebrations"]
        known = {str(each["item"]): int(str(each["id"])) for each in found}
        wish.number = wish.number or known.get(wish.item.key, 0)
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
            if self.random.random() < 0.5:  # a slip of the finger, put right before anybody could have read it
                assert await self._press(wish.owner, "celebrations post", wish.number) == 0
                wish.undone, wish.again = False, wish.again + 1
        elif wish.at is not None and luck < 0.16:
            await self._press(wish.owner, "celebrations post", wish.number)  # pressed once more, a day later

    async def _thanks(self) -> None:
        by, to = self.random.sample(range(len(ZONES)), 2)
        by = HIDDEN if to != HIDDEN and self.random.random() < 0.2 else by
        where = self.random.choice((by, to))
        words = f"kudos @p{to} for the help with number {len(self.thanks)}"
        reply = await self.company.say(email(by), words, room=room(where))
        if reply.exit == 0:
            self.thanks.append(WantedThanks(int(str(reply.facts["kudos"])), by, to, where))

    async def _answers(self, given: WantedThanks) -> None:
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

    async def _stumbles(self) -> None:
        """A stop of some hours, replicas that ring the same, a line that is cut after it was said, a platform away."""
        luck, mood = self.random.random(), self.company.platform.faults
        mood.down = False
        if luck < 0.05:
            self.stops += 1
            self.company.advance(timedelta(hours=self.random.randrange(1, 20)))
        elif luck < 0.12:
            self.stops += 1
            for name in (*JOBS, *JOBS):
                await self.company.run_job(name)
        elif luck < 0.17:
            self.stops += 1
            mood.cuts.append("after")
        elif luck < 0.20:
            self.stops += 1
            mood.down = True

    # ── the judge ────────────────────────────────────────────────────────────────────────────────────────────────────

    def violations(self) -> Violations:
        found = Violations()
        self._judge_hours(found)
        self._judge_digests(found)
        self._judge_celebrations(found)
        self._judge_thanks(found)
        self._judge_names(found)
        return found

    def _judge_hours(self, found: Violations) -> None:
        for at, where, title in self.company.log:
            zone = zone_of(where)
            if zone is None:
                continue
            local = at.astimezone(ZoneInfo(zone))
            working = WorkingHours(zone, days=WEEKDAYS, country=POLICY.holidays).is_working_day(local.date())
            if not (8 <= local.hour < 19 and working):
                found.out_of_hours.append(f"{local} {where} {title}")

    def _judge_digests(self, found: Violations) -> None:
        days: Counter[tuple[str, date]] = Counter()
        recaps: Counter[tuple[str, str]] = Counter()
        for at, where, title in self.company.log:
            if where.startswith("#r") and is_digest(title):
                days[where, at.astimezone(ZoneInfo(zone_of(where) or "UTC")).date()] += 1
            if where.startswith("#r") and is_recap(title):
                recaps[where, title] += 1
        found.two_digests += [f"{where} {day}" for (where, day), count in days.items() if count > 1]
        found.doubled += [f"{where} {title}" for (where, title), count in recaps.items() if count > 1]
        for number in range(len(ZONES)):
            for words in self._recaps_wanted(number):
                if not recaps[room(number), f"Shipped together in {words}"]:
                    found.lost.append(f"{room(number)} {words}")

    def _recaps_wanted(self, number: int) -> set[str]:
        """The weeks or months that ended while the company lived, long enough ago, and in which something was finished."""
        zone = ZoneInfo(ZONES[number])
        first = self.begins.astimezone(zone).date()
        last = (self.company.now - SETTLED).astimezone(zone).date()
        days = [first + timedelta(days=each) for each in range((last - first).days + 1)]
        periods = {period_before(period(number), day) for day in days}
        finished = {wish.item.key: self.begins.date() + timedelta(days=index) for index, wish in enumerate(self.wanted)}
        lived = [each for each in periods if each.last >= first]
        return {each.words for each in lived if any(each.first < day < each.last for day in finished.values())}

    def _judge_celebrations(self, found: Violations) -> None:
        posts = Counter((where, title) for _, where, title in self.company.log if title.startswith("Done: "))
        wanted = {f"Done: {wish.item.title}": wish for wish in self.wanted}
        for (where, title), count in posts.items():
            if count > 1 + wanted[title].again:
                found.doubled.append(f"{where} {title}")
            if wanted[title].at is None and where != room(AUTOMATIC):
                found.unasked.append(f"{where} {title}")
        for number in range(len(ZONES)):
            standing = Counter(self.company.platform.titles_in(room(number)))
            for title, wish in wanted.items():
                by_itself = number == AUTOMATIC
                due = (by_itself or wish.at is not None) and not wish.undone
                if due and standing[title] != 1:
                    found.lost.append(f"{room(number)} {title}")
                if not due and standing[title]:
                    found.unasked.append(f"{room(number)} {title} still stands")
        asked = Counter((where, title) for _, where, title in self.company.log if where.startswith("@"))
        found.doubled += [
            f"{where} {title}" for (where, title), count in asked.items() if count > 1 and "Say so?" in title
        ]

    def _judge_thanks(self, found: Violations) -> None:
        for given in self.thanks:
            standing = [
                card for card in self.company.card_texts(room(given.room)) if f"kudos undo {given.number};" in card
            ]
            wanted = given.shown and not given.undone
            if wanted and len(standing) != 1:
                found.lost.append(f"{room(given.room)} thanks {given.number}: {len(standing)}")
            if not wanted and standing:
                found.unasked.append(f"{room(given.room)} thanks {given.number}")
            told = f"number {given.number - 1}."
            private = [card for card in self.company.card_texts(f"@{email(given.to)}") if told in card]
            if given.undone and private:
                found.unasked.append(f"thanks {given.number} that was taken back")
            if not given.undone and len(private) != 1:
                found.lost.append(f"@p{given.to} thanks {given.number}: {len(private)}")

    def _judge_names(self, found: Violations) -> None:
        hidden = re.compile(rf"\bP{HIDDEN}\b")
        shown = {f"help with number {each.number - 1}" for each in self.thanks if each.shown and not each.undone}
        for number in range(len(ZONES)):
            for card in self.company.card_texts(room(number)):
                if hidden.search(card):
                    found.unasked.append(f"{room(number)} names P{HIDDEN}")
                told = set(re.findall(r"help with number \d+", card))
                if told - shown:
                    found.unasked.append(f"{room(number)} tells {sorted(told - shown)}")

    def anniversary_days(self) -> list[str]:
        """The days that were read in the room of whoever was born on a 29 February."""
        cards = "\n".join(self.company.card_texts(room(LEAP)))
        return re.findall(rf"P{LEAP}, (2[89] Feb \d{{4}})", cards)


def email(number: int) -> str:
    return f"p{number}@example.com"


def room(number: int) -> str:
    return f"#r{number}"


def period(number: int) -> str:
    return ("weekly", "monthly")[number % 2]


def zone_of(where: str) -> str | None:
    """The zone of a room, or of somebody's own conversation; None for the boss, who never said."""
    name = where.removeprefix("#r").removeprefix("@p").partition("@")[0]
    return ZONES[int(name)] if name.isdecimal() else None


def is_recap(title: str) -> bool:
    return title.startswith(("Shipped together in", "Thanks in", "In "))


def is_digest(title: str) -> bool:
    return is_recap(title) or title.startswith("Since R")
