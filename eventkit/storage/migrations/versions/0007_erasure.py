"""The day on which an event's names are erased, and when that was done."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("event", sa.Column("erase_on", sa.Date(), nullable=True))
    op.add_column("event", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("event", "erased_at")
    op.drop_column("event", "erase_on")
