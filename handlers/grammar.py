"""One parser of words for every platform: `noun [verb] {positional} {key=value} {--flag[=value]}`.

Pure. The catalogue decides which words are a command; everything else is a question.
"""

from __future__ import annotations

import re
import unicodedata
from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from storage.values.text import keys_for_links

QUESTION_PATTERN = r"[qQ]?\d{1,9}"  # the first word of a command about a stored question
PROSE = 40  # a command that takes so many words takes sentences, whose full stops and courtesies are theirs

# What keyboards, word processors and phones insert, and its plain form. No composed character is taken apart, so that
# names and sentences stay as they were typed.
_TYPOGRAPHY = str.maketrans(
    dict.fromkeys("“”„‟«»＂", '"')
    | dict.fromkeys("‘’‚‛＇", "'")
    | dict.fromkeys("‐‑﹣－−", "-")
    | dict.fromkeys("\u00a0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B))), " ")
    | {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if chr(code) not in "＂＇－"}  # full-width ASCII
)
_MENTION_TAG = re.compile(r"<at[^<>]*>[^<]*</at>", re.IGNORECASE)
_CODE = re.compile(r"(?<!\w)`+([^`]*)`+(?!\w)")
_DASHED_FLAG = re.compile(r"(?<!\S)[—–]{1,2}(?=[A-Za-z])")  # "--why" as an autocorrecting keyboard writes it
_DASH_WITHIN = re.compile(r"(?<=\w)[‒–](?=\w)")
_ADDRESSED = re.compile(
    r"(?:(?:[/@]handshake|@(?:here|channel|everyone))(?![\w.-])[,:]?\s*|handshake\s?[,:]\s*)*(?:/(?=[a-z]))?",
    re.IGNORECASE,
)
_COURTEOUS_START = re.compile(r"(?:(?:handshake|please|pls|plz|kindly),? )+", re.IGNORECASE)
_COURTEOUS_ENDS = ("please", "pls", "plz", "thanks", "thank you", "thx")
_SIGNATURE = re.compile(r"(?:sent from (?:my )?|get outlook for )[\w ]{1,40}\.?", re.IGNORECASE)
_TOKEN = re.compile(r'(?:[^\s"=]+=)?"[^"]*"|(?<!\S)\'[^\']*\'(?!\S)|\S+')
_NAMED = re.compile(r"([A-Za-z][A-Za-z_-]*)=(.*)", re.DOTALL)
_FLAG = re.compile(r"--([A-Za-z][A-Za-z-]*)(?:=(.*))?", re.DOTALL)
_SPACE = re.compile(r"\s+")
# Control characters and halves of surrogate pairs, which some stores refuse, and signs without width that come along
# when something is copied. Joiners and direction marks stay: emoji and right-to-left names are made with them.
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u180e\u2060\ud800-\udfff\u200b\ufeff]")
_LOOSE_JOINER = re.compile("(?<![^\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f])")
_DIRECTION = dict.fromkeys([0x200E, 0x200F, 0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])


@dataclass(frozen=True, slots=True)
class Arguments:
    """The parsed arguments of a command. `raw` is everything after the command's words, normalised."""

    command: str
    positional: tuple[str, ...] = ()
    named: Mapping[str, str] = field(default_factory=dict)
    flags: Mapping[str, str] = field(default_factory=dict)
    raw: str = ""

    def first(self, default: str = "") -> str:
        """The first positional word."""
        return self.positional[0] if self.positional else default

    def rest(self) -> str:
        """All positional words as one phrase."""
        return " ".join(self.positional)

    def has(self, flag: str) -> bool:
        return flag in self.flags


class CommandSpec(Protocol):
    """What the parser needs to know about a command."""

    @property
    def words(self) -> str: ...
    @property
    def writes(self) -> bool: ...
    @property
    def takes(self) -> int: ...
    @property
    def options(self) -> tuple[str, ...]: ...
    @property
    def switches(self) -> tuple[str, ...]: ...
    @property
    def named(self) -> tuple[str, ...] | None: ...
    @property
    def people(self) -> tuple[str, ...]: ...
    @property
    def clears(self) -> tuple[str, ...]: ...
    @property
    def never_suggested(self) -> bool: ...


