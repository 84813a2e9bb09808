"""The organisers' own third question when people look back, and reflections that wait for somebody to look first."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("event", sa.Column("last_question", sa.String(length=120), server_default="", nullable=False))
    op.add_column("reflection", sa.Column("waits", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column("reflection", "waits")
    op.drop_column("event", "last_question")
