"""codes and keys are derived from a salt and a generation; none is kept."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.add_column(sa.Column("codes_salt", sa.String(length=40), nullable=False, server_default=""))
    event = sa.table("event", sa.column("id", sa.Integer), sa.column("codes_salt", sa.String))
    for number in op.get_bind().execute(sa.select(event.c.id)).scalars().all():
        op.execute(event.update().where(event.c.id == number).values(codes_salt=secrets.token_urlsafe(16)))

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("phone_code_generation", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("calendar_key_generation", sa.Integer(), nullable=False, server_default="0"))
        batch_op.drop_constraint(batch_op.f("uq_person_event_id_link_code"), type_="unique")
        batch_op.drop_column("link_code")
        batch_op.drop_column("calendar_key")

    with op.batch_alter_table("pitch", schema=None) as batch_op:
        batch_op.add_column(sa.Column("claim_code_generation", sa.Integer(), nullable=False, server_default="0"))
        batch_op.drop_constraint(batch_op.f("uq_pitch_event_id_claim_code"), type_="unique")
        batch_op.drop_column("claim_code")


def downgrade() -> None:
    """Nobody's old code comes back: each row gets one that nobody has seen."""
    _give("pitch", "claim_code")
    with op.batch_alter_table("pitch", schema=None) as batch_op:
        batch_op.create_unique_constraint(batch_op.f("uq_pitch_event_id_claim_code"), ["event_id", "claim_code"])
        batch_op.drop_column("claim_code_generation")

    _give("person", "link_code")
    _give("person", "calendar_key")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_unique_constraint(batch_op.f("uq_person_event_id_link_code"), ["event_id", "link_code"])
        batch_op.drop_column("calendar_key_generation")
        batch_op.drop_column("phone_code_generation")

    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_column("codes_salt")


def _give(name: str, column: str) -> None:
    """Add a column of random codes, as the release before has them."""
    length = 40 if column == "calendar_key" else 20
    with op.batch_alter_table(name, schema=None) as batch_op:
        batch_op.add_column(sa.Column(column, sa.String(length=length), nullable=False, server_default=""))
    table = sa.table(name, sa.column("id", sa.Integer), sa.column(column, sa.String))
    for number in op.get_bind().execute(sa.select(table.c.id)).scalars().all():
        op.execute(table.update().where(table.c.id == number).values({column: secrets.token_hex(10)}))
