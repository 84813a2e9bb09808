"""Ballots that are sealed: votes that belong to nobody any more."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("event", sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("event", sa.Column("sealed_voters", sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "sealedvote",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("ballot", sa.Integer(), nullable=False),
        sa.Column("pitch_id", sa.Integer(), nullable=False),
        sa.Column("interest", sa.Integer(), nullable=False),
        sa.CheckConstraint("interest IN (1, 2)", name=op.f("ck_sealedvote_interest_known")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_sealedvote_event_id_event"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["pitch_id"], ["pitch.id"], name=op.f("fk_sealedvote_pitch_id_pitch"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("event_id", "ballot", "pitch_id", name=op.f("pk_sealedvote")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("sealedvote", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sealedvote_pitch_id"), ["pitch_id"], unique=False)


def downgrade() -> None:
    op.drop_table("sealedvote")
    op.drop_column("event", "sealed_at")
    op.drop_column("event", "sealed_voters")
