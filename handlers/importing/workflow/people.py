"""Import people, inside the caller's transaction: who is new, who changed, who has another e-mail, who left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from handlers.context import AppContext
from handlers.errors import Refusal
from handlers.importing.rules.people import check_confirmed, leavers
from handlers.importing.rules.report import Importer, ImportOptions, ImportReport, RowDifferences, with_differences
from handlers.shared.leaving import end_memberships
from handlers.shared.rules.rows.company import PersonRecord
from handlers.shared.rules.rows.parsed import Parsed
from storage import people, person_lifecycle
from storage.directory import directory
from storage.store import Session
from storage.values.company import Permission, Person
from storage.values.roadmap import as_text

# Column -> platform.
ACCOUNT_COLUMNS = {"slack_user_id": "slack", "teams_user_id": "teams"}


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
    names = await directory(session)
    gone: tuple[Person, ...] = ()
    if options.complete:
        gone = leavers(
            names, named, renames.values(), {by.person, *ctx.policy.admins} & {*_ids_and_emails(names.people)}
        )
        if not options.accept_removals and not options.dry_run:
            check_confirmed(gone, names)
    known = {**names.by_email_ever, **renames}
    found, added, changed, ids = RowDifferences(), list[dict[str, str]](), list[dict[str, str]](), list[str]()
    columns = sorted(parsed.present - {"diet", "email", *ACCOUNT_COLUMNS})
    for row in parsed.rows:
        before = known.get(row.email)
        after = _columns(ctx, row, columns)
        # An admin of the settings who has a row already but was in no file counts as new in this one.
        bare = before is not None and before == Person(before.id, row.email, row.email)
        state = {name: as_text(getattr(before, name)) for name in after} if before and not bare else None
        moved = {"email": (before.email, row.email)} if before and row.email in renames else {}
        news = found.count(
            row.email,
            state and {**state, **{name: old for name, (old, _) in moved.items()}},
            {**after, **{name: new for name, (_, new) in moved.items()}},
        )
        ids.append(before.id if before else ctx.ids.new("p_"))
        # A diet is encrypted here, so it cannot be compared: it is always written.
        sealed = {"diet": ctx.cipher.encrypt(row.diet) if row.diet else ""} if "diet" in parsed.present else {}
        if before is None:
            blank_row = {"permission": str(Permission.VIEWER), "timezone": ctx.policy.timezone}
            added.append({"id": ids[-1], "email": row.email, **blank_row, **after, **sealed})
        elif news or sealed:
            changed.append({"id": before.id, **after, **sealed})
    named_formers = tuple(p.email for row in parsed.rows if (p := known.get(row.email)) and not p.is_active)
    report = replace(
        with_differences(report_so_far, found),
        dropped=len(gone),
        ended=tuple(person.email for person in gone),
        former=named_formers,
    )
    if options.dry_run:
        return report
    await people.save_people(session, [*added, *changed], known={person.id for person in known.values()})
    for email, person in renames.items():
        await person_lifecycle.change_email(session, person, email)
    await _link_accounts(ctx, session, parsed, ids)
    if gone:
        await end_memberships(ctx, session, gone, at=ctx.clock.now())
    return report


def _ids_and_emails(persons: Iterable[Person]) -> Iterable[str]:
    return (word for person in persons for word in (person.id, person.email))


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
