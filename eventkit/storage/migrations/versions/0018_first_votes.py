"""How many phones voted for the first time in each minute, and what helps against stuffing."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("event", sa.Column("people_here", sa.Integer(), nullable=True))
    op.add_column("event", sa.Column("vote_word", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("build", sa.Column("leaves_out", sa.String(length=20), server_default="", nullable=False))
    op.create_table(
        "firstvotes",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("minute", sa.DateTime(timezone=True), nullable=False),
        sa.Column("voters", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_firstvotes_event_id_event"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("event_id", "minute", name=op.f("pk_firstvotes")),
    )


def downgrade() -> None:
    op.drop_table("firstvotes")
    op.drop_column("build", "leaves_out")
    op.drop_column("event", "vote_word")
    op.drop_column("event", "people_here")
