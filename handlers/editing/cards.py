"""Cards about the draft, proposals and their outcomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from handlers.shared.card_parts import (
    MAX_LINES,
    STATUS_WORDS,
    author_name,
    campaign_change_blocks,
    impact_blocks,
    item_change_blocks,
    missing_approval_words,
    person_name,
    value_words,
)
from handlers.shared.draft import PendingChanges, ReplacedEdit
from handlers.shared.replaced_edits import edit_words, replaced_blocks, values_replaced
from handlers.shared.rules.dates import format_moment
from handlers.shared.rules.diff import Impact, ItemChange, impacts
from handlers.shared.rules.phrases import join_names, known_and_hidden, plural
from handlers.shared.rules.prefilled import as_words
from handlers.shared.rules.sides import side_name
from integrations.ports.cards import (
    Block,
    Bold,
    Button,
    Buttons,
    Card,
    ChoiceField,
    DateField,
    Divider,
    Field,
    Form,
    Option,
    Span,
    Text,
    TextField,
    context,
    text,
)
from storage.drafts import Edit
from storage.values.company import Campaign, Directory, Person, Side, Team
from storage.values.roadmap import WITHOUT_APPROVAL, Change, ChangeKind, Item, Revision, RevisionState, Status, as_text

PUBLISH = Button("Publish", "publish", words="publish", style="primary")
SHOW = Button("Show the draft", "draft show", words="draft show")


def edited(
    key: str, change: PendingChanges, waiting: int, names: Directory, why: str, *, is_hidden: bool = False
) -> Card:
    """The edit as it was understood, with absolute dates and full names, and whose unpublished changes it replaced.

    *is_hidden*: those who read this card do not see the change in the draft.
    """
    replaced = replaced_blocks(change.replaced, names)
    if not change:
        no_change = text("The published version says this already, so the draft holds no change to it.")
        return Card(f"{key} already has this value", (no_change, *replaced))
    blocks: list[Block] = [*_change_blocks(change, names), *replaced]
    blocks += impact_blocks(impacts(change.item_changes, names.campaign))
    blocks += [text(_visibility_words(step.item, names)) for step in change.item_changes if step.before is None]
    if not why:
        blocks.append(text('Add a reason with --why "…", so that everybody knows why.'))
    blocks.append(Buttons((SHOW, PUBLISH, Button("Discard", "draft discard", key, f"draft discard {key}"))))
    if is_hidden:
        blocks.append(text("The draft shows this change only to people who may see the item before and after it."))
    blocks.append(context(f"In the draft, {plural(waiting, 'change')} in all; nobody is told until it is published."))
    return Card(f"{key} in the draft", tuple(blocks))


STATUS_OPTIONS = tuple(Option(STATUS_WORDS[status], str(status)) for status in Status)
_WHY = TextField("why", "Why?", hint="Everybody who is told of the change reads it", optional=True, max_length=300)
_USUAL = ("status", "due", "owner")  # the fields that most edits change


def edit_form(item: Item, owner: str, proposed: Mapping[str, str]) -> Form:
    """Ask for the fields that *proposed* has, filled in, or for the usual ones as they are. *owner* is an e-mail."""
    values = proposed or {"status": str(item.status), "due": as_text(item.due), "owner": owner}
    fields = tuple(_field(name, value) for name, value in values.items())
    words = as_words(item.key, values)
    return Form(
        "item edit",
        f"Change {item.key}",
        (*fields, _WHY),
        value=item.key,
        submit="Save in the draft",
        intro=(f"{item.title}. Nobody is told until the draft is published.",),
        words=f'item edit {words} --why "…"',
    )


def add_form(key: str, proposed: Mapping[str, str]) -> Form:
    """Ask for a new item of the reader's team; *key* is the next free one, "" if there is none."""
    fields = (
        TextField("key", "Key", key, max_length=40),
        _field("title", proposed.get("title", "")),
        _field("campaigns", proposed.get("campaigns", "")),
        _field("due", proposed.get("due", "")),
        _field("owner", proposed.get("owner", "")),
    )
    words = as_words(key or "KEY", {"title": "…", **proposed})
    return Form(
        "item add", "A new item", (*fields, _WHY), submit="Save in the draft", words=f"item add {words}",
        intro=("It goes into the shared draft. Nobody is told until the draft is published.",),
    )  # fmt: skip


def _field(name: str, value: str) -> Field:
    match name:
        case "status":
            return ChoiceField("status", "Status", STATUS_OPTIONS, (value,))
        case "due" | "start":
            day = _day_or_none(value)
            return DateField(name, "Due" if name == "due" else "Start", day, optional=True)
        case "title":
            return TextField("title", "Title", value, "What it is, in a few words", max_length=200)
        case "owner":
            return TextField("owner", "Owner", value, "A name or an e-mail", optional=True, max_length=200)
        case "campaigns":
            return TextField("campaigns", "Campaigns", value, "Names, separated by semicolons", optional=True)
        case _:
            return TextField(name, name.replace("_", " ").capitalize(), value, optional=True)


