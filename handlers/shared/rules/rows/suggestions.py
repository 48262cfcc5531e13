"""The known name that somebody probably meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from handlers.shared.rules.similarity import most_similar
from storage.values.company import Campaign, Directory, Team

# Beyond this many different wrong names the file is about something else, and searching all names again
# for each of 100,000 rows would take minutes.
MAX_SEARCHES = 200


class Suggester:
    """Proposes names. *names* maps whatever a person may have written to what the cell must hold."""

    def __init__(self, names: Mapping[str, str] | Iterable[str]) -> None:
        pairs = names.items() if isinstance(names, Mapping) else ((name, name) for name in names)
        self._names: dict[str, str] = {}
        for written, meant in pairs:
            self._names.setdefault(_plain(written), meant)
        self._found: dict[str, str] = {}

    def __call__(self, text: str) -> str:
        """The nearest name, or "" when none is near."""
        if text not in self._found and len(self._found) < MAX_SEARCHES:
            self._found[text] = self._search(_plain(text))
        return self._found.get(text, "")

    def _search(self, wanted: str) -> str:
        similar = most_similar(wanted, {written: written for written in self._names}, most=1, parts=True)
        return self._names[similar[0]] if similar else ""


def _plain(text: str) -> str:
    """Without case, and with spaces for whatever is neither letter nor digit."""
    return " ".join("".join(sign if sign.isalnum() else " " for sign in text.casefold()).split())


def first_few(names: Iterable[str], most: int = 8) -> str:
    """The first few names, for a sentence: "a, b, c, …"."""
    listed = list(names)
    return ", ".join(listed[:most]) + (", …" if len(listed) > most else "")


def team_suggester(known: Directory) -> Suggester:
    return _key_suggester(known.teams)


def campaign_suggester(known: Directory) -> Suggester:
    return _key_suggester(known.campaigns)


def _key_suggester(things: Iterable[Team | Campaign]) -> Suggester:
    """Proposes the key of one of *things* for anything like its key, its name or an alias."""
    listed = tuple(things)
    keys = {thing.key: thing.key for thing in listed}
    names = {thing.name: thing.key for thing in listed}
    aliases = {alias: thing.key for thing in listed for alias in thing.aliases}
    return Suggester(aliases | names | keys)
