"""The result of an import or a dry run."""

from __future__ import annotations

from handlers.importing.rules.report import ImportReport
from handlers.shared.rules.phrases import join_names, plural
from handlers.shared.rules.rows.parsed import RowError
from integrations.ports.cards import Block, Bold, Button, Buttons, Card, Span, Table, Text, context, text

SHOWN = 20  # errors and changes in a card; the rest is only counted


def report(outcome: ImportReport, *, dry_run: bool) -> Card:
    """One card for every outcome: errors first, because they need action."""
    blocks: list[Block] = []
    if outcome.errors:
        blocks += [_verdict(outcome, dry_run=dry_run), _errors(outcome.errors)]
    if not outcome.errors or outcome.accepted:
        blocks.append(_counts(outcome))
        blocks += _changes(outcome)
        blocks += _duplicates(outcome)
        blocks += _approval(outcome, dry_run=dry_run)
        blocks += [text("\n".join(outcome.replaced[:SHOWN]))] if outcome.replaced else []
        blocks += _leavers(outcome, dry_run=dry_run)
        blocks += _without_effect(outcome)
        blocks += [
            text(
                f"{new} has the name and the team of {known}. If they are one person, type: people merge {known} {new}"
            )
            for new, known in outcome.alike[:SHOWN]
        ]
    if outcome.unknown_columns:
        blocks.append(text(f"Columns I do not know and left alone: {', '.join(outcome.unknown_columns)}."))
    blocks += _next(outcome, dry_run=dry_run)
    return Card(_title(outcome, dry_run=dry_run), tuple(blocks))


def _title(report: ImportReport, *, dry_run: bool) -> str:
    if report.errors and not report.accepted:
        return f"Nothing was imported: {plural(len(report.errors), 'problem')}"
    if dry_run:
        return f"What importing {report.kind} would do"
    return f"R{report.revision} is published" if report.revision else f"Imported: {report.kind}"


def _verdict(report: ImportReport, *, dry_run: bool) -> Text:
    rows = len({error.row for error in report.errors})
    if report.accepted:
        left = "would be" if dry_run else "was" if rows == 1 else "were"
        return text(f"{plural(rows, 'row')} with a problem {left} left out.")
    kept = "would be" if dry_run else "was"
    taken = "it is" if rows == 1 else "they are"
    return text(f"{plural(rows, 'row')} cannot be taken as {taken}, so nothing {kept} written. Mend the file, or "
                "import the good rows alone with --accept-errors.")  # fmt: skip


def _errors(errors: tuple[RowError, ...]) -> Table:
    rows = tuple(((str(e.row),), (e.column,), (e.value or "(empty)",), (e.reason,), (e.fix,)) for e in errors[:SHOWN])
    return Table(("Row", "Column", "Value", "What is wrong", "Write instead"), rows, len(errors) - len(rows))


def _counts(report: ImportReport) -> Text:
    counts = f"{report.added:,} added, {report.changed:,} changed, {report.unchanged:,} unchanged"
    gone = f", {report.dropped:,} {'left' if report.kind == 'people' else 'dropped'}" if report.dropped else ""
    return text(Bold(f"{counts}{gone}."))


def _changes(report: ImportReport) -> list[Block]:
    if not report.changes:
        return []
    lines: list[Span] = []
    for change in report.changes[:SHOWN]:
        old, new = change["old"] or "none", change["new"] or "none"
        lines.append(f"• {change['key']}: {change['field']} {_short(old)} → {_short(new)}\n")
    if len(report.changes) > SHOWN:
        lines.append(f"… and {len(report.changes) - SHOWN} more")
    return [Text(tuple(lines))]


def _duplicates(outcome: ImportReport) -> list[Block]:
    if not outcome.duplicates:
        return []
    lines = [
        f"{new} looks like {old}: the same title, team and owner. If {old} has a new key, rename it instead of "
        f"adding {new}: item rename {old} {new}"
        for new, old in outcome.duplicates[:SHOWN]
    ]
    if len(outcome.duplicates) > SHOWN:
        lines.append(f"… and {len(outcome.duplicates) - SHOWN} more")
    return [text("\n".join(lines))]


def _approval(outcome: ImportReport, *, dry_run: bool) -> list[Block]:
    if not outcome.lacks_approval:
        return []
    operator = f"the operator {outcome.published_by}" if outcome.published_by else "an operator"
    done = "would be" if dry_run else "was"
    words = f"Both sides normally approve changes to the roadmap. This {done} published by {operator} without approval."
    return [text(words), context("Without --publish, the import waits in the draft until the other side approves.")]


