"""`me calendar`: the address of a personal calendar, to subscribe to in a calendar program, and taking it back."""

from __future__ import annotations

from handlers.context import AppContext, Request
from handlers.errors import Refusal
from handlers.people import cards
from handlers.shared.audited_transaction import write
from integrations.ports.inbound import Reply
from storage import people
from storage.values.company import Person

FEED_PREFIX = "calendar:"  # marks the encrypted part of an address, so that no other encrypted text is accepted as one


async def show_calendar_address(ctx: AppContext, request: Request) -> Reply:
    """`me calendar`: the asker's dinners and tours; the calendar program keeps them up to date."""
    _check_possible(ctx, request)
    async with ctx.store.reading() as session:
        version = await people.calendar_version(session, request.person.id)
    return _shown(ctx, request.person, version)


def _check_possible(ctx: AppContext, request: Request) -> None:
    if not request.private:
        raise Refusal("Anybody who has the address can read your calendar. Ask me in private.", "me calendar")
    if not ctx.policy.public_url:
        raise Refusal(
            "A calendar program has to reach me, and no public address is set (HANDSHAKE_PUBLIC_URL). "
            "The cards still come with calendar files.",
            "dinner ics",
        )


def _shown(ctx: AppContext, person: Person, version: int) -> Reply:
    if not version:
        return Reply(cards.profile.calendar_is_off(), facts={"address": ""})
    address = f"{ctx.policy.public_url}/calendar/{ctx.cipher.encrypt(f'{FEED_PREFIX}{person.id}:{version}')}.ics"
    return Reply(cards.profile.calendar(address), facts={"address": address})


async def renew_calendar_address(ctx: AppContext, request: Request) -> Reply:
    """`me calendar new`: another address; the earlier ones answer "not found" from now on."""
    _check_possible(ctx, request)
    async with write(ctx, request) as session:
        version = await people.renew_calendar(session, request.person.id, off=False)
    return _shown(ctx, request.person, version)


async def stop_calendar(ctx: AppContext, request: Request) -> Reply:
    """`me calendar off`: every address answers "not found" from now on."""
    async with write(ctx, request) as session:
        await people.renew_calendar(session, request.person.id, off=True)
    return Reply(cards.profile.calendar_is_off(), facts={"address": ""})
