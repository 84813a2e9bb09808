"""The address that an event's links and QR codes begin with, and what its walls show, as the organiser chose."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("event", sa.Column("address", sa.String(length=120), server_default="", nullable=False))
    op.add_column("event", sa.Column("wall_shows", sa.String(length=10), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("event", "wall_shows")
    op.drop_column("event", "address")
