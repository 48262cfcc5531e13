"""Which programme and which tour a command is about."""

from __future__ import annotations

import re

from handlers.context import Request
from handlers.errors import BadInput, NotFound
from handlers.tours import PROGRAMME_OPTION
from storage import tours
from storage.store import Session
from storage.values.tours import Programme

_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,30}")


def programme_key_in(request: Request) -> str:
    """The requested programme's key, or the default one. Raises BadInput."""
    key = request.args.flags.get(PROGRAMME_OPTION, tours.DEFAULT_PROGRAMME).strip().casefold()
    if not _KEY.fullmatch(key):
        raise BadInput(
            "A programme is called by a short word of letters, digits and hyphens.", "tours programme design"
        )
    return key


async def requested_programme(session: Session, request: Request) -> Programme:
    """The requested programme. Raises NotFound."""
    key = programme_key_in(request)
    programmes = {programme.key: programme for programme in await tours.programmes(session)}
    if key not in programmes:
        names = ", ".join(programmes)
        raise NotFound(f"There is no programme {key}. There is: {names}.", f"tours programme {key}")
    return programmes[key]


def requested_tour_number(request: Request) -> int | None:
    """The tour's number, if the first word is one."""
    first = request.args.first().removeprefix("#")
    return int(first) if first.isdecimal() and len(first) < 10 else None