class UsageError(Exception):
    """The command was recognised, but not its arguments. The text says which."""


def normalise(text: str) -> str:
    """*text* as a plain keyboard writes it: quotes, dashes and spaces, without notation and without our own name."""
    plain = _without_signature(strip_invisible(text).replace("&nbsp;", " ")).translate(_TYPOGRAPHY)
    plain = _without_loose_marks(plain)
    plain = _CODE.sub(r"\1", _MENTION_TAG.sub(" ", plain))
    plain = _SPACE.sub(" ", _DASH_WITHIN.sub("-", _DASHED_FLAG.sub("--", plain))).strip()
    return _ADDRESSED.sub("", plain, count=1)  # it can match nothing, so its first match is at the start


def strip_invisible(text: str) -> str:
    """*text* without invisible characters, some of which databases refuse; line breaks stay."""
    return _INVISIBLE.sub("", text)


def _without_signature(text: str) -> str:
    """*text* without the last line that a mail program adds by itself."""
    before, _, last = text.rstrip().rpartition("\n")
    return before if before.strip() and _SIGNATURE.fullmatch(last.strip()) else text


def _without_loose_marks(text: str) -> str:
    """*text* without joiners and direction marks that join and direct nothing."""
    if text.isascii():
        return text
    joined = _LOOSE_JOINER.sub("", text)
    undirected = joined.translate(_DIRECTION)
    is_right_to_left = any(unicodedata.bidirectional(character) in ("R", "AL") for character in undirected)
    return joined if is_right_to_left else undirected


def find_command(text: str, specs: Iterable[CommandSpec]) -> tuple[CommandSpec, str] | None:
    """The longest command that *text* (normalised) begins with, and the rest of the text.

    A full stop, a please or a thank-you around a command is no part of it.
    """
    known = tuple(specs)
    fitting = [spec for spec in known if _begins_with(text, spec)]
    if not fitting and (courteous := _COURTEOUS_START.match(text)):
        text = text[courteous.end() :]
        fitting = [spec for spec in known if _begins_with(text, spec)]
    if not fitting:
        return None
    spec = max(fitting, key=lambda fit: len(fit.words))
    return spec, _without_courtesies(spec, text[len(spec.words) :].strip())


def _begins_with(text: str, spec: CommandSpec) -> bool:
    length = len(spec.words)
    if text[:length].casefold() != spec.words:
        return False
    return text[length : length + 1] in ("", " ") or not _without_courtesies(spec, text[length:])


def _stops_after(spec: CommandSpec) -> str:
    """The signs that may end a command. "publish?" asks something, so nothing is published."""
    return ".!…" if spec.writes else ".!…?"


def _without_courtesies(spec: CommandSpec, rest: str) -> str:
    """*rest* without a please and a full stop at its end, unless it is prose, where both belong to the sentence."""
    words = _without_stop(rest, _stops_after(spec))
    for courtesy in _COURTEOUS_ENDS:
        if words[-len(courtesy) :].casefold() == courtesy and words[: -len(courtesy)][-1:] in ("", " ", ","):
            words = _without_stop(words[: -len(courtesy)].rstrip(" ,"), _stops_after(spec))
    return rest if words and spec.takes >= PROSE else words


def _without_stop(text: str, stops: str) -> str:
    """*text* without a stop at its end that follows a word or a quote; one that stands for itself stays."""
    words = text.rstrip(stops)
    return words if not words or words[-1].isalnum() or words[-1] == '"' else text


