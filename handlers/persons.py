"""A person by the name, mention or address that somebody typed, looked up where the mention comes from."""

from __future__ import annotations

from handlers.feature import Asked
from handlers.naming import find_person, mentioned
from storage import people
from storage.store import Session
from storage.values import Directory, Person


async def person_named(session: Session, asked: Asked, names: Directory, said: str) -> Person:
    """The one who is meant by *said*. Raises NotFound."""
    account = asked.account
    accounts = await people.ids_of_accounts(session, account.platform, account.workspace, mentioned(said))
    return find_person(names, said, accounts=accounts)
