"""What a shift did to the times of slots, so that it can be undone; of earlier shifts nothing is known."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("gridversion", sa.Column("retimed", sa.JSON(), server_default="[]", nullable=False))


def downgrade() -> None:
    op.drop_column("gridversion", "retimed")
