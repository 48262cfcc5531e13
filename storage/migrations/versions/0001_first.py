"""Create every table.

The names of keys and constraints follow the naming convention in `storage.store`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.store import UtcDateTime

revision = "first"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_people()
    create_places()
    create_roadmap()
    create_deliveries()
    create_questions()
    create_tours()
    create_celebrations()
    create_dinners()
    create_search_index()
    create_queue()


def texts(*names: str) -> Iterator[sa.Column[Any]]:
    return (sa.Column(name, sa.String(), nullable=False) for name in names)


def numbers(*names: str) -> Iterator[sa.Column[Any]]:
    return (sa.Column(name, sa.Integer(), nullable=False) for name in names)


def flags(*names: str) -> Iterator[sa.Column[Any]]:
    return (sa.Column(name, sa.Boolean(), nullable=False) for name in names)


def dates(*names: str) -> Iterator[sa.Column[Any]]:
    return (sa.Column(name, sa.Date(), nullable=False) for name in names)


def moments(*names: str) -> Iterator[sa.Column[Any]]:
    return (sa.Column(name, UtcDateTime(), nullable=False) for name in names)


def create_partial_index(name: str, table: str, columns: list[str], *, where: str, unique: bool = False) -> None:
    op.create_index(name, table, columns, unique=unique, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def create_people() -> None:
    """Teams, people, their accounts and one-time codes."""
    op.create_table("team", sa.Column("key", sa.String(), primary_key=True), *texts("name", "side", "aliases"))
    op.create_table(
        "person",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("email", sa.String(), nullable=False, unique=True),
        *texts("name"),
        sa.Column("team", sa.String(), nullable=False, index=True),
        *texts("role", "permission", "timezone", "location", "manager_email", "skills_offered", "skills_wanted"),
        *flags("bridge", "named_publicly"),
        *texts("diet"),
        sa.Column("ends_on", sa.Date()),
        sa.Column("ended_at", UtcDateTime()),
        *texts("merged_into"),
        *numbers("calendar_version"),
        *flags("calendar_off"),
    )
    op.create_table(
        "identity",
        sa.Column("id", sa.Integer(), primary_key=True),
        *texts("platform", "workspace", "external_id"),
        sa.Column("person_id", sa.String(), sa.ForeignKey("person.id", ondelete="CASCADE"), nullable=False, index=True),
        *texts("email"),
        *moments("linked_at"),
        sa.UniqueConstraint("platform", "workspace", "external_id"),
    )
    op.create_table(
        "one_time_code",
        sa.Column("digest", sa.String(), primary_key=True),
        *texts("purpose", "person_id"),
        *moments("expires_at"),
    )


def create_places() -> None:
    """Conversations, who is in them, and what each of them follows."""
    op.create_table(
        "place",
        sa.Column("id", sa.Integer(), primary_key=True),
        *texts("platform", "workspace", "conversation", "name"),
        *flags("direct", "members_known", "external"),
        *texts("timezone", "quiet", "days"),
        *flags("closed"),
        sa.UniqueConstraint("platform", "workspace", "conversation"),
    )
    op.create_table(
        "place_member",
        sa.Column("place_id", sa.Integer(), sa.ForeignKey("place.id", ondelete="CASCADE"), primary_key=True),
        sa.Column(
            "person_id", sa.String(), sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
        ),
    )
    op.create_table(
        "subscription",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("place_id", sa.Integer(), sa.ForeignKey("place.id", ondelete="CASCADE"), nullable=False),
        *texts("campaigns", "teams", "level", "created_by"),
        *moments("created_at"),
        sa.UniqueConstraint("place_id", "campaigns", "teams"),
    )
    op.create_table(
        "follow",
        sa.Column("person_id", sa.String(), primary_key=True),
        sa.Column("item", sa.String(), primary_key=True, index=True),
        *moments("at"),
    )
    op.create_table(
        "digest",
        sa.Column("place_id", sa.Integer(), sa.ForeignKey("place.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("frequency", sa.String(), primary_key=True),
        *numbers("revision"),
        *dates("day"),
    )
    op.create_table(
        "recap",
        sa.Column("place_id", sa.Integer(), sa.ForeignKey("place.id", ondelete="CASCADE"), primary_key=True),
        *texts("frequency"),
        *flags("automatic"),
        sa.Column("paused_until", sa.Date()),
        *flags("skip_next"),
        *texts("by"),
    )


def create_roadmap() -> None:
    """Campaigns, items in versions, revisions, the draft and acknowledgements."""
    op.create_table(
        "campaign",
        sa.Column("key", sa.String(), primary_key=True),
        *texts("name", "aliases", "owner", "it_partner"),
        sa.Column("start", sa.Date()),
        sa.Column("end", sa.Date()),
        *texts("status"),
        *flags("recorded"),
    )
    op.create_table(
        "campaign_version",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("key", sa.String(), nullable=False, index=True),
        *texts("owner", "it_partner"),
        sa.Column("start", sa.Date()),
        sa.Column("end", sa.Date()),
        *texts("status"),
        *numbers("from_revision"),
        sa.Column("to_revision", sa.Integer()),
    )
    op.create_table(
        "item_version",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        *texts("key"),
        sa.Column("folded", sa.String(), nullable=False, index=True),
        *texts("title", "team", "campaigns", "status"),
        sa.Column("start", sa.Date()),
        sa.Column("due", sa.Date()),
        *texts("owner", "summary", "url", "kind", "visible_to", "tags"),
        sa.Column("finished_on", sa.Date()),
        *numbers("from_revision"),
        sa.Column("to_revision", sa.Integer()),
    )
    create_partial_index("ix_item_version_current", "item_version", ["key"], where="to_revision IS NULL", unique=True)
    create_partial_index("ix_item_version_restricted", "item_version", ["from_revision"], where="visible_to <> ''")
    create_partial_index("ix_item_version_team", "item_version", ["team"], where="to_revision IS NULL")
    op.create_table(
        "item_rename",
        sa.Column("revision", sa.Integer(), primary_key=True),
        sa.Column("old", sa.String(), primary_key=True),
        *texts("new"),
        sa.Column("old_folded", sa.String(), nullable=False, index=True),
        sa.Column("new_folded", sa.String(), nullable=False, index=True),
    )
    op.create_table(
        "item_campaign",
        sa.Column("campaign", sa.String(), primary_key=True),
        sa.Column("version_id", sa.Integer(), primary_key=True),
    )
    op.create_table(
        "revision",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        *texts("state", "author", "approver", "how", "reason", "reason_salt", "reason_hash", "note"),
        *moments("created_at"),
        sa.Column("published_at", UtcDateTime(), index=True),
        *texts("previous_hash", "hash"),
    )
    op.create_table(
        "change",
        sa.Column("revision", sa.Integer(), primary_key=True),
        sa.Column("seq", sa.Integer(), primary_key=True),
        *texts("entity_type"),
        sa.Column("key", sa.String(), nullable=False, index=True),
        *texts("kind", "body", "digest"),
        sa.UniqueConstraint("revision", "entity_type", "key"),
    )
    op.create_table(
        "draft",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("proposal", sa.Integer(), nullable=False, index=True),
        *texts("entity_type", "key", "fields"),
        *flags("added", "removed"),
        *texts("reason", "author"),
        *moments("at"),
    )
    op.create_table(
        "acknowledgement",
        sa.Column("person_id", sa.String(), primary_key=True),
        sa.Column("revision", sa.Integer(), primary_key=True),
        *moments("at"),
        *texts("platform", "account"),
    )
    op.create_table(
        "reminder",
        sa.Column("person_id", sa.String(), primary_key=True),
        sa.Column("revision", sa.Integer(), primary_key=True),
        sa.Column("step", sa.Integer(), primary_key=True),
        *moments("at"),
    )
    op.create_table("reminder_snooze", sa.Column("person_id", sa.String(), primary_key=True), *moments("until"))
    op.create_table(
        "conflict",
        sa.Column("item", sa.String(), primary_key=True),
        sa.Column("campaign", sa.String(), primary_key=True),
        *dates("due"),
        *texts("edge"),
        *moments("at"),
    )


def create_deliveries() -> None:
    """What goes out and what came in."""
    op.create_table(
        "notice",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("key", sa.String(), nullable=False, unique=True),
        *texts("kind", "payload"),
        *moments("created_at"),
        *texts("trace"),
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("notice_id", sa.String(), sa.ForeignKey("notice.id"), nullable=False),
        sa.Column("place_id", sa.Integer(), sa.ForeignKey("place.id"), nullable=False, index=True),
        *texts("kind"),
        *numbers("seq"),
        sa.Column("target_id", sa.Integer()),
        sa.Column("newest_id", sa.Integer()),
        *texts("thread", "state"),
        *numbers("attempts"),
        *moments("due_at"),
        sa.Column("sending_at", UtcDateTime()),
        sa.Column("sent_at", UtcDateTime()),
        *texts("remote_id", "error"),
        sa.UniqueConstraint("notice_id", "place_id", "kind", "seq"),
    )
    create_partial_index("ix_delivery_waiting", "delivery", ["place_id", "id"], where="state IN ('new', 'sending')")
    op.create_table(
        "fan_out",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("notice_id", sa.String(), sa.ForeignKey("notice.id"), nullable=False),
        *texts("kind", "platforms"),
        *moments("at"),
    )
    op.create_table(
        "fan_out_item",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "fan_out_id", sa.Integer(), sa.ForeignKey("fan_out.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        sa.Column("person_id", sa.String(), sa.ForeignKey("person.id", ondelete="CASCADE"), index=True),
        sa.Column("target_id", sa.Integer()),
    )
    op.create_table(
        "rate_limit",
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("account", sa.String(), nullable=False, index=True),
        sa.Column("next_at", sa.Float(), nullable=False),
        sa.Column("blocked_until", sa.Float(), nullable=False),
        *texts("reason"),
    )
    op.create_table(
        "posted_card",
        sa.Column("id", sa.Integer(), primary_key=True),
        *texts("subject"),
        *numbers("generation"),
        *texts("kind", "payload", "fingerprint"),
        *numbers("edits"),
        sa.Column("is_posted", sa.Boolean(), nullable=False, index=True),
        *moments("at"),
        sa.UniqueConstraint("subject", "generation"),
    )
    op.create_table(
        "console_message",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("conversation", sa.String(), nullable=False, index=True),
        *texts("tag", "card"),
        *moments("at"),
        *numbers("edits"),
        sa.UniqueConstraint("conversation", "tag"),
    )
    op.create_table(
        "inbox",
        sa.Column("id", sa.Integer(), primary_key=True),
        *texts("platform", "event_id", "encrypted"),
        *moments("at"),
        *numbers("attempts"),
        *texts("lease_owner"),
        sa.Column("leased_until", UtcDateTime()),
        sa.UniqueConstraint("platform", "event_id"),
    )
    op.create_table(
        "processed_event",
        sa.Column("source", sa.String(), primary_key=True),
        sa.Column("event_id", sa.String(), primary_key=True),
        sa.Column("at", UtcDateTime(), nullable=False, index=True),
    )
    op.create_table(
        "vendor_state",
        sa.Column("vendor", sa.String(), primary_key=True),
        sa.Column("kind", sa.String(), primary_key=True),
        sa.Column("key", sa.String(), primary_key=True),
        *texts("encrypted"),
        *moments("at"),
    )
    op.create_table(
        "job_run",
        sa.Column("job", sa.String(), primary_key=True),
        sa.Column("at", UtcDateTime(), primary_key=True),
        sa.Column("ran_at", UtcDateTime(), nullable=False, index=True),
    )
    op.create_table("job_watermark", sa.Column("job", sa.String(), primary_key=True), *moments("at"))
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", UtcDateTime(), nullable=False, index=True),
        sa.Column("person_id", sa.String(), nullable=False, index=True),
        *texts("operator", "platform", "act", "details"),
    )


def create_questions() -> None:
    """Questions, handoffs and verified answers."""
    op.create_table(
        "question",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("asker", sa.String(), nullable=False, index=True),
        sa.Column("place_id", sa.Integer(), sa.ForeignKey("place.id", ondelete="SET NULL"), index=True),
        *texts("thread", "words"),
        *flags("is_public"),
        sa.Column("folded", sa.String(), nullable=False, index=True),
        *texts("outcome", "understood_as", "aspect", "plan", "other_readings", "canonical_plan", "keys"),
        sa.Column("revision", sa.Integer()),
        sa.Column("at", UtcDateTime(), nullable=False, index=True),
        *texts("feedback", "model"),
        *numbers("tokens_in", "tokens_out", "cost_micros"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "handoff",
        sa.Column("number", sa.Integer(), sa.ForeignKey("question.number", ondelete="CASCADE"), primary_key=True),
        sa.Column("assignee", sa.String(), nullable=False, index=True),
        *texts("reason"),
        *moments("since", "asked_at"),
        sa.Column("state", sa.String(), nullable=False, index=True),
        *flags("reminded"),
        *texts("tried"),
        *numbers("turn"),
    )
    op.create_table(
        "verified_answer",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("number", sa.Integer(), nullable=False, index=True),
        *texts("asker", "words"),
        sa.Column("words_digest", sa.String(), nullable=False, index=True),
        *texts("plan_digest", "text", "by"),
        sa.Column("at", UtcDateTime(), nullable=False, index=True),
        sa.Column("revision", sa.Integer()),
        *texts("keys", "campaigns", "visible_to"),
        sa.Column("withdrawn_by", sa.Integer()),
    )


def create_tours() -> None:
    """Programmes, rounds and tours."""
    op.create_table(
        "tour_programme", sa.Column("key", sa.String(), primary_key=True), *numbers("weeks", "every", "max_group")
    )
    op.create_table(
        "tour_member",
        sa.Column("programme", sa.String(), primary_key=True),
        sa.Column("person_id", sa.String(), primary_key=True, index=True),
        *moments("joined_at"),
        sa.Column("paused_until", sa.Date()),
        sa.Column("capacity", sa.Integer()),
        *texts("visits", "blackout", "note"),
    )
    op.create_table(
        "tour_constraint",
        sa.Column("programme", sa.String(), primary_key=True),
        sa.Column("one", sa.String(), primary_key=True),
        sa.Column("other", sa.String(), primary_key=True),
        *texts("kind", "by"),
        *moments("at"),
    )
    op.create_table(
        "tour_round",
        sa.Column("id", sa.Integer(), primary_key=True),
        *texts("programme"),
        *numbers("number"),
        *texts("state"),
        *dates("starts"),
        *numbers("weeks"),
        *texts("inputs"),
        *moments("planned_at"),
        sa.Column("published_at", UtcDateTime()),
        *texts("planned_by"),
        sa.UniqueConstraint("programme", "number"),
    )
    op.create_table(
        "tour",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "round_id", sa.Integer(), sa.ForeignKey("tour_round.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        *texts("people"),
        sa.Column("state", sa.String(), nullable=False, index=True),
        *dates("starts", "ends"),
        *texts("uid"),
        *numbers("sequence"),
    )
    op.create_table(
        "tour_left_out",
        sa.Column("round_id", sa.Integer(), sa.ForeignKey("tour_round.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("person_id", sa.String(), primary_key=True),
        *texts("reason"),
    )
    op.create_table(
        "tour_approval",
        sa.Column("tour_id", sa.Integer(), sa.ForeignKey("tour.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("person_id", sa.String(), primary_key=True, index=True),
        sa.Column("about", sa.String(), primary_key=True),
        *moments("asked_at"),
        *texts("answer"),
        *flags("reminded"),
    )
    op.create_table(
        "tour_checkin",
        sa.Column("tour_id", sa.Integer(), sa.ForeignKey("tour.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("person_id", sa.String(), primary_key=True, index=True),
        sa.Column("step", sa.String(), primary_key=True),
        *moments("asked_at"),
        sa.Column("met", sa.Boolean()),
        *texts("obstacle"),
    )
    op.create_table(
        "tour_debrief",
        sa.Column("tour_id", sa.Integer(), sa.ForeignKey("tour.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("person_id", sa.String(), primary_key=True, index=True),
        *texts("text"),
        *flags("shared"),
        *moments("at"),
    )


def create_celebrations() -> None:
    """Celebrations, thanks and anniversaries."""
    op.create_table(
        "celebration",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("item", sa.String(), nullable=False, index=True),
        *numbers("revision"),
        sa.Column("state", sa.String(), nullable=False, index=True),
        sa.Column("decider", sa.String(), nullable=False, index=True),
        *moments("asked_at", "made_at"),
        *flags("reminded"),
        *texts("text", "thanks"),
        sa.Column("due_at", UtcDateTime()),
        sa.Column("posted_at", UtcDateTime()),
        *texts("people"),
        sa.UniqueConstraint("item", "revision"),
    )
    op.create_table("planned_thanks", sa.Column("item", sa.String(), primary_key=True), *texts("people"))
    op.create_table(
        "kudos",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("by", sa.String(), nullable=False, index=True),
        *texts("reason", "value", "campaign"),
        sa.Column("place_id", sa.Integer(), sa.ForeignKey("place.id", ondelete="SET NULL")),
        sa.Column("at", UtcDateTime(), nullable=False, index=True),
        *flags("undone"),
        *numbers("edits"),
    )
    op.create_table(
        "kudos_recipient",
        sa.Column("kudos_id", sa.Integer(), sa.ForeignKey("kudos.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("person_id", sa.String(), primary_key=True, index=True),
        *texts("visibility"),
    )
    op.create_table("recognition_hint", sa.Column("key", sa.String(), primary_key=True), *moments("at"))
    op.create_table(
        "anniversary",
        sa.Column("person_id", sa.String(), primary_key=True),
        *numbers("day", "month"),
        sa.Column("since", sa.Integer()),
        *texts("words"),
    )


def create_dinners() -> None:
    """Dinners, guests, seats and the pulse."""
    op.create_table(
        "dinner",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("key", sa.String(), nullable=False, unique=True),
        *texts("state", "host", "host_side"),
        *numbers("cap", "size"),
        sa.Column("day", sa.Date()),
        *texts("start_time", "timezone", "venue", "planned_by"),
        *moments("planned_at"),
        *flags("was_opened"),
        sa.Column("closes_at", UtcDateTime()),
        *numbers("sequence"),
    )
    op.create_table(
        "dinner_date",
        sa.Column("dinner_id", sa.Integer(), sa.ForeignKey("dinner.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("day", sa.Date(), primary_key=True),
    )
    op.create_table(
        "dinner_vote",
        sa.Column("dinner_id", sa.Integer(), sa.ForeignKey("dinner.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("person_id", sa.String(), primary_key=True),
        sa.Column("day", sa.Date(), primary_key=True),
        *texts("answer"),
    )
    op.create_table(
        "dinner_guest",
        sa.Column("dinner_id", sa.Integer(), sa.ForeignKey("dinner.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("person_id", sa.String(), primary_key=True),
        *texts("answer", "seat_status"),
        sa.Column("since", UtcDateTime()),
        sa.Column("offered_until", UtcDateTime()),
        *texts("encrypted_needs"),
        sa.Column("calendar_sequence", sa.Integer()),
    )
    op.create_table(
        "dinner_role",
        sa.Column("dinner_id", sa.Integer(), sa.ForeignKey("dinner.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("person_id", sa.String(), primary_key=True),
        sa.Column("role", sa.String(), primary_key=True),
    )
    op.create_table(
        "dinner_seat",
        sa.Column("dinner_id", sa.Integer(), sa.ForeignKey("dinner.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("person_id", sa.String(), primary_key=True),
        *numbers("table_no"),
        *flags("is_host"),
    )
    op.create_table(
        "dinner_kept_apart",
        sa.Column("one", sa.String(), primary_key=True),
        sa.Column("other", sa.String(), primary_key=True),
    )
    op.create_table(
        "dinner_needs_notice",
        sa.Column("dinner_id", sa.Integer(), sa.ForeignKey("dinner.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("notice", sa.String(), primary_key=True),
    )
    op.create_table(
        "dinner_pulse_count",
        sa.Column("dinner_id", sa.Integer(), sa.ForeignKey("dinner.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("question", sa.String(), primary_key=True),
        sa.Column("answer", sa.String(), primary_key=True),
        *numbers("times"),
    )
    op.create_table(
        "dinner_pulse_respondent",
        sa.Column("dinner_id", sa.Integer(), sa.ForeignKey("dinner.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("person_id", sa.String(), primary_key=True),
    )


def create_search_index() -> None:
    """The index of the words in items: FTS5 on SQLite, a GIN index over a tsvector on PostgreSQL."""
    if op.get_bind().dialect.name == "sqlite":
        # Versions of items are never changed or removed, so the index does not need a copy of their text.
        op.execute(
            "CREATE VIRTUAL TABLE item_words USING fts5("
            "heading, body, content='', tokenize='unicode61 remove_diacritics 2', prefix='2 3')"
        )
        return
    op.execute("CREATE TABLE item_words (version_id INTEGER PRIMARY KEY, words TSVECTOR NOT NULL)")
    op.execute("CREATE INDEX ix_item_words_words ON item_words USING gin (words)")


def create_queue() -> None:
    """The queue that shares deliveries between replicas: procrastinate's own tables and functions, on PostgreSQL only."""
    if op.get_bind().dialect.name != "postgresql":
        return
    from procrastinate.schema import SchemaManager  # not needed on SQLite, and slow to import

    # Passed to the driver directly: the script has many statements, and percent signs that are not parameters.
    op.get_bind().connection.cursor().connection.execute(SchemaManager.get_schema())
