"""The queue that carries deliveries between replicas: procrastinate's own tables and functions, on PostgreSQL alone."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# Its tables, functions and types share a prefix.
_REMOVE = """
DO $remove$
DECLARE found record;
BEGIN
    DROP TABLE IF EXISTS procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs, procrastinate_workers CASCADE;
    FOR found IN SELECT oid::regprocedure AS name FROM pg_proc WHERE proname LIKE 'procrastinate\\_%' LOOP
        EXECUTE 'DROP FUNCTION ' || found.name || ' CASCADE';
    END LOOP;
    DROP TYPE IF EXISTS procrastinate_job_to_defer_v1, procrastinate_job_event_type, procrastinate_job_status CASCADE;
END
$remove$
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        from procrastinate.schema import SchemaManager  # no store on SQLite has a use for it

        _carry_out(SchemaManager.get_schema())


def downgrade() -> None:
    _carry_out(_REMOVE)


def _carry_out(sql: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        # Straight to the driver: there are many statements in it, and signs that look like parameters.
        op.get_bind().connection.cursor().connection.execute(sql)
