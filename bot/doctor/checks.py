"""The checks of `handshake doctor`, each with what to do when it fails."""

from __future__ import annotations

import shutil
from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.app import App
from bot.settings import WrongSettings
from handlers.catalogue import FEATURES
from handlers.errors import Refusal
from handlers.feature import jobs_of
from handlers.operations.notices import PLATFORM_NAMES
from handlers.people.commands.accounts import make_admin_code
from handlers.shared.rules.phrases import plural
from integrations.ports.platform import CheckResult
from storage import dead_deliveries, deliveries, job_runs, paused_accounts, people, revisions, schema_version
from storage.paused_accounts import PausedAccount
from storage.store import StoreOutdated, StoreProblem, database_now
from storage.values.company import Permission, Side
from storage.values.deliveries import DeliveryState

JOB_LATE_AFTER = timedelta(minutes=10)
LOW_DISK_BYTES = 500_000_000
DELIVERY_LATE_AFTER_S = 600


async def run_checks(app: App) -> list[CheckResult]:
    """Run every check; only the first one when the store is unusable."""
    store = await _store(app)
    if not store.ok:
        return [store]
    checks: tuple[Callable[[App], Awaitable[CheckResult]], ...] = (
        _admin,
        _keys,
        _people,
        _roadmap,
        _publishing,
        _platforms,
        _deliveries,
        _accounts,
        _clock,
        _scheduler,
        _disk,
        _model,
    )
    return [store, *[await check(app) for check in checks], *await _adapters(app)]


async def _store(app: App) -> CheckResult:
    try:
        await app.store.open()
        async with app.store.reading() as session:
            await schema_version.schema_state(session)
    except StoreOutdated as outdated:
        return CheckResult("store", ok=False, detail=str(outdated), fix="handshake migrate")
    except StoreProblem as problem:
        return CheckResult("store", ok=False, detail=str(problem), fix="correct HANDSHAKE_DATABASE_URL")
    return CheckResult("store", ok=True, detail=f"{app.store}, tables at version {schema_version.LATEST_MIGRATION}")


async def _admin(app: App) -> CheckResult:
    code = await make_admin_code(app.ctx)
    if code is None:
        async with app.store.reading() as session:
            count = await people.count_with(session, Permission.ADMIN)
        return CheckResult(
            "admin", ok=True, detail=f"{count} by role, {len(app.ctx.policy.admins)} by HANDSHAKE_ADMINS"
        )
    fix = f"in a direct message to Handshake, within 15 minutes: me admin {code}   (or set HANDSHAKE_ADMINS)"
    return CheckResult("admin", ok=False, detail="nobody is an admin yet", fix=fix)


async def _keys(app: App) -> CheckResult:
    try:
        app.ctx.cipher.encrypt("probe")
    except Refusal as refusal:
        return CheckResult("secret keys", ok=False, detail=refusal.text, fix="set HANDSHAKE_SECRET_KEYS")
    where = "HANDSHAKE_SECRET_KEYS" if app.settings.keys else f"{app.store}.key"
    return CheckResult("secret keys", ok=True, detail=f"from {where}; keep a copy apart from the backup")


async def _people(app: App) -> CheckResult:
    from storage.directory import directory

    async with app.store.reading() as session:
        teams, persons = await people.teams(session), (await directory(session)).people
    sides = {team.side for team in teams}
    if not {Side.MARKETING, Side.IT} <= sides:
        detail = f"{len(teams)} teams; at least one of Marketing and one of IT is needed"
        return CheckResult("people", ok=False, detail=detail, fix="handshake import teams teams.csv")
    if not any(person.team for person in persons):
        return CheckResult("people", ok=False, detail="nobody has a team", fix="handshake import people people.csv")
    return CheckResult("people", ok=True, detail=f"{len(persons)} people in {len(teams)} teams")


async def _roadmap(app: App) -> CheckResult:
    async with app.store.reading() as session:
        newest = await revisions.latest(session)
    if newest is None:
        fix = "handshake import roadmap roadmap.csv --publish --reason 'First version'"
        return CheckResult("roadmap", ok=False, detail="nothing was published yet", fix=fix)
    return CheckResult("roadmap", ok=True, detail=f"{newest.name} is current, hash {newest.hash[:12]}")


async def _publishing(app: App) -> CheckResult:
    from handlers.shared.approvals import needs_approval, sides_with_publishers
    from storage.directory import directory

    async with app.store.reading() as session:
        names = await directory(session)
    policy = app.ctx.policy
    if needs_approval(policy, names) and len(sides_with_publishers(policy, names)) < 2:
        detail = "HANDSHAKE_TWO_KEY=on, but only one side has a publisher: nothing can be published"
        return CheckResult(
            "publishing", ok=False, detail=detail, fix='handshake say "roles grant EMAIL publisher" --as ADMIN'
        )
    rule = "a publisher of each side signs" if needs_approval(policy, names) else "one key is enough"
    return CheckResult("publishing", ok=True, detail=rule)


async def _platforms(app: App) -> CheckResult:
    served = app.ctx.policy.platforms
    async with app.store.reading() as session:
        waiting = await deliveries.waiting(session)
    stuck = {platform: count for platform, count in sorted(waiting.items()) if platform not in served}
    if stuck:
        summary = ", ".join(f"{plural(count, 'delivery', 'deliveries')} for {name}" for name, count in stuck.items())
        names = " and ".join(f"{platform.upper()}_…" for platform in stuck)
        fix = f"set the {names} settings, for this command and for handshake run (see .env.example)"
        return CheckResult(
            "platforms", ok=False, detail=f"{summary} will wait for ever: its settings are absent", fix=fix
        )
    return CheckResult("platforms", ok=True, detail=f"served: {', '.join(sorted(served))}")


