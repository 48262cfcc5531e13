"""The keys that items have, published or only in a draft or a proposal, for checking the key of a new item."""

from __future__ import annotations

from dataclasses import replace

from handlers.shared.draft import pending
from handlers.shared.rules.new_keys import KeyInUse, KeyRegister
from storage import drafts, item_keys, item_renames, revisions
from storage.store import Session
from storage.values.company import Audience


async def key_register(session: Session, audience: Audience) -> KeyRegister:
    """Every key, former ones included, and whether *audience* may know of its item."""
    published = {
        key: KeyInUse(key, team, audience.may_see(visible_to))
        for key, team, visible_to in await item_keys.current(session)
    }
    former = [
        replace(published[new], key=old)
        for old, new in (await item_renames.former_keys(session)).items()
        if new in published and old not in published
    ]
    return KeyRegister((*published.values(), *former, *await _drafted(session, audience)), audience.teams)


async def _drafted(session: Session, audience: Audience) -> list[KeyInUse]:
    proposal = await revisions.open_proposal(session)
    keys = []
    for number in (drafts.SHARED, *([proposal.number] if proposal else [])):
        whole = await pending(session, number)
        seen = {item_change.key for item_change in whole.visible_to(audience).item_changes}
        keys += [
            KeyInUse(item_change.key, item_change.item.team, item_change.key in seen)
            for item_change in whole.item_changes
            if item_change.before is None or item_change.key != item_change.key_before
        ]
    return keys
