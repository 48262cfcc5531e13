"""Who may change what happens in a room: what it follows, its hours, its recaps, the cards posted there."""

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
            "This room is shared with another organisation, so only an admin may change this here. To see the admins: roles",
            "roles",
        )
    if not request.person.permission.covers(needed):
        raise NotAllowed(
            f"Only {'an admin' if needed is Permission.ADMIN else 'a contributor'} may change this for a room. For yourself, "
            f"type the same in a direct conversation with me. An admin can let you, with: roles grant @you {needed}"
        )
    said_here = request.operator or request.account.platform == request.where.platform
    if not said_here and not await places.is_member(session, place.id, request.person.id):
        raise NotAllowed("Type this in the room itself: I cannot see that you are a member of it.")
