"""The line-up's stage and turns, and its kind of change."""

import sqlalchemy as sa
from alembic import op

KINDS = ("event", "pitch", "vote", "build", "grid", "publish", "notice", "note")

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stage",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("pitch_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("left", sa.Float(), nullable=False),
        sa.Column("runs_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_stage_event_id_event"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["pitch_id"], ["pitch.id"], name=op.f("fk_stage_pitch_id_pitch"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_stage")),
    )
    op.create_table(
        "turn",
        sa.Column("pitch_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("ready", sa.Boolean(), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_turn_event_id_event"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["pitch_id"], ["pitch.id"], name=op.f("fk_turn_pitch_id_pitch"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("pitch_id", name=op.f("pk_turn")),
    )
    with op.batch_alter_table("turn", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_turn_event_id"), ["event_id"], unique=False)
    _kinds_of_change(*KINDS, "line-up")


def downgrade() -> None:
    op.execute("DELETE FROM change WHERE kind = 'line-up'")
    _kinds_of_change(*KINDS)
    op.drop_table("turn")
    op.drop_table("stage")


def _kinds_of_change(*kinds: str) -> None:
    """Let the log of changes take these kinds. Nothing refers to the table, so SQLite may make it anew."""
    with op.batch_alter_table("change", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.drop_constraint(op.f("ck_change_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_change_kind"), sa.column("kind").in_(kinds))
