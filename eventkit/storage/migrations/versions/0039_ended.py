"""Tokens that are nobody's any more and codes of deleted events, as digests."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ended",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_ended")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("ended")
