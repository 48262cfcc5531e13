"""`follow`, `unfollow`, `following`."""

from __future__ import annotations

from handlers.context import AppContext, Request
from handlers.errors import BadInput, NotFound
from handlers.following import cards
from handlers.shared.audited_transaction import write
from handlers.shared.lookup import item_named
from integrations.ports.inbound import Reply
from storage import following, item_renames, roadmap
from storage.directory import directory

MAX_FOLLOWED = 200  # items that one person follows


async def follow(ctx: AppContext, request: Request) -> Reply:
    """`follow WEB-12`: notifies the asker when a revision changes it."""
    key = _key(request)
    async with write(ctx, request, item=key) as session:
        item = await item_named(session, key, request.person.audience, "follow")
        if len(await following.followed_by(session, request.person.id)) >= MAX_FOLLOWED:
            raise BadInput(
                f"You follow {MAX_FOLLOWED} items, and that is all one can. Stop following some.", "following"
            )
        new = await following.follow(session, request.person.id, item.key, request.now)
        names = await directory(session)
    return Reply(cards.followed(item, names, new=new), facts={"item": item.key, "new": new})


async def unfollow(ctx: AppContext, request: Request) -> Reply:
    """`unfollow WEB-12`; a former key does as well."""
    key = _key(request)
    async with write(ctx, request, item=key) as session:
        mine = {followed.casefold(): followed for followed in await following.followed_by(session, request.person.id)}
        keys = (key, *await item_renames.other_keys(session, [key]))
        followed_key = next((mine[other.casefold()] for other in keys if other.casefold() in mine), None)
        if followed_key is None:
            raise NotFound(f"You do not follow {key}.", "following")
        await following.unfollow(session, request.person.id, followed_key)
    return Reply(cards.unfollowed(followed_key), facts={"item": followed_key})


def _key(request: Request) -> str:
    if not request.args.first():
        raise BadInput("Say which item.", "follow WEB-12", "following")
    return request.args.first()


async def list_followed(ctx: AppContext, request: Request) -> Reply:
    """`following`: the items that the asker follows, as far as they may see them now."""
    async with ctx.store.reading() as session:
        keys = await following.followed_by(session, request.person.id)
        visible = [await roadmap.item(session, key, request.audience) for key in keys]
        names = await directory(session)
    items = [item for item in visible if item is not None]
    return Reply(cards.followed_items(items, names), facts={"items": [item.key for item in items]})
