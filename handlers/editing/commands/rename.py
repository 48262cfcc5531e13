"""`item rename OLD NEW`: give an item another key, through the shared draft."""

from __future__ import annotations

from handlers.context import AppContext, Request
from handlers.editing import rules
from handlers.editing.commands.edit import (
    check_key_is_free,
    check_own_team,
    editable_item,
    lock_and_read_directory,
    new_edit,
    reply_with,
    save,
)
from handlers.errors import BadInput
from handlers.shared.audited_transaction import write
from handlers.shared.draft import pending
from handlers.shared.rules.diff import ItemChange
from integrations.ports.inbound import Reply
from storage import drafts, item_renames, roadmap


async def rename_item(ctx: AppContext, request: Request) -> Reply:
    """`item rename WEB-1 SHOP-1`: its history, followers and celebrations stay with it, and the old key leads to it."""
    if len(request.args.positional) != 2:
        raise BadInput("Say the item and its new key.", "item rename WEB-12 SHOP-12")
    key = rules.parse_key(request.args.positional[1])

    async with write(ctx, request, key=request.args.first(), new=key) as session:
        names = await lock_and_read_directory(ctx, session)
        item = await editable_item(session, request)
        check_own_team(request.person, item.team, names)
        own = {item.key, *await item_renames.other_keys(session, [item.key])}
        if key.casefold() not in {other.casefold() for other in own}:
            await check_key_is_free(session, key, item.team, request)
        is_published = bool(await roadmap.items_with(session, [item.key]))
        if is_published:
            draft = await save(ctx, session, request, new_edit(request, "item", item.key, {"key": key}))
        else:  # only in the draft, so there is no history to keep
            await drafts.rename_item(session, item.key, key)
            draft = await pending(session)

    renamed = rules.item_with(item, {"key": key})
    thing = item.key if is_published else key
    return reply_with(draft, names, request, ("item", thing), ItemChange(item if is_published else None, renamed))
