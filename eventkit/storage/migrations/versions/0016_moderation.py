"""Phones that can only read, hidden names, what waits to be shown, reports, and the log of moderation."""

import sqlalchemy as sa
from alembic import op

KINDS = ("event", "pitch", "vote", "build", "grid", "publish", "notice", "note", "line-up")
ACTS = (
    *("hide", "show", "stop", "let", "dismiss", "edit", "strike", "put back", "withdraw", "bring back", "delete"),
    *("look first", "show at once", "close notes", "open notes"),
)

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, column, usual in ADDED:
        op.add_column(table, sa.Column(column, sa.Boolean(), nullable=False, server_default=usual))
    op.add_column("person", sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("person", sa.Column("hidden_names", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("pitch", sa.Column("changed_late_at", sa.DateTime(timezone=True), nullable=True))
    _create_partings()
    _create_reports()
    _create_moderation()
    _kinds_of_change(*KINDS, "moderation")


ADDED = (
    ("event", "notes_open", sa.true()),
    ("event", "look_first", sa.false()),
    ("note", "waits", sa.false()),
    ("pitch", "waits", sa.false()),
)


def downgrade() -> None:
    op.execute("DELETE FROM change WHERE kind = 'moderation'")
    _kinds_of_change(*KINDS)
    for table in ("moderation", "report", "parting"):
        op.drop_table(table)
    op.drop_column("pitch", "changed_late_at")
    op.drop_column("person", "hidden_names")
    op.drop_column("person", "stopped_at")
    for table, column, _ in ADDED:
        op.drop_column(table, column)


def _create_partings() -> None:
    op.create_table(
        "parting",
        sa.Column("pitch_id", sa.Integer(), nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["pitch_id"], ["pitch.id"], name="fk_parting_pitch_id_pitch", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["kept_id"], ["pitch.id"], name="fk_parting_kept_id_pitch", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("pitch_id", name="pk_parting"),
    )
    op.create_index("ix_parting_kept_id", "parting", ["kept_id"])


def _create_reports() -> None:
    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("pitch_id", sa.Integer(), nullable=False),
        sa.Column("note_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_report_event_id_event", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name="fk_report_note_id_note", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_report_person_id_person", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["pitch_id"], ["pitch.id"], name="fk_report_pitch_id_pitch", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_report"),
    )
    for column in ("event_id", "note_id", "person_id", "pitch_id"):
        op.create_index(f"ix_report_{column}", "report", [column])


def _create_moderation() -> None:
    kinds = "pitch", "note", "person", "name", "event"
    op.create_table(
        "moderation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("act", _one_of("act", ACTS), nullable=False),
        sa.Column("kind", _one_of("kind", kinds), nullable=False),
        sa.Column("ref", sa.Integer(), nullable=True),
        sa.Column("organiser", sa.Boolean(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_moderation_event_id_event", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name="fk_moderation_made_by_person", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_moderation"),
    )
    for column in ("event_id", "made_by"):
        op.create_index(f"ix_moderation_{column}", "moderation", [column])


def _one_of(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def _kinds_of_change(*kinds: str) -> None:
    """Let the log of changes take these kinds. Nothing refers to the table, so SQLite may make it anew."""
    with op.batch_alter_table("change", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.drop_constraint(op.f("ck_change_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_change_kind"), sa.column("kind").in_(kinds))
