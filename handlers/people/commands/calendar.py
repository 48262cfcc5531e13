"""`me calendar`: the address of one's own calendar, for a calendar program to subscribe to."""

from __future__ import annotations

from handlers.context import AppContext, Request
from handlers.errors import Refusal
from handlers.people import cards
from integrations.ports.inbound import Reply

FEED_PREFIX = "calendar:"  # what the sealed part of an address begins with, so that nothing else sealed is one


async def show_calendar_address(ctx: AppContext, request: Request) -> Reply:
    """`me calendar`: one's dinners and tours, kept up to date by the calendar program itself."""
    if not request.private:
        raise Refusal("Whoever has the address reads your calendar. Ask me in private.", "me calendar")
    if not ctx.policy.public_url:
        raise Refusal(
            "A calendar program has to reach me, and no public address is set (HANDSHAKE_PUBLIC_URL). "
            "Calendar files come with the cards all the same.",
            "dinner ics",
        )
    address = f"{ctx.policy.public_url}/calendar/{ctx.cipher.encrypt(f'{FEED_PREFIX}{request.person.id}')}.ics"
    return Reply(cards.calendar(address), facts={"address": address})
