"""Where a private word reaches somebody."""

from __future__ import annotations

from handlers.toolbox import Policy
from storage import people, places
from storage.store import Session
from storage.values import Person

CONSOLE = "console"


async def direct_place(session: Session, policy: Policy, person: Person) -> int:
    """The direct conversation with *person*: the account linked last on a platform that is served, or the console."""
    accounts = [each for each in await people.accounts_of(session, person.id) if each[0] in policy.platforms]
    platform, workspace, account = accounts[0] if accounts else (CONSOLE, "", person.email)
    return (await places.ensure(session, platform, workspace, f"@{account}", name=person.name, direct=True)).id