async def _adapters(app: App) -> list[CheckResult]:
    """The checks of each configured platform."""
    from bot.inbox import Inbox
    from bot.platforms import build_adapters

    try:
        adapters = build_adapters(app, Inbox(app.ctx, app.dispatch))
    except WrongSettings as wrong:
        return [CheckResult("settings", ok=False, detail=str(wrong), fix="correct them, here and for handshake run")]
    return [result for adapter in adapters for result in await adapter.diagnose()]


async def _deliveries(app: App) -> CheckResult:
    async with app.store.reading() as session:
        counts = await deliveries.counts(session)
        restored = await dead_deliveries.count_restored(session)
        oldest = await deliveries.oldest_waiting(session)
    summary = ", ".join(f"{count} {state}" for state, count in sorted(counts.items())) or "nothing has gone out yet"
    if restored:
        return _restored_deliveries(summary, restored)
    if counts.get(DeliveryState.DEAD):
        return CheckResult(
            "deliveries",
            ok=False,
            detail=summary,
            fix="handshake post list --state dead, then handshake post retry all-dead",
        )
    if oldest and (app.ctx.clock.now() - oldest).total_seconds() > DELIVERY_LATE_AFTER_S:
        return CheckResult(
            "deliveries",
            ok=False,
            detail=f"{summary}; the oldest waits since {oldest:%Y-%m-%d %H:%M} UTC",
            fix="handshake run",
        )
    return CheckResult("deliveries", ok=True, detail=summary)


def _restored_deliveries(summary: str, restored: int) -> CheckResult:
    detail = (
        f"{summary}; {plural(restored, 'delivery', 'deliveries')} waited when the restored backup was made and may have "
        "arrived since, so nothing was sent: you decide"
    )
    fix = (
        "handshake post list --state dead, and look into those channels; then handshake post retry ID to send one or "
        "handshake post drop ID to drop one (all-restored in place of ID: all of them)"
    )
    return CheckResult("deliveries", ok=False, detail=detail, fix=fix)


async def _accounts(app: App) -> CheckResult:
    """Whether a whole workspace or tenant is paused until somebody fixes it."""
    async with app.store.reading() as session:
        paused = await paused_accounts.paused_at(session, app.ctx.clock.now())
    if not paused:
        return CheckResult("accounts", ok=True, detail="none is paused")
    lines = "; ".join(
        f"{_account_name(account)} is paused: it answered {account.reason}, and "
        f"{plural(account.waiting, 'delivery waits', 'deliveries wait')} for it (next try {account.until:%H:%M} UTC)"
        for account in paused
    )
    fixes = list(dict.fromkeys(_account_fix(app, account) for account in paused))
    return CheckResult("accounts", ok=False, detail=lines, fix="; ".join(fixes))


def _account_name(account: PausedAccount) -> str:
    name = PLATFORM_NAMES.get(account.platform, account.platform)
    return f"the {name} workspace {account.workspace}" if account.workspace else name


def _account_fix(app: App, account: PausedAccount) -> str:
    """Whose move it is, what they do, and what to type when the cause is gone."""
    if account.platform != "slack":
        return "an Azure administrator: see the line “teams token”; then handshake post retry all-dead, or wait"
    where = f"{app.settings.public_url}/slack/install" if app.settings.slack.client_id else "api.slack.com/apps"
    return (
        f"a Slack administrator of {account.workspace}: install Handshake again ({where}); if the bot token is new, set it "
        "and start Handshake again; what waits goes out at once, or type handshake post retry all-dead"
    )


async def _clock(app: App) -> CheckResult:
    """Whether the clocks of this machine and the database agree."""
    async with app.store.reading() as session:
        database_time = await database_now(session)
    difference_s = abs((database_time - app.ctx.clock.now()).total_seconds())
    if difference_s > 60:
        detail = f"this machine and the database are {difference_s:.0f} s apart"
        return CheckResult(
            "clock",
            ok=False,
            detail=detail,
            fix="set the clock of one of them (NTP); handshake run goes by the database's",
        )
    return CheckResult("clock", ok=True, detail="this machine and the database agree")


async def _scheduler(app: App) -> CheckResult:
    """Whether jobs run on time."""
    now = app.ctx.clock.now()
    async with app.store.reading() as session:
        watermarks, last_runs = await job_runs.watermarks(session), await job_runs.last_runs(session)
    late = [
        job.name
        for job in jobs_of(FEATURES)
        if job.name in watermarks and now - job.schedule.next_after(watermarks[job.name]) > JOB_LATE_AFTER
    ]
    if late:
        return CheckResult("scheduler", ok=False, detail=f"due and not run: {', '.join(late)}", fix="handshake run")
    last = max(last_runs.values(), default=None)
    return CheckResult(
        "scheduler", ok=True, detail=f"last run {last:%Y-%m-%d %H:%M} UTC" if last else "nothing was due yet"
    )


async def _model(app: App) -> CheckResult:
    """Whether the language model answers, and what is sent to it with a question."""
    from bot.doctor import model  # loads the question planner, which takes a while

    return await model.check(app)


async def _disk(app: App) -> CheckResult:
    """Whether the store has room to grow."""
    if app.store.path is None:
        return CheckResult("disk", ok=None, detail="PostgreSQL minds its own")
    free = shutil.disk_usage(app.store.path.parent).free
    if free < LOW_DISK_BYTES:
        return CheckResult(
            "disk", ok=False, detail=f"{free / 1e6:.0f} MB are left beside {app.store}", fix="free some space"
        )
    return CheckResult("disk", ok=True, detail=f"{free / 1e9:.1f} GB are left")