def _day_or_none(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _visibility_words(item: Item, names: Directory) -> str:
    if not item.visible_to:
        return "Everybody can see it. To restrict it to a team, add it with visible_to=TEAM."
    return f"Only {value_words('visible_to', ';'.join(item.visible_to), names)} can see it, in the draft too."


def _change_blocks(pending: PendingChanges, names: Directory) -> tuple[Block, ...]:
    return (
        *item_change_blocks(pending.item_changes, names),
        *campaign_change_blocks(pending.campaign_changes, names),
    )


def _author_blocks(pending: PendingChanges, names: Directory) -> tuple[Block, ...]:
    """Who changed what, and why."""
    edits = pending.effective_edits
    if not edits:
        return ()
    lines: list[Span] = [Bold("Who changed it")]
    lines += [f"\n• {edit_words(edit, names)}" for edit in edits[:MAX_LINES]]
    if len(edits) > MAX_LINES:
        lines.append(f"\n… and {len(edits) - MAX_LINES} more")
    return (Text(tuple(lines)),)


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
    blocks += _change_blocks(shared, names)
    blocks += impact_blocks(impacts(shared.item_changes, names.campaign))
    blocks += _author_blocks(shared, names)
    blocks.append(Buttons((PUBLISH, Button("Discard mine", "draft discard", words="draft discard", style="danger"))))
    approval = "the other side has to approve" if needs_approval else "no approval is needed"
    blocks.append(context(f"{plural(shared.count, 'change')}; {approval}."))
    return Card("Draft", tuple(blocks))


def _proposal_blocks(proposal: Revision, proposed: PendingChanges, names: Directory) -> list[Block]:
    who = person_name(proposal.author, names)
    why = f": {proposal.reason}" if proposal.reason else "."
    return [
        text(Bold(f"{proposal.name} waits for approval"), f"\n{who} proposed it{why}"),
        *(_change_blocks(proposed, names) or (text("It has no change that you can see."),)),
        *_author_blocks(proposed, names),
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
    footer = context(
        "You get this because the other side has to approve a revision, and you can approve for your side."
    )
    return Card(f"{proposal.name} needs your side's approval", (*blocks, *impact, footer))


def approval_decided(proposal: Revision, names: Directory) -> Card:
    """What a request for approval says once the proposal is decided; there is nothing left to press."""
    name, show = proposal.name, Buttons((SHOW,))
    match proposal.state:
        case RevisionState.PUBLISHED:
            by = person_name(proposal.approver, names)
            changed = Buttons((Button(f"What {name} changed", "changes", name, f"changes {name}"),))
            return Card(f"{name} was approved", (text(f"{by} approved it, and it is published."), changed))
        case RevisionState.REJECTED:
            return Card(f"{name} was rejected", (text("Its changes are back in the draft."), show))
        case _:
            why = "Another revision was published directly in the meantime. Its changes are back in the draft."
            return Card(f"{name} was withdrawn", (text(why), show))


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


def published(revision: Revision, names: Directory) -> Card:
    """The reply after publishing, and which rule was skipped for it."""
    when = format_moment(revision.published_at) if revision.published_at else ""
    skipped = missing_approval_words(revision, names)
    how = {"now": "published at once by an admin", "two-key": "approved by both sides"}.get(revision.how, "published")
    return Card(
        f"{revision.name} is the current version",
        (
            text(f"Reason: {revision.reason}"),
            *((text(skipped),) if skipped else ()),
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


def rejected(proposal: Revision, why: str, replaced: Sequence[ReplacedEdit], names: Directory) -> Card:
    """The reply of `reject`, with what was edited since and replaces a change of the proposal."""
    back = text("Its changes are back in the draft; its number stays used.")
    return Card(
        f"{proposal.name} is rejected",
        (text(f"Why: {why}"), back, *replaced_blocks(replaced, names), Buttons((SHOW,))),
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


def your_edit_was_replaced(entry: ReplacedEdit, names: Directory) -> Card:
    """The notice to the author of an unpublished edit that somebody else replaced."""
    key, by, values = entry.edit.key, author_name(entry.by, names), values_replaced(entry, names)
    done = "discarded" if entry.is_discarded else "replaced"
    what = f"{by} discarded it: {values}." if entry.is_discarded else f"{by} changed it in the draft: {values}."
    return Card(
        f"Your change of {key} was {done}",
        (
            text(what),
            text("None of it is published. Agree with each other, or edit the item again."),
            Buttons((SHOW,)),
            context("You get this because the change was yours."),
        ),
    )


def discarded(
    keys: Sequence[str], hidden: int, kept: Sequence[Edit], others: Sequence[ReplacedEdit], names: Directory
) -> Card:
    """The reply of `draft discard`: others' edits of the same things that are *kept*, and *others* that are not.

    *hidden* items have no name here.
    """
    staying = {edit.key for edit in kept}
    gone = [key for key in keys if key not in staying]
    lines = [f"No longer in the draft: {known_and_hidden(gone, hidden)}."] if gone or hidden else []
    lines += [f"Still in the draft: {edit_words(edit, names)}." for edit in kept]
    return Card("Discarded", (text("\n".join(lines)), *replaced_blocks(others, names)))


def reverted(number: int, shared: PendingChanges, left: Sequence[str], names: Directory) -> Card:
    """The reply after a revert: what was put into the draft."""
    blocks: list[Block] = [*_change_blocks(shared, names), *replaced_blocks(shared.replaced, names)]
    if left:
        blocks.append(text(f"Left alone, because it changed again since: {', '.join(left[:20])}."))
    if not shared:
        blocks.append(text("There is nothing left that you can see to take back."))
        return Card(f"R{number} cannot be taken back", tuple(blocks))
    blocks.append(Buttons((PUBLISH, Button("Discard", "draft discard", words="draft discard"))))
    blocks.append(context("Items that you cannot see stay as they are."))
    return Card(f"The reverse of R{number} is in the draft", tuple(blocks))


def what_if(
    item_change: ItemChange, impacts: Sequence[Impact], count: int, rooms: Sequence[str], names: Directory
) -> Card:
    """The reply of `whatif`."""
    if not item_change.fields:
        return Card("Nothing would change", (text(f"{item_change.key} already has this value."),))
    blocks: list[Block] = [*item_change_blocks([item_change], names), *impact_blocks(impacts)]
    if not impact_blocks(impacts):
        blocks.append(text("No campaign would notice."))
    notified = f"{plural(count, 'room')} would be notified"
    blocks.append(text(f"{notified}{f': {join_names(list(rooms[:10]))}' if rooms else ''}."))
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
_EDITS = (
    Edit("item", "WEB-12", {"due": "2027-02-10"}, "p1", datetime(2026, 10, 1, 9, tzinfo=UTC), "vendor is late"),
    Edit("item", "WEB-13", {"title": "x"}, "p2", datetime(2026, 10, 1, 9, tzinfo=UTC), added=True),
)
_REPLACED = ReplacedEdit(_EDITS[0], "p2", {"due": ("2027-02-10", "2027-03-01")})
_PENDING = PendingChanges(_EDITS, (_STEP, _HOSTILE), (_CHANGE,))

EXAMPLES = (
    edited("WEB-12", PendingChanges((), (_STEP,), (), (_REPLACED,)), 2, _NAMES, "vendor is late"),
    edited("WEB-12", PendingChanges((), (), ()), 0, _NAMES, ""),
    edited("WEB-14", PendingChanges((), (ItemChange(None, replace(_OLD, visible_to=("web",))),), ()), 1, _NAMES, ""),
    your_edit_was_replaced(_REPLACED, _NAMES),
    draft(_PENDING, _REVISION, _PENDING, _NAMES, needs_approval=True),
    draft(PendingChanges((), (), ()), None, None, _NAMES, needs_approval=False),
    approval_wanted(_REVISION, _PENDING, _NAMES),
    *(
        approval_decided(replace(_REVISION, state=state, approver="p1"), _NAMES)
        for state in (RevisionState.PUBLISHED, RevisionState.REJECTED, RevisionState.WITHDRAWN)
    ),
    proposed(_REVISION, Side.IT),
    published(_REVISION, _NAMES),
    published(replace(_REVISION, how="now", note=WITHOUT_APPROVAL), _NAMES),
    rejected(_REVISION, "the date collides with the fair", (_REPLACED,), _NAMES),
    your_edit_was_replaced(ReplacedEdit(_EDITS[0], "p2", {"due": ("2027-02-10", "")}, is_discarded=True), _NAMES),
    your_proposal_was_rejected(_REVISION, _NAMES.people[0], "no"),
    discarded(["WEB-12"], 2, (), (_REPLACED,), _NAMES),
    discarded(["WEB-12", "SEO-1"], 0, (_REPLACED.edit,), (), _NAMES),
    reverted(43, _PENDING, ["WEB-14 due"], _NAMES),
    what_if(_STEP, impacts([_STEP], _NAMES.campaign), 3, ["#web"], _NAMES),
)
EDIT_FORM = edit_form(_OLD, "ana@example.com", {"status": "done"})
ADD_FORM = add_form("WEB-99", {"title": "Landing page", "due": "2027-03-01"})
