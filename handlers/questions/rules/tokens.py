"""Split a text as typed, dictated or pasted into normalised tokens. Knows nothing about names or meanings."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

from storage.values.text import keys_for_links

LONGEST = 2000  # characters; the rest of a question is ignored

_QUOTES = str.maketrans(
    dict.fromkeys("‘’‚‛′`´＇", "'")
    | dict.fromkeys("“”„‟″«»＂", '"')
    | dict.fromkeys("‐‑‒–—―−", "-")
    | dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", "")
)
_PLATFORM_TAG = re.compile(
    r"</?at[^>]*>|<br\s*/?>|<!(?:here|channel|everyone)>|(?<!\S)@(?:here|channel|everyone)\b", re.IGNORECASE
)
_SPACE = re.compile(r"[^\S\n]+")
_SPELLED_IT = re.compile(r"(?<![\w'.])i\.? t\.?(?![\w'])|(?<![\w'.])i\.t\.(?!\w)", re.IGNORECASE)  # as dictated

_TOKEN = re.compile(
    r"""
    [\w.+-]+@[\w-]+(?:\.[\w-]+)+            # an e-mail address
  | \d{4}-\d{1,2}-\d{1,2}                   # an ISO day
  | \d{1,2}[./]\d{1,2}[./]\d{2,4}           # a day in figures
  | \d{1,2}/\d{1,2}(?![\w/])
  | v?\d+(?:\.\d+)+                         # a version
  | [^\W\d_][^\W_]*(?:[-_][^\W_]+)*-\d+(?![\w.])  # an item's key, or a slug that ends in a number
  | \d+(?:st|nd|rd|th)\b
  | [^\W_]+(?:'[^\W_]+)*'?
    """,
    re.VERBOSE | re.IGNORECASE,
)
WORD = re.compile(r"v?\d+(?:\.\d+)+|[^\W_]+")

_CONTRACTED = {
    "whats": "what is", "wats": "what is", "whos": "who is", "wheres": "where is", "whens": "when is", "hows": "how is",
    "thats": "that is", "theres": "there is", "heres": "here is", "im": "i am", "ive": "i have",
    "isnt": "is not", "arent": "are not", "wasnt": "was not", "werent": "were not", "dont": "do not",
    "doesnt": "does not", "didnt": "did not", "havent": "have not", "hasnt": "has not", "hadnt": "had not",
    "wont": "will not", "cant": "can not", "cannot": "can not", "couldnt": "could not", "shouldnt": "should not",
    "wouldnt": "would not", "aint": "is not", "gimme": "give me", "lemme": "let me", "gonna": "going to",
    "gotta": "got to", "wanna": "want to", "whatcha": "what you", "whaddya": "what do you", "pls": "please",
    "plz": "please", "u": "you", "ur": "your", "thx": "thanks", "wip": "in progress", "w": "with",
}  # fmt: skip
_ENDINGS = {"re": "are", "ll": "will", "ve": "have", "m": "am", "d": "would"}
_TAKES_IS = frozenset(
    [
        "what",
        "who",
        "where",
        "when",
        "how",
        "that",
        "there",
        "here",
        "he",
        "she",
        "which",
        "whats",
        "everything",
        "anything",
        "something",
        "nothing",
    ]
)


@dataclass(frozen=True, slots=True)
class Token:
    """One word. `text` is normalised for comparison; `raw` and the offsets give what was typed.

    `ref` is the number of the name or date that this token was recognised as.
    """

    text: str
    raw: str
    start: int
    end: int
    possessive: bool = False
    quoted: bool = False
    opens: bool = False  # first word of a sentence, so a capital letter means nothing
    comma: bool = False  # follows a comma, colon or dash
    ref: int = -1

    @property
    def capital(self) -> bool:
        return self.raw[:1].isupper()


def clean(words: str) -> str:
    """*words* with plain quotes, dashes and spaces, keys for links to items, and without what chat platforms add."""
    plain = keys_for_links(html.unescape(words[: LONGEST * 2])).translate(_QUOTES)
    plain = unicodedata.normalize("NFKC", plain)
    plain = _PLATFORM_TAG.sub(" ", plain.translate(_QUOTES))
    plain = _SPELLED_IT.sub("IT", plain)
    plain = "".join(" " if unicodedata.category(c) in {"Cc", "Cf"} and c != "\n" else c for c in plain)
    return _SPACE.sub(" ", plain).strip()[:LONGEST]


def fold(text: str) -> str:
    """*text* without case and accents."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in apart if not unicodedata.combining(c))


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name for comparison: without case, accents, punctuation and possessive endings."""
    plain = fold(name.translate(_QUOTES) if not name.isascii() else name)
    if "'" in plain:
        plain = re.sub(r"'s\b|s'(?=\s|$)", lambda m: "s" if m.group().startswith("s") else "", plain)
    return tuple(WORD.findall(plain))


def tokens_of(text: str) -> list[Token]:
    """The tokens of *text* (already cleaned), with contractions expanded and hyphenated words split."""
    tokens: list[Token] = []
    inside = _quoted_ranges(text)
    last = 0
    for match in _TOKEN.finditer(text):
        gap = text[last : match.start()]
        opens = not tokens or bool(re.search(r"[.!?;\n]", gap))
        comma = bool(re.search(r"[,:(]| - ", gap))
        quoted = any(first <= match.start() < end for first, end in inside)
        for word in _apart(match.group(), match.start()):
            tokens.append(Token(*word, quoted=quoted, opens=opens, comma=comma))
            opens = comma = False
        last = match.end()
    return tokens


def _quoted_ranges(text: str) -> list[tuple[int, int]]:
    double = [m.span() for m in re.finditer(r'"[^"]{1,80}"', text)]
    single = [m.span() for m in re.finditer(r"(?<!\w)'[^']{2,80}'(?!\w)", text)]
    return double + single


def _apart(raw: str, start: int) -> list[tuple[str, str, int, int, bool]]:
    """(text, raw, start, end, possessive) of the words inside one run of characters."""
    low, end = fold(raw), start + len(raw)
    if low in _CONTRACTED and not (raw.isupper() and len(raw) == 2):
        return [(part, raw, start, end, False) for part in _CONTRACTED[low].split()]
    if "@" in low or low[0].isdigit() or "-" in low:
        return [(low, raw, start, end, False)]
    if "'" not in low:
        return [(low, raw, start, end, False)]
    return _apostrophe(low, raw, start, end)


def _apostrophe(low: str, raw: str, start: int, end: int) -> list[tuple[str, str, int, int, bool]]:
    head, _, tail = low.rpartition("'")
    stem = raw[: len(head)]
    if tail == "":
        return [(head, stem, start, end, head.endswith("s"))]
    if tail == "t" and head.endswith("n"):
        spelled = _CONTRACTED.get(head + "t", head[:-1] + " not")
        return [(part, raw, start, end, False) for part in spelled.split()]
    if tail in _ENDINGS and head:
        return [(head, stem, start, end, False), (_ENDINGS[tail], tail, start, end, False)]
    if tail == "s" and head in _TAKES_IS:
        return [(head, stem, start, end, False), ("is", tail, start, end, False)]
    if tail == "s" and head == "let":
        return [("let", stem, start, end, False), ("us", tail, start, end, False)]
    if tail == "s":
        return _split_name(head, stem, start, end, possessive=True)
    return _split_name(low, raw, start, end, possessive=False)


def _split_name(low: str, raw: str, start: int, end: int, *, possessive: bool) -> list[tuple[str, str, int, int, bool]]:
    """Split names such as O'Neill into two words, as `words_of` does. Only the last is possessive."""
    parts = [part for part in low.split("'") if part]
    spelled = [part if raw.islower() else part.capitalize() for part in parts] if len(parts) > 1 else [raw]
    last = len(parts) - 1
    return [(part, spelled[n], start, end, possessive and n == last) for n, part in enumerate(parts)]


_POLITE = frozenset("please pls hi hello hey thanks thank you could can would tell just the a an".split())  # noqa: SIM905


def normalised(text: str) -> str:
    """*text* for comparing questions: without case, accents, punctuation, contractions and polite words. May be "".

    The department keeps its capitals, because "it" would be something else.
    """
    cleaned = clean(text)
    words = [_comparable(token, is_loud=cleaned.isupper()) for token in tokens_of(cleaned)]
    told = [word for before, word in pairwise(["", *words]) if (before, word) != ("tell", "me")]
    return " ".join(word for word in told if word not in _POLITE)


def _comparable(token: Token, *, is_loud: bool) -> str:
    return "IT" if token.raw == "IT" and not is_loud else token.text


_ONESELF = frozenset("i my mine myself".split())  # noqa: SIM905  (words read better as words)
_BEFORE_ME = frozenset("about and as by for from like of on than to with".split())  # noqa: SIM905  (not: tell me, show me)
_ONES_GROUP = frozenset("our ours we us ourselves".split())  # noqa: SIM905
_OTHERS_AND_DAYS = (
    "it he she him they them those these that this next last past coming ago "
    "today tomorrow yesterday tonight now currently recently soon lately"
)
_CONTEXT_WORDS = frozenset(_OTHERS_AND_DAYS.split())


def is_context_free(folded: str) -> bool:
    """Whether these words (see `normalised`) mean the same after every other question and on every day."""
    return bool(folded) and _CONTEXT_WORDS.isdisjoint(folded.split())


def names_oneself(folded: str) -> bool:
    """Whether these words (see `normalised`) are about the one who asks: "I", "my", "for me", but not "show me"."""
    words = folded.split()
    return not _ONESELF.isdisjoint(words) or any(pair[0] in _BEFORE_ME and pair[1] == "me" for pair in pairwise(words))


def names_ones_group(folded: str) -> bool:
    """Whether these words (see `normalised`) contain a "we"."""
    return not _ONES_GROUP.isdisjoint(folded.split())
