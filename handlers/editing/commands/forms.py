"""`item edit form` and `item add form`: forms whose answers go to `item edit` and `item add`. They write nothing."""

from __future__ import annotations

from dataclasses import replace

from handlers.context import AppContext, Request
from handlers.editing import cards
from handlers.editing.commands.edit import check_own_team, editable_item
from handlers.shared.card_parts import form_opened
from handlers.shared.new_keys import key_register
from handlers.shared.rules.prefilled import from_words
from integrations.ports.inbound import Reply
from storage.directory import directory


async def edit_form(ctx: AppContext, request: Request) -> Reply:
    """`item edit form KEY [field=value …]`: asks for the proposed fields, or for status, due date and owner."""
    key, proposed = from_words(request.args.raw)
    async with ctx.store.reading() as session:
        names = await directory(session)
        args = replace(request.args, command="item edit", positional=(key,) if key else ())
        item = await editable_item(session, replace(request, args=args))
        check_own_team(request.person, item.team, names)
    form = cards.edit_form(item, names.email_of(item.owner), proposed)
    return Reply(form_opened(form), form=form, facts={"key": item.key, "values": proposed})


async def add_form(ctx: AppContext, request: Request) -> Reply:
    """`item add form [field=value …]`: a new item of the asker's team, with the next free key filled in."""
    _, proposed = from_words(request.args.raw)
    async with ctx.store.reading() as session:
        register = await key_register(session, request.audience)
    key = register.next_key(request.person.team) if request.person.team else ""
    form = cards.add_form(key, proposed)
    return Reply(form_opened(form), form=form, facts={"key": key, "values": proposed})
