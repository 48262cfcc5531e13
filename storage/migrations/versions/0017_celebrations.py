"""Celebrations of what was finished, thanks between people, rooms that look back, and days to remember."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.store import UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def _text(name: str, default: str = "") -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False, server_default=default)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False, server_default="0")


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, UtcDateTime(), nullable=nullable)


def _indexed(table: str, *columns: str) -> None:
    with op.batch_alter_table(table, schema=None) as batch_op:
        for column in columns:
            batch_op.create_index(batch_op.f(f"ix_{table}_{column}"), [column], unique=False)


def _celebrations() -> None:
    op.create_table(
        "celebration",
        sa.Column("id", sa.Integer(), nullable=False),
        _text("item"),
        _number("revision"),
        _text("state"),
        _text("asked"),
        _moment("asked_at"),
        _moment("made_at"),
        _flag("reminded"),
        _text("text"),
        _text("thanks", "[]"),
        _moment("due_at", nullable=True),
        _moment("posted_at", nullable=True),
        _number("edits"),
        _text("named", "[]"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_celebration")),
        sa.UniqueConstraint("item", "revision", name=op.f("uq_celebration_item_revision")),
    )
    _indexed("celebration", "item", "state", "asked")


def _kudos() -> None:
    op.create_table(
        "kudos",
        sa.Column("id", sa.Integer(), nullable=False),
        _text("by"),
        _text("reason"),
        _text("value"),
        _text("campaign"),
        sa.Column("place_id", sa.Integer(), nullable=True),
        _moment("at"),
        _flag("undone"),
        _number("edits"),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_kudos_place_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kudos")),
    )
    _indexed("kudos", "by", "at")
    op.create_table(
        "thanked",
        _number("kudos_id"),
        _text("person_id"),
        _text("openness"),
        sa.ForeignKeyConstraint(["kudos_id"], ["kudos.id"], name=op.f("fk_thanked_kudos_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("kudos_id", "person_id", name=op.f("pk_thanked")),
    )
    _indexed("thanked", "person_id")


def upgrade() -> None:
    _celebrations()
    _kudos()
    op.create_table(
        "recap",
        _number("place_id"),
        _text("rhythm"),
        _flag("automatic"),
        sa.Column("paused_until", sa.Date(), nullable=True),
        _flag("skip_next"),
        _text("by"),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_recap_place_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("place_id", name=op.f("pk_recap")),
    )
    op.create_table(
        "anniversary",
        _text("person_id"),
        _number("day"),
        _number("month"),
        sa.Column("since", sa.Integer(), nullable=True),
        _text("words"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_anniversary")),
    )
    op.create_table(
        "celebration_thanks",
        _text("item"),
        _text("people", "[]"),
        sa.PrimaryKeyConstraint("item", name=op.f("pk_celebration_thanks")),
    )
    op.create_table(
        "recognition_hint",
        _text("key"),
        _moment("at"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_recognition_hint")),
    )


def downgrade() -> None:
    for table in ("recognition_hint", "celebration_thanks", "anniversary", "recap", "thanked", "kudos", "celebration"):
        op.drop_table(table)
