"""The quarterly dinners: plan, poll, answers, seats, pulse."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.store import UtcDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "dinner",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("host_side", sa.String(), nullable=False),
        sa.Column("cap", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("clock", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("venue", sa.String(), nullable=False),
        sa.Column("planned_by", sa.String(), nullable=False),
        sa.Column("planned_at", UtcDateTime(), nullable=False),
        sa.Column("closes_at", UtcDateTime(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dinner")),
        sa.UniqueConstraint("key", name=op.f("uq_dinner_key")),
    )
    _of_a_dinner("dinner_date", ["day"], sa.Column("day", sa.Date(), nullable=False))
    _of_a_dinner(
        "dinner_vote",
        ["person_id", "day"],
        _person(),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
    )
    _of_a_dinner(
        "dinner_guest",
        ["person_id"],
        _person(),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("stand", sa.String(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=True),
        sa.Column("offered_until", UtcDateTime(), nullable=True),
        sa.Column("needs", sa.String(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=True),
    )
    _of_a_dinner(
        "dinner_seat",
        ["person_id"],
        _person(),
        sa.Column("table_no", sa.Integer(), nullable=False),
        sa.Column("hosts", sa.Boolean(), nullable=False),
    )
    _of_a_dinner("dinner_role", ["person_id", "role"], _person(), sa.Column("role", sa.String(), nullable=False))
    _of_a_dinner(
        "dinner_pulse",
        ["question", "answer"],
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
    )
    _of_a_dinner("dinner_pulsed", ["person_id"], _person())
    _of_a_dinner(
        "dinner_room",
        ["place_id"],
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("notice", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_dinner_room_place_id"), ondelete="CASCADE"),
    )
    _of_a_dinner("dinner_told", ["notice"], sa.Column("notice", sa.String(), nullable=False))
    op.create_table(
        "dinner_apart",
        sa.Column("one", sa.String(), nullable=False),
        sa.Column("other", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("one", "other", name=op.f("pk_dinner_apart")),
    )


def _person() -> sa.Column[str]:
    return sa.Column("person_id", sa.String(), nullable=False)


def _of_a_dinner(name: str, keys: list[str], *columns: sa.schema.SchemaItem) -> None:
    """A table whose rows belong to one dinner and go with it; the dinner and *keys* name a row."""
    op.create_table(
        name,
        sa.Column("dinner_id", sa.Integer(), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(["dinner_id"], ["dinner.id"], name=op.f(f"fk_{name}_dinner_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("dinner_id", *keys, name=op.f(f"pk_{name}")),
    )


def downgrade() -> None:
    for table in ("apart", "told", "room", "pulsed", "pulse", "role", "seat", "guest", "vote", "date"):
        op.drop_table(f"dinner_{table}")
    op.drop_table("dinner")
