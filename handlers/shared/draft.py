"""The pending changes of the shared draft or of a proposal, compared with the published roadmap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from handlers.shared.rules.diff import ItemChange, recorded_change, visible_to
from storage import drafts, roadmap
from storage.drafts import SHARED, Edit
from storage.store import Session, lock_publishing
from storage.values.company import Audience, Campaign
from storage.values.roadmap import Change, ChangeKind, EntityType, Item, field_values, item_from_values


@dataclass(frozen=True, slots=True)
class PendingChanges:
    """What a draft would change of the published roadmap."""

    edits: tuple[Edit, ...]
    item_changes: tuple[ItemChange, ...]
    campaign_changes: tuple[Change, ...]

    def __bool__(self) -> bool:
        return bool(self.item_changes or self.campaign_changes)

    @property
    def changes(self) -> tuple[Change, ...]:
        return (*self.campaign_changes, *(recorded_change(item_change) for item_change in self.item_changes))

    @property
    def reason(self) -> str:
        """The reasons given with the edits, each once."""
        return _join_reasons(edit.reason for edit in self.edits)

    @property
    def open_reason(self) -> str:
        """The reasons for everybody: without those of restricted items, which would reveal them."""
        restricted = {item_change.key for item_change in self.item_changes if _is_restricted(item_change)}
        return _join_reasons(
            edit.reason for edit in self.edits if edit.entity_type != "item" or edit.key not in restricted
        )

    def about(self, things: Iterable[tuple[EntityType, str]]) -> PendingChanges:
        """The part about these items and campaigns."""
        wanted = frozenset(things)
        return PendingChanges(
            tuple(edit for edit in self.edits if (edit.entity_type, edit.key) in wanted),
            tuple(item_change for item_change in self.item_changes if ("item", item_change.key) in wanted),
            tuple(change for change in self.campaign_changes if ("campaign", change.key) in wanted),
        )

    def visible_to(self, audience: Audience) -> PendingChanges:
        """The part that *audience* may see."""
        item_changes = tuple(seen for item_change in self.item_changes if (seen := visible_to(item_change, audience)))
        told = {item_change.key for item_change in item_changes}
        return PendingChanges(
            tuple(e for e in self.edits if e.entity_type != "item" or e.key in told),
            item_changes,
            self.campaign_changes,
        )


def _join_reasons(reasons: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(why for why in reasons if why))


def _is_restricted(item_change: ItemChange) -> bool:
    return any(side is not None and side.visible_to for side in (item_change.before, item_change.after))


async def pending(session: Session, proposal: int = SHARED) -> PendingChanges:
    """The pending changes of the shared draft or a proposal. An edit to the published value is no change."""
    return await pending_of(session, await drafts.edits(session, proposal))


async def pending_of(session: Session, edits: Sequence[Edit]) -> PendingChanges:
    """What *edits* alone would change of the published roadmap."""
    wanted = {thing: drafts.merge_edits(edits_of_thing) for thing, edits_of_thing in _edits_by_thing(edits).items()}
    now = await roadmap.items_with(session, [key for noun, key in wanted if noun == "item"])
    item_changes = [_item_change(edit, now.get(edit.key)) for edit in wanted.values() if edit.entity_type == "item"]
    campaigns = {campaign.key: campaign for campaign in await roadmap.campaigns(session)}
    changed = [
        _campaign_change(edit, campaigns[edit.key])
        for edit in wanted.values()
        if edit.key in campaigns and edit.entity_type == "campaign"
    ]
    return PendingChanges(
        tuple(edits),
        tuple(item_change for item_change in item_changes if item_change),
        tuple(change for change in changed if change.fields),
    )


def _edits_by_thing(edits: Iterable[Edit]) -> dict[tuple[EntityType, str], list[Edit]]:
    """(entity type, key) -> its edits, oldest first."""
    edits_of_thing: dict[tuple[EntityType, str], list[Edit]] = {}
    for edit in edits:
        edits_of_thing.setdefault((edit.entity_type, edit.key), []).append(edit)
    return edits_of_thing


def _item_change(edit: Edit, now: Item | None) -> ItemChange | None:
    if edit.removed:
        return ItemChange(now, None) if now else None
    if now is None:
        return ItemChange(None, item_from_values(edit.key, {**_BLANK, **edit.fields})) if edit.added else None
    after = item_from_values(edit.key, {**field_values(now), **edit.fields}, now.finished_on)
    return ItemChange(now, after) if ItemChange(now, after).fields else None


_BLANK = field_values(Item(key="", title="", team=""))


def _campaign_change(edit: Edit, now: Campaign) -> Change:
    old = field_values(now)
    return Change(
        "campaign",
        edit.key,
        ChangeKind.CHANGED,
        {name: (old[name], new) for name, new in edit.fields.items() if old[name] != new},
    )


async def add_edits(session: Session, edits: Sequence[Edit]) -> PendingChanges:
    """Put *edits* into the shared draft. Returns all that is pending then.

    Takes the publishing lock first, so that a draft that is being published does not lose them.
    """
    await lock_publishing(session)
    await drafts.add_edits(session, edits)
    return await prune(session)


async def prune(session: Session) -> PendingChanges:
    """Delete edits to values that are published already. Returns what is still pending.

    If kept, such an edit would become a change again as soon as another revision changes that field.
    """
    waiting = await pending(session)
    changes = {(change.entity_type, change.key): change for change in waiting.changes}
    standing = _edits_by_thing(waiting.edits)
    wanted = {thing: _trimmed(edits_of_thing, changes.get(thing)) for thing, edits_of_thing in standing.items()}
    stale = [thing for thing, edits_of_thing in standing.items() if wanted[thing] != edits_of_thing]
    if not stale:
        return waiting
    await drafts.discard(session, stale if len(stale) < len(standing) else None)
    await drafts.append_edits(session, [layer for thing in stale for layer in wanted[thing]])
    return await pending(session)


def _trimmed(edits_of_thing: Sequence[Edit], change: Change | None) -> list[Edit]:
    """The parts of the edits that still change something."""
    if change is None:
        return []
    if change.kind is not ChangeKind.CHANGED:
        return list(edits_of_thing)
    parts = [
        replace(edit, fields={name: new for name, new in edit.fields.items() if name in change.fields}, added=False)
        for edit in edits_of_thing
    ]
    return [part for part in parts if part.fields or part.removed]
