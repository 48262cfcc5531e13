"""Roles: everybody may list them, admins change them."""

from __future__ import annotations

from handlers.context import AppContext, Request
from handlers.errors import BadInput, Refusal
from handlers.people import cards, rules
from handlers.shared.audited_transaction import write
from handlers.shared.lookup import person_named_exactly
from integrations.ports.inbound import Reply
from storage import people
from storage.directory import directory
from storage.values.company import BRIDGE_ROLE, Directory, Permission, Person


async def list_roles(ctx: AppContext, request: Request) -> Reply:
    """`roles`: admins, publishers and bridges, by side."""
    async with ctx.store.reading() as session:
        names = await directory(session)

    sides = rules.holders_by_side(names, ctx.policy.admins)
    if not request.private:
        sides = rules.public_holders(sides, names)
    facts = {
        str(side): {
            role: [holder.email if request.private else holder.name for holder in held] for role, held in roles.items()
        }
        for side, roles in sides.items()
    }
    return Reply(cards.profile.roles(sides), request.private, {"sides": facts})


async def grant_permission(ctx: AppContext, request: Request) -> Reply:
    """`roles grant PERSON PERMISSION`."""
    *name_words, last = request.args.positional or ("",)
    try:
        permission = Permission(last.casefold())
    except ValueError:
        raise BadInput(
            "End with what they may do: viewer, contributor, publisher or admin.", "roles grant @ada publisher"
        ) from None
    names, person = await _person_meant(ctx, request, *name_words)
    before = rules.with_effective_permission(person, ctx.policy.admins).permission
    _check_admins_remain(ctx, names, person, permission)

    if permission is not before:
        async with write(ctx, request, person=person.id, permission=str(permission)) as session:
            await people.set_permission(session, person.id, permission)
    facts = {"person": person.email, "permission": str(permission), "before": str(before)}
    return Reply(cards.profile.granted(person, permission, before), facts=facts)


def _check_admins_remain(ctx: AppContext, names: Directory, person: Person, permission: Permission) -> None:
    if permission is Permission.ADMIN:
        return
    if person.email in ctx.policy.admins:
        raise Refusal(f"{person.name} is an admin because HANDSHAKE_ADMINS says so; change it there.")
    others = [other for other in names.people if other.permission is Permission.ADMIN and other.id != person.id]
    if person.permission is Permission.ADMIN and not others and not ctx.policy.admins:
        raise Refusal(
            f"{person.name} is the only admin. Make somebody else an admin first.", "roles grant PERSON admin"
        )


async def make_bridge(ctx: AppContext, request: Request) -> Reply:
    """`roles bridge PERSON`."""
    return await _set_bridge(ctx, request, bridge=True)


async def remove_bridge(ctx: AppContext, request: Request) -> Reply:
    """`roles unbridge PERSON`."""
    return await _set_bridge(ctx, request, bridge=False)


async def _set_bridge(ctx: AppContext, request: Request, *, bridge: bool) -> Reply:
    _, person = await _person_meant(ctx, request, *request.args.positional)

    async with write(ctx, request, person=person.id) as session:
        await people.set_bridge(session, person.id, bridge=bridge)

    by_role = BRIDGE_ROLE in person.role.casefold()
    facts = {"person": person.email, "bridge": bridge or by_role}
    return Reply(cards.profile.bridge(person, bridge=bridge, by_role=by_role), facts=facts)


async def _person_meant(ctx: AppContext, request: Request, *typed: str) -> tuple[Directory, Person]:
    """The directory, and the person that the request names. Raises NotFound."""
    async with ctx.store.reading() as session:
        names = await directory(session)
        person = await person_named_exactly(session, request, names, " ".join(typed))
    if not person.is_active:
        raise Refusal(f"{person.name or person.email} left. Bring them back first.", f"people back {person.email}")
    return names, person
