"""Take the notation off a text that a client sent, so that it reads as its author saw it. Pure.

What platforms share is here: code, emphasis, quotes and bullets. Each platform's own marks are in its `markup`. Every
pattern takes time in proportion to the text: none looks for an end beyond the next sign of its own kind.
"""

from __future__ import annotations

import re
from functools import partial

_CODE = (re.compile(r"```([^`]*)```"), re.compile(r"`([^`\n]+)`"))
_LINE_STARTS = (
    re.compile(r"^[^\S\n]{0,20}(?:>|&gt;){1,3} ?()", re.MULTILINE),  # a quote
    re.compile(r"^[^\S\n]{0,20}[•◦▪‣]\ufe0e?[^\S\n]?()", re.MULTILINE),  # a list
)
_MARKDOWN_LINK = re.compile(r"\[([^\[\]\n]*)\]\((https?://[^\s()]*)\)")


def _emphasis(sign: str) -> re.Pattern[str]:
    """Text between one to three of *sign*, which stand next to it and not within a word: `*bold*`, but not `2*3*4`."""
    s = re.escape(sign)
    return re.compile(rf"(?<![^\W_])(?<!{s}){s}{{1,3}}(?=[^\s{s}])([^{s}\n]*[^\s{s}]){s}{{1,3}}(?!{s})(?![^\W_])")


_EMPHASIS = tuple(map(_emphasis, "*_~"))
HIDDEN = "."  # stands for a sign that has been dealt with: neither a space nor part of a word


def without_notation(text: str, marks: re.Pattern[str] | None = None) -> str:
    """*text* without the signs of code, emphasis, quotes and lists. What *marks* matches is left as it is."""
    kept = list(text)
    hidden = marks.sub(lambda mark: HIDDEN * len(mark[0]), text) if marks else text
    for pattern in (*_CODE, *_LINE_STARTS, *_EMPHASIS):
        hidden = pattern.sub(partial(_drop_signs, kept=kept, hide_content=pattern in _CODE), hidden)
    return "".join(kept)


def _drop_signs(match: re.Match[str], *, kept: list[str], hide_content: bool) -> str:
    """Remove from *kept* what *match* has around its first group; return what further patterns see of it."""
    start, end = match.span()
    first, last = match.span(1)
    kept[start:first] = [""] * (first - start)
    kept[last:end] = [""] * (end - last)
    content = HIDDEN * (last - first) if hide_content else match[1]
    return HIDDEN * (first - start) + content + HIDDEN * (end - last)


def readable_links(text: str) -> str:
    """*text* with Markdown's links as `link_text` says them."""
    return _MARKDOWN_LINK.sub(lambda link: link_text(link[2], link[1]), text)


def link_text(address: str, label: str) -> str:
    """A link in words: its label if that is the end of the address, else the address, which says where it leads."""
    if label and address.rstrip("/").endswith(label.rstrip("/")):
        return label
    return address or label


def set_apart(mark: re.Match[str], name: str) -> str:
    """*name* for *mark*, with spaces where that touches a word or the next mark: clients set none between two people."""
    before, after = mark.string[max(0, mark.start() - 1) : mark.start()], mark.string[mark.end() : mark.end() + 1]
    return f"{' ' if _touches(before) else ''}{name}{' ' if _touches(after) else ''}"


def _touches(character: str) -> bool:
    return character.isalnum() or character in ("<", ">")
