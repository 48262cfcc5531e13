"""Cards about the draft, proposals and their outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from handlers.shared.card_parts import campaign_change_blocks, impact_blocks, item_change_blocks
from handlers.shared.draft import PendingChanges
from handlers.shared.rules.dates import format_moment
from handlers.shared.rules.diff import Impact, ItemChange, impacts
from handlers.shared.rules.phrases import join_names, plural
from handlers.shared.rules.sides import side_name
from integrations.ports.cards import Block, Bold, Button, Buttons, Card, Divider, context, text
from storage.values.company import Campaign, Directory, Person, Side, Team
from storage.values.roadmap import Change, ChangeKind, Item, Revision, RevisionState

PUBLISH = Button("Publish", "publish", words="publish", style="primary")
SHOW = Button("Show the draft", "draft show", words="draft show")


def edited(
    key: str,
    item_changes: Sequence[ItemChange],
    campaign_changes: Sequence[Change],
    waiting: int,
    names: Directory,
    why: str,
) -> Card:
    """The edit as it was understood, with absolute dates and full names."""
    if not item_changes and not campaign_changes:
        return Card(
            f"{key} is like that already", (text("That is what is published, so the draft holds no change of it."),)
        )
    blocks: list[Block] = [*item_change_blocks(item_changes, names), *campaign_change_blocks(campaign_changes, names)]
    blocks += impact_blocks(impacts(item_changes, names.campaign))
    if not why:
        blocks.append(text('Nobody will know why. Say it with: --why "…"'))
    blocks.append(Buttons((SHOW, PUBLISH, Button("Discard", "draft discard", key, f"draft discard {key}"))))
    blocks.append(context(f"In the draft, {plural(waiting, 'change')} in all; nobody is told until it is published."))
    return Card(f"{key} in the draft", tuple(blocks))


def draft(
    shared: PendingChanges,
    proposal: Revision | None,
    proposed: PendingChanges | None,
    names: Directory,
    *,
    needs_approval: bool,
) -> Card:
    """The pending draft and proposal."""
    blocks: list[Block] = []
    if proposal and proposed is not None:
        blocks += [*_proposal_blocks(proposal, proposed, names), Divider()]
    if not shared:
        blocks.append(text("The draft is empty."))
        return Card("Draft", tuple(blocks))
    blocks += [*item_change_blocks(shared.item_changes, names), *campaign_change_blocks(shared.campaign_changes, names)]
    blocks += impact_blocks(impacts(shared.item_changes, names.campaign))
    authors = sorted({names.name_of(edit.author) or "somebody" for edit in shared.edits})
    blocks.append(context(f"Edited by {join_names(authors)}. Why: {shared.reason or 'nobody said'}."))
    blocks.append(Buttons((PUBLISH, Button("Discard mine", "draft discard", words="draft discard", style="danger"))))
    keys = "both sides have to sign" if needs_approval else "one key is enough"
    blocks.append(context(f"{plural(len(shared.changes), 'change')}; {keys}."))
    return Card("Draft", tuple(blocks))


def _proposal_blocks(proposal: Revision, proposed: PendingChanges, names: Directory) -> list[Block]:
    who = names.name_of(proposal.author) or "somebody who left"
    why = f": {proposal.reason}" if proposal.reason else "."
    return [
        text(Bold(f"{proposal.name} waits for its second key"), f"\n{who} proposed it{why}"),
        *item_change_blocks(proposed.item_changes, names),
        *campaign_change_blocks(proposed.campaign_changes, names),
        _approvals(proposal),
    ]


def _approvals(proposal: Revision) -> Buttons:
    name = proposal.name
    return Buttons(
        (
            Button(f"Approve {name}", "approve", name, f"approve {name}", "primary"),
            Button("Reject", "reject", name, f'reject {name} "why"', "danger"),
        )
    )


def approval_wanted(proposal: Revision, seen: PendingChanges, names: Directory) -> Card:
    """The request for approval, to a publisher of the other side."""
    blocks = _proposal_blocks(proposal, seen, names)
    impact = impact_blocks(impacts(seen.item_changes, names.campaign))
    footer = context("You get this because a revision needs a key of each side, and you can give your side's.")
    return Card(f"{proposal.name} needs your side's key", (*blocks, *impact, footer))


def proposed(proposal: Revision, side: Side) -> Card:
    return Card(
        f"{proposal.name} is proposed",
        (
            text(
                f"It is published when a publisher of {side_name(side)} approves; they have been told. Later edits wait."
            ),
            Buttons((SHOW,)),
        ),
    )


def published(revision: Revision) -> Card:
    """The reply after publishing."""
    when = format_moment(revision.published_at) if revision.published_at else ""
    how = {"now": "published at once by an admin", "two-key": "signed by both sides"}.get(revision.how, "published")
    return Card(
        f"{revision.name} is the current version",
        (
            text(f"Reason: {revision.reason}"),
            Buttons(
                (
                    Button(f"I have {revision.name}", "ack", revision.name, f"ack {revision.name}", "primary"),
                    Button("Who has it", "coverage", revision.name, f"coverage {revision.name}"),
                    Button("Take it back", "revert", revision.name, f"revert {revision.name}", "danger"),
                )
            ),
            context(f"{how[0].upper()}{how[1:]} on {when}. Hash {revision.hash[:12]}."),
        ),
    )


def rejected(proposal: Revision, why: str) -> Card:
    return Card(
        f"{proposal.name} is rejected",
        (text(f"Why: {why}"), text("Its changes are back in the draft; its number stays used."), Buttons((SHOW,))),
    )


def your_proposal_was_rejected(proposal: Revision, by: Person, why: str) -> Card:
    return Card(
        f"{proposal.name} was rejected",
        (
            text(f"{by.name} says: {why}"),
            text("Your changes are back in the draft. Edit them and publish again, or discard them."),
            Buttons((SHOW, PUBLISH)),
            context("You get this because you proposed it."),
        ),
    )


def discarded(keys: Sequence[str]) -> Card:
    return Card("Discarded", (text(f"No longer in the draft: {', '.join(keys)}."),))


def reverted(number: int, shared: PendingChanges, left: Sequence[str], names: Directory) -> Card:
    """The reply after a revert: what was put into the draft."""
    blocks: list[Block] = [
        *item_change_blocks(shared.item_changes, names),
        *campaign_change_blocks(shared.campaign_changes, names),
    ]
    if left:
        blocks.append(text(f"Left alone, because it changed again since: {', '.join(left[:20])}."))
    if not shared:
        blocks.append(text("Nothing of it is left to take back."))
        return Card(f"R{number} cannot be taken back", tuple(blocks))
    blocks.append(Buttons((PUBLISH, Button("Discard", "draft discard", words="draft discard"))))
    return Card(f"The reverse of R{number} is in the draft", tuple(blocks))


def what_if(
    item_change: ItemChange, impacts: Sequence[Impact], count: int, rooms: Sequence[str], names: Directory
) -> Card:
    """The reply of `whatif`."""
    if not item_change.fields:
        return Card("Nothing would change", (text(f"{item_change.key} is like that already."),))
    blocks: list[Block] = [*item_change_blocks([item_change], names), *impact_blocks(impacts)]
    if not impact_blocks(impacts):
        blocks.append(text("No campaign would notice."))
    hear = f"{plural(count, 'room')} would hear of it"
    blocks.append(text(f"{hear}{f': {join_names(list(rooms[:10]))}' if rooms else ''}."))
    blocks.append(context("Only a calculation: nothing was changed and nobody was told."))
    return Card(f"What if: {item_change.key}", tuple(blocks))


_REVISION = Revision(
    43, RevisionState.PUBLISHED, "p1", "Vendor moved the tag manager", datetime(2026, 10, 1, 9, tzinfo=UTC),
    datetime(2026, 10, 1, 9, 30, tzinfo=UTC), how="two-key", hash="9f2c" * 16,
)  # fmt: skip
_NAMES = Directory(
    (Team("web", "Web Platform", Side.IT),),
    (Campaign("spring", "Spring Launch", start=date(2027, 2, 5), end=date(2027, 5, 31)),),
    (Person("p1", "ana@example.com", "Ana Lima", "web"),),
)
_OLD = Item("WEB-12", "Consent banner", "web", ("spring",), due=date(2027, 2, 1))
_STEP = ItemChange(_OLD, Item("WEB-12", "Consent banner", "web", ("spring",), due=date(2027, 2, 10)))
_HOSTILE = ItemChange(None, Item("WEB-13", "<!channel> </at> *bold* <script>", "web"))
_CHANGE = Change("campaign", "spring", ChangeKind.CHANGED, {"end": ("2027-05-31", "2027-06-07")})
_PENDING = PendingChanges((), (_STEP, _HOSTILE), (_CHANGE,))

EXAMPLES = (
    edited("WEB-12", [_STEP], [], 2, _NAMES, "vendor is late"),
    edited("WEB-12", [], [], 0, _NAMES, ""),
    draft(_PENDING, _REVISION, _PENDING, _NAMES, needs_approval=True),
    draft(PendingChanges((), (), ()), None, None, _NAMES, needs_approval=False),
    approval_wanted(_REVISION, _PENDING, _NAMES),
    proposed(_REVISION, Side.IT),
    published(_REVISION),
    rejected(_REVISION, "the date collides with the fair"),
    your_proposal_was_rejected(_REVISION, _NAMES.people[0], "no"),
    discarded(["WEB-12"]),
    reverted(43, _PENDING, ["WEB-14 due"], _NAMES),
    what_if(_STEP, impacts([_STEP], _NAMES.campaign), 3, ["#web"], _NAMES),
)
