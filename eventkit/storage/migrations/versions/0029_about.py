"""What organisers say of an event: who to ask, conduct, photographs, access, a quiet room, wifi."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "about",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("ask", sa.String(length=400), nullable=False),
        sa.Column("conduct", sa.String(length=2000), nullable=False),
        sa.Column("conduct_contact", sa.String(length=400), nullable=False),
        sa.Column("photographs", sa.String(length=400), nullable=False),
        sa.Column("access", sa.String(length=400), nullable=False),
        sa.Column("quiet_room", sa.String(length=400), nullable=False),
        sa.Column("wifi", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_about_event_id_event"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_about")),
    )


def downgrade() -> None:
    op.drop_table("about")
