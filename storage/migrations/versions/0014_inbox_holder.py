"""Which replica answers an event that was written down, and until when that is its business alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.store import UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("holder", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("held_until", UtcDateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.drop_column("held_until")
        batch_op.drop_column("holder")
