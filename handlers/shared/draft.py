"""The pending changes of the shared draft or of a proposal, compared with the published roadmap."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from handlers.shared.rules.diff import ItemChange, recorded_changes
from handlers.shared.rules.phrases import without_hidden_names
from storage import drafts, revisions, roadmap
from storage.drafts import SHARED, Edit
from storage.store import Session, lock_publishing
from storage.values.company import UNRESTRICTED, Audience, Campaign
from storage.values.roadmap import (
    Change,
    ChangeKind,
    EntityType,
    Item,
    Revision,
    field_values,
    item_from_values,
    list_from_text,
)


@dataclass(frozen=True, slots=True)
class ReplacedEdit:
    """Somebody's unpublished edit of which *by* replaced values, or discarded it.

    `fields` maps a field to (their value, the new one). `is_discarded`: no other edit took its place.
    """

    edit: Edit
    by: str
    fields: Mapping[str, tuple[str, str]]
    is_discarded: bool = False


@dataclass(frozen=True, slots=True)
class PendingChanges:
    """What a draft would change of the published roadmap, and the edits that it is made of, oldest first.

    `replaced` are the edits of others that the edits just added replaced.
    """

    edits: tuple[Edit, ...]
    item_changes: tuple[ItemChange, ...]
    campaign_changes: tuple[Change, ...]
    replaced: tuple[ReplacedEdit, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.item_changes or self.campaign_changes)

    @property
    def changes(self) -> tuple[Change, ...]:
        return (
            *self.campaign_changes,
            *(c for item_change in self.item_changes for c in recorded_changes(item_change)),
        )

    @property
    def count(self) -> int:
        """How many items and campaigns change."""
        return len(self.item_changes) + len(self.campaign_changes)

    @property
    def effective_edits(self) -> tuple[Edit, ...]:
        """The edits whose values count, by item or campaign; what replaced others has only its own author and reason."""
        return tuple(
            edit
            for edits_of_thing in edits_by_thing(self.edits).values()
            for edit in drafts.effective_edits(edits_of_thing)
        )

    @property
    def open_reason(self) -> str:
        """The reasons for everybody: without those of restricted items, which would reveal them.

        Where several items or campaigns change, each reason says which one it is about.
        """
        seen = self.visible_to(UNRESTRICTED)
        reasons = [
            f"{edit.key}: {edit.reason}" if self.count > 1 else edit.reason
            for edit in seen.effective_edits
            if edit.reason
        ]
        return "; ".join(dict.fromkeys(reasons))

    def about(self, things: Iterable[tuple[EntityType, str]]) -> PendingChanges:
        """The part about these items and campaigns."""
        wanted = frozenset(things)
        return PendingChanges(
            tuple(edit for edit in self.edits if (edit.entity_type, edit.key) in wanted),
            tuple(item_change for item_change in self.item_changes if ("item", item_change.key_before) in wanted),
            tuple(change for change in self.campaign_changes if ("campaign", change.key) in wanted),
            tuple(entry for entry in self.replaced if (entry.edit.entity_type, entry.edit.key) in wanted),
        )

    def visible_to(self, audience: Audience) -> PendingChanges:
        """The part that *audience* may know of; everything that shows a draft or a proposal shows this part alone.

        Nobody learns from a draft what is not published: a change is shown to those who may see the item both before
        and after it. A new item is shown to those who may see it in every state that it had in the draft.
        """
        hidden = self._hidden_from(audience)
        if not hidden:
            return self
        names = self._names_of(hidden)
        edits = [edit for edit in self.edits if edit.entity_type != "item" or edit.key not in hidden]
        return PendingChanges(
            tuple(replace(edit, reason=without_hidden_names(edit.reason, names)) for edit in edits),
            tuple(item_change for item_change in self.item_changes if item_change.key_before not in hidden),
            self.campaign_changes,
            tuple(e for e in self.replaced if e.edit.entity_type != "item" or e.edit.key not in hidden),
        )

    def hidden_names(self, audience: Audience) -> frozenset[str]:
        """The keys and titles of the items whose change *audience* may not know of."""
        return self._names_of(self._hidden_from(audience))

    def _names_of(self, keys: Collection[str]) -> frozenset[str]:
        changes = [item_change for item_change in self.item_changes if item_change.key_before in keys]
        items = [item for change in changes for item in (change.before, change.after) if item is not None]
        return frozenset(name for item in items for name in (item.key, item.title))

    def _hidden_from(self, audience: Audience) -> frozenset[str]:
        layers = edits_by_thing(self.edits)
        return frozenset(
            item_change.key_before
            for item_change in self.item_changes
            if not _may_see(item_change, layers.get(("item", item_change.key_before), ()), audience)
        )


def _may_see(item_change: ItemChange, layers: Iterable[Edit], audience: Audience) -> bool:
    states = [item.visible_to for item in (item_change.before, item_change.after) if item is not None]
    if item_change.before is None:
        states += [list_from_text(edit.fields["visible_to"]) for edit in layers if "visible_to" in edit.fields]
    return all(audience.may_see(teams) for teams in states)


async def pending_for(session: Session, audience: Audience, proposal: int = SHARED) -> PendingChanges:
    """The pending changes of the shared draft or a proposal that *audience* may know of."""
    return (await pending(session, proposal)).visible_to(audience)


async def readable_proposal(
    session: Session, proposal: Revision, audience: Audience
) -> tuple[Revision, PendingChanges]:
    """*proposal* and its changes, as far as *audience* may know of them; its reason must not name others."""
    whole = await pending(session, proposal.number)
    reason = without_hidden_names(proposal.reason, whole.hidden_names(audience))
    return replace(proposal, reason=reason), whole.visible_to(audience)


async def may_know_of(session: Session, key: str, audience: Audience) -> bool:
    """Whether *audience* may know of the item as it is published, or as drafts and proposals have it now."""
    proposal = await revisions.open_proposal(session)
    drafted = []
    for number in (SHARED, *([proposal.number] if proposal else [])):
        about = (await pending(session, number)).about([("item", key)])
        if about and not about.visible_to(audience):
            return False
        drafted.append(bool(about))
    return any(drafted) or await roadmap.item(session, key, audience) is not None


async def edits_known_to(session: Session, edits: Iterable[Edit], audience: Audience) -> list[Edit]:
    """Those of a person's own *edits* that may be named to them: not of a published item that *audience* may not see."""
    own = list(edits)
    items = await roadmap.items_with(session, [edit.key for edit in own if edit.entity_type == "item"])
    hidden = {key for key, item in items.items() if not audience.may_see(item.visible_to)}
    return [edit for edit in own if edit.entity_type != "item" or edit.key not in hidden]


