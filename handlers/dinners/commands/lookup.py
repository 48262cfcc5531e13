"""The quarter and the people that a command names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from handlers.context import Request
from handlers.dinners.rules.quarters import quarter_key
from handlers.errors import BadInput
from handlers.shared.rules.names import NoSuchName, find_person, mentioned_accounts
from storage import people
from storage.store import Session
from storage.values.company import Directory, Person


def quarter_in(request: Request) -> tuple[str, tuple[str, ...]]:
    """The requested quarter ("" for none), and the other words."""
    words = list(request.args.positional)
    for length in (1, 2):
        for at in range(len(words) - length + 1):
            if key := quarter_key(" ".join(words[at : at + length]), request.today):
                return key, (*words[:at], *words[at + length :])
    return "", tuple(words)


def only_quarter_in(request: Request) -> str:
    """The requested quarter, "" for none. Raises BadInput if there are other words."""
    key, rest = quarter_in(request)
    if rest:
        raise BadInput(f"“{' '.join(rest)}” is no quarter. Write Q1, or 2027-Q1.", request.args.command)
    return key


async def people_named(
    session: Session, request: Request, names: Directory, words: Sequence[str]
) -> tuple[Person, ...]:
    """The people in *words*: names separated by commas, or one per word. Raises NoSuchName, BadInput."""
    whole = " ".join(words)
    account = request.account
    accounts = await people.ids_of_accounts(session, account.platform, account.workspace, mentioned_accounts(whole))
    matches: dict[str, Person] = {}
    for part in _parts(words):
        for person in _one_or_each_word(names, part, accounts):
            matches[person.id] = person
    if not matches:
        raise BadInput("Say whom you mean, by e-mail or @name.")
    return tuple(matches.values())


def _parts(text: Iterable[str]) -> list[str]:
    words = list(text)
    joined = " ".join(words)
    parts = joined.replace(";", ",").split(",") if "," in joined or ";" in joined else words
    return [part.strip() for part in parts if part.strip()]


def _one_or_each_word(names: Directory, part: str, accounts: dict[str, str]) -> list[Person]:
    try:
        return [find_person(names, part, accounts=accounts)]
    except NoSuchName:
        if " " not in part:
            raise
    return [find_person(names, word, accounts=accounts) for word in part.split() if word.casefold() != "and"]
