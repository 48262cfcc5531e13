"""`handshake doctor`: every check in one line, and for each that fails the next words to type."""

from __future__ import annotations

import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.app import App
from bot.settings import WrongSettings
from handlers.catalogue import FEATURES
from handlers.errors import Refusal
from handlers.feature import jobs_of
from handlers.people.commands.accounts import make_admin_code
from handlers.shared.rules.phrases import plural
from storage import deliveries, job_runs, people, rate_limits, revisions, schema_version
from storage.store import StoreOutdated, StoreProblem, database_now
from storage.values.company import Permission, Side

JOB_LATE_AFTER = timedelta(minutes=10)
LOW_DISK_BYTES = 500_000_000  # bytes


@dataclass(frozen=True, slots=True)
class Finding:
    """One check. `todo` is what to type or set next; "" when nothing is to be done. `ok` is None for what was not looked at."""

    what: str
    ok: bool | None
    said: str
    todo: str = ""


async def _run_checks(app: App) -> list[Finding]:
    store = await _store(app)
    if not store.ok:
        return [store]
    checks: tuple[Callable[[App], Awaitable[Finding]], ...] = (
        _admin,
        _keys,
        _people,
        _roadmap,
        _publishing,
        _platforms,
        _deliveries,
        _accounts,
        _scheduler,
        _disk,
        _model,
    )
    return [store, *[await check(app) for check in checks], *await _adapters(app)]


async def _store(app: App) -> Finding:
    try:
        await app.store.open()
        async with app.store.reading() as session:
            await schema_version.schema_state(session)
    except StoreOutdated as outdated:
        return Finding("store", ok=False, said=str(outdated), todo="handshake migrate")
    except StoreProblem as problem:
        return Finding("store", ok=False, said=str(problem), todo="correct HANDSHAKE_DATABASE_URL")
    return Finding("store", ok=True, said=f"{app.store}, tables at version {schema_version.LATEST_MIGRATION}")


async def _admin(app: App) -> Finding:
    code = await make_admin_code(app.ctx)
    if code is None:
        async with app.store.reading() as session:
            count = await people.count_with(session, Permission.ADMIN)
        return Finding("admin", ok=True, said=f"{count} by role, {len(app.ctx.policy.admins)} by HANDSHAKE_ADMINS")
    todo = f"in a direct message to Handshake, within 15 minutes: me admin {code}   (or set HANDSHAKE_ADMINS)"
    return Finding("admin", ok=False, said="nobody is an admin yet", todo=todo)


async def _keys(app: App) -> Finding:
    try:
        app.ctx.cipher.encrypt("probe")
    except Refusal as refusal:
        return Finding("secret keys", ok=False, said=refusal.text, todo="set HANDSHAKE_SECRET_KEYS")
    where = "HANDSHAKE_SECRET_KEYS" if app.settings.keys else f"{app.store}.key"
    return Finding("secret keys", ok=True, said=f"from {where}; keep a copy apart from the backup")


async def _people(app: App) -> Finding:
    async with app.store.reading() as session:
        teams, everybody = await people.teams(session), await people.everybody(session)
    sides = {team.side for team in teams}
    if not {Side.MARKETING, Side.IT} <= sides:
        said = f"{len(teams)} teams; at least one of Marketing and one of IT is needed"
        return Finding("people", ok=False, said=said, todo="handshake import teams teams.csv")
    if not any(person.team for person in everybody):
        return Finding("people", ok=False, said="nobody has a team", todo="handshake import people people.csv")
    return Finding("people", ok=True, said=f"{len(everybody)} people in {len(teams)} teams")


async def _roadmap(app: App) -> Finding:
    async with app.store.reading() as session:
        newest = await revisions.latest(session)
    if newest is None:
        todo = "handshake import roadmap roadmap.csv --publish --reason 'First version'"
        return Finding("roadmap", ok=False, said="nothing was published yet", todo=todo)
    return Finding("roadmap", ok=True, said=f"{newest.name} is current, hash {newest.hash[:12]}")


async def _publishing(app: App) -> Finding:
    from handlers.publishing import needs_approval, sides_with_publishers
    from storage.directory import directory

    async with app.store.reading() as session:
        names = await directory(session)
    policy = app.ctx.policy
    if needs_approval(policy, names) and len(sides_with_publishers(policy, names)) < 2:
        said = "HANDSHAKE_TWO_KEY=on, but only one side has a publisher: nothing can be published"
        return Finding("publishing", ok=False, said=said, todo='handshake say "roles grant EMAIL publisher" --as ADMIN')
    both = "a publisher of each side signs" if needs_approval(policy, names) else "one key is enough"
    return Finding("publishing", ok=True, said=both)


