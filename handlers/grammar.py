"""One parser of words for every platform: `noun [verb] {positional} {key=value} {--flag[=value]}`.

Pure. The catalogue decides which words are a command; everything else is a question.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

QUESTION_PATTERN = r"[qQ]?\d{1,9}"  # the first word of a command about a stored question
# Typographic quotes and spaces, as phones and word processors insert them, and their plain forms.
_TYPOGRAPHY = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "\u00a0": " ", "\u202f": " ", "\u2007": " "}
)
_MENTION_TAG = re.compile(r"<at>.*?</at>", re.IGNORECASE | re.DOTALL)
_DASHED_FLAG = re.compile(r"(?<!\S)[—–](?=[A-Za-z])")  # "--why" as an autocorrecting keyboard writes it
_TOKEN = re.compile(r'(?:[^\s"=]+=)?"[^"]*"|(?<!\S)\'[^\']*\'(?!\S)|\S+')
_NAMED = re.compile(r"([A-Za-z][A-Za-z_-]*)=(.*)", re.DOTALL)
_FLAG = re.compile(r"--([A-Za-z][A-Za-z-]*)(?:=(.*))?", re.DOTALL)
_SPACE = re.compile(r"\s+")
# Control characters and halves of surrogate pairs, which some stores refuse, and signs without width that come along
# when something is copied. Joiners and direction marks stay: emoji and right-to-left names are made with them.
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\u200b\ufeff]")


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


class UsageError(Exception):
    """The command was recognised, but not its arguments. The text says which."""


def normalise(text: str) -> str:
    """*text* with plain quotes, dashes and single spaces, without the tags with which Teams mentions the bot."""
    text = strip_invisible(text).replace("&nbsp;", " ").translate(_TYPOGRAPHY)
    return _SPACE.sub(" ", _DASHED_FLAG.sub("--", _MENTION_TAG.sub(" ", text))).strip()


def strip_invisible(text: str) -> str:
    """*text* without invisible characters, some of which databases refuse; line breaks stay."""
    return _INVISIBLE.sub("", text)


def find_command(text: str, specs: Iterable[CommandSpec]) -> tuple[CommandSpec, str] | None:
    """The longest command that *text* (normalised) begins with, and the rest of the text."""
    fitting = [spec for spec in specs if _begins_with(text, spec.words)]
    if not fitting:
        return None
    spec = max(fitting, key=lambda fit: len(fit.words))
    return spec, text[len(spec.words) :].strip()


def _begins_with(text: str, words: str) -> bool:
    length = len(words)
    return text[:length].casefold() == words and text[length : length + 1] in ("", " ")


def parse_arguments(spec: CommandSpec, rest: str) -> Arguments:
    """Parse what follows a command's words into positional words, `key=value` pairs and flags. Raises UsageError."""
    positional: list[str] = []
    named: dict[str, str] = {}
    flags: dict[str, str] = {}
    tokens = _TOKEN.findall(rest)
    while tokens:
        token = tokens.pop(0)
        if flag := _FLAG.fullmatch(token):
            flags[flag[1].casefold()] = _flag_value(spec, flag[1].casefold(), flag[2], tokens)
        elif (pair := _NAMED.fullmatch(token)) and _may_be_named(spec, pair[1].casefold()):
            named[pair[1].casefold()] = _unquoted(pair[2])
        else:
            positional.append(_unquoted(token))
    return Arguments(spec.words, tuple(positional), named, flags, rest)


def _may_be_named(spec: CommandSpec, key: str) -> bool:
    return spec.named is None or key in spec.named


def _flag_value(spec: CommandSpec, flag: str, given: str | None, tokens: list[str]) -> str:
    if flag in spec.switches:
        if given is not None:
            raise UsageError(f"--{flag} takes no value: write it, or leave it out.")
        return "yes"
    if flag not in spec.options:
        flags = ", ".join(f"--{name}" for name in (*spec.options, *spec.switches)) or "none"
        raise UsageError(f"“{spec.words}” does not know --{flag}. Its flags: {flags}.")
    if given is not None:
        return _unquoted(given)
    if not tokens or _FLAG.fullmatch(tokens[0]):
        raise UsageError(f"--{flag} needs a value after it.")
    return _unquoted(tokens.pop(0))


def _unquoted(token: str) -> str:
    if len(token) >= 2 and token[0] == token[-1] and token[0] in "\"'":
        return token[1:-1].strip()
    return token


def suggest_command(text: str, specs: Sequence[CommandSpec]) -> CommandSpec | None:
    """A writing command that *text* is close to: to be suggested, never run.

    Text with more words than the command takes is a question, so it gets no suggestion.
    """
    from rapidfuzz.distance import OSA

    typed_words = text.casefold().split()
    best: tuple[int, CommandSpec] | None = None
    for spec in specs:
        length = len(spec.words.split())
        if not spec.writes or not length <= len(typed_words) <= length + max(spec.takes, 1):
            continue
        distance = OSA.distance(" ".join(typed_words[:length]), spec.words)
        allowed = 1 if len(spec.words) < 6 else 2
        if 0 < distance <= allowed and (best is None or distance < best[0]):
            best = (distance, spec)
    return best[1] if best else None
