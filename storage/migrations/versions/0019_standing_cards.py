"""Cards of recognition that are kept right where they stand, and who was in a celebration when it was posted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.store import UtcDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "standing_card",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("payload", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("edits", sa.Integer(), nullable=False),
        sa.Column("stands", sa.Boolean(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing_card")),
        sa.UniqueConstraint("subject", "round", name=op.f("uq_standing_card_subject_round")),
    )
    with op.batch_alter_table("standing_card", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_standing_card_stands"), ["stands"], unique=False)
    with op.batch_alter_table("celebration", schema=None) as batch_op:
        batch_op.add_column(sa.Column("people", sa.String(), nullable=False, server_default="[]"))
        batch_op.drop_column("named")
        batch_op.drop_column("edits")
    # What was posted before is looked after from now on; its first wording anew is due at once.
    op.execute(
        sa.text(
            "INSERT INTO standing_card (subject, round, kind, payload, mark, edits, stands, at) "
            "SELECT key, 1, kind, payload, '', 0, :stands, created_at FROM notice "
            "WHERE kind IN ('celebration', 'kudos', 'kudos.offered', 'recap') AND key NOT LIKE '%:edit:%' ORDER BY created_at"
        ).bindparams(sa.bindparam("stands", value=True, type_=sa.Boolean()))
    )


def downgrade() -> None:
    with op.batch_alter_table("celebration", schema=None) as batch_op:
        batch_op.drop_column("people")
        batch_op.add_column(sa.Column("named", sa.String(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("edits", sa.Integer(), nullable=False, server_default="0"))
    op.drop_table("standing_card")
