"""Questions, in whose hands they are, what was answered, and which items somebody follows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.store import UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def _text(name: str, default: str = "") -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False, server_default=default)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False, server_default="0")


def _asked() -> None:
    op.create_table(
        "question",
        sa.Column("number", sa.Integer(), nullable=False),
        _text("asker"),
        sa.Column("place_id", sa.Integer(), nullable=True),
        *[_text(name) for name in ("thread", "words", "folded", "outcome", "said", "aspect", "plan", "meaning")],
        _text("keys", "[]"),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        _text("feedback"),
        _text("model"),
        *[_number(name) for name in ("tokens_in", "tokens_out", "micros")],
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_question_place_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_question")),
        sqlite_autoincrement=True,
    )
    _indexed("question", "asker", "place_id", "folded", "at")


def _handed() -> None:
    op.create_table(
        "handover",
        sa.Column("number", sa.Integer(), nullable=False),
        _text("holder"),
        _text("why"),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        _text("state"),
        sa.Column("reminded", sa.Boolean(), nullable=False, server_default=sa.false()),
        _text("tried", "[]"),
        sa.ForeignKeyConstraint(["number"], ["question.number"], name=op.f("fk_handover_number"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_handover")),
    )
    _indexed("handover", "holder", "state")


def _verified() -> None:
    op.create_table(
        "verified",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        *[_text(name) for name in ("asker", "words", "folded", "meaning", "text", "by")],
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=True),
        *[_text(name, "[]") for name in ("keys", "campaigns", "visible_to")],
        sa.Column("withdrawn_by", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verified")),
    )
    _indexed("verified", "number", "folded", "meaning")


def _indexed(table: str, *columns: str) -> None:
    with op.batch_alter_table(table, schema=None) as batch_op:
        for column in columns:
            batch_op.create_index(batch_op.f(f"ix_{table}_{column}"), [column], unique=False)


def upgrade() -> None:
    _asked()
    _handed()
    _verified()
    op.create_table(
        "follow",
        _text("person_id"),
        _text("item"),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "item", name=op.f("pk_follow")),
    )
    _indexed("follow", "item")


def downgrade() -> None:
    for table in ("follow", "verified", "handover", "question"):
        op.drop_table(table)
