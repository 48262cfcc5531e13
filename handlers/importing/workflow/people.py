"""Import people, inside the caller's transaction: who is new, who changed, who has another e-mail, who left."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from handlers.context import AppContext
from handlers.errors import Refusal
from handlers.importing.rules.people import check_confirmed, kept, leavers, look_alikes
from handlers.importing.rules.report import Importer, ImportOptions, ImportReport, RowDifferences, with_differences
from handlers.shared.leaving import end_memberships
from handlers.shared.rules.rows.company import PersonRecord
from handlers.shared.rules.rows.parsed import Parsed
from storage import people, person_lifecycle
from storage.directory import directory
from storage.store import Session
from storage.values.company import Directory, Permission, Person
from storage.values.roadmap import as_text

# Column -> platform.
ACCOUNT_COLUMNS = {"slack_user_id": "slack", "teams_user_id": "teams"}


@dataclass(slots=True)
class Differences:
    """What a file changes: counts for the report, rows to write, and the id of each row's person."""

    counts: RowDifferences = field(default_factory=RowDifferences)
    added: list[dict[str, str]] = field(default_factory=list)
    changed: list[dict[str, str]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)


async def write_people(
    ctx: AppContext,
    session: Session,
    parsed: Parsed[PersonRecord],
    options: ImportOptions,
    by: Importer,
    report_so_far: ImportReport,
    *,
    named: frozenset[str] | None,
    renames: Mapping[str, Person],
) -> ImportReport:
    """*named* are the e-mails in the file, *renames* maps a new e-mail to the person who had another one."""
    names = await directory(session)
    gone = leavers(names, named, renames.values(), _kept(ctx, names, by)) if options.complete else ()
    if not options.accept_removals and not options.dry_run:
        check_confirmed(gone, names)
    known = {**names.by_email_ever, **renames}
    differences = await asyncio.to_thread(_compare, ctx, parsed, known, renames)
    report = replace(
        with_differences(report_so_far, differences.counts),
        dropped=len(gone),
        ended=tuple(person.email for person in gone),
        kept=tuple(p.email for p in kept(names, named, renames.values(), gone)) if options.complete and named else (),
        alike=look_alikes(parsed, names, renames.keys()),
        former=tuple(p.email for row in parsed.rows if (p := known.get(row.email)) and not p.is_active),
    )
    if options.dry_run:
        return report
    ids = {person.id for person in known.values()}
    await people.save_people(session, [*differences.added, *differences.changed], known=ids)
    for email, person in renames.items():
        await person_lifecycle.change_email(session, person, email)
    await _link_accounts(ctx, session, parsed, differences.ids)
    if gone:
        await end_memberships(ctx, session, gone, at=ctx.clock.now())
    return report


def _kept(ctx: AppContext, names: Directory, by: Importer) -> frozenset[str]:
    """Whom no file ends: the importer, by id, and the admins whom the settings name, by e-mail."""
    here = {word for person in names.people for word in (person.id, person.email)}
    return frozenset({by.person, *ctx.policy.admins} & here)


def _compare(
    ctx: AppContext, parsed: Parsed[PersonRecord], known: Mapping[str, Person], renames: Mapping[str, Person]
) -> Differences:
    differences = Differences()
    columns = sorted(parsed.present - {"diet", "email", *ACCOUNT_COLUMNS})
    for row in parsed.rows:
        before, after = known.get(row.email), _columns(ctx, row, columns)
        email = {"email": row.email} if row.email in renames else {}
        # An admin of the settings who has a row already but was in no file counts as new in this one.
        bare = before is not None and before == Person(before.id, row.email, row.email)
        state = {name: as_text(getattr(before, name)) for name in after | email} if before and not bare else None
        news = differences.counts.count(row.email, state, after | email)
        differences.ids.append(before.id if before else ctx.ids.new("p_"))
        # A diet is encrypted here, so it cannot be compared: it is always written.
        sealed = {"diet": ctx.cipher.encrypt(row.diet) if row.diet else ""} if "diet" in parsed.present else {}
        if before is None:
            blank_row = {"permission": str(Permission.VIEWER), "timezone": ctx.policy.timezone}
            differences.added.append({"id": differences.ids[-1], "email": row.email, **blank_row, **after, **sealed})
        elif news or sealed:
            differences.changed.append({"id": before.id, **after, **sealed})
    return differences


def _columns(ctx: AppContext, row: PersonRecord, columns: Iterable[str]) -> dict[str, str]:
    """The person as the file has it; an empty permission changes nothing, an empty zone is the organisation's."""
    values = {name: as_text(getattr(row, name)) for name in columns if getattr(row, name) is not None}
    return values | {"timezone": ctx.policy.timezone} if values.get("timezone") == "" else values


async def _link_accounts(ctx: AppContext, session: Session, parsed: Parsed[PersonRecord], ids: Sequence[str]) -> None:
    for row, person_id in zip(parsed.rows, ids, strict=True):
        for column, platform in ACCOUNT_COLUMNS.items():
            account = getattr(row, column)
            if column not in parsed.present or not account:
                continue
            if not await people.link_imported(session, person_id, platform, account, at=ctx.clock.now()):
                raise Refusal(f"{account} was linked to somebody else just now. Nothing was imported; import it again.")
