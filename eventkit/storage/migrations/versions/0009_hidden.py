"""When an organiser or facilitator hid a pitch or an entry in the notes."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("pitch", "note"):
        op.add_column(table, sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for table in ("pitch", "note"):
        op.drop_column(table, "hidden_at")
