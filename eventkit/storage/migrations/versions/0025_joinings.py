"""Merging with consent: what was asked and answered, votes set aside, what a pitch said alone."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

STATES = "asked", "declined", "joined", "apart"
OF_PITCHES = "kept_id", "part_id", "answer_by"
BALLOTS = "vote", "sealedvote"


def upgrade() -> None:
    to_pitches = (
        sa.ForeignKeyConstraint([name], ["pitch.id"], name=op.f(f"fk_joining_{name}_pitch"), ondelete="CASCADE")
        for name in OF_PITCHES
    )
    op.create_table(
        "joining",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in OF_PITCHES),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(sa.column("state").in_(STATES), name=op.f("ck_joining_state")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_joining_event_id_event"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["person.id"], name=op.f("fk_joining_asked_by_person"), ondelete="SET NULL"
        ),
        *to_pitches,
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joining")),
    )
    for name in ("event_id", "asked_by", *OF_PITCHES):
        op.create_index(op.f(f"ix_joining_{name}"), "joining", [name])
    op.add_column("pitch", sa.Column("own_content", sa.JSON(none_as_null=True), nullable=True))
    for table in BALLOTS:
        op.add_column(table, sa.Column("aside_for", sa.Integer(), nullable=True))
        op.create_index(op.f(f"ix_{table}_aside_for"), table, ["aside_for"])


def downgrade() -> None:
    for table in BALLOTS:
        op.drop_index(op.f(f"ix_{table}_aside_for"), table)
        op.drop_column(table, "aside_for")
    op.drop_column("pitch", "own_content")
    op.drop_table("joining")
