"""A person by the name, mention or address that somebody typed, looked up where the mention comes from."""

from __future__ import annotations

from handlers.feature import Request
from handlers.naming import find_person, mentioned_accounts
from storage import people
from storage.store import Session
from storage.values.company import Directory, Person


async def person_named(session: Session, asked: Request, names: Directory, said: str) -> Person:
    """The one who is meant by *said*. Raises NotFound."""
    account = asked.account
    accounts = await people.ids_of_accounts(session, account.platform, account.workspace, mentioned_accounts(said))
    return find_person(names, said, accounts=accounts)
