"""Of which session one is the repeat."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("pitch") as batch_op:
        batch_op.add_column(sa.Column("repeat_of", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_pitch_repeat_of_pitch"), "pitch", ["repeat_of"], ["id"], ondelete="SET NULL"
        )
        batch_op.create_index(op.f("ix_pitch_repeat_of"), ["repeat_of"])


def downgrade() -> None:
    with op.batch_alter_table("pitch") as batch_op:
        batch_op.drop_index(op.f("ix_pitch_repeat_of"))
        batch_op.drop_constraint(op.f("fk_pitch_repeat_of_pitch"), type_="foreignkey")
        batch_op.drop_column("repeat_of")
