"""The options of an import, who imports, and how its result is reported. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from handlers.shared.rules.rows.parsed import RowError
from storage.values.company import EVERYTHING, Audience

FileKind = Literal["teams", "people", "campaigns", "roadmap"]
AT_ONCE: tuple[FileKind, ...] = ("teams", "people")  # no part of a revision
TRACKER = "tracker"  # the author of a tracker's edits
OPERATOR = "operator"  # the author of revisions published from a terminal; the audit has the account


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """Options of an import. *publish* is for operators: the revision is published at once, without an approval."""

    dry_run: bool = False
    accept_errors: bool = False
    complete: bool = False
    accept_removals: bool = False  # a complete file may leave out many
    publish: bool = False
    settle: bool = False  # a tracker's export: published by `importing.settle`
    reason: str = ""


def unfit_options(kind: FileKind, options: ImportOptions) -> str:
    """Why *options* cannot be meant for a file of that kind; "" if they can. An option is never ignored."""
    if options.complete and kind not in ("roadmap", "people"):
        return f"--complete is for the roadmap and for people: {kind} that a file does not name stay. Leave it out."
    if options.accept_removals and not options.complete:
        return "--accept-removals goes with --complete: without it a file removes nothing. Give both, or leave it out."
    if options.settle and kind in AT_ONCE:
        return f"--settle is for a tracker's export of the roadmap; an import of {kind} counts at once. Leave it out."
    if options.settle and options.publish:
        return "--publish publishes at once, --settle later. Give only one of them."
    return ""


def options_without_effect(kind: FileKind, options: ImportOptions) -> tuple[str, ...]:
    """Options about a revision, given for what takes effect at once: accepted, for a script that imports every kind."""
    if kind not in AT_ONCE:
        return ()
    return tuple(name for name, given in (("--publish", options.publish), ("a reason", options.reason)) if given)


@dataclass(frozen=True, slots=True, kw_only=True)
class Importer:
    """Who imports. *team* limits roadmap rows to one team; *audience* is what the report may show.

    *account* is the operating-system user, in a terminal.
    """

    person: str = OPERATOR
    team: str | None = None
    audience: Audience = EVERYTHING
    account: str = ""
    platform: str = "console"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """The result of an import or a dry run. `facts` is the contract's JSON."""

    kind: FileKind
    added: int = 0
    changed: int = 0
    dropped: int = 0
    unchanged: int = 0
    revision: int | None = None
    changes: tuple[Mapping[str, str], ...] = ()
    errors: tuple[RowError, ...] = ()
    unknown_columns: tuple[str, ...] = ()
    lacks_approval: bool = False  # published at once although a publisher of the other side has to approve
    published_by: str = ""  # the operating-system user, in a terminal
    duplicates: tuple[tuple[str, str], ...] = ()  # (added key, key of an open item that looks the same)
    replaced: tuple[str, ...] = ()  # whose unpublished edits the rows replaced, in words
    ended: tuple[str, ...] = ()  # e-mails of people whom a complete file left out
    alike: tuple[tuple[str, str], ...] = ()  # e-mails of a new person, and of somebody who may be the same one
    former: tuple[str, ...] = ()  # e-mails of people who left and whom the file still names
    kept: tuple[str, ...] = ()  # e-mails of people whom a complete file left out and whom no file ends
    without_effect: tuple[str, ...] = ()  # options that were given and change nothing
    written: bool = False
    accepted: bool = False  # written; in a dry run: would be written

    @property
    def exit(self) -> int:
        """2 if bad rows prevented the import."""
        return 2 if self.errors and not self.accepted else 0

    def facts(self) -> dict[str, Any]:
        return {
            "added": self.added,
            "changed": self.changed,
            "dropped": self.dropped,
            "unchanged": self.unchanged,
            "revision": self.revision,
            "changes": list(self.changes),
            "errors": [error.facts() for error in self.errors],
            "unknown_columns": list(self.unknown_columns),
            "likely_duplicates": [{"key": new, "like": old} for new, old in self.duplicates],
            "lacks_approval": self.lacks_approval,
            "replaced": list(self.replaced),
            "without_effect": list(self.without_effect),
            **(self._memberships() if self.kind == "people" else {}),
        }

    def _memberships(self) -> dict[str, list[str]]:
        return {"ended": list(self.ended), "former": list(self.former), "kept": list(self.kept)}


@dataclass(slots=True)
class RowDifferences:
    """Counts of added, changed and unchanged rows, and the changed fields."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    changes: list[dict[str, str]] = field(default_factory=list)

    def count(self, key: str, before: Mapping[str, str] | None, after: Mapping[str, str]) -> bool:
        """Count one row; True if anything of it has to be written."""
        if before is None:
            self.added += 1
            return True
        told = [
            {"key": key, "field": name, "old": before.get(name, ""), "new": new}
            for name, new in after.items()
            if before.get(name, "") != new
        ]
        self.changes += told
        self.changed += bool(told)
        self.unchanged += not told
        return bool(told)


def with_differences(report: ImportReport, differences: RowDifferences) -> ImportReport:
    return replace(
        report,
        added=differences.added,
        changed=differences.changed,
        unchanged=differences.unchanged,
        changes=tuple(sorted(differences.changes, key=lambda change: change["key"])),
    )
