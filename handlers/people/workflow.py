"""Steps that commands, jobs and platforms share: who may be ended, and a changed e-mail."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from handlers.context import AppContext
from handlers.errors import Refusal
from handlers.people import cards
from handlers.shared.leaving import admins_of, end_memberships, tell_admins
from integrations.ports.inbound import Account
from storage import audit, people, person_lifecycle
from storage.directory import directory
from storage.store import Session
from storage.values.company import Directory, Person


def check_may_end(ctx: AppContext, names: Directory, person: Person) -> None:
    """Raises Refusal for an admin of the settings, and for the last admin."""
    if person.email in ctx.policy.admins:
        raise Refusal(
            f"{person.name} is an admin because HANDSHAKE_ADMINS says so. Take the e-mail out there first, then type "
            "this again."
        )
    admins = admins_of(ctx, names)
    if [admin.id for admin in admins] == [person.id] and not ctx.policy.admins:
        raise Refusal(
            f"{person.name} is the only admin. Make somebody else an admin first.", "roles grant PERSON admin"
        )


def organisation_day(ctx: AppContext, now: datetime) -> date:
    """The day it is at *now* where the organisation is."""
    return now.astimezone(ZoneInfo(ctx.policy.timezone)).date()


async def account_closed(ctx: AppContext, session: Session, account: Account, at: datetime) -> None:
    """A platform deactivated an account: its person left, unless they have another one. Harmless to repeat.

    Somebody who never used their account here is known by the e-mail that the platform had confirmed.
    """
    person = await people.with_account(session, account.platform, account.workspace, account.external_id)
    if person is None and account.email:
        person = await people.with_email(session, account.email)
    if person is None or not person.is_active:
        return
    mine = [
        key
        for key in await people.accounts_of(session, person.id)
        if key[0::2] != (account.platform, account.external_id)
    ]
    names = await directory(session)
    platform = cards.profile.platform_name(account.platform)
    if mine or person.email in ctx.policy.admins:
        key = f"account closed:{account.platform}:{person.id}"  # once for each person
        await tell_admins(ctx, session, cards.leaving.account_closed(person, platform), key, at)
        return
    await end_memberships(ctx, session, [names.person[person.id]], at=at)
    await audit.record(session, "people end", at=at, platform=account.platform, details={"ended": person.id})


async def email_confirmed(
    ctx: AppContext, session: Session, account: Account, at: datetime, *, changed: bool = False
) -> None:
    """The platform confirms the e-mail of a linked account: the person takes it over when it is another one than before.

    *changed*: the platform says that the profile changed, so that an e-mail never seen before counts as a new one. An
    e-mail in HANDSHAKE_ADMINS is not given up, because it makes an admin.
    """
    email = account.email.strip().lower()
    if account.kind != "member" or not email:
        return
    person = await people.with_account(session, account.platform, account.workspace, account.external_id)
    if person is None or not person.is_active:
        return
    where = (account.platform, account.workspace, account.external_id)
    before = await person_lifecycle.confirm_email(session, *where, email)
    is_new = email not in (before, person.email) and (bool(before) or changed)
    if not is_new or {person.email, email} & ctx.policy.admins:
        return
    if not await person_lifecycle.change_email(session, person, email):
        other = await people.with_email(session, email)
        assert other is not None  # noqa: S101  (somebody has that e-mail, so it could not be taken over)
        card = cards.leaving.same_person(person, other, cards.profile.platform_name(account.platform))
        await tell_admins(ctx, session, card, f"same:{person.id}:{other.id}", at)
    else:
        await audit.record(session, "people e-mail", at=at, platform=account.platform, details={"person": person.id})
