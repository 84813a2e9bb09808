"""What kind of session a pitch is, and where a room is."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("pitch", sa.Column("format", sa.String(length=30), nullable=False, server_default=""))
    op.add_column("room", sa.Column("directions", sa.String(length=120), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("pitch", "format")
    op.drop_column("room", "directions")
