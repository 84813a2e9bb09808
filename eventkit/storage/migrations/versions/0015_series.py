"""After which pitch one comes: the parts of a series."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("pitch") as batch_op:
        batch_op.add_column(sa.Column("after_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_pitch_after_id_pitch"), "pitch", ["after_id"], ["id"], ondelete="SET NULL")
        batch_op.create_index(op.f("ix_pitch_after_id"), ["after_id"])


def downgrade() -> None:
    with op.batch_alter_table("pitch") as batch_op:
        batch_op.drop_index(op.f("ix_pitch_after_id"))
        batch_op.drop_constraint(op.f("fk_pitch_after_id_pitch"), type_="foreignkey")
        batch_op.drop_column("after_id")