def _leavers(report: ImportReport, *, dry_run: bool) -> list[Block]:
    blocks: list[Block] = []
    if report.ended:
        shown = ", ".join(report.ended[:SHOWN]) + (
            "" if len(report.ended) <= SHOWN else f" and {len(report.ended) - SHOWN} more"
        )
        consequence = "would lose access" if dry_run else "lost access; what they leave to decide: people left"
        blocks.append(text(Bold(f"Left ({len(report.ended)})"), f": {shown}. They {consequence}."))
    if report.kept:
        shown = join_names(report.kept[:SHOWN])
        blocks.append(
            text(
                f"Not in the file, and still here: {shown}. No file ends an admin of HANDSHAKE_ADMINS or its importer."
            )
        )
    if report.former:
        blocks.append(
            text(
                f"The file still names {', '.join(report.former[:SHOWN])}, who left. If they are back, type: people back {report.former[0]}"
            )
        )
    return blocks


def _without_effect(report: ImportReport) -> list[Block]:
    if not report.without_effect:
        return []
    verb = "has" if len(report.without_effect) == 1 else "have"
    kind = report.kind.capitalize()
    return [context(f"{kind} take effect at once, so {join_names(report.without_effect)} {verb} no effect.")]


def _short(words: str) -> str:
    return words if len(words) <= 60 else f"{words[:59]}…"


def _next(report: ImportReport, *, dry_run: bool) -> list[Block]:
    if dry_run:
        return [context("A dry run: nothing was written.")]
    in_draft = report.kind in {"roadmap", "campaigns"} and report.revision is None and report.written
    if (
        not in_draft
        or not (report.added or report.changed or report.dropped)
        or (report.kind == "campaigns" and not report.changes)
    ):
        return []
    buttons = Buttons(
        (
            Button("Show the draft", "draft show", words="draft show"),
            Button("Publish", "publish", words="publish", style="primary"),
        )
    )
    return [buttons, context("In the draft; nobody is told until it is published.")]


_BAD = RowError(4, "status", "In progess <!channel>", "is not a status", "in_progress")
_CHANGE = {"key": "WEB-12", "field": "due", "old": "2027-02-01", "new": "2027-02-10"}


def tracker_changes_waiting(count: int) -> Card:
    """To publishers: changes of a tracker need an approval."""
    return Card(
        "The tracker's changes wait in the draft",
        (
            text(
                f"{plural(count, 'change')} waiting. A person has to propose them, because a revision needs approval from the other side."
            ),
            Buttons(
                (
                    Button("Look at the draft", "draft show", "", "draft show"),
                    Button("Propose it", "publish", "", "publish"),
                )
            ),
            context("You get this once for each group of changes, because you may publish."),
        ),
    )


def tracker_changes_decided() -> Card:
    """What that card says once nothing of it waits in the draft."""
    return Card(
        "The tracker's changes no longer wait",
        (
            text("They were proposed, published or discarded."),
            Buttons((Button("Current version", "current", words="current"),)),
        ),
    )


EXAMPLES = (
    tracker_changes_waiting(4),
    tracker_changes_decided(),
    report(ImportReport(kind="roadmap", errors=(_BAD,) * 30, unknown_columns=("colour", "*")), dry_run=False),
    report(
        ImportReport(kind="roadmap", added=3, changed=1, unchanged=156, changes=(_CHANGE,), written=True), dry_run=False
    ),
    report(ImportReport(kind="roadmap", added=3, changed=1, changes=(_CHANGE,) * 40), dry_run=True),
    report(ImportReport(kind="roadmap", added=1, written=True, duplicates=(("SHOP-1", "WEB-1"),)), dry_run=False),
    report(ImportReport(kind="roadmap", added=160, revision=1, written=True), dry_run=False),
    report(
        ImportReport(kind="roadmap", added=2, revision=2, written=True, lacks_approval=True, published_by="root"),
        dry_run=False,
    ),
    report(
        ImportReport(
            kind="people",
            dropped=2,
            ended=("eva@x.org", "bo@x.org"),
            former=("cy@x.org",),
            alike=(("a@x.org", "b@x.org"),),
            written=True,
        ),
        dry_run=False,
    ),
    report(
        ImportReport(
            kind="people", added=1, kept=("ada@x.org",), without_effect=("--publish", "a reason"), written=True
        ),
        dry_run=False,
    ),
    report(ImportReport(kind="people", added=60, errors=(_BAD,), written=True, accepted=True), dry_run=False),
)
