"""Whether everybody sees the results of an event, and its words of thanks."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("event", sa.Column("results_public", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("event", sa.Column("thanks", sa.String(length=600), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("event", "thanks")
    op.drop_column("event", "results_public")
