"""A company with a clock that the test moves and chat platforms in memory: for tests of what is posted where, and when."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from random import Random

from bot.app import App
from bot.delivery.deliverer import Deliverer
from bot.delivery.sqlite_worker import deliver_due
from bot.delivery.unreachable import make_unreachable_notifier
from bot.serve import notice_composers
from bot.settings import Settings
from handlers.catalogue import FEATURES
from handlers.context import Policy
from handlers.feature import Job, jobs_of
from handlers.shared.sending_hours import next_sending_time
from integrations.plain.render import card_text
from storage import people, places
from storage.store import Store
from storage.values.company import Permission
from tests.app import ChatApp
from tests.fakes.platform import FakePlatform, PostedMessage

OFFICE_HOURS = Policy(quiet_hours="19:00-08:00", working_days="mon-fri", two_key="off")


class SimulatedCompany(ChatApp):
    """People, rooms, a clock and a deliverer. `log` has a (moment, room, title) for every card that was posted."""

    def __init__(self, store: Store, policy: Policy = OFFICE_HOURS, platforms: Collection[str] = ("console",)) -> None:
        super().__init__(store, FEATURES, policy)
        self.log: list[tuple[datetime, str, str]] = []
        self.platforms = {name: FakePlatform(name, on_change=self._record) for name in platforms}
        self.deliverer = Deliverer(
            store,
            self.platforms,
            notice_composers(App(Settings(_env_file=None), store, self.ctx, self.dispatch)),
            clock=self.ctx.clock,
            random=Random(1),
            on_unreachable=make_unreachable_notifier(policy),
            next_sending_time=lambda db, place, at: next_sending_time(db, policy, place, at),
        )

    @property
    def platform(self) -> FakePlatform:
        """The only platform of a company that has one."""
        [platform] = self.platforms.values()
        return platform

    def _record(self, did: str, room: str, message: PostedMessage) -> None:
        if did == "post":
            self.log.append((self.now, room, message.card.title))

    def set_time(self, *moment: int) -> None:
        """Move the clock to that moment (UTC)."""
        self.advance(datetime(*moment, tzinfo=UTC) - self.now)  # type: ignore[misc,arg-type]

    async def add_room(self, name: str, *emails: str, zone: str = "UTC") -> None:
        """A console room with exactly these members."""
        async with self.store.transaction() as session:
            place = await places.ensure(session, "console", "", name, name=name)
            members = [await people.with_email(session, email) for email in emails]
            ids = [person.id for person in members if person]
            await places.set_members(session, place.id, ids, known=True, external=False)
            await places.set_hours(session, place.id, timezone=zone, quiet="", days="")

    async def add_publisher(self, email: str, team: str = "web", zone: str = "UTC", **more: object) -> None:
        await self.add_person(email, team, Permission.PUBLISHER, timezone=zone, **more)

    async def run_job(self, name: str) -> None:
        """Run that job, due now."""
        job = self._job(name)
        async with self.store.transaction() as session:
            await job.run(self.ctx, session, self.now)

    def _job(self, name: str) -> Job:
        return next(job for job in jobs_of(FEATURES) if job.name == name)

    async def deliver_due(self) -> None:
        """Deliver everything that is due."""
        await deliver_due(self.store, self.deliverer.deliver, self.ctx.clock)

    async def simulate(self, span: timedelta, *jobs: str, every: timedelta = timedelta(hours=1)) -> None:
        """Advance the clock by *span* in steps of *every*; run those jobs and deliver at each step."""
        end = self.now + span
        while self.now < end:
            self.advance(every)
            for name in jobs:
                await self.run_job(name)
            await self.deliver_due()

    def posted_titles(self, room: str) -> list[str]:
        """The titles of what was posted there, in order."""
        return [title for _, where, title in self.log if where == room]

    def messages_in(self, room: str) -> list[PostedMessage]:
        """What is posted there now, oldest first, on whichever platform the room is."""
        return [message for platform in self.platforms.values() for message in platform.messages_in(room)]

    def card_texts(self, room: str) -> list[str]:
        """The cards that are posted there now, as a person reads them."""
        return [card_text(message.card) for message in self.messages_in(room)]
