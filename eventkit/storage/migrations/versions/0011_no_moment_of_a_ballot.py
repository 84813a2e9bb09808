"""Nothing ties a ballot to a finer moment than its day: who saw a pitch is counted at the pitch, votes have no time."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

DAY = {"sqlite": "substr({0}, 1, 10)", "postgresql": "CAST({0} AT TIME ZONE 'UTC' AS date)"}
MIDNIGHT = {
    "sqlite": "substr(at, 1, 10) || ' 00:00:00.000000'",
    "postgresql": "date_trunc('day', at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'",
}


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    op.add_column("person", sa.Column("voted_on", sa.Date(), nullable=True))
    op.add_column("person", sa.Column("joined_on", sa.Date(), nullable=True))
    op.add_column("pitch", sa.Column("seen_by", sa.Integer(), server_default="0", nullable=False))
    op.add_column("build", sa.Column("since_change", sa.Integer(), server_default="0", nullable=False))
    day = DAY[dialect]
    for statement in (
        "UPDATE pitch SET seen_by = (SELECT count(*) FROM person WHERE person.event_id = pitch.event_id "
        "AND person.last_ballot_at >= pitch.created_at)",
        "UPDATE build SET since_change = coalesce((SELECT max(change.id) FROM change WHERE "
        "change.event_id = build.event_id AND change.at <= coalesce(build.started_at, build.asked_at)), 0)",
        f"UPDATE person SET voted_on = {day.format('last_ballot_at')}, joined_on = {day.format('created_at')}",  # noqa: S608
        f"UPDATE change SET at = {MIDNIGHT[dialect]} WHERE kind = 'vote'",  # noqa: S608
    ):
        op.execute(statement)
    with op.batch_alter_table("person") as batch_op:
        batch_op.alter_column("joined_on", existing_type=sa.Date(), nullable=False)
        batch_op.drop_column("last_ballot_at")
        batch_op.drop_column("created_at")
    with op.batch_alter_table("vote", table_kwargs={"sqlite_with_rowid": False}) as batch_op:
        batch_op.drop_column("cast_at")


def downgrade() -> None:
    moment = sa.DateTime(timezone=True)
    midnight = "{0} || ' 00:00:00.000000'" if op.get_bind().dialect.name == "sqlite" else "CAST({0} AS timestamptz)"
    op.add_column("person", sa.Column("last_ballot_at", moment, nullable=True))
    op.add_column("person", sa.Column("created_at", moment, nullable=True))
    op.add_column("vote", sa.Column("cast_at", moment, nullable=True))
    said, came = midnight.format("voted_on"), midnight.format("joined_on")
    op.execute(f"UPDATE person SET last_ballot_at = {said}, created_at = {came}")  # noqa: S608
    op.execute("UPDATE vote SET cast_at = (SELECT created_at FROM person WHERE person.id = vote.person_id)")
    with op.batch_alter_table("person") as batch_op:
        batch_op.alter_column("created_at", existing_type=moment, nullable=False)
        batch_op.drop_column("voted_on")
        batch_op.drop_column("joined_on")
    with op.batch_alter_table("vote") as batch_op:
        batch_op.alter_column("cast_at", existing_type=moment, nullable=False)
    op.drop_column("pitch", "seen_by")
    op.drop_column("build", "since_change")
