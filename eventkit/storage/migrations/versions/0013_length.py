"""How many slots a session takes."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("pitch", sa.Column("length", sa.Integer(), nullable=False, server_default="1"))


def downgrade() -> None:
    op.drop_column("pitch", "length")
