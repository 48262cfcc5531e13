"""Import teams, people or campaigns, inside the caller's transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from handlers.context import AppContext
from handlers.errors import Refusal
from handlers.importing.rules.report import Importer, ImportOptions, ImportReport, RowDifferences, with_differences
from handlers.importing.workflow.submit import submit
from handlers.shared.rules.rows.company import PersonRecord
from handlers.shared.rules.rows.parsed import Parsed
from storage import people, roadmap
from storage.store import Session
from storage.values.company import Campaign, Directory, Permission, Person, Team
from storage.values.roadmap import CAMPAIGN_FIELDS, Change, ChangeKind, as_text, field_values

# Column -> platform.
ACCOUNT_COLUMNS = {"slack_user_id": "slack", "teams_user_id": "teams"}


async def write_teams(
    _ctx: AppContext,
    session: Session,
    parsed: Parsed[Team],
    options: ImportOptions,
    _by: Importer,
    report_so_far: ImportReport,
) -> ImportReport:
    known = {team.key: team for team in await people.teams(session)}
    differences = RowDifferences()
    wanted = [t for t in parsed.rows if differences.count(t.key, _team_state(known.get(t.key)), _team_state(t) or {})]
    if not options.dry_run:
        await people.save_teams(session, wanted, known=known)
    return with_differences(report_so_far, differences)


def _team_state(team: Team | None) -> dict[str, str] | None:
    return None if team is None else {"name": team.name, "side": str(team.side), "aliases": as_text(team.aliases)}


async def write_people(
    ctx: AppContext,
    session: Session,
    parsed: Parsed[PersonRecord],
    options: ImportOptions,
    _by: Importer,
    report_so_far: ImportReport,
) -> ImportReport:
    known = {person.email: person for person in await people.everybody(session)}
    compared = await asyncio.to_thread(_compare_people, ctx, parsed, known)
    if not options.dry_run:
        rows = [*compared.added, *compared.changed]
        await people.save_people(session, rows, known={person.id for person in known.values()})
        await _link_accounts(ctx, session, parsed, compared.ids)
    return with_differences(report_so_far, compared.differences)


@dataclass(slots=True)
class ComparedPeople:
    """What a file of people changes: rows to add and to change, and every row's id in the order of the file."""

    differences: RowDifferences = field(default_factory=RowDifferences)
    added: list[dict[str, str]] = field(default_factory=list)
    changed: list[dict[str, str]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)


def _compare_people(ctx: AppContext, parsed: Parsed[PersonRecord], known: Mapping[str, Person]) -> ComparedPeople:
    columns = sorted(parsed.present - {"diet", "email", *ACCOUNT_COLUMNS})
    compared = ComparedPeople()
    for row in parsed.rows:
        before = known.get(row.email)
        after = _columns(ctx, row, columns)
        # An admin of the settings who has a row already but was in no file counts as new in this one.
        bare = before is not None and before == Person(before.id, row.email, row.email)
        state = {name: as_text(getattr(before, name)) for name in after} if before and not bare else None
        is_news = compared.differences.count(row.email, state, after)
        person_id = before.id if before else ctx.ids.new("p_")
        compared.ids.append(person_id)
        # A diet is encrypted here, so it cannot be compared: it is always written.
        sealed = {"diet": ctx.cipher.encrypt(row.diet) if row.diet else ""} if "diet" in parsed.present else {}
        if before is None:
            blank_row = {"permission": str(Permission.VIEWER), "timezone": ctx.policy.timezone}
            compared.added.append({"id": person_id, "email": row.email, **blank_row, **after, **sealed})
        elif is_news or sealed:
            compared.changed.append({"id": person_id, "email": row.email, **after, **sealed})
    return compared


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


async def write_campaigns(
    ctx: AppContext,
    session: Session,
    parsed: Parsed[Campaign],
    options: ImportOptions,
    by: Importer,
    report_so_far: ImportReport,
    *,
    names: Directory,
) -> ImportReport:
    known = {campaign.key: campaign for campaign in await roadmap.campaigns(session)}
    fresh = {campaign.key for campaign in await roadmap.unrecorded_campaigns(session)}
    differences = RowDifferences()
    wanted = [
        campaign
        for campaign in parsed.rows
        if differences.count(
            campaign.key, _campaign_state(known.get(campaign.key), names), _campaign_state(campaign, names) or {}
        )
    ]
    report = with_differences(report_so_far, differences)
    if options.dry_run:
        return report
    await roadmap.save_campaigns(session, wanted, known=known, unrecorded=fresh)
    # Dates, owner and status of a published campaign change through the draft, because they are part of its history.
    changes = [
        change for c in wanted if c.key in known and c.key not in fresh and (change := _recorded(known[c.key], c))
    ]
    return replace(report, revision=await submit(ctx, session, changes, options, by))


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
    old, new = field_values(before), field_values(after)
    fields = {name: (old[name], new[name]) for name in CAMPAIGN_FIELDS if old[name] != new[name]}
    return Change("campaign", after.key, ChangeKind.CHANGED, fields) if fields else None
