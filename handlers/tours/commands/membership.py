"""`tours`, `tours join`, `leave`, `pause`, `profile`: a person's own membership."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from handlers.context import AppContext, Request
from handlers.errors import BadInput, NotFound
from handlers.shared.audited_transaction import write
from handlers.shared.rules.dates import parse_day
from handlers.tours import PROFILE_FIELDS, PROFILE_USAGE, cards
from handlers.tours.commands.lookup import programme_key_in, requested_programme
from handlers.tours.workflow import drop_out
from integrations.ports.inbound import Reply
from storage import people, tour_progress, tours
from storage.directory import directory
from storage.store import Session
from storage.values.company import Person, Side
from storage.values.roadmap import LIST_SEPARATOR
from storage.values.tours import TourMember, TourState

MOST_PARTNERS, MOST_SKILLS, LONGEST = 5, 12, 60


async def show(ctx: AppContext, request: Request) -> Reply:
    """`tours`: your membership, and the tours you are on."""
    async with ctx.store.reading() as session:
        names = await directory(session)
        programmes = await tours.programmes(session)
        mine = [await tours.member(session, programme.key, request.person.id) for programme in programmes]
        open_tours = await tours.tours_in(session, (TourState.PROPOSED, TourState.APPROVED, TourState.RUNNING))
        waiting = await tour_progress.pending_approvals(session, request.person.id)
    joined = [member for member in mine if member]
    own = [tour for tour in open_tours if request.person.id in tour.people]
    asked_for = {approval.tour for approval in waiting}
    card = cards.planning.overview(joined, own, [tour for tour in open_tours if tour.id in asked_for], names)
    facts = {
        "joined": [member.programme for member in joined],
        "tours": [
            {"id": tour.id, "state": str(tour.state), "with": _emails(tour.people, names.email_of)} for tour in own
        ],
        "waiting": sorted(asked_for),
    }
    return Reply(card, facts=facts)


def _emails(ids: Sequence[str], email_of: Callable[[str], str]) -> list[str]:
    return [email_of(person_id) for person_id in ids]


async def join(ctx: AppContext, request: Request) -> Reply:
    """`tours join`: take part from the next round on."""
    async with write(ctx, request, programme=programme_key_in(request)) as session:
        programme = await requested_programme(session, request)
        new = await tours.join(session, programme.key, request.person.id, request.now)
        await tours.change_member(session, programme.key, request.person.id, paused_until=None)
        names = await directory(session)
        member = await _member(session, request, programme.key)
    needs_side = names.side_of(request.person) is Side.OTHER and not member.visits
    card = cards.planning.joined(programme, request.person, new=new, needs_side=needs_side)
    return Reply(card, facts={"programme": programme.key, "joined": True, "new": new})


async def leave(ctx: AppContext, request: Request) -> Reply:
    """`tours leave`: no further rounds, and a no to open proposals; a settled tour goes on."""
    async with write(ctx, request, programme=programme_key_in(request)) as session:
        programme = await requested_programme(session, request)
        if not await tours.leave(session, programme.key, request.person.id):
            raise NotFound("You have not joined, so there is nothing to leave.", "tours join")
        for tour in await tours.tours_in(session, (TourState.PROPOSED,)):
            if tour.programme == programme.key and request.person.id in tour.people:
                await _withdraw(ctx, session, request, tour.id)
    return Reply(cards.planning.left(), facts={"programme": programme.key, "joined": False})


async def _withdraw(ctx: AppContext, session: Session, request: Request, number: int) -> None:
    tour, leaver = await tours.lock_round(session, number), request.person.id
    if tour.state is TourState.PROPOSED:
        await drop_out(ctx, session, tour, [leaver], "takes no part any more", request.now, knowing={leaver})


async def pause(ctx: AppContext, request: Request) -> Reply:
    """`tours pause until DATE`: no round before that day; ends automatically."""
    day_text = request.args.rest().casefold().removeprefix("until").strip()
    if not day_text:
        raise BadInput("Say until when.", "tours pause until 1 March")
    until = parse_day(day_text, today=request.today)
    if until <= request.today:
        raise BadInput(f"{until.isoformat()} is not ahead of us.", "tours pause until 1 March")
    async with write(ctx, request, until=until.isoformat()) as session:
        programme = await requested_programme(session, request)
        await _member(session, request, programme.key)
        await tours.change_member(session, programme.key, request.person.id, paused_until=until)
    return Reply(cards.planning.paused(until), facts={"paused_until": until.isoformat()})


async def _member(session: Session, request: Request, programme: str) -> TourMember:
    member = await tours.member(session, programme, request.person.id)
    if member is None:
        raise NotFound("You have not joined yet.", "tours join")
    return member


async def profile(ctx: AppContext, request: Request) -> Reply:
    """`tours profile`: skills offered and wanted, partners, absences. Without arguments, a form."""
    given = {name: value for name, value in request.args.named.items() if name in PROFILE_FIELDS}
    if not given:
        return await _profile_form(ctx, request)
    values = _checked(ctx, request, given)
    async with write(ctx, request, fields=sorted(given)) as session:
        programme = await requested_programme(session, request)
        await _member(session, request, programme.key)
        skills = {
            column: LIST_SEPARATOR.join(_skills(given[name]))
            for name, column in (("offers", "skills_offered"), ("wants", "skills_wanted"))
            if name in given
        }
        if skills:
            await people.save_people(session, [{"id": request.person.id, **skills}], known=(request.person.id,))
        if values:
            await tours.change_member(session, programme.key, request.person.id, **values)
        member = await _member(session, request, programme.key)
        person = await people.with_id(session, request.person.id) or request.person
        note = await _note(ctx, session, programme.key, request.person)
    return Reply(cards.planning.profile(person, member, note), facts=_facts(person, member))


async def _profile_form(ctx: AppContext, request: Request) -> Reply:
    async with ctx.store.reading() as session:
        programme = await requested_programme(session, request)
        member = await _member(session, request, programme.key)
        names = await directory(session)
        note = await _note(ctx, session, programme.key, request.person)
    of_neither = names.side_of(request.person) is Side.OTHER
    form = cards.planning.profile_form(request.person, member, note, of_neither=of_neither)
    return Reply(cards.planning.profile(request.person, member, note), form=form, facts=_facts(request.person, member))


async def _note(ctx: AppContext, session: Session, programme: str, person: Person) -> str:
    encrypted = await tours.encrypted_note(session, programme, person.id)
    return ctx.cipher.decrypt(encrypted) if encrypted else ""


def _facts(person: Person, member: TourMember) -> dict[str, object]:
    return {
        "offers": list(person.skills_offered),
        "wants": list(person.skills_wanted),
        "capacity": member.capacity,
        "visits": member.visits,
        "paused_until": member.paused_until.isoformat() if member.paused_until else "",
    }


def _skills(text: str) -> list[str]:
    skills = list(dict.fromkeys(" ".join(part.split()) for part in text.replace(",", ";").split(";") if part.strip()))
    if len(skills) > MOST_SKILLS or any(len(skill) > LONGEST for skill in skills):
        raise BadInput(f"At most {MOST_SKILLS} skills of {LONGEST} characters, separated by semicolons.", PROFILE_USAGE)
    return skills


def _checked(ctx: AppContext, request: Request, given: dict[str, str]) -> dict[str, object]:
    """The membership columns to change. Raises BadInput."""
    values: dict[str, object] = {}
    if given.get("capacity", "").strip():
        if not given["capacity"].isdecimal() or not 1 <= int(given["capacity"]) <= MOST_PARTNERS:
            raise BadInput(f"Capacity is a number of partners, 1 to {MOST_PARTNERS}.", "tours profile capacity=2")
        values["capacity"] = int(given["capacity"])
    if "visits" in given:
        side = given["visits"].strip().casefold()
        if side not in {"", Side.IT, Side.MARKETING}:
            raise BadInput("You can visit marketing or it.", "tours profile visits=it")
        values["visits"] = side
    if "blackout" in given:
        values["blackout"] = _blackout(given["blackout"], request.today)
    if "note" in given:
        note = given["note"].strip()[:1000]
        values["note"] = ctx.cipher.encrypt(note) if note else ""
    return values


def _blackout(text: str, today: date) -> tuple[tuple[date, date], ...]:
    """Parse "2027-03-01..2027-03-10; 24 December". Raises BadInput."""
    spans = []
    for part in (part.strip() for part in text.split(";") if part.strip()):
        first_said, _, last_said = part.partition("..")
        first = parse_day(first_said, today=today)
        last = parse_day(last_said, today=today) if last_said.strip() else first
        if last < first or last - first > timedelta(days=370):
            raise BadInput(f"“{part}” does not end after it begins, or is longer than a year.", PROFILE_USAGE)
        spans.append((first, last))
    return tuple(spans[:20])
