"""Import teams or campaigns, inside the caller's transaction."""

from __future__ import annotations

from dataclasses import replace

from handlers.context import AppContext
from handlers.importing.rules.report import Importer, ImportOptions, ImportReport, RowDifferences, with_differences
from handlers.importing.workflow.submit import submit
from handlers.shared.rules.rows.parsed import Parsed
from storage import people, roadmap
from storage.store import Session
from storage.values.company import Campaign, Directory, Team
from storage.values.roadmap import CAMPAIGN_FIELDS, Change, ChangeKind, as_text, field_values


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
    submitted = await submit(ctx, session, changes, options, by, names)
    return replace(report, revision=submitted.revision, replaced=submitted.replaced)


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
