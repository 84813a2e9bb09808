"""Unmentoring: who wants to be paired after the day, and who was paired with whom in which round."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("event", sa.Column("pairs_open", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "pairseeker",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("interests", sa.JSON(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        _with_event("pairseeker"),
        _with_person("pairseeker"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_pairseeker")),
    )
    op.create_index(op.f("ix_pairseeker_event_id"), "pairseeker", ["event_id"], unique=False)
    op.create_table(
        "pairround",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rested", sa.Integer(), nullable=False),
        _with_event("pairround"),
        sa.PrimaryKeyConstraint("event_id", "number", name=op.f("pk_pairround")),
    )
    op.create_table(
        "pairmember",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("pair", sa.Integer(), nullable=False),
        _with_event("pairmember"),
        _with_person("pairmember"),
        sa.PrimaryKeyConstraint("event_id", "number", "person_id", name=op.f("pk_pairmember")),
    )
    op.create_index(op.f("ix_pairmember_person_id"), "pairmember", ["person_id"], unique=False)


def downgrade() -> None:
    for table in ("pairmember", "pairround", "pairseeker"):
        op.drop_table(table)
    op.drop_column("event", "pairs_open")


def _with_event(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_event_id_event")
    return sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=name, ondelete="CASCADE")


def _with_person(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_person_id_person")
    return sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=name, ondelete="CASCADE")
