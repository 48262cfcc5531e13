"""What an imported file does to the store. The whole file, or nothing of it.

read and check (no transaction) -> compare and write (one transaction) -> Report
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Literal

from handlers.errors import BadInput, Refusal
from handlers.importing.rules import accounts_taken, only_of_team, without
from handlers.publishing import publish_changes
from handlers.rows import (
    Comparison,
    Parsed,
    PersonRow,
    RowError,
    compare,
    merged,
    parse_campaigns,
    parse_items,
    parse_people,
    parse_teams,
)
from handlers.toolbox import Toolbox
from integrations.ports.files import Sheet, Unreadable
from storage import audit, drafts, people, roadmap
from storage.directory import directory
from storage.drafts import Edit
from storage.store import Session, batches, lock_publishing
from storage.values import (
    CAMPAIGN_FIELDS,
    Campaign,
    Change,
    ChangeKind,
    Directory,
    Item,
    Permission,
    Person,
    Status,
    Team,
    as_text,
    state_of,
)

What = Literal["teams", "people", "campaigns", "roadmap"]
OPERATOR = "operator"  # the author of what is published from a terminal; the audit names the account


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a file is taken. *publish* is an operator's act: the revision is out at once, without a second key."""

    dry_run: bool = False
    accept_errors: bool = False
    complete: bool = False
    publish: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Importer:
    """Who imports. *team* limits roadmap rows to one team; *account* is the operating-system user, in a terminal."""

    person: str = OPERATOR
    team: str | None = None
    account: str = ""
    platform: str = "console"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a file did, or would do. `facts` is the contract's JSON."""

    what: What
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
class Difference:
    """What rows change: how many of each kind, and the fields of those that existed."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    changes: list[dict[str, str]] = field(default_factory=list)

    def note(self, key: str, before: Mapping[str, str] | None, after: Mapping[str, str]) -> bool:
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


async def import_file(box: Toolbox, what: What, content: bytes, options: Options, by: Importer) -> Report:
    """Take a CSV file. Raises BadInput when it is no table; bad rows are in the report, with their fixes."""
    try:
        sheet = box.sheets.read(content)
    except Unreadable as unreadable:
        raise BadInput(str(unreadable)) from None
    known = await _known(box)
    match what:
        case "teams":
            return await _take(box, what, parse_teams(sheet, known.names), options, by, _write_teams)
        case "people":
            return await _take(box, what, await _people(box, sheet, known.names), options, by, _write_people)
        case "campaigns":
            parsed = parse_campaigns(sheet, known.names)
            write = partial(_write_campaigns, names=known.names)
            return await _take(box, what, parsed, options, by, write, known)
        case "roadmap":
            rows = await _rows(box, sheet, known.names, by)
            write = partial(_write_roadmap, names=known.names, named=_keys_in(sheet))
            return await _take(box, what, rows, options, by, write, known)


async def _people(box: Toolbox, sheet: Sheet, names: Directory) -> Parsed[PersonRow]:
    parsed = parse_people(sheet, names)
    owners = {}
    async with box.store.reading() as session:
        for column in sorted(parsed.present & _ACCOUNTS.keys()):
            accounts = [getattr(row, column) for row in parsed.rows if getattr(row, column)]
            held = [await people.ids_of_accounts(session, _ACCOUNTS[column], "", some) for some in batches(accounts)]
            owners[column] = {account: person for some in held for account, person in some.items()}
    return without(parsed, accounts_taken(parsed, owners, names))


async def _rows(box: Toolbox, sheet: Sheet, names: Directory, by: Importer) -> Parsed[Item]:
    parsed = parse_items(sheet, names)
    if by.team is None:
        return parsed
    async with box.store.reading() as session:
        stored = await roadmap.items_with(session, [item.key for item in parsed.rows])
    return only_of_team(parsed, by.team, names, stored)


def _keys_in(sheet: Sheet) -> frozenset[str] | None:
    """The keys that the file's rows name, the bad rows included; None when a row names none."""
    column = next((name for name in sheet.columns if name.casefold() == "key"), "")
    keys = [row.cells.get(column, "").strip() for row in sheet.rows]
    return frozenset(keys) if all(keys) else None


@dataclass(frozen=True, slots=True)
class Known:
    """Everybody a row may name. `newcomers` are admins of the settings without a row yet, by e-mail with an id."""

    names: Directory
    newcomers: Mapping[str, str]


async def _known(box: Toolbox) -> Known:
    async with box.store.reading() as session:
        names = await directory(session)
    missing = {email: box.tokens.new("p_") for email in sorted(box.policy.admins - names.by_email.keys())}
    newcomers = tuple(Person(key, email, email) for email, key in missing.items())
    return Known(replace(names, people=(*names.people, *newcomers)), missing)