async def _platforms(app: App) -> Finding:
    served = app.ctx.policy.platforms
    async with app.store.reading() as session:
        waiting = await deliveries.waiting(session)
    stuck = {platform: count for platform, count in sorted(waiting.items()) if platform not in served}
    if stuck:
        summary = ", ".join(f"{plural(count, 'delivery', 'deliveries')} for {name}" for name, count in stuck.items())
        names = " and ".join(f"{platform.upper()}_…" for platform in stuck)
        todo = f"set the {names} settings, for this command and for handshake run (see .env.example)"
        return Finding("platforms", ok=False, said=f"{summary} will wait for ever: its settings are absent", todo=todo)
    return Finding("platforms", ok=True, said=f"served: {', '.join(sorted(served))}")


async def _adapters(app: App) -> list[Finding]:
    """What each platform that is switched on has to say."""
    from bot.inbox import Inbox
    from bot.platforms import build_adapters

    try:
        found = build_adapters(app, Inbox(app.ctx, app.dispatch))
    except WrongSettings as wrong:
        return [Finding("settings", ok=False, said=str(wrong), todo="correct them, here and for handshake run")]
    summary = [each for adapter in found for each in await adapter.diagnose()]
    return [Finding(each.what, ok=each.ok, said=each.detail, todo=each.fix) for each in summary]


async def _deliveries(app: App) -> Finding:
    async with app.store.reading() as session:
        counts = await deliveries.counts(session)
        oldest = await deliveries.oldest_waiting(session)
    summary = ", ".join(f"{count} {state}" for state, count in sorted(counts.items())) or "nothing has gone out yet"
    if counts.get("dead"):
        return Finding(
            "post", ok=False, said=summary, todo="handshake post list --state dead, then handshake post retry all-dead"
        )
    late = oldest and (datetime.now(UTC) - oldest).total_seconds() > 600
    if late:
        return Finding(
            "post",
            ok=False,
            said=f"{summary}; the oldest waits since {oldest:%Y-%m-%d %H:%M} UTC",
            todo="handshake run",
        )
    return Finding("post", ok=True, said=summary)


async def _accounts(app: App) -> Finding:
    """Whether a whole workspace or tenant waits for somebody to put it right."""
    async with app.store.reading() as session:
        held = await rate_limits.blocks_at(session, app.ctx.clock.now())
    paused = [
        f"{each.key.removeprefix('account:')} ({each.reason})" for each in held if each.key.startswith("account:")
    ]
    if paused:
        return Finding(
            "accounts",
            ok=False,
            said=f"nothing is sent to {', '.join(paused)}; its notices wait",
            todo="reinstall the app or correct its token, then: handshake post retry all-dead",
        )
    return Finding("accounts", ok=True, said="none is paused")


async def _scheduler(app: App) -> Finding:
    """Whether what happens by itself has happened."""
    now = app.ctx.clock.now()
    async with app.store.reading() as session:
        marks, runs = await job_runs.watermarks(session), await job_runs.last_runs(session)
        there = await database_now(session)
    apart = abs((there - now).total_seconds())
    if apart > 60:
        said = f"this machine and the database are {apart:.0f} s apart"
        return Finding(
            "clock",
            ok=False,
            said=said,
            todo="set the clock of one of them (NTP); handshake run goes by the database's",
        )
    late = [
        job.name
        for job in jobs_of(FEATURES)
        if job.name in marks and now - job.schedule.next_after(marks[job.name]) > JOB_LATE_AFTER
    ]
    if late:
        return Finding("clock", ok=False, said=f"due and not rung: {', '.join(late)}", todo="handshake run")
    last = max(runs.values(), default=None)
    return Finding("clock", ok=True, said=f"last rung {last:%Y-%m-%d %H:%M} UTC" if last else "nothing was due yet")


async def _model(app: App) -> Finding:
    """Whether the language model answers, and what would leave with a question."""
    from bot.doctor import model  # the planner of questions takes a while to load

    ok, said, todo = await model.check(app)
    return Finding("model", ok=ok, said=said, todo=todo)


async def _disk(app: App) -> Finding:
    """Whether the store can go on growing."""
    if app.store.path is None:
        return Finding("disk", ok=None, said="PostgreSQL minds its own")
    free = shutil.disk_usage(app.store.path.parent).free
    if free < LOW_DISK_BYTES:
        return Finding(
            "disk", ok=False, said=f"{free / 1e6:.0f} MB are left beside {app.store}", todo="free some space"
        )
    return Finding("disk", ok=True, said=f"{free / 1e9:.1f} GB are left")
