"""A person's calendar subscription: their dinners and tours as iCalendar, under a secret URL."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.app import App
from handlers.dinners.rules.calendar_entry import calendar_entry as dinner_entry
from handlers.errors import Refusal
from handlers.people.commands.calendar import FEED_PREFIX
from handlers.shared.rules.ical import CalendarEntry, feed_file
from handlers.tours.rules.calendar_entry import calendar_entry_for
from integrations.plain.refusals import RETRY_AFTER_S, RefusalLimit
from storage import dinners, people, tours
from storage.directory import directory
from storage.store import Session, StoreProblem
from storage.values.company import Person
from storage.values.tours import TourState

MAX_TOKEN_LENGTH = 500  # characters; ours have about 140


class CalendarFeed:
    """Answers `GET /calendar/TOKEN.ics`; 404 without a reason for any invalid token, and for one that was replaced."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._refusals = RefusalLimit("calendar", app.ctx.clock)

    @property
    def routes(self) -> list[Route]:
        return [Route("/calendar/{token}.ics", self.calendar)]

    async def calendar(self, request: Request) -> Response:
        ctx = self._app.ctx
        try:
            decrypted = ctx.cipher.decrypt(request.path_params["token"][:MAX_TOKEN_LENGTH])
            async with ctx.store.reading() as session:
                person = await _owner_of(session, decrypted)
                entries = await self._entries(session, person) if person else None
        except (Refusal, ValueError):
            entries = None
        except StoreProblem:
            return PlainTextResponse("try again later\n", status_code=503, headers={"retry-after": "300"})
        if entries is None:
            return self._refused(request)
        content = feed_file(entries, "Handshake")
        return Response(content, media_type="text/calendar", headers={"cache-control": "private, max-age=900"})

    def _refused(self, request: Request) -> Response:
        if self._refusals.is_exceeded(request.client.host if request.client else ""):
            return PlainTextResponse("too many\n", status_code=429, headers={"retry-after": str(RETRY_AFTER_S)})
        return PlainTextResponse("not found\n", status_code=404)

    async def _entries(self, session: Session, person: Person) -> list[CalendarEntry]:
        now = self._app.ctx.clock.now()
        names = await directory(session)
        entries: list[CalendarEntry] = []
        for dinner in await dinners.all_dinners(session):
            rsvp = (await dinners.rsvps(session, dinner.id)).get(person.id)
            entry = dinner_entry(dinner, rsvp, organiser="", guest=person.email, now=now)
            entries += [entry] if entry and not entry.cancelled else []
        for tour in await tours.tours_in(session, (TourState.APPROVED, TourState.RUNNING)):
            if person.id in tour.people:
                entries.append(calendar_entry_for(tour, person, "", names, now, cancelled=False))
        return entries


async def _owner_of(session: Session, decrypted: str) -> Person | None:
    """The person to whom an address belongs; None for other texts, a replaced address, and people who left."""
    person_id, _, version = decrypted.removeprefix(FEED_PREFIX).rpartition(":")
    if not decrypted.startswith(FEED_PREFIX) or not version.isdecimal():
        return None
    person = await people.with_id(session, person_id)
    valid = await people.calendar_version(session, person.id) if person else 0
    return person if valid and valid == int(version) else None
