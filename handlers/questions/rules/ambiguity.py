"""What to answer when a name fits several things: offer all of them, or say that no such name is known. Pure."""

from __future__ import annotations

from handlers.questions.rules.stop_words import FUNCTION_WORDS, STOP_WORDS
from handlers.questions.rules.tagged_text import Chunk, TaggedText
from handlers.questions.rules.understanding import Candidate, Unclear, UnknownName

_SHARED_BY_ALL = 6  # a word in this many names identifies none of them, such as "SIG"


def unknown_compound(chunk: Chunk, tagged: TaggedText) -> UnknownName | None:
    """ "SIG Gaming": a word that many names share, followed by a word that no name contains, is an unknown name."""
    place = tagged.chunks.index(chunk)
    following = tagged.chunks[place + 1] if place + 1 < len(tagged.chunks) else None
    if following is None or len(chunk.candidates) < _SHARED_BY_ALL or following.used or not following.text.isalpha():
        return None
    if following.text in STOP_WORDS or following.text in FUNCTION_WORDS or following.tokens[0].comma:
        return None
    name = " ".join(token.raw for token in (*chunk.tokens, *following.tokens))
    return UnknownName(name, "team" if chunk.candidates[0].noun == "side" else chunk.candidates[0].noun)


def all_readings(chunk: Chunk, asked: str) -> Unclear:
    """All readings of *chunk*, each with the question rewritten to use the full name."""
    typed = " ".join(token.raw for token in chunk.tokens)
    first, last = chunk.tokens[0].start, chunk.tokens[-1].end
    names = [option.name for option in chunk.candidates]
    candidates = []
    for option in chunk.candidates:
        shared = names.count(option.name) > 1
        full = option.key if shared and option.noun != "person" else option.name
        possessive = "'s" if chunk.tokens[-1].possessive else ""
        candidates.append(
            Candidate(option.noun, option.key, option.name, f"{asked[:first]}{full}{possessive}{asked[last:]}")
        )
    return Unclear(tuple(candidates), typed)
