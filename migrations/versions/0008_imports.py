"""What imports changed, row by row, so that one can be taken back later."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

LOSES: tuple[str, ...] = ("Which rows the latest imports changed: what they brought stays, and cannot be taken back.",)


def upgrade() -> None:
    """Make the table; of imports before nothing is known."""
    name = "imports"
    op.create_table(
        name,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        # The rows as they were before, and marks of what they were after, in JSON.
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.CheckConstraint("length(name) > 0", name=op.f(f"ck_{name}_name")),
    )


def downgrade() -> None:
    """Remove it."""
    op.drop_table("imports")
