"""The options of an import, who imports, and how its result is reported. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from handlers.shared.rules.rows.parsed import RowError

FileKind = Literal["teams", "people", "campaigns", "roadmap"]
TRACKER = "tracker"  # the author of edits that settle
OPERATOR = "operator"  # the author of what is published from a terminal; the audit names the account


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """How a file is taken. *publish* is an operator's act: the revision is out at once, without a second key."""

    dry_run: bool = False
    accept_errors: bool = False
    complete: bool = False
    publish: bool = False
    settle: bool = False  # a tracker's export: published by itself once nothing more came for a while
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Importer:
    """Who imports. *team* limits roadmap rows to one team; *account* is the operating-system user, in a terminal."""

    person: str = OPERATOR
    team: str | None = None
    account: str = ""
    platform: str = "console"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What a file did, or would do. `facts` is the contract's JSON."""

    kind: FileKind
    added: int = 0
    changed: int = 0
    dropped: int = 0
    unchanged: int = 0
    revision: int | None = None
    changes: tuple[Mapping[str, str], ...] = ()
    errors: tuple[RowError, ...] = ()
    unknown_columns: tuple[str, ...] = ()
    written: bool = False
    accepted: bool = False  # written, or in a dry run what would be

    @property
    def exit(self) -> int:
        """2 when bad rows keep everything from being written."""
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
        }


@dataclass(slots=True)
class RowDifferences:
    """What rows change: how many of each kind, and the fields of those that existed."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    changes: list[dict[str, str]] = field(default_factory=list)

    def count(self, key: str, before: Mapping[str, str] | None, after: Mapping[str, str]) -> bool:
        """Count one thing; True when anything about it is to be written."""
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
