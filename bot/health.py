"""Health endpoints and metrics of a running process.

/healthz   the process answers
/readyz    the store is reachable and current, deliveries and jobs are not late; 503 with the reason otherwise
/metrics   Prometheus; from this machine only, unless HANDSHAKE_METRICS_OPEN is set
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.app import App
from bot.scheduler import Scheduler
from integrations.plain.addresses import is_local
from storage import deliveries, job_runs, rate_limits, schema_version
from storage.store import Session, StoreProblem
from storage.values.deliveries import DeliveryState

DELIVERY_LATE_AFTER = timedelta(minutes=10)  # overdue for so long without a rate limit
SCHEDULER_LATE_AFTER = timedelta(minutes=2)
# Platforms allow three seconds; most answers take a hundredth of one.
BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 10)


@dataclass(frozen=True, slots=True)
class ReadinessCheck:
    """One condition of readiness; `problem` says what is wrong and what to do, "" when all is well."""

    name: str
    problem: str = ""

    @property
    def ok(self) -> bool:
        return not self.problem


class Metrics:
    """Metrics of this process and of the store, in their own registry."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.commands = Histogram(
            "handshake_command_seconds",
            "How long a command took, from its event to its reply.",
            ("command", "platform"),
            buckets=BUCKETS_S,
            registry=self.registry,
        )
        self.command_exits = Counter(
            "handshake_commands_total", "Commands by exit status.", ("command", "exit"), registry=self.registry
        )
        self.deliveries = self._gauge("handshake_deliveries", "Deliveries in the ledger.", "state")
        self.oldest_waiting = self._gauge(
            "handshake_oldest_waiting_seconds", "For how long the oldest due delivery has waited."
        )
        self.rate_limited = self._gauge(
            "handshake_rate_limited", "Places and accounts that are not posted to now.", "kind"
        )
        self.job_lag = self._gauge("handshake_job_lag_seconds", "For how long a job has been due and not run.", "job")

    def _gauge(self, name: str, words: str, *labels: str) -> Gauge:
        return Gauge(name, words, labels, registry=self.registry)

    def record_command(self, command: str, platform: str, exit_status: int, seconds: float) -> None:
        """Count a command that was answered: a `CommandObserver`."""
        self.commands.labels(command or "home", platform).observe(seconds)
        self.command_exits.labels(command or "home", str(exit_status)).inc()

    async def collect(self, session: Session, scheduler: Scheduler, now: datetime) -> None:
        """Update the gauges from the store."""
        for state, count in (dict.fromkeys(map(str, DeliveryState), 0) | await deliveries.counts(session)).items():
            self.deliveries.labels(state).set(count)
        oldest = await deliveries.oldest_waiting(session)
        self.oldest_waiting.set(max(0.0, (now - oldest).total_seconds()) if oldest else 0)
        rate_limited = await rate_limits.blocks_at(session, now)
        for kind in ("account", "place"):
            self.rate_limited.labels(kind).set(sum(block.key.startswith(f"{kind}:") for block in rate_limited))
        marks = await job_runs.watermarks(session)
        for job in scheduler.jobs:
            due = job.schedule.next_after(marks.get(job.name, now))
            self.job_lag.labels(job.name).set(max(0.0, (now - due).total_seconds()))


class Health:
    """The endpoints of one process."""

    def __init__(self, app: App, scheduler: Scheduler, metrics: Metrics, *, is_open: bool) -> None:
        self._app = app
        self._scheduler = scheduler
        self._metrics = metrics
        self._is_open = is_open

    @property
    def routes(self) -> Sequence[Route]:
        return (Route("/readyz", self.ready), Route("/metrics", self.metrics))

    async def ready(self, _request: Request) -> Response:
        checks = await self.checks()
        body = {
            "ready": all(check.ok for check in checks),
            "checks": {check.name: check.problem or "ok" for check in checks},
        }
        return JSONResponse(body, 200 if body["ready"] else 503)

    async def checks(self) -> list[ReadinessCheck]:
        """Every condition; only the first two when the store is unusable."""
        now = self._app.ctx.clock.now()
        try:
            async with self._app.store.reading() as session:
                schema = await schema_version.schema_state(session)
                if schema is not schema_version.SchemaState.CURRENT:
                    return [
                        ReadinessCheck("store"),
                        ReadinessCheck("migrations", f"The tables are {schema.name.lower()}: handshake migrate"),
                    ]
                return [
                    ReadinessCheck("store"),
                    ReadinessCheck("migrations"),
                    await self._delivery_check(session, now),
                    self._scheduler_check(now),
                ]
        except StoreProblem as problem:
            return [ReadinessCheck("store", str(problem))]

    async def _delivery_check(self, session: Session, now: datetime) -> ReadinessCheck:
        rate_limited = await rate_limits.blocks_at(session, now)
        oldest = await deliveries.oldest_waiting(session)
        if oldest and not rate_limited and now - oldest > DELIVERY_LATE_AFTER:
            return ReadinessCheck(
                "deliveries", f"The oldest delivery has been due since {oldest:%Y-%m-%d %H:%M} UTC: handshake post list"
            )
        return ReadinessCheck("deliveries")

    def _scheduler_check(self, now: datetime) -> ReadinessCheck:
        polled_at = self._scheduler.last_polled_at
        if polled_at is None or now - polled_at > SCHEDULER_LATE_AFTER:
            return ReadinessCheck(
                "scheduler",
                "The scheduler has not looked for due jobs for two minutes: see the log for scheduler.failed",
            )
        return ReadinessCheck("scheduler")

    async def metrics(self, request: Request) -> Response:
        """The metrics, for a client on this machine that asks for this machine, and for others only when opened."""
        peer = request.client.host if request.client else ""
        if not (self._is_open or is_local(peer, request.headers, request.scope["http_version"])):
            return PlainTextResponse("not found\n", 404)
        try:
            async with self._app.store.reading() as session:
                await self._metrics.collect(session, self._scheduler, self._app.ctx.clock.now())
        except StoreProblem:
            return PlainTextResponse("The store cannot be reached.\n", 503)
        return Response(generate_latest(self._metrics.registry), media_type=CONTENT_TYPE_LATEST)