def parse_arguments(spec: CommandSpec, rest: str) -> Arguments:
    """Parse what follows a command's words into positional words, `key=value` pairs and flags. Raises UsageError."""
    positional: list[str] = []
    named: dict[str, str] = {}
    flags: dict[str, str] = {}
    tokens = deque(_TOKEN.findall(rest))
    while tokens:
        token = tokens.popleft()
        if flag := _FLAG.fullmatch(token):
            name = flag[1].casefold()
            value = _flag_value(spec, name, flag[2], tokens)
            _check_value(spec, value, name, {*named, *flags}, f"--{name}")
            flags[name] = value
        elif pair := _named_pair(spec, token):
            name = pair[1].casefold()
            value = _with_more_people(spec, name, pair[2], tokens)
            _check_value(spec, value, name, {*named, *flags}, f"{name}=")
            named[name] = value
        else:
            positional.append(_unquoted(token if spec.takes >= PROSE else keys_for_links(token)))
    return Arguments(spec.words, tuple(positional), named, flags, rest)


def _named_pair(spec: CommandSpec, token: str) -> re.Match[str] | None:
    """*token* as `key=value`; None if it is a word. Raises UsageError for a key that the command does not know."""
    pair = _NAMED.fullmatch(token)
    if pair is None or spec.named is None or pair[1].casefold() in spec.named:
        return pair
    if spec.writes and spec.takes < PROSE:
        known = ", ".join(f"{key}=" for key in spec.named)
        takes = f"It takes {known}." if known else "It takes no values of that kind."
        raise UsageError(f"“{spec.words}” does not know {pair[1]}=. {takes}")
    return None


def _check_value(spec: CommandSpec, value: str, name: str, given: Collection[str], shown: str) -> None:
    """Raise UsageError if a value is given twice, also as a flag and as a key, or empty where that means nothing."""
    if name in given:
        raise UsageError(f"{shown} is given twice. Give it once.")
    if not value and name not in spec.clears and (spec.named is not None or shown.startswith("--")):
        raise UsageError(f"{shown} needs a value after it.")


def _flag_value(spec: CommandSpec, flag: str, given: str | None, tokens: deque[str]) -> str:
    if flag in spec.switches:
        if given is not None:
            raise UsageError(f"--{flag} takes no value: write it, or leave it out.")
        return "yes"
    if flag not in spec.options:
        known = ", ".join(f"--{name}" for name in (*spec.options, *spec.switches)) or "none"
        raise UsageError(f"“{spec.words}” does not know --{flag}. Its flags: {known}.")
    if given is None:
        if not tokens or _FLAG.fullmatch(tokens[0]):
            raise UsageError(f"--{flag} needs a value after it.")
        given = tokens.popleft()
    return _with_more_people(spec, flag, given, tokens)


def _with_more_people(spec: CommandSpec, name: str, value: str, tokens: deque[str]) -> str:
    """*value* without its quotes. A list of people goes on as long as words can be names, each quoted as it was."""
    more = []
    while name in spec.people and tokens and _may_be_name(spec, tokens[0]):
        more.append(tokens.popleft())
    return " ".join([value, *more]) if more else _unquoted(value)


def _may_be_name(spec: CommandSpec, token: str) -> bool:
    """Whether *token* can go on a list of people: no flag, no `key=value`, and no quarter or item's key."""
    if _FLAG.fullmatch(token) or _named_pair(spec, token):
        return False
    return "@" in token or not any(character.isdigit() for character in token)


def _unquoted(token: str) -> str:
    if len(token) >= 2 and token[0] == token[-1] and token[0] in "\"'":
        return token[1:-1].strip()
    return token


def suggest_command(text: str, specs: Sequence[CommandSpec]) -> CommandSpec | None:
    """A writing command that *text* is one typing slip away from: to be suggested, never run.

    It is none that deletes or publishes (`never_suggested`), because a slip may have meant something harmless.

    Text with more words than the command takes is a question, so it gets no suggestion.
    """
    from rapidfuzz.distance import OSA

    typed_words = text.casefold().split()
    for spec in specs:
        length = len(spec.words.split())
        if not spec.writes or spec.never_suggested or not length <= len(typed_words) <= length + max(spec.takes, 1):
            continue
        if OSA.distance(" ".join(typed_words[:length]), spec.words) == 1:
            return spec
    return None
