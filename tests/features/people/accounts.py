"""A small company whose people have accounts on several platforms."""

from __future__ import annotations

from dataclasses import replace

from handlers.catalogue import FEATURES
from integrations.ports.inbound import Account, CommandText, ConversationRef, Reply
from storage.store import Store
from storage.values.company import Permission
from tests.app import TEAMS, ChatApp

ADA = "ada.byron@x.org"
BO = "bo@x.org"
ADMIN = "root@x.org"


async def accounts_app(store: Store) -> ChatApp:
    """Ada of SEO, Bo of Web, and an admin."""
    built = ChatApp(store, FEATURES)
    await built.add_teams(*TEAMS)
    await built.add_person(ADA, "seo", role="Copy lead")
    await built.add_person(BO, "web", Permission.CONTRIBUTOR)
    await built.add_person(ADMIN, "web", Permission.ADMIN)
    return built


async def say_as(app: ChatApp, words: str, account: Account, *, direct: bool = True, event: str = "") -> Reply:
    """Send a command from an account on Slack or Teams."""
    where = ConversationRef(account.platform, f"D-{account.external_id}", account.workspace, direct=direct)
    return await app.dispatch(CommandText(account=account, conversation=where, words=words, event_id=event))


def on_teams(external_id: str = "29:ada", **more: str) -> Account:
    return replace(Account("teams", external_id, name="Ada"), **more)  # type: ignore[arg-type]


async def code_for(app: ChatApp, email: str) -> str:
    return str((await app.say(email, "me link")).facts["code"])
