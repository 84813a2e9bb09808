"""What somebody typed of a summary, where it was merged with what others wrote meanwhile, and from which version."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("summary", sa.Column("typed", sa.String(length=6000), server_default="", nullable=False))
    op.add_column("summary", sa.Column("seen", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("summary", "seen")
    op.drop_column("summary", "typed")
