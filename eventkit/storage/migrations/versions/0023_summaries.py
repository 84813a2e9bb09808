"""Summaries, helpers of actions, note-takers, marks on notes."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

NEW: dict[str, sa.types.TypeEngine[Any]] = {  # columns of a note
    "struck_by_host": sa.Boolean(),
    "due": sa.Date(),
    "done_at": sa.DateTime(timezone=True),
    "not_quoted": sa.Boolean(),
    "out_of_book": sa.Boolean(),
}

MODERATED = "pitch", "note", "person", "name", "event"


def upgrade() -> None:
    _kinds_of_moderation(*MODERATED, "summary")
    op.create_table(
        "notetaker",
        sa.Column("pitch_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_notetaker_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["pitch_id"], ["pitch.id"], name=op.f("fk_notetaker_pitch_id_pitch"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("pitch_id", "person_id", name=op.f("pk_notetaker")),
    )
    with op.batch_alter_table("notetaker", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notetaker_person_id"), ["person_id"], unique=False)

    op.create_table(
        "summary",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("pitch_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("author_name", sa.String(length=80), nullable=False),
        sa.Column("text", sa.String(length=6000), nullable=False),
        sa.Column("merged", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_summary_event_id_event"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_summary_person_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["pitch_id"], ["pitch.id"], name=op.f("fk_summary_pitch_id_pitch"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_summary")),
        sa.UniqueConstraint("pitch_id", "version", name=op.f("uq_summary_pitch_id_version")),
    )
    with op.batch_alter_table("summary", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_summary_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_summary_person_id"), ["person_id"], unique=False)

    op.create_table(
        "actionhelper",
        sa.Column("note_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["note_id"], ["note.id"], name=op.f("fk_actionhelper_note_id_note"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_actionhelper_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("note_id", "person_id", name=op.f("pk_actionhelper")),
    )
    with op.batch_alter_table("actionhelper", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_actionhelper_person_id"), ["person_id"], unique=False)

    for name, kind in NEW.items():
        default = sa.false() if isinstance(kind, sa.Boolean) else None
        op.add_column("note", sa.Column(name, kind, server_default=default, nullable=default is None))


def downgrade() -> None:
    op.execute("DELETE FROM moderation WHERE kind = 'summary'")
    _kinds_of_moderation(*MODERATED)
    for name in NEW:
        op.drop_column("note", name)
    with op.batch_alter_table("actionhelper", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_actionhelper_person_id"))

    op.drop_table("actionhelper")
    with op.batch_alter_table("summary", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_summary_person_id"))
        batch_op.drop_index(batch_op.f("ix_summary_event_id"))

    op.drop_table("summary")
    with op.batch_alter_table("notetaker", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notetaker_person_id"))

    op.drop_table("notetaker")


def _kinds_of_moderation(*kinds: str) -> None:
    """Let the log of moderation take these kinds. Nothing refers to the table, so SQLite may make it anew."""
    with op.batch_alter_table("moderation") as batch_op:
        batch_op.drop_constraint(op.f("ck_moderation_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_moderation_kind"), sa.column("kind").in_(kinds))
