"""`me calendar`: the address of a personal calendar, to subscribe to in a calendar program."""

from __future__ import annotations

from handlers.context import AppContext, Request
from handlers.errors import Refusal
from handlers.people import cards
from integrations.ports.inbound import Reply

FEED_PREFIX = "calendar:"  # marks the encrypted part of an address, so that no other encrypted text is accepted as one


async def show_calendar_address(ctx: AppContext, request: Request) -> Reply:
    """`me calendar`: the asker's dinners and tours; the calendar program keeps them up to date."""
    if not request.private:
        raise Refusal("Whoever has the address reads your calendar. Ask me in private.", "me calendar")
    if not ctx.policy.public_url:
        raise Refusal(
            "A calendar program has to reach me, and no public address is set (HANDSHAKE_PUBLIC_URL). "
            "Calendar files come with the cards all the same.",
            "dinner ics",
        )
    address = f"{ctx.policy.public_url}/calendar/{ctx.cipher.encrypt(f'{FEED_PREFIX}{request.person.id}')}.ics"
    return Reply(cards.profile.calendar(address), facts={"address": address})
