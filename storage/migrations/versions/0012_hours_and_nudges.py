"""A place's own working hours; what digests, nudges and words about conflicts have said."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.store import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("place", schema=None) as batch_op:
        batch_op.add_column(sa.Column("quiet", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("days", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "digest",
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("rhythm", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_digest_place_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("place_id", "rhythm", name=op.f("pk_digest")),
    )
    op.create_table(
        "nudge",
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "revision", "step", name=op.f("pk_nudge")),
    )
    op.create_table(
        "nudge_rest",
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_nudge_rest")),
    )
    op.create_table(
        "conflict",
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("edge", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("item", "campaign", name=op.f("pk_conflict")),
    )


def downgrade() -> None:
    for table in ("conflict", "nudge_rest", "nudge", "digest"):
        op.drop_table(table)
    with op.batch_alter_table("place", schema=None) as batch_op:
        batch_op.drop_column("days")
        batch_op.drop_column("quiet")
