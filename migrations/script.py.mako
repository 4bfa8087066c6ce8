"""${message}"""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}
% if functions:

# What keeps an answer in PostgreSQL, from its place in the arrays to its column.
KEEP = """${functions[0]}"""
% endif
% if functions and functions[1:]:
# What did so for the version before the last, whose workers are gone.
GONE = """${functions[1]}"""
% endif


def upgrade():
    ${upgrades if upgrades else "pass"}
% if functions:
    in_postgresql(${f'"DROP FUNCTION {names[1]}", ' if names[1:] else ""}KEEP)
% endif


def downgrade():
    ${downgrades if downgrades else "pass"}
% if functions:
    in_postgresql("DROP FUNCTION ${names[0]}"${", GONE" if names[1:] else ""})


def in_postgresql(*statements):
    if op.get_bind().dialect.name == "postgresql":
        for statement in statements:
            op.execute(statement)
% endif
