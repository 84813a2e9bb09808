"""Who says that they will go to which session."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "going",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("pitch_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_going_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["pitch_id"], ["pitch.id"], name=op.f("fk_going_pitch_id_pitch"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", "pitch_id", name=op.f("pk_going")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_going_pitch_id"), "going", ["pitch_id"])


def downgrade() -> None:
    op.drop_table("going")
