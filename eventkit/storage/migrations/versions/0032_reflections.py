"""What people take along from an event: three answers each."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

MODERATED = "pitch", "note", "person", "name", "event", "summary"


def upgrade() -> None:
    _kinds_of_moderation(*MODERATED, "reflection")
    op.create_table(
        "reflection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("differently", sa.String(length=1000), nullable=False),
        sa.Column("next_steps", sa.String(length=1000), nullable=False),
        sa.Column("best", sa.String(length=1000), nullable=False),
        sa.Column("author_name", sa.String(length=80), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_reflection_event_id_event"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_reflection_person_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reflection")),
        sa.UniqueConstraint("event_id", "person_id", name=op.f("uq_reflection_event_id_person_id")),
    )
    op.create_index(op.f("ix_reflection_event_id"), "reflection", ["event_id"], unique=False)
    op.create_index(op.f("ix_reflection_person_id"), "reflection", ["person_id"], unique=False)


def downgrade() -> None:
    op.execute("DELETE FROM moderation WHERE kind = 'reflection'")
    _kinds_of_moderation(*MODERATED)
    op.drop_table("reflection")


def _kinds_of_moderation(*kinds: str) -> None:
    """Let the log of moderation take these kinds. Nothing refers to the table, so SQLite may make it anew."""
    with op.batch_alter_table("moderation") as batch_op:
        batch_op.drop_constraint(op.f("ck_moderation_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_moderation_kind"), sa.column("kind").in_(kinds))
