"""The history of the grid as data; what its sentences said of earlier versions goes, with the titles in them."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("gridversion", sa.Column("entries", sa.JSON(), server_default="[]", nullable=False))
    op.drop_column("gridversion", "note")


def downgrade() -> None:
    op.add_column("gridversion", sa.Column("note", sa.String(length=300), server_default="", nullable=False))
    op.drop_column("gridversion", "entries")
