"""The codes that an event had before, and a notice of a day that changed."""

import sqlalchemy as sa
from alembic import op

KINDS = (
    *("published", "unpublished", "placed", "moved", "taken off", "withdrawn", "brought back", "hidden", "shown"),
    *("merged", "unmerged", "retitled", "edited", "room closed", "room opened", "room renamed", "slot shifted"),
    *("slot taken", "slot opened", "announced", "late pitch"),
)

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "formercode",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_formercode_event_id_event"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_formercode")),
    )
    op.create_index(op.f("ix_formercode_event_id"), "formercode", ["event_id"], unique=False)
    op.add_column("event", sa.Column("first_code", sa.String(length=20), nullable=True))
    _kinds_of_notice(*KINDS[:19], "day changed", *KINDS[19:])


def downgrade() -> None:
    op.execute("DELETE FROM notice WHERE kind = 'day changed'")
    _kinds_of_notice(*KINDS)
    op.drop_column("event", "first_code")
    op.drop_index(op.f("ix_formercode_event_id"), table_name="formercode")
    op.drop_table("formercode")


def _kinds_of_notice(*kinds: str) -> None:
    """Let notices be of these kinds. Nothing refers to the table, so SQLite may make it anew."""
    with op.batch_alter_table("notice", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.drop_constraint(op.f("ck_notice_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_notice_kind"), sa.column("kind").in_(kinds))
