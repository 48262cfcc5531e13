"""What the clock did, and how far each job has come."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.store import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "watermark",
        sa.Column("job", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("job", name=op.f("pk_watermark")),
    )
    op.create_table(
        "occurrence",
        sa.Column("job", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("rung_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("job", "at", name=op.f("pk_occurrence")),
    )
    with op.batch_alter_table("occurrence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_occurrence_rung_at"), ["rung_at"], unique=False)


def downgrade() -> None:
    op.drop_table("occurrence")
    op.drop_table("watermark")
