"""`kudos` and `anniversary`. Thanks have a reason and no points; the person thanked decides who may read them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from handlers.celebrations import KUDOS_USAGE as USAGE
from handlers.celebrations import cards
from handlers.celebrations.rules.fingerprints import KUDOS, THANKED
from handlers.celebrations.rules.recognition import SHORTEST_REASON, known_recipients, kudos_refusal, thanks_shown_in
from handlers.celebrations.workflow import post_card, refresh_cards
from handlers.context import AppContext, Request
from handlers.errors import BadInput, NotAllowed, NotFound, Refusal
from handlers.shared.audited_transaction import write
from handlers.shared.card_parts import form_opened
from handlers.shared.conversations import conversation_with, place_of
from handlers.shared.lookup import people_named
from handlers.shared.rules.dates import parse_day, start_of_day
from handlers.shared.rules.names import find_campaign
from handlers.shared.rules.periods import quarter_of
from handlers.shared.rules.prefilled import from_words
from integrations.ports.inbound import Reply
from storage import celebrations, places
from storage.directory import directory
from storage.store import Session
from storage.values.celebrations import Anniversary, Kudos, KudosVisibility
from storage.values.company import Directory, Permission, Person

MOST, LONGEST = 8, 600
LISTED = timedelta(days=92)  # how far `kudos list` looks back
_FOR = re.compile(r"\sfor(?::\s*|\s)", re.IGNORECASE)
_VALUE_FLAG = re.compile(r"--value(?:=|\s)(?:\"[^\"]*\"|\S+)", re.IGNORECASE)
_CAMPAIGN = re.compile(r"(?<!\S)(?:#([\w-]+)|<#(\w+)(?:\|([^>]*))?>)\s*$")  # Slack turns a channel's name into a link


async def give(ctx: AppContext, request: Request) -> Reply:
    """`kudos @bo for the night shift #spring`. Without arguments, a form."""
    who, reason, tag = _parsed(request)
    if not who and not reason:
        form = cards.thanks.kudos_form(ctx.policy.values)
        return Reply(form_opened(form), form=form)
    _check_reason(who, reason)
    value = _value(ctx, request)
    async with write(ctx, request) as session:
        names = await directory(session)
        campaign = find_campaign(names, await _channel_name(session, request, tag), loose=True).key if tag else ""
        to = await _thanked_people(session, request, names, who)
        since = start_of_day(quarter_of(request.today).first)
        given = await celebrations.kudos_since(session, min(since, request.now - timedelta(days=1)), undone=True)
        if refused := kudos_refusal(request.person.id, [person.id for person in to], given, request.now):
            raise Refusal(refused)
        room = (await place_of(session, request)).id if not request.where.direct else None
        made = await celebrations.add_kudos(
            session,
            request.person.id,
            [person.id for person in to],
            reason,
            value=value,
            campaign=campaign,
            place=room,
            at=request.now,
        )
        for person in to:
            await _offer(ctx, session, made, person, request)
    card = cards.thanks.given(made, [person.name for person in to], in_room=room is not None)
    return Reply(card, facts={"kudos": made, "to": [person.email for person in to], "campaign": campaign})


async def give_form(ctx: AppContext, request: Request) -> Reply:
    """`kudos form [to=… reason=…]`: a form for thanks, with what was said filled in; it writes nothing."""
    _, proposed = from_words(request.args.raw)
    form = cards.thanks.kudos_form(ctx.policy.values, proposed.get("to", ""), proposed.get("reason", ""))
    return Reply(form_opened(form), form=form, facts={"values": proposed})


async def _offer(
    ctx: AppContext, session: Session, number: int, person: Person, request: Request, again: int = 0
) -> None:
    """Tell *person* that they are thanked, and ask who may read it. *again* numbers the rewording, 0 for the first."""
    place = await conversation_with(session, ctx.policy, person)
    subject = f"{KUDOS}:{number}:{person.id}{f':{again}' if again else ''}"
    await post_card(
        session, subject, THANKED, {"kudos": number, "person": person.id, "again": again}, [place], request.now
    )


def _parsed(request: Request) -> tuple[str, str, str]:
    """(people, reason, campaign) from a form or from the typed text."""
    named = request.args.named
    if "to" in named and request.args.positional:
        raise BadInput("Give people and reason in words, or as to= and reason=, not both.", USAGE)
    if "to" in named:
        return named["to"].strip(), named.get("reason", "").strip(), named.get("campaign", "").strip()
    text = _VALUE_FLAG.sub(" ", request.args.raw).strip()
    tag = _CAMPAIGN.search(text)
    text = text[: tag.start()].strip() if tag else text
    parted = _FOR.search(text)
    who, reason = (text[: parted.start()], text[parted.end() :]) if parted else (text, "")
    campaign = (tag[1] or tag[3] or f"<#{tag[2]}>") if tag else ""
    return who.strip(), reason.strip(' "'), campaign


async def _channel_name(session: Session, request: Request, tag: str) -> str:
    """The name of a channel that was given by its id only; any other *tag* is already a name."""
    if not tag.startswith("<#"):
        return tag
    place = await places.find(session, request.where.platform, request.where.workspace, tag[2:-1])
    return place.name.removeprefix("#") if place else tag


def _check_reason(who: str, reason: str) -> None:
    if not who:
        raise BadInput("Say whom you thank.", USAGE)
    if len(reason) < SHORTEST_REASON:
        raise BadInput("Add in a few words what you thank them for.", USAGE)
    if len(reason) > LONGEST:
        raise BadInput(f"A reason has at most {LONGEST} characters; this one has {len(reason)}.", USAGE)


def _value(ctx: AppContext, request: Request) -> str:
    value = (request.args.flags.get("value") or request.args.named.get("value", "")).strip()
    values = {value.casefold(): value for value in ctx.policy.values}
    if value and value.casefold() not in values:
        listed = ", ".join(ctx.policy.values) or "none are set (HANDSHAKE_VALUES)"
        raise BadInput(f"“{value}” is none of the values: {listed}.", USAGE)
    return values.get(value.casefold(), "")


async def _thanked_people(session: Session, request: Request, names: Directory, who: str) -> Sequence[Person]:
    people = await people_named(session, request, names, who)
    if len(people) > MOST:
        raise BadInput(f"Thank at most {MOST} people at once; that names {len(people)}.", USAGE)
    if request.person.id in {person.id for person in people}:
        raise Refusal("You cannot thank yourself. Name the others alone.")
    return people


async def list_thanks(ctx: AppContext, request: Request) -> Reply:
    """`kudos list [@bo]`: recent thanks that the readers of the reply may know of."""
    typed = request.args.rest()
    async with ctx.store.reading() as session:
        names = await directory(session)
        to = await people_named(session, request, names, typed) if typed else ()
        given = await celebrations.kudos_since(session, request.now - LISTED)

    in_public = {kudos.id for kudos in thanks_shown_in(None if request.private else request.place, given)}
    reader = request.person.id if request.private else ""
    known = [(kudos, known_recipients(kudos, reader, names, shown=kudos.id in in_public)) for kudos in given]
    wanted = {person.id for person in to}
    thanks = [(kudos, who) for kudos, who in known if who and (not wanted or wanted.intersection(who))]
    named = names if request.private else names.with_public_names()
    card = cards.thanks.listed(thanks, [named.name_of(person.id) for person in to], named)
    facts = {"kudos": [kudos.id for kudos, _ in thanks], "to": [person.email for person in to]}
    return Reply(card, request.private, facts)


async def show(ctx: AppContext, request: Request) -> Reply:
    """`kudos show 12`: make a thank-you public."""
    return await _set_visibility(ctx, request, KudosVisibility.PUBLIC)


async def keep(ctx: AppContext, request: Request) -> Reply:
    """`kudos keep 12`: keep a thank-you private."""
    return await _set_visibility(ctx, request, KudosVisibility.PRIVATE)


async def _set_visibility(ctx: AppContext, request: Request, openness: KudosVisibility) -> Reply:
    async with write(ctx, request) as session:
        kudos = await _requested_kudos(session, request)
        if request.person.id not in kudos.to:
            raise NotAllowed("Only a person who is thanked may decide that.")
        await celebrations.set_visibility(session, kudos.id, request.person.id, openness)
        fresh = await celebrations.kudos(session, kudos.id) or kudos
        await _post_in_room(session, fresh, request)
    return Reply(
        cards.thanks.opened(kudos.id, openness, in_room=kudos.place is not None),
        facts={"kudos": kudos.id, "openness": str(openness)},
    )


async def _post_in_room(session: Session, kudos: Kudos, request: Request) -> None:
    """Post or update the card in the room where it was given; the first public recipient posts it."""
    if kudos.place is not None and kudos.public_recipients:
        await post_card(session, _key(kudos), KUDOS, {"kudos": kudos.id}, [kudos.place], request.now)
    await refresh_cards(session, request.now, _key(kudos))


def _key(kudos: Kudos) -> str:
    return f"{KUDOS}:{kudos.id}"


async def _requested_kudos(session: Session, request: Request) -> Kudos:
    number = request.args.first().removeprefix("#")
    kudos = await celebrations.kudos(session, int(number)) if number.isdecimal() else None
    if kudos is None or kudos.undone or request.person.id not in (kudos.by, *kudos.to):
        raise NotFound("There is no such thank-you.")
    return kudos


async def edit(ctx: AppContext, request: Request) -> Reply:
    """`kudos edit 12 reason="…"`: change the words everywhere. Recipients who had made it public are asked again."""
    reason = request.args.named.get("reason", "").strip()
    if not reason:
        async with ctx.store.reading() as session:
            kudos = await _given(session, request)
        form = cards.thanks.reword_form(kudos)
        return Reply(form_opened(form), form=form, facts={"kudos": kudos.id})
    _check_reason("somebody", reason)
    async with write(ctx, request) as session:
        before = await _given(session, request)
        names = await directory(session)
        said_yes = [names.person[person_id] for person_id in before.public_recipients if person_id in names.person]
        await celebrations.reword(session, before.id, reason)
        await refresh_cards(session, request.now, _key(before))
        for person in said_yes:
            await _offer(ctx, session, before.id, person, request, again=before.edits + 1)
    card = cards.thanks.reworded(replace(before, reason=reason), [person.name for person in said_yes])
    return Reply(card, facts={"kudos": before.id, "asked_again": [person.email for person in said_yes]})


async def _given(session: Session, request: Request) -> Kudos:
    """The requested thank-you, if the person gave it. Raises NotFound, NotAllowed."""
    kudos = await _requested_kudos(session, request)
    if kudos.by != request.person.id:
        raise NotAllowed("Only its author may change the words. You can keep it to yourself.", f"kudos keep {kudos.id}")
    return kudos


async def undo(ctx: AppContext, request: Request) -> Reply:
    """`kudos undo 12`: withdraw it and remove its card everywhere."""
    async with write(ctx, request) as session:
        kudos = await _requested_kudos(session, request)
        if kudos.by != request.person.id and not request.person.permission.covers(Permission.ADMIN):
            raise NotAllowed("Only its author may take it back. You can keep it to yourself.", f"kudos keep {kudos.id}")
        await celebrations.undo_kudos(session, kudos.id)
        counts = await refresh_cards(session, request.now, _key(kudos))
    return Reply(cards.thanks.taken_back(), facts={"kudos": kudos.id, "removed": counts.removed})


async def anniversary(ctx: AppContext, request: Request) -> Reply:
    """`anniversary 29 February since=2016`: recaps of your rooms mention it. `anniversary off` stops that."""
    day_text = request.args.rest()
    if not day_text:
        raise BadInput("Say which day, or off.", "anniversary 29 February since=2016", "anniversary off")
    if day_text.casefold() == "off":
        if request.args.named:
            raise BadInput("“off” forgets the day, so there is nothing to say about it.", "anniversary off")
        async with write(ctx, request) as session:
            await celebrations.forget_anniversary(session, request.person.id)
        return Reply(cards.thanks.no_day(), facts={"anniversary": ""})
    day = _day(request, day_text)
    async with write(ctx, request) as session:
        await celebrations.save_anniversary(session, day)
    return Reply(cards.thanks.day_kept(day), facts={"anniversary": f"{day.month:02}-{day.day:02}"})


def _day(request: Request, text: str) -> Anniversary:
    is_leap_day = re.fullmatch(r"29(?:th)? (?:of )?feb(?:ruary)?\.?|feb(?:ruary)? 29(?:th)?|0?2-29", text.casefold())
    on = None if is_leap_day else parse_day(text, today=request.today)
    day, month = (on.day, on.month) if on else (29, 2)
    since = request.args.named.get("since", "")
    if since and not (since.isdecimal() and 1900 < int(since) <= request.today.year):
        raise BadInput("since is a year.", "anniversary 1 March since=2016")
    return Anniversary(
        request.person.id, day, month, int(since) if since else None, request.args.named.get("words", "")[:100]
    )
