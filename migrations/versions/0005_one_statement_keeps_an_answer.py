"""A function that keeps one answer: PostgreSQL plans its statements once a connection."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# False, with nothing kept, where the request's name is taken or another request in flight holds
# it. Rows come as JSON by their columns' names, so that a new column needs no new function.
KEEP = """
CREATE FUNCTION keep_prediction(sent json, given json, named json, name_lock bigint)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF named IS NOT NULL AND (
        NOT pg_try_advisory_xact_lock(name_lock)
        OR EXISTS (
            SELECT FROM idempotency_keys AS known
            WHERE known.caller = named ->> 'caller' AND known.key = named ->> 'key'
        )
    ) THEN
        RETURN false;
    END IF;
    INSERT INTO inputs SELECT * FROM json_populate_record(NULL::inputs, sent);
    INSERT INTO predictions SELECT * FROM json_populate_record(NULL::predictions, given);
    IF named IS NOT NULL THEN
        INSERT INTO idempotency_keys
        SELECT * FROM json_populate_record(NULL::idempotency_keys, named);
    END IF;
    RETURN true;
END
$$
"""


def upgrade():
    if op.get_bind().dialect.name == "postgresql":
        op.execute(KEEP)


def downgrade():
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION keep_prediction")
