"""Which accounts are one person, and how the very first admin comes to be: by codes that are good once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from handlers.acting import write
from handlers.errors import BadInput, NotAllowed, NotFound, Refusal
from handlers.feature import Request
from handlers.people import cards, rules
from handlers.toolbox import AppContext
from integrations.ports.inbound import Account, Reply
from storage import audit, people
from storage.store import Session
from storage.values.company import Permission, Person

LINK_PURPOSE = "link"
ADMIN_PURPOSE = "admin"


async def link_account(box: AppContext, asked: Request) -> Reply:
    """`me link [CODE]`: make a code here, or use here the code that was made on the other platform."""
    _check_member(asked.account)
    return await (_use_code(box, asked) if asked.args.positional else _make_code(box, asked))


def _check_member(account: Account) -> None:
    if account.kind != "member" or not account.external_id:
        raise NotAllowed("Only accounts of full members can be linked to a person; guests and bots cannot.")


async def _make_code(box: AppContext, asked: Request) -> Reply:
    if not asked.person.id:
        raise Refusal(
            "I do not know you here yet. Type “me link” on the platform where I do; then type here “me link” and the "
            "code you get there.",
            "me link CODE",
        )
    code = rules.code_from(box.ids.new())
    until = asked.now + rules.CODE_LIFETIME

    async with write(box, asked) as session:
        await people.save_code(session, rules.code_hash(code), LINK_PURPOSE, asked.person.id, until)

    facts = {"code": rules.format_code(code), "expires_at": until.isoformat()}
    return Reply(cards.link_code(rules.format_code(code), until), facts=facts)


async def _use_code(box: AppContext, asked: Request) -> Reply:
    digest = rules.code_hash(asked.args.rest())
    async with box.store.reading() as session:
        made_for = await people.person_of_code(session, digest, LINK_PURPOSE, now=asked.now)
        owner = await people.with_id(session, made_for) if made_for else None

    if owner and asked.person.id == owner.id:
        return Reply(cards.linked(owner, asked.account.platform, already=True), facts=_linked(asked, owner))

    # Refused inside, where a repeat of the event that used the code up is recognised before.
    async with write(box, replace(asked, person=owner or asked.person)) as session:
        if owner is None:
            raise _bad_code("Get a new one by typing “me link” where I know you already.")
        if asked.person.id:
            raise _account_taken(asked)
        await _redeem_code(session, digest, LINK_PURPOSE, asked)
        await _attach_account(session, owner.id, asked)
    return Reply(cards.linked(owner, asked.account.platform), facts=_linked(asked, owner))


def _linked(asked: Request, owner: Person) -> dict[str, str]:
    return {"linked": asked.account.platform, "person": owner.email}


def _bad_code(how: str) -> Refusal:
    return NotFound(f"That code is not good: it was mistyped, used already, or is older than 15 minutes. {how}")


def _account_taken(asked: Request) -> Refusal:
    platform = asked.account.platform
    return Refusal(
        "This account belongs to somebody else already, so I did not link it. If both are you, unlink it here first, "
        "and then type the code again.",
        f"me unlink {platform}",
    )


async def _redeem_code(session: Session, digest: str, purpose: str, asked: Request) -> None:
    if await people.redeem_code(session, digest, purpose, now=asked.now) is None:
        raise _bad_code("Somebody was faster.")


async def _attach_account(session: Session, person_id: str, asked: Request) -> None:
    account = asked.account
    if not await people.link(
        session, person_id, account.platform, account.workspace, account.external_id, at=asked.now
    ):
        raise _account_taken(asked)


async def unlink_accounts(box: AppContext, asked: Request) -> Reply:
    """`me unlink PLATFORM`: that platform's accounts are no longer the asker's."""
    platform = asked.args.first().casefold()
    async with box.store.reading() as session:
        accounts = await people.accounts_of(session, asked.person.id)
    count = sum(1 for each in accounts if each[0] == platform)
    if not count:
        raise _nothing_to_unlink(platform, {each[0] for each in accounts})

    async with write(box, asked) as session:
        await people.unlink(session, asked.person.id, platform)

    return Reply(cards.unlinked(platform, count), facts={"unlinked": platform, "accounts": count})


def _nothing_to_unlink(platform: str, linked: Collection[str]) -> Refusal:
    words = [f"me unlink {each}" for each in sorted(linked)]
    if not platform:
        return BadInput("Say which platform.", *(words or ["me"]))
    return NotFound(f"No account of yours on “{platform}” is linked.", *(words or ["me link"]))


async def make_admin_code(box: AppContext) -> str | None:
    """A code that makes whoever types it in a direct conversation the first admin; None when there is an admin.

    It replaces an earlier one and is good once, for 15 minutes.
    """
    code = rules.code_from(box.ids.new())
    now = box.clock.now()

    async with box.store.transaction() as session:
        if await _has_admin(box, session):
            return None
        await people.save_code(session, rules.code_hash(code), ADMIN_PURPOSE, "", now + rules.CODE_LIFETIME)
        await audit.record(session, "admin code", at=now)
    return rules.format_code(code)


async def _has_admin(box: AppContext, session: Session) -> bool:
    return bool(box.policy.admins) or await people.count_with(session, Permission.ADMIN) > 0


async def claim_first_admin(box: AppContext, asked: Request) -> Reply:
    """`me admin CODE`: the first admin, by the code that only the operator of the machine has seen."""
    if not asked.args.positional:
        raise BadInput("Type the code that “handshake doctor” prints.", "me admin CODE")
    _check_member(asked.account)
    if not asked.where.direct:
        raise Refusal("Type that in a direct conversation with me: nobody else should read the code.")
    person = asked.person if asked.person.id else _newcomer(box, asked.account)

    async with write(box, replace(asked, person=person)) as session:
        if await _has_admin(box, session):
            raise NotAllowed("There is an admin already; ask them.", "roles")
        await _redeem_code(session, rules.code_hash(asked.args.rest()), ADMIN_PURPOSE, asked)
        if not asked.person.id:
            row = {"id": person.id, "email": person.email, "name": person.name}
            await people.save_people(session, [row], known=())
            await _attach_account(session, person.id, asked)
        await people.set_permission(session, person.id, Permission.ADMIN)
    return Reply(cards.first_admin(person), facts={"person": person.email, "permission": "admin"})


def _newcomer(box: AppContext, account: Account) -> Person:
    email = account.email.strip().lower()
    if not email:
        raise Refusal(
            "I do not know you yet, and your platform does not confirm an e-mail of yours that I could know you by. "
            "Import people.csv first, or name yourself in HANDSHAKE_ADMINS."
        )
    return Person(id=box.ids.new("p_"), email=email, name=account.name or email)