async def pending(session: Session, proposal: int = SHARED) -> PendingChanges:
    """All pending changes of the shared draft or a proposal, to write or compare. An edit to the published value is no change.

    What is shown to somebody goes through `visible_to`.
    """
    return await pending_of(session, await drafts.edits(session, proposal))


async def pending_of(session: Session, edits: Sequence[Edit]) -> PendingChanges:
    """What *edits* alone would change of the published roadmap."""
    wanted = {thing: drafts.merge_edits(edits_of_thing) for thing, edits_of_thing in edits_by_thing(edits).items()}
    new_keys = [edit.fields["key"] for edit in wanted.values() if "key" in edit.fields]
    now = await roadmap.items_with(session, [*(key for noun, key in wanted if noun == "item"), *new_keys])
    item_changes = [
        _item_change(edit, now.get(edit.key), taken=now.keys())
        for edit in wanted.values()
        if edit.entity_type == "item"
    ]
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


def edits_by_thing(edits: Iterable[Edit]) -> dict[tuple[EntityType, str], list[Edit]]:
    """(entity type, key) -> its edits, oldest first."""
    edits_of_thing: dict[tuple[EntityType, str], list[Edit]] = {}
    for edit in edits:
        edits_of_thing.setdefault((edit.entity_type, edit.key), []).append(edit)
    return edits_of_thing


