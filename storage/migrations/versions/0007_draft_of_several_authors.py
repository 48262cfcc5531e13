"""The draft keeps what each of several people wants of one thing."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("draft") as draft:
        draft.drop_constraint(op.f("uq_draft_proposal_noun_key"), type_="unique")
        draft.create_index(op.f("ix_draft_proposal"), ["proposal"])


def downgrade() -> None:
    with op.batch_alter_table("draft") as draft:
        draft.drop_index(op.f("ix_draft_proposal"))
        draft.create_unique_constraint(op.f("uq_draft_proposal_noun_key"), ["proposal", "noun", "key"])