async def _take(
    box: Toolbox,
    what: What,
    parsed: Parsed[Any],
    options: Options,
    by: Importer,
    write: Any,
    known: Known | None = None,
) -> Report:
    blank = Report(what=what, errors=parsed.errors, unknown_columns=parsed.unknown_columns)
    if parsed.errors and not options.accept_errors:
        return blank
    if options.dry_run:
        async with box.store.reading() as session:
            foreseen: Report = await write(box, session, parsed, options, by, blank)
            return replace(foreseen, accepted=True)
    async with box.store.transaction() as session:
        await lock_publishing(session)
        if known:
            await _give_rows(session, known)
        report: Report = await write(box, session, parsed, options, by, blank)
        await audit.record(
            session,
            f"import {what}",
            at=box.clock.now(),
            person="" if by.person == OPERATOR else by.person,
            operator=by.account,
            platform=by.platform,
            details={"added": report.added, "changed": report.changed, "dropped": report.dropped},
        )
        return replace(report, written=True, accepted=True)


async def _give_rows(session: Session, known: Known) -> None:
    """Give the admins of the settings the rows that the file may name. Raises Refusal when somebody was quicker."""
    await people.ensure(session, known.newcomers)
    for email, key in known.newcomers.items():
        person = await people.with_email(session, email)
        if person is None or person.id != key:
            raise Refusal(f"{email} was added by somebody else just now. Nothing was imported; import the file again.")


async def _write_teams(
    _box: Toolbox, session: Session, parsed: Parsed[Team], options: Options, _by: Importer, blank: Report
) -> Report:
    known = {team.key: team for team in await people.teams(session)}
    found = Difference()
    wanted = [t for t in parsed.rows if found.note(t.key, _team_state(known.get(t.key)), _team_state(t) or {})]
    if not options.dry_run:
        await people.save_teams(session, wanted, known=known)
    return _told(blank, found)


def _team_state(team: Team | None) -> dict[str, str] | None:
    return None if team is None else {"name": team.name, "side": str(team.side), "aliases": as_text(team.aliases)}


def _told(blank: Report, found: Difference) -> Report:
    return replace(
        blank,
        added=found.added,
        changed=found.changed,
        unchanged=found.unchanged,
        changes=tuple(sorted(found.changes, key=lambda change: change["key"])),
    )


_ACCOUNTS = {"slack_user_id": "slack", "teams_user_id": "teams"}


async def _write_people(
    box: Toolbox, session: Session, parsed: Parsed[PersonRow], options: Options, _by: Importer, blank: Report
) -> Report:
    known = {person.email: person for person in await people.everybody(session)}
    told = sorted(parsed.present - {"diet", "email", *_ACCOUNTS})
    found, added, changed, ids = Difference(), list[dict[str, str]](), list[dict[str, str]](), list[str]()
    for row in parsed.rows:
        before = known.get(row.email)
        after = _columns(box, row, told)
        # An admin of the settings who has spoken but whom no file has described yet comes with this one.
        bare = before is not None and before == Person(before.id, row.email, row.email)
        state = {name: as_text(getattr(before, name)) for name in after} if before and not bare else None
        news = found.note(row.email, state, after)
        ids.append(before.id if before else box.tokens.new("p_"))
        # A diet is unreadable from here on: it is never compared, listed or exported, so it is simply written.
        sealed = {"diet": box.seal.close(row.diet) if row.diet else ""} if "diet" in parsed.present else {}
        if before is None:
            blank_row = {"permission": str(Permission.VIEWER), "timezone": box.policy.timezone}
            added.append({"id": ids[-1], "email": row.email, **blank_row, **after, **sealed})
        elif news or sealed:
            changed.append({"id": before.id, "email": row.email, **after, **sealed})
    if not options.dry_run:
        await people.save_people(session, [*added, *changed], known={person.id for person in known.values()})
        await _link_accounts(box, session, parsed, ids)
    return _told(blank, found)


def _columns(box: Toolbox, row: PersonRow, told: Iterable[str]) -> dict[str, str]:
    """What the file says of a person; an empty permission says nothing, an empty zone is the organisation's."""
    values = {name: as_text(getattr(row, name)) for name in told if getattr(row, name) is not None}
    return values | {"timezone": box.policy.timezone} if values.get("timezone") == "" else values


async def _link_accounts(box: Toolbox, session: Session, parsed: Parsed[PersonRow], ids: Sequence[str]) -> None:
    for row, person_id in zip(parsed.rows, ids, strict=True):
        for column, platform in _ACCOUNTS.items():
            account = getattr(row, column)
            if column not in parsed.present or not account:
                continue
            await people.unlink_imported(session, person_id, platform, besides=account)
            if not await people.link(session, person_id, platform, "", account, at=box.clock.now()):
                raise Refusal(f"{account} was linked to somebody else just now. Nothing was imported; import it again.")


