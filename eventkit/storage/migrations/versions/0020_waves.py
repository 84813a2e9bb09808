"""From which moment on a build places sessions: a wave."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("build", sa.Column("begins_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("build", "begins_at")
