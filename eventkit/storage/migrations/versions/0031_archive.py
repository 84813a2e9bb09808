"""When an event closes by itself, and since when it is only read."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("event", sa.Column("archive_on", sa.Date(), nullable=True))
    op.add_column("event", sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("event", "archived_at")
    op.drop_column("event", "archive_on")
