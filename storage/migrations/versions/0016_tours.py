"""Tours of duty: programmes, members, wishes, rounds, and what is asked of people during a tour."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.store import UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def _text(name: str, default: str = "") -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False, server_default=default)


def _number(name: str, default: str = "0") -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False, server_default=default)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(name, UtcDateTime(), nullable=False)


def _day(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Date(), nullable=False)


def _of_tour(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["tour_id"], ["tour.id"], name=op.f(f"fk_{table}_tour_id"), ondelete="CASCADE")


def _of_round(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["round_id"], ["tour_round.id"], name=op.f(f"fk_{table}_round_id"), ondelete="CASCADE"
    )


def _indexed(table: str, *columns: str) -> None:
    with op.batch_alter_table(table, schema=None) as batch_op:
        for column in columns:
            batch_op.create_index(batch_op.f(f"ix_{table}_{column}"), [column], unique=False)


def _people() -> None:
    op.create_table(
        "tour_programme",
        _text("key"),
        _number("weeks"),
        _number("every"),
        _number("max_group", "3"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_tour_programme")),
    )
    op.create_table(
        "tour_member",
        _text("programme"),
        _text("person_id"),
        _moment("joined_at"),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=True),
        _text("visits"),
        _text("blackout", "[]"),
        _text("note"),
        sa.PrimaryKeyConstraint("programme", "person_id", name=op.f("pk_tour_member")),
    )
    _indexed("tour_member", "person_id")
    op.create_table(
        "tour_wish",
        _text("programme"),
        _text("one"),
        _text("other"),
        _text("kind"),
        _text("by"),
        _moment("at"),
        sa.PrimaryKeyConstraint("programme", "one", "other", name=op.f("pk_tour_wish")),
    )


def _rounds() -> None:
    op.create_table(
        "tour_round",
        sa.Column("id", sa.Integer(), nullable=False),
        _text("programme"),
        _number("number"),
        _text("state"),
        _day("starts"),
        _number("weeks"),
        _text("inputs"),
        _moment("planned_at"),
        sa.Column("published_at", UtcDateTime(), nullable=True),
        _text("planned_by"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tour_round")),
        sa.UniqueConstraint("programme", "number", name=op.f("uq_tour_round_programme_number")),
    )
    op.create_table(
        "tour",
        sa.Column("id", sa.Integer(), nullable=False),
        _number("round_id"),
        _text("people"),
        _text("state"),
        _day("starts"),
        _day("ends"),
        _text("uid"),
        _number("sequence"),
        _of_round("tour"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tour")),
    )
    _indexed("tour", "round_id", "state")
    op.create_table(
        "tour_left_out",
        _number("round_id"),
        _text("person_id"),
        _text("reason"),
        _of_round("tour_left_out"),
        sa.PrimaryKeyConstraint("round_id", "person_id", name=op.f("pk_tour_left_out")),
    )


def _lives() -> None:
    op.create_table(
        "tour_approval",
        _number("tour_id"),
        _text("person_id"),
        _text("about"),
        _moment("asked_at"),
        _text("said"),
        _flag("reminded"),
        _of_tour("tour_approval"),
        sa.PrimaryKeyConstraint("tour_id", "person_id", "about", name=op.f("pk_tour_approval")),
    )
    _indexed("tour_approval", "person_id")
    op.create_table(
        "tour_checkin",
        _number("tour_id"),
        _text("person_id"),
        _text("step"),
        _moment("asked_at"),
        sa.Column("met", sa.Boolean(), nullable=True),
        _text("obstacle"),
        _of_tour("tour_checkin"),
        sa.PrimaryKeyConstraint("tour_id", "person_id", "step", name=op.f("pk_tour_checkin")),
    )
    _indexed("tour_checkin", "person_id")
    op.create_table(
        "tour_debrief",
        _number("tour_id"),
        _text("person_id"),
        _text("text"),
        _flag("shared"),
        _moment("at"),
        _of_tour("tour_debrief"),
        sa.PrimaryKeyConstraint("tour_id", "person_id", name=op.f("pk_tour_debrief")),
    )
    _indexed("tour_debrief", "person_id")


def upgrade() -> None:
    _people()
    _rounds()
    _lives()


def downgrade() -> None:
    for table in ("debrief", "checkin", "approval", "left_out"):
        op.drop_table(f"tour_{table}")
    op.drop_table("tour")
    for table in ("round", "wish", "member", "programme"):
        op.drop_table(f"tour_{table}")
