"""What a room is closed for: a fixed item that takes some rooms only."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("closure", sa.Column("title", sa.String(length=120), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("closure", "title")
