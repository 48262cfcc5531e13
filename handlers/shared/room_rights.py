"""Who may change what happens in a room: what it follows, its hours, its recaps, the cards that stand in it."""

from __future__ import annotations

from handlers.context import Request
from handlers.errors import NotAllowed
from storage import places
from storage.store import Session
from storage.values.company import Permission
from storage.values.places import Place


async def check_may_change_room(
    session: Session, request: Request, place: Place, *, needed: Permission = Permission.CONTRIBUTOR
) -> None:
    """Raises NotAllowed unless the person may change *place*.

    Their own direct conversation is theirs. In a room shared with another organisation an admin decides, because others
    read along there. Elsewhere it takes *needed*, said in the room or by a member of it.
    """
    if place.direct:
        return
    if place.external and not request.person.permission.covers(Permission.ADMIN):
        raise NotAllowed(
            "This room is shared with another organisation, so an admin decides what happens here. Ask one: roles",
            "roles",
        )
    if not request.person.permission.covers(needed):
        raise NotAllowed(
            f"Changing this for a room takes {'an admin' if needed is Permission.ADMIN else 'a contributor'}. For "
            f"yourself, say the same in a direct conversation with me. An admin can change that with: roles grant @you {needed}"
        )
    said_here = request.operator or request.account.platform == request.where.platform
    if not said_here and not await places.is_member(session, place.id, request.person.id):
        raise NotAllowed("Say that in the room itself, so that it is clear that you belong to it.")
