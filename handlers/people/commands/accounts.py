"""Link accounts to a person, and make the first admin: both by one-time codes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from handlers.context import AppContext, Request
from handlers.errors import BadInput, NotAllowed, NotFound, Refusal
from handlers.people import cards, rules
from handlers.shared.audited_transaction import write
from integrations.ports.inbound import Account, Reply
from storage import audit, people
from storage.store import Session
from storage.values.company import Permission, Person

LINK_PURPOSE = "link"
ADMIN_PURPOSE = "admin"


async def link_account(ctx: AppContext, request: Request) -> Reply:
    """`me link [CODE]`: makes a code, or uses the code that was made on the other platform."""
    _check_member(request.account)
    return await (_use_code(ctx, request) if request.args.positional else _make_code(ctx, request))


def _check_member(account: Account) -> None:
    if account.kind != "member" or not account.external_id:
        raise NotAllowed("Only accounts of full members can be linked to a person; guests and bots cannot.")


async def _make_code(ctx: AppContext, request: Request) -> Reply:
    if not request.person.id:
        raise Refusal(
            "I do not know you here yet. Type “me link” on the platform where I do; then type here “me link” and the "
            "code you get there.",
            "me link CODE",
        )
    code = rules.code_from(ctx.ids.new())
    until = request.now + rules.CODE_LIFETIME

    async with write(ctx, request) as session:
        await people.save_code(session, rules.code_hash(code), LINK_PURPOSE, request.person.id, until)

    facts = {"code": rules.format_code(code), "expires_at": until.isoformat()}
    return Reply(cards.profile.link_code(rules.format_code(code), until), facts=facts)


async def _use_code(ctx: AppContext, request: Request) -> Reply:
    digest = rules.code_hash(request.args.rest())
    async with ctx.store.reading() as session:
        made_for = await people.person_of_code(session, digest, LINK_PURPOSE, now=request.now)
        owner = await people.with_id(session, made_for) if made_for else None

    if owner and request.person.id == owner.id:
        return Reply(cards.profile.linked(owner, request.account.platform, already=True), facts=_linked(request, owner))

    # Refused inside the transaction, so that a repeat of the event that used the code is recognised first.
    async with write(ctx, replace(request, person=owner or request.person)) as session:
        if owner is None:
            raise _bad_code("Get a new one by typing “me link” where I know you already.")
        if request.person.id:
            raise _account_taken(request)
        await _redeem_code(session, digest, LINK_PURPOSE, request)
        await _attach_account(session, owner.id, request)
    return Reply(cards.profile.linked(owner, request.account.platform), facts=_linked(request, owner))


def _linked(request: Request, owner: Person) -> dict[str, str]:
    return {"linked": request.account.platform, "person": owner.email}


def _bad_code(how: str) -> Refusal:
    return NotFound(f"That code is not good: it was mistyped, used already, or is older than 15 minutes. {how}")


def _account_taken(request: Request) -> Refusal:
    platform = request.account.platform
    return Refusal(
        "This account belongs to somebody else already, so I did not link it. If both are you, unlink it here first, "
        "and then type the code again.",
        f"me unlink {platform}",
    )


async def _redeem_code(session: Session, digest: str, purpose: str, request: Request) -> None:
    if await people.redeem_code(session, digest, purpose, now=request.now) is None:
        raise _bad_code("Somebody was faster.")


async def _attach_account(session: Session, person_id: str, request: Request) -> None:
    account = request.account
    if not await people.link(
        session, person_id, account.platform, account.workspace, account.external_id, at=request.now
    ):
        raise _account_taken(request)


async def unlink_accounts(ctx: AppContext, request: Request) -> Reply:
    """`me unlink PLATFORM`: unlinks the asker's accounts of that platform."""
    platform = request.args.first().casefold()
    async with ctx.store.reading() as session:
        accounts = await people.accounts_of(session, request.person.id)
    count = sum(1 for account in accounts if account[0] == platform)
    if not count:
        raise _nothing_to_unlink(platform, {account[0] for account in accounts})

    async with write(ctx, request) as session:
        await people.unlink(session, request.person.id, platform)

    return Reply(cards.profile.unlinked(platform, count), facts={"unlinked": platform, "accounts": count})


def _nothing_to_unlink(platform: str, linked: Collection[str]) -> Refusal:
    words = [f"me unlink {account}" for account in sorted(linked)]
    if not platform:
        return BadInput("Say which platform.", *(words or ["me"]))
    return NotFound(f"No account of yours on “{platform}” is linked.", *(words or ["me link"]))


async def make_admin_code(ctx: AppContext) -> str | None:
    """A code that makes its user the first admin; None if there is an admin.

    It replaces an earlier code and can be used once, for 15 minutes, in a direct conversation.
    """
    code = rules.code_from(ctx.ids.new())
    now = ctx.clock.now()

    async with ctx.store.transaction() as session:
        if await _has_admin(ctx, session):
            return None
        await people.save_code(session, rules.code_hash(code), ADMIN_PURPOSE, "", now + rules.CODE_LIFETIME)
        await audit.record(session, "admin code", at=now)
    return rules.format_code(code)


async def _has_admin(ctx: AppContext, session: Session) -> bool:
    return bool(ctx.policy.admins) or await people.count_with(session, Permission.ADMIN) > 0


async def claim_first_admin(ctx: AppContext, request: Request) -> Reply:
    """`me admin CODE`: makes the asker the first admin, by the code that `handshake doctor` printed."""
    if not request.args.positional:
        raise BadInput("Type the code that “handshake doctor” prints.", "me admin CODE")
    _check_member(request.account)
    if not request.where.direct:
        raise Refusal("Type that in a direct conversation with me: nobody else should read the code.")
    person = request.person if request.person.id else _newcomer(ctx, request.account)

    async with write(ctx, replace(request, person=person)) as session:
        if await _has_admin(ctx, session):
            raise NotAllowed("There is an admin already. Ask them for the role.", "roles")
        await _redeem_code(session, rules.code_hash(request.args.rest()), ADMIN_PURPOSE, request)
        if not request.person.id:
            row = {"id": person.id, "email": person.email, "name": person.name}
            await people.save_people(session, [row], known=())
            await _attach_account(session, person.id, request)
        await people.set_permission(session, person.id, Permission.ADMIN)
    return Reply(cards.profile.first_admin(person), facts={"person": person.email, "permission": "admin"})


def _newcomer(ctx: AppContext, account: Account) -> Person:
    email = account.email.strip().lower()
    if not email:
        raise Refusal(
            "I do not know you yet, and your platform does not confirm an e-mail of yours that I could know you by. "
            "Import people.csv first, or name yourself in HANDSHAKE_ADMINS."
        )
    return Person(id=ctx.ids.new("p_"), email=email, name=account.name or email)
