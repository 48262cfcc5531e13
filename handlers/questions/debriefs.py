"""What people took home from tours and chose to share: found by the words of a question about tours."""

from __future__ import annotations

import re
from collections.abc import Sequence

from handlers.questions.rules.subjects import content_words
from storage import tour_lives
from storage.store import Session
from storage.values.tours import Debrief

_ABOUT_TOURS = re.compile(r"\b(?:tours?(?: of duty)?|debriefs?)\b", re.IGNORECASE)
SHOWN = 5


def asks_about_tours(words: str) -> bool:
    return _ABOUT_TOURS.search(words) is not None


async def shared_debriefs(session: Session, words: str) -> tuple[Debrief, ...]:
    """Those that hold every word that *words* is about, the newest first; all of them when it is about nothing else."""
    wanted = content_words(_ABOUT_TOURS.sub(" ", words))
    found = [each for each in await tour_lives.debriefs(session) if _holds(each.text, wanted)]
    return tuple(found[:SHOWN])


def _holds(text: str, wanted: Sequence[str]) -> bool:
    low = text.casefold()
    return all(word in low for word in wanted)
