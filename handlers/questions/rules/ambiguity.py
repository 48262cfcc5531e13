"""A name with several readings: all of them are offered, none is picked; and a third name that they make is nobody's. Pure."""

from __future__ import annotations

from handlers.questions.rules.stop_words import FUNCTION_WORDS, STOP_WORDS
from handlers.questions.rules.tagged_text import Chunk, TaggedText
from handlers.questions.rules.understanding import Candidate, Unclear, UnknownName

_SHARED_BY_ALL = 6  # a word in so many names tells none of them from another: "SIG"


def unknown_compound(cell: Chunk, line: TaggedText) -> UnknownName | None:
    """ "SIG Gaming": a word that many names share, before one that stands in none of them, names nobody."""
    place = line.chunks.index(cell)
    following = line.chunks[place + 1] if place + 1 < len(line.chunks) else None
    if following is None or len(cell.candidates) < _SHARED_BY_ALL or following.used or not following.text.isalpha():
        return None
    if following.text in STOP_WORDS or following.text in FUNCTION_WORDS or following.tokens[0].comma:
        return None
    said = " ".join(token.raw for token in (*cell.tokens, *following.tokens))
    return UnknownName(said, "team" if cell.candidates[0].noun == "side" else cell.candidates[0].noun)


def all_readings(cell: Chunk, asked: str, line: TaggedText) -> Unclear:
    """All readings of *cell*, each with the question in which the full name stands for what was said."""
    said = " ".join(token.raw for token in cell.tokens)
    first, last = cell.tokens[0].start, cell.tokens[-1].end
    names = [option.name for option in cell.candidates]
    candidates = []
    for option in cell.candidates:
        shared = names.count(option.name) > 1
        full = option.key if shared and option.noun != "person" else option.name
        possessive = "'s" if cell.tokens[-1].possessive else ""
        candidates.append(
            Candidate(option.noun, option.key, option.name, f"{asked[:first]}{full}{possessive}{asked[last:]}")
        )
    del line
    return Unclear(tuple(candidates), said)