async def _write_campaigns(
    box: Toolbox,
    session: Session,
    parsed: Parsed[Campaign],
    options: Options,
    by: Importer,
    blank: Report,
    *,
    names: Directory,
) -> Report:
    known = {campaign.key: campaign for campaign in await roadmap.campaigns(session)}
    fresh = {campaign.key for campaign in await roadmap.unrecorded_campaigns(session)}
    found = Difference()
    wanted = [
        campaign
        for campaign in parsed.rows
        if found.note(
            campaign.key, _campaign_state(known.get(campaign.key), names), _campaign_state(campaign, names) or {}
        )
    ]
    report = _told(blank, found)
    if options.dry_run:
        return report
    await roadmap.save_campaigns(session, wanted, known=known, unrecorded=fresh)
    # Dates, owner and status of a campaign that is on the roadmap already are part of its history.
    changes = [
        change for c in wanted if c.key in known and c.key not in fresh and (change := _recorded(known[c.key], c))
    ]
    return replace(report, revision=await _submit(box, session, changes, options, by))


def _campaign_state(campaign: Campaign | None, names: Directory) -> dict[str, str] | None:
    if campaign is None:
        return None
    return {
        "name": campaign.name,
        "aliases": as_text(campaign.aliases),
        "owner_email": names.email_of(campaign.owner),
        "it_partner_email": names.email_of(campaign.it_partner),
        **{name: as_text(getattr(campaign, name)) for name in ("start", "end", "status")},
    }


def _recorded(before: Campaign, after: Campaign) -> Change | None:
    old, new = state_of(before), state_of(after)
    fields = {name: (old[name], new[name]) for name in CAMPAIGN_FIELDS if old[name] != new[name]}
    return Change("campaign", after.key, ChangeKind.CHANGED, fields) if fields else None


async def _write_roadmap(
    box: Toolbox,
    session: Session,
    parsed: Parsed[Item],
    options: Options,
    by: Importer,
    blank: Report,
    *,
    names: Directory,
    named: frozenset[str] | None,
) -> Report:
    if options.complete and not parsed.rows:
        raise BadInput(
            "The file holds no rows, and with --complete that would drop the whole roadmap. Nothing was done."
        )
    if options.complete and named is None:
        raise BadInput(
            "A row has no key, so nobody can tell which items are missing from the file, and with --complete those "
            "would be dropped. Nothing was done. Fill in the key, or leave --complete out."
        )
    before = await _standing(session, parsed.rows, options)
    after = [merged(item, before.get(item.key), parsed.present) for item in parsed.rows]
    found = compare(before, after)
    # A row that could not be taken still stands in the file: its item is not missing from it.
    gone = _missing(before, named, by) if options.complete and named is not None else []
    report = replace(
        blank,
        added=len(found.added),
        changed=len(found.changed),
        dropped=len(gone),
        unchanged=found.unchanged,
        changes=tuple(_fields(found, gone, names)),
    )
    if options.dry_run:
        return report
    return replace(report, revision=await _submit(box, session, (*found.changes(), *gone), options, by))


async def _standing(session: Session, rows: Sequence[Item], options: Options) -> dict[str, Item]:
    """What the rows are compared with; the whole roadmap only when the file speaks of all of it."""
    if options.complete:
        return await roadmap.all_items(session)
    return await roadmap.items_with(session, [item.key for item in rows])


def _missing(before: Mapping[str, Item], named: frozenset[str], by: Importer) -> list[Change]:
    """With a complete file, what it does not name any more is dropped; a contributor's file speaks of one team."""
    return [
        Change("item", key, ChangeKind.CHANGED, {"status": (str(item.status), str(Status.DROPPED))})
        for key, item in before.items()
        if key not in named and item.status is not Status.DROPPED and by.team in (None, item.team)
    ]


def _fields(found: Comparison, gone: Sequence[Change], names: Directory) -> list[dict[str, str]]:
    entries = []
    for change in (*found.changed, *gone):
        for name, (old, new) in change.fields.items():
            if name == "owner":
                entries.append(
                    {"key": change.key, "field": "owner_email", "old": names.email_of(old), "new": names.email_of(new)}
                )
            else:
                entries.append({"key": change.key, "field": name, "old": old, "new": new})
    return entries


async def _submit(
    box: Toolbox, session: Session, changes: Sequence[Change], options: Options, by: Importer
) -> int | None:
    """Publish the changes, or put them into the shared draft; the number of the revision, if there is one."""
    if not changes:
        return None
    now = box.clock.now()
    if options.publish:
        reason = options.reason or "Imported from a file"
        revision = await publish_changes(box, session, by.person, changes, reason=reason, now=now, how="operator")
        return revision.number
    edits = [
        Edit(c.noun, c.key, c.new(), by.person, now, options.reason, added=c.kind is ChangeKind.ADDED) for c in changes
    ]
    await drafts.keep(session, edits)
    return None
