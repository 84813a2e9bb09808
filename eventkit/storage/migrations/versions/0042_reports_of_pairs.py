"""What is shared in unmentoring can be reported, and hidden by whoever moderates."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

MODERATED = "pitch", "note", "person", "name", "event", "summary", "reflection"


def upgrade() -> None:
    _kinds_of_moderation(*MODERATED, "pair")
    op.add_column("pairseeker", sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "pairreport",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("about_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_pairreport_event_id_event"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["about_id"], ["person.id"], name=op.f("fk_pairreport_about_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_pairreport_person_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairreport")),
    )
    for column in ("event_id", "about_id", "person_id"):
        op.create_index(op.f(f"ix_pairreport_{column}"), "pairreport", [column], unique=False)


def downgrade() -> None:
    op.drop_table("pairreport")
    op.drop_column("pairseeker", "hidden_at")
    op.execute("DELETE FROM moderation WHERE kind = 'pair'")
    _kinds_of_moderation(*MODERATED)


def _kinds_of_moderation(*kinds: str) -> None:
    """Let the log of moderation take these kinds. Nothing refers to the table, so SQLite may make it anew."""
    with op.batch_alter_table("moderation") as batch_op:
        batch_op.drop_constraint(op.f("ck_moderation_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_moderation_kind"), sa.column("kind").in_(kinds))
