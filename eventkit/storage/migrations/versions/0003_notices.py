"""A revision of what people see, notices of what changed, announcements, hours of hosts, who moved what.

An event that is published already begins at the number its calendars have seen, with one notice for all of it.
"""

import sqlalchemy as sa
from alembic import op

CAUSES = ("build", "move", "undo", "import", "room")
KINDS = ("event", "pitch", "vote", "build", "grid", "publish", "note")

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "announcement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("slot_id", sa.Integer(), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_announcement_event_id_event"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["person.id"], name=op.f("fk_announcement_made_by_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["room_id"], ["room.id"], name=op.f("fk_announcement_room_id_room"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["slot_id"], ["slot.id"], name=op.f("fk_announcement_slot_id_slot"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement")),
    )
    with op.batch_alter_table("announcement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_announcement_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_announcement_made_by"), ["made_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_announcement_room_id"), ["room_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_announcement_slot_id"), ["slot_id"], unique=False)

    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "published",
                "unpublished",
                "placed",
                "moved",
                "taken off",
                "withdrawn",
                "brought back",
                "hidden",
                "shown",
                "merged",
                "unmerged",
                "retitled",
                "edited",
                "room closed",
                "room opened",
                "room renamed",
                "slot shifted",
                "slot taken",
                "slot opened",
                "announced",
                "late pitch",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("pitch_id", sa.Integer(), nullable=True),
        sa.Column("slot_id", sa.Integer(), nullable=True),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("was_starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("was_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("was_room", sa.String(length=80), nullable=False),
        sa.Column("was_title", sa.String(length=200), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_notice_event_id_event"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_notice_made_by_person"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["pitch_id"], ["pitch.id"], name=op.f("fk_notice_pitch_id_pitch"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_notice_room_id_room"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name=op.f("fk_notice_slot_id_slot"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index("ix_notice_event_id_id", ["event_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_made_by"), ["made_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_pitch_id"), ["pitch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_room_id"), ["room_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_slot_id"), ["slot_id"], unique=False)

    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="0"))

    with op.batch_alter_table("gridversion", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_gridversion_cause"), type_="check")
        causes = (*CAUSES[:3], "redo", "back", "shift", *CAUSES[3:])
        batch_op.create_check_constraint(op.f("ck_gridversion_cause"), sa.column("cause").in_(causes))
        batch_op.add_column(sa.Column("made_by", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_gridversion_made_by"), ["made_by"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_gridversion_made_by_person"), "person", ["made_by"], ["id"], ondelete="SET NULL"
        )

    with op.batch_alter_table("pitch", schema=None) as batch_op:
        batch_op.add_column(sa.Column("there_from", sa.Time(), nullable=True))
        batch_op.add_column(sa.Column("there_until", sa.Time(), nullable=True))

    _kinds_of_change(*KINDS[:6], "notice", *KINDS[6:])
    op.execute("UPDATE event SET revision = published_version WHERE published_version IS NOT NULL")
    op.execute(
        "INSERT INTO notice (event_id, revision, kind, was_room, was_title, at) "
        "SELECT event.id, event.revision, 'published', '', '', COALESCE(gridversion.published_at, event.created_at) "
        "FROM event JOIN gridversion ON gridversion.event_id = event.id "
        "AND gridversion.version = event.published_version"
    )


def downgrade() -> None:
    op.execute("DELETE FROM change WHERE kind = 'notice'")
    _kinds_of_change(*KINDS)
    for table, column in (("pitch", "there_until"), ("pitch", "there_from"), ("event", "revision")):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")  # in place: others refer to these tables, and cascade

    op.execute("UPDATE gridversion SET cause = 'undo' WHERE cause IN ('redo', 'back')")
    op.execute("UPDATE gridversion SET cause = 'room' WHERE cause = 'shift'")
    with op.batch_alter_table("gridversion", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_gridversion_cause"), type_="check")
        batch_op.create_check_constraint(op.f("ck_gridversion_cause"), sa.column("cause").in_(CAUSES))
        batch_op.drop_constraint(batch_op.f("fk_gridversion_made_by_person"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_gridversion_made_by"))
        batch_op.drop_column("made_by")

    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_slot_id"))
        batch_op.drop_index(batch_op.f("ix_notice_room_id"))
        batch_op.drop_index(batch_op.f("ix_notice_pitch_id"))
        batch_op.drop_index(batch_op.f("ix_notice_made_by"))
        batch_op.drop_index("ix_notice_event_id_id")

    op.drop_table("notice")
    with op.batch_alter_table("announcement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_announcement_slot_id"))
        batch_op.drop_index(batch_op.f("ix_announcement_room_id"))
        batch_op.drop_index(batch_op.f("ix_announcement_made_by"))
        batch_op.drop_index(batch_op.f("ix_announcement_event_id"))

    op.drop_table("announcement")


def _kinds_of_change(*kinds: str) -> None:
    """Let the log of changes take these kinds. Nothing refers to the table, so SQLite may make it anew."""
    with op.batch_alter_table("change", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.drop_constraint(op.f("ck_change_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_change_kind"), sa.column("kind").in_(kinds))
