"""A person by the name, mention or address that somebody typed, looked up where the mention comes from."""

from __future__ import annotations

from handlers.feature import Request
from handlers.naming import find_person, mentioned_accounts
from storage import people
from storage.store import Session
from storage.values.company import Directory, Person


async def person_named(session: Session, request: Request, names: Directory, typed: str) -> Person:
    """The one who is meant by *typed*. Raises NotFound."""
    account = request.account
    accounts = await people.ids_of_accounts(session, account.platform, account.workspace, mentioned_accounts(typed))
    return find_person(names, typed, accounts=accounts)
