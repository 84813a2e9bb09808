"""The word of a private event, and whether people give names."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("event", sa.Column("word", sa.String(length=60), server_default="", nullable=False))
    op.add_column("event", sa.Column("names_off", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column("event", "word")
    op.drop_column("event", "names_off")