def _item_change(edit: Edit, now: Item | None, *, taken: Collection[str]) -> ItemChange | None:
    """The change; None if there is none left. A rename to a key that was *taken* meanwhile is left out."""
    if edit.removed:
        return ItemChange(now, None) if now else None
    if now is None:
        key = edit.fields.get("key", edit.key)
        return ItemChange(None, item_from_values(key, {**_BLANK, **edit.fields})) if edit.added else None
    key = edit.fields.get("key", edit.key)
    after = item_from_values(edit.key if key in taken else key, {**field_values(now), **edit.fields}, now.finished_on)
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
    """Put *edits* into the shared draft. Returns all that is pending then, and what they replaced of other people's edits.

    Takes the publishing lock first, so that a draft that is being published does not lose them.
    """
    await lock_publishing(session)
    replaced = replaced_edits(await drafts.edits(session), edits)
    await drafts.add_edits(session, edits)
    return replace(await prune(session), replaced=replaced)


def replaced_edits(waiting: Iterable[Edit], new_edits: Iterable[Edit]) -> tuple[ReplacedEdit, ...]:
    """The edits of others in *waiting* whose values *new_edits* replace by different ones."""
    layers = edits_by_thing(waiting)
    return tuple(entry for new in new_edits for entry in _replaced_by(new, layers.get((new.entity_type, new.key), ())))


def discarded_edits(gone: Iterable[Edit], by: str) -> tuple[ReplacedEdit, ...]:
    """What *by* discarded of other people's edits."""
    return tuple(
        ReplacedEdit(edit, by, {name: (old, "") for name, old in edit.fields.items()}, is_discarded=True)
        for edits_of_thing in edits_by_thing(gone).values()
        for edit in drafts.effective_edits(edits_of_thing)
        if edit.author != by
    )


def _replaced_by(new: Edit, layers: Sequence[Edit]) -> Iterable[ReplacedEdit]:
    for earlier in drafts.effective_edits(layers):
        # What an addition left empty was not anybody's decision.
        current = {name: old for name, old in earlier.fields.items() if not (earlier.added and old == _BLANK.get(name))}
        after = {name: "" if new.removed else new.fields.get(name, old) for name, old in current.items()}
        fields = {name: (old, after[name]) for name, old in current.items() if after[name] != old}
        takes_removal_back = earlier.removed and not new.removed
        if (fields or takes_removal_back) and earlier.author != new.author:
            yield ReplacedEdit(earlier, new.author, fields)


async def return_to_draft(session: Session, number: int) -> tuple[ReplacedEdit, ...]:
    """Return a proposal's edits to the shared draft. What was edited since wins; returns what it replaced."""
    replaced = replaced_edits(await drafts.edits(session, number), await drafts.edits(session))
    await drafts.return_to_draft(session, number)
    return replaced


async def prune(session: Session) -> PendingChanges:
    """Delete edits to values that are published already. Returns what is still pending.

    If kept, such an edit would become a change again as soon as another revision changes that field.
    """
    waiting = await pending(session)
    changed: dict[tuple[EntityType, str], Collection[str]] = {
        ("campaign", change.key): change.fields.keys() for change in waiting.campaign_changes
    }
    for item_change in waiting.item_changes:
        is_edited = item_change.before and item_change.after
        changed["item", item_change.key_before] = item_change.fields if is_edited else _WHOLE
    standing = edits_by_thing(waiting.edits)
    wanted = {thing: _trimmed(edits_of_thing, changed.get(thing, ())) for thing, edits_of_thing in standing.items()}
    stale = [thing for thing, edits_of_thing in standing.items() if wanted[thing] != edits_of_thing]
    if not stale:
        return waiting
    await drafts.discard(session, stale if len(stale) < len(standing) else None)
    await drafts.append_edits(session, [layer for thing in stale for layer in wanted[thing]])
    return await pending(session)


_WHOLE = frozenset({"the whole item"})  # it is added or removed, so every field of its edits counts


def _trimmed(edits_of_thing: Sequence[Edit], changed: Collection[str]) -> list[Edit]:
    """The parts of the edits that still change something: those of the fields *changed*."""
    if changed is _WHOLE:
        return list(edits_of_thing)
    parts = [
        replace(edit, fields={name: new for name, new in edit.fields.items() if name in changed}, added=False)
        for edit in edits_of_thing
    ]
    return [part for part in parts if part.fields or (part.removed and changed)]
