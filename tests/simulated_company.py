"""A house whose clock can be rung and whose post is carried to a platform in memory: what is said unprompted, and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from bot.delivery.deliverer import Deliverer
from bot.delivery.sqlite_worker import deliver_due
from handlers.catalogue import FEATURES
from handlers.context import Policy
from handlers.feature import Job, jobs_of
from handlers.operations.notices import notify_subscribers
from handlers.shared.sending_hours import next_sending_time
from integrations.plain.render import card_text
from storage import people, places
from storage.store import Store
from storage.values.company import Permission
from tests.app import ChatApp
from tests.fakes.platform import FakePlatform

OFFICE_HOURS = Policy(quiet_hours="19:00-08:00", working_days="mon-fri", two_key="off")


class SimulatedCompany(ChatApp):
    """People, rooms, a clock and a post. `log` is what arrived, in order: (moment, room, title)."""

    def __init__(self, store: Store, policy: Policy = OFFICE_HOURS) -> None:
        super().__init__(store, FEATURES, policy)
        self.log: list[tuple[datetime, str, str]] = []
        self.platform = FakePlatform("console", on_change=self._note)
        wordings = {kind: partial(compose, self.ctx) for each in FEATURES for kind, compose in each.notices().items()}
        self.deliverer = Deliverer(
            store,
            {"console": self.platform},
            wordings,
            clock=self.ctx.clock,
            random=Random(1),
            on_unreachable=partial(notify_subscribers, policy),
            next_sending_time=lambda db, place, at: next_sending_time(db, policy, place, at),
        )

    def _note(self, did: str, room: str, message: Any) -> None:
        if did == "post":
            self.log.append((self.now, room, message.card.title))

    def set_time(self, *moment: int) -> None:
        """It is that moment (UTC) now."""
        self.advance(datetime(*moment, tzinfo=UTC) - self.now)  # type: ignore[misc,arg-type]

    async def add_room(self, name: str, *emails: str, zone: str = "UTC") -> None:
        """A room in which exactly these people sit."""
        async with self.store.transaction() as session:
            place = await places.ensure(session, "console", "", name, name=name)
            sitting = [await people.with_email(session, email) for email in emails]
            await places.set_members(
                session, place.id, [each.id for each in sitting if each], known=True, external=False
            )
            await places.set_hours(session, place.id, timezone=zone, quiet="", days="")

    async def add_publisher(self, email: str, team: str = "web", zone: str = "UTC", **more: object) -> None:
        await self.add_person(email, team, Permission.PUBLISHER, timezone=zone, **more)

    async def run_job(self, name: str) -> None:
        """That job is due now."""
        job = self._job(name)
        async with self.store.transaction() as session:
            await job.run(self.ctx, session, self.now)

    def _job(self, name: str) -> Job:
        return next(job for job in jobs_of(FEATURES) if job.name == name)

    async def deliver_due(self) -> None:
        """Everything that is due goes out."""
        await deliver_due(self.store, self.deliverer.deliver, self.ctx.clock)

    async def simulate(self, span: timedelta, *jobs: str, every: timedelta = timedelta(hours=1)) -> None:
        """Time goes by; those jobs are rung and the post is carried at every step of it."""
        end = self.now + span
        while self.now < end:
            self.advance(every)
            for name in jobs:
                await self.run_job(name)
            await self.deliver_due()

    def posted_titles(self, room: str) -> list[str]:
        """The titles of what arrived there, in order."""
        return [title for _, where, title in self.log if where == room]

    def card_texts(self, room: str) -> list[str]:
        """The cards that stand there, as a person reads them."""
        return [card_text(message.card) for message in self.platform.messages_in(room)]
