"""The language of an event, and those that phones get by their browsers' wish."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("event", sa.Column("language", sa.String(length=8), nullable=False, server_default="en"))
    op.add_column("event", sa.Column("languages", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("event", "languages")
    op.drop_column("event", "language")
