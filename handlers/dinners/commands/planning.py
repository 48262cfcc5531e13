"""`dinner plan`, `organiser`, `must`, `apart`: the plan of a dinner, and the people it depends on."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, time

from handlers.context import AppContext, Request
from handlers.dinners import cards, workflow
from handlers.dinners.commands import lookup
from handlers.dinners.notices import queue
from handlers.dinners.queries import known_dinners
from handlers.dinners.rules import examples, hosts, quarters
from handlers.errors import BadInput, Refusal
from handlers.shared.arguments import given_once
from handlers.shared.audited_transaction import write
from handlers.shared.card_parts import SOMEBODY_WHO_LEFT, form_opened
from handlers.shared.lookup import people_named
from handlers.shared.rules.dates import parse_day
from handlers.shared.rules.names import check_named_exactly
from handlers.shared.rules.quiet_hours import WorkingHours, parse_working_days
from integrations.ports.inbound import Reply
from storage import dinner_seats, dinners
from storage.directory import directory
from storage.store import Session
from storage.values.company import Directory, Person
from storage.values.dinners import LARGEST_TABLE, SMALLEST_TABLE, Dinner, DinnerState

MOST_GUESTS, MOST_DATES = 2_000, 10
CLEARED = ("must", "place")  # what an empty value takes away
_CLOCK = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)")


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """The options of `dinner plan`; None if not given."""

    key: str
    host: str | None = None
    required: str | None = None
    cap: int | None = None
    size: int | None = None
    days: tuple[date, ...] | None = None
    clock: str | None = None
    venue: str | None = None


async def plan(ctx: AppContext, request: Request) -> Reply:
    """`dinner plan Q1`: plan a dinner, or change its plan. A form sends its empty fields too."""
    options = _plan_options(request)
    async with write(ctx, request, dinner=options.key) as session:
        names = await directory(session)
        existing = await dinners.with_key(session, options.key)
        is_new = existing is None or existing.state is DinnerState.CANCELLED
        dinner = await _create(ctx, session, request, options, names) if is_new else existing
        assert dinner is not None  # noqa: S101  (one of the two)
        before = dinner
        dinner = await _with_options(ctx, session, request, dinner, options, names)
        days = await dinners.dates(session, dinner.id)
        if not is_new and before.sequence != dinner.sequence:
            await queue.notify_moved(ctx, session, dinner, request.now)
        await queue.refresh_rooms(session, dinner, request.now)
    reply_facts = {**cards.facts.of_dinner(dinner, names), "dates": [day.isoformat() for day in days], "new": is_new}
    return Reply(cards.planning.planned(dinner, days, names, new=is_new), facts=reply_facts)


async def plan_form(_ctx: AppContext, request: Request) -> Reply:
    """`dinner plan form [Q1]`: a form for the plan of a dinner; it writes nothing."""
    key = lookup.only_quarter_in(request) or examples.next_quarter(request.today)
    form = cards.planning.plan_form(key)
    return Reply(form_opened(form), form=form, facts={"dinner": key})


async def name_host(ctx: AppContext, request: Request) -> Reply:
    """`dinner host Q1 @ana`: the same as `dinner plan Q1 --host @ana`."""
    key, words = lookup.quarter_in(request)
    if not key or not words:
        raise BadInput("Say which dinner, and who hosts it.", "dinner host 2027-Q1 @ana")
    args = replace(request.args, positional=(key,), named={}, flags={"host": " ".join(words)})
    return await plan(ctx, replace(request, args=args))


def _plan_options(request: Request) -> PlanOptions:
    key, rest = lookup.quarter_in(request)
    if not key:
        raise BadInput(
            "Say for which quarter: Q1, or 2027-Q1.", examples.plan_example(examples.next_quarter(request.today))
        )
    if quarters.last_day(key) < request.today:
        raise BadInput(
            f"{key} is over. Name a quarter that is to come.",
            examples.plan_example(examples.next_quarter(request.today)),
        )
    typed = {**request.args.named, **request.args.flags}
    options = {name: value for name, value in typed.items() if value or name in CLEARED}
    offered = given_once(request, ["dates", "date"])
    dates = " ".join(part for part in (offered, *rest) if part)
    if rest and not offered:
        raise BadInput(f"I do not know what “{' '.join(rest)}” means here.", examples.dates_example(key, request.today))
    return PlanOptions(
        key,
        host=options.get("host"),
        required=options.get("must"),
        cap=_number(key, options["cap"], "cap", 0, MOST_GUESTS) if "cap" in options else None,
        size=_size(key, given_once(request, ["tables", "size"])),
        days=_days(key, dates, request.today) if dates else None,
        clock=_clock(key, options["time"]) if "time" in options else None,
        venue=options.get("place"),
    )


_NUMBERS = {"cap": ("seats", 24), "tables": ("people at a table", 6)}  # what each option counts, and an example


def _number(key: str, text: str, option: str, least: int, most: int) -> int:
    if text.casefold() in {"none", "no"} and least == 0:
        return 0
    if not text.isdecimal() or not least <= int(text) <= most:
        counted, example = _NUMBERS[option]
        raise BadInput(
            f"“{text}” is no number of {counted} from {least or 1} to {most}.",
            examples.plan_example(key, f"--{option} {example}"),
        )
    return int(text)


def _size(key: str, given: str) -> int | None:
    return _number(key, given, "tables", SMALLEST_TABLE, LARGEST_TABLE) if given else None


def _days(key: str, text: str, today: date) -> tuple[date, ...]:
    parts = text.split() if "," not in text and re.fullmatch(r"[\d\- ]+", text) else re.split(r"[,;]", text)
    days = {parse_day(part, today=today) for part in parts if part.strip()}
    if gone := [day for day in days if day <= today]:
        raise BadInput(f"{min(gone).isoformat()} is past. Choose a future date.", examples.dates_example(key, today))
    if not 1 <= len(days) <= MOST_DATES:
        raise BadInput(f"Offer one to {MOST_DATES} days.", examples.dates_example(key, today))
    return tuple(sorted(days))


def _clock(key: str, text: str) -> str:
    match = _CLOCK.fullmatch(text.strip())
    if not match:
        raise BadInput(f"“{text}” is no time of day.", examples.plan_example(key, "--time 19:00"))
    return time(int(match[1]), int(match[2])).strftime("%H:%M")


async def _create(
    ctx: AppContext, session: Session, request: Request, options: PlanOptions, names: Directory
) -> Dinner:
    """A new dinner with defaults: the host whose turn it is, and three days of one week."""
    past = [dinner for dinner in await dinners.all_dinners(session) if dinner.key != options.key]
    called_off = await dinners.with_key(session, options.key)
    if called_off:
        await queue.leave_cards_as_they_are(session, called_off)
    host = None if options.host else hosts.next_host(names, past)
    made = await dinners.add(
        session,
        Dinner(
            id=0,
            key=options.key,
            host=host.id if host else "",
            host_side=names.side_of(host) if host else hosts.next_side(past),
            timezone=ctx.policy.timezone,
            planned_by=request.person.id,
            planned_at=request.now,
            sequence=called_off.sequence + 1 if called_off else 0,
        ),
    )
    if options.days is None:
        hours = WorkingHours(days=parse_working_days(ctx.policy.working_days or "mon-fri"), country=ctx.policy.holidays)
        await dinners.set_dates(
            session, made.id, quarters.proposed_dates(options.key, request.today, hours.is_working_day)
        )
    return made


async def _with_options(
    ctx: AppContext, session: Session, request: Request, dinner: Dinner, options: PlanOptions, names: Directory
) -> Dinner:
    """*dinner* with *options* applied and saved."""
    if dinner.state is DinnerState.REVIEWED:
        raise Refusal(
            f"The dinner of {dinner.key} is over. Plan the next one.",
            examples.plan_example(examples.next_quarter(request.today)),
        )
    before = dinner
    if options.host:
        people = await people_named(session, request, names, options.host)
        dinner = replace(dinner, host=people[0].id, host_side=names.side_of(people[0]))
        await dinners.set_role(session, dinner.id, "host", [person.id for person in people])
    if options.required is not None:
        required = await people_named(session, request, names, options.required) if options.required else ()
        await dinners.set_role(session, dinner.id, "must", [person.id for person in required])
    dinner = replace(
        dinner,
        cap=dinner.cap if options.cap is None else options.cap,
        size=options.size or dinner.size,
        start_time=options.clock or dinner.start_time,
        venue=dinner.venue if options.venue is None else options.venue,
    )
    if options.days is not None:
        dinner = await _with_days(session, dinner, options.days)
    was_announced = before.day is not None or before.state is not DinnerState.PLANNED
    is_other = (before.day, before.start_time, before.venue) != (dinner.day, dinner.start_time, dinner.venue)
    if was_announced and (is_other or before.state != dinner.state):
        dinner = replace(dinner, sequence=dinner.sequence + 1)
    await dinners.save(session, dinner)
    await workflow.offer_free_seats(ctx, session, dinner, request.now)
    return dinner


async def _with_days(session: Session, dinner: Dinner, days: tuple[date, ...]) -> Dinner:
    """One day becomes the day of the dinner; several start a new poll, even if there was a day."""
    await dinners.set_dates(session, dinner.id, days)
    if len(days) == 1:
        return replace(dinner, day=days[0], closes_at=None)
    return replace(dinner, day=None, closes_at=None, state=DinnerState.PLANNED)


async def organiser(ctx: AppContext, request: Request) -> Reply:
    """`dinner organiser @a`: let a person run this dinner like an admin."""
    return await _with_role(ctx, request, "organiser")


async def require(ctx: AppContext, request: Request) -> Reply:
    """`dinner must @a @b`: rule out days that one of them cannot make."""
    return await _with_role(ctx, request, "must")


async def _with_role(ctx: AppContext, request: Request, role: str) -> Reply:
    key, words = lookup.quarter_in(request)
    async with write(ctx, request, dinner=key) as session:
        names = await directory(session)
        dinner = await known_dinners.requested_dinner(session, request, key)
        await known_dinners.check_may_run(session, request, dinner)
        had = (await dinners.roles(session, dinner.id))[role]
        if words:
            off = words[0].casefold() == "off"
            named = await people_named(session, request, names, *words[off:])
            if role == "organiser" and not off:  # it gives rights, so a first name is not enough
                check_named_exactly(named, " ".join(words))
            people = {person.id for person in named}
            had = had - people if off else had | people
            await dinners.set_role(session, dinner.id, role, had)
    holders = _people(names, had)
    reply_facts = {"dinner": dinner.key, role: [person.email for person in holders]}
    return Reply(cards.planning.roles(dinner, role, holders), facts=reply_facts)


def _people(names: Directory, ids: frozenset[str]) -> list[Person]:
    return sorted((names.person[person] for person in ids if person in names.person), key=lambda person: person.email)


async def apart(ctx: AppContext, request: Request) -> Reply:
    """`dinner apart @a @b`: never seat them at one table; `off` reverts that. Only organisers see it."""
    key, words = lookup.quarter_in(request)
    off = bool(words) and words[0].casefold() == "off"
    async with write(ctx, request) as session:
        names = await directory(session)
        await known_dinners.check_may_run(session, request, await known_dinners.requested_dinner(session, request, key))
        if words:
            people = await people_named(session, request, names, *words[off:])
            if len(people) != 2:
                raise BadInput("Name the two who are not to share a table.", "dinner apart @ana @bo")
            pair = frozenset(person.id for person in people)
            await (dinner_seats.stop_keeping_apart(session, pair) if off else dinner_seats.keep_apart(session, pair))
        kept_apart = await dinner_seats.kept_apart(session)
    pairs = sorted(sorted(names.email_of(person) or SOMEBODY_WHO_LEFT for person in pair) for pair in kept_apart)
    return Reply(cards.planning.apart(pairs, changed=bool(words)), facts={"apart": pairs})
