"""Who changed targets and reserves, when and why: funds and companies, caps, and every reallocation with its lines."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

LOSES: tuple[str, ...] = (
    "Every fund, with its companies and what is planned for them.",
    "The history of every strategy and fund: who changed what, when and why; the targets of now stay.",
    "The caps of class targets and holding targets.",
)


def upgrade() -> None:
    """Make the tables; a strategy that is in the file keeps its version, and its history begins there."""
    _funds()
    _companies()
    _caps("class_target_caps", "asset_class_target_id", "asset_class_targets")
    _caps("holding_target_caps", "holding_target_id", "holding_targets")
    _reallocations()
    _reallocation_lines()
    _reallocation_attempts()


def downgrade() -> None:
    """Remove the tables, children first."""
    for table in ("reallocation_attempts", "reallocation_lines", "reallocations"):
        op.drop_table(table)
    for table in ("holding_target_caps", "class_target_caps", "companies"):
        op.drop_table(table)
    op.drop_table("funds")


def _moments() -> tuple[sa.Column[str], sa.Column[str]]:
    return (
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.Text(), nullable=False),
    )


def _belongs_to(table: str, column: str, parent: str) -> sa.ForeignKeyConstraint:
    """The row goes when the row it belongs to goes."""
    return sa.ForeignKeyConstraint([column], [f"{parent}.id"], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE")


def _names(table: str, column: str, parent: str) -> sa.ForeignKeyConstraint:
    """The row stays when the row it names goes."""
    return sa.ForeignKeyConstraint([column], [f"{parent}.id"], name=op.f(f"fk_{table}_{column}"), ondelete="SET NULL")


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def _index(table: str, column: str) -> None:
    op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _funds() -> None:
    name = "funds"
    op.create_table(
        name,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("size_minor", sa.Integer()),
        sa.Column("budget_minor", sa.Integer()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("archived_at", sa.Text()),
        *_moments(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funds")),
        _unique(name, "name"),
        _check(name, "name", "length(name) > 0"),
        _check(name, "currency", "length(currency) = 3 AND currency = upper(currency)"),
        _check(name, "size_minor", "size_minor >= 0"),
        _check(name, "budget_minor", "budget_minor >= 0"),
        _check(name, "version", "version >= 1"),
    )


def _companies() -> None:
    name = "companies"
    op.create_table(
        name,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("fund_id", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text()),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("planned_reserves_minor", sa.Integer(), nullable=False),
        sa.Column("allocation_cap_minor", sa.Integer()),
        sa.Column("deployed_minor", sa.Integer(), nullable=False),
        *_moments(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_companies")),
        _unique(name, "fund_id", "name"),
        _unique(name, "fund_id", "external_id"),
        _belongs_to(name, "fund_id", "funds"),
        _check(name, "name", "length(name) > 0"),
        _check(name, "external_id", "length(external_id) > 0"),
        _check(name, "status", "status IN ('active', 'exited')"),
        _check(name, "planned_reserves_minor", "planned_reserves_minor >= 0"),
        _check(name, "allocation_cap_minor", "allocation_cap_minor >= planned_reserves_minor"),
        _check(name, "deployed_minor", "deployed_minor >= 0"),
    )


def _caps(name: str, column: str, parent: str) -> None:
    op.create_table(
        name,
        sa.Column(column, sa.Text(), nullable=False),
        sa.Column("cap_bps", sa.Integer(), nullable=False),
        *_moments(),
        sa.PrimaryKeyConstraint(column, name=op.f(f"pk_{name}")),
        _belongs_to(name, column, parent),
        _check(name, "cap_bps", "cap_bps BETWEEN 0 AND 10000"),
    )


def _subject() -> tuple[sa.Column[str], sa.Column[str], sa.Column[str]]:
    return (
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("strategy_id", sa.Text()),
        sa.Column("fund_id", sa.Text()),
    )


def _subject_rules(table: str) -> tuple[sa.ForeignKeyConstraint, sa.ForeignKeyConstraint, sa.CheckConstraint]:
    one_kind = "(what = 'targets' AND fund_id IS NULL) OR (what = 'reserves' AND strategy_id IS NULL)"
    return (
        _names(table, "strategy_id", "rebalancing_strategies"),
        _names(table, "fund_id", "funds"),
        _check(table, "what", one_kind),
    )


def _reallocations() -> None:
    name = "reallocations"
    op.create_table(
        name,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("request_digest", sa.Text(), nullable=False),
        *_subject(),
        sa.Column("subject_name", sa.Text(), nullable=False),
        sa.Column("baseline_version", sa.Integer(), nullable=False),
        sa.Column("new_version", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("reverts_id", sa.Text()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("accepted", sa.Text(), nullable=False),
        sa.Column("total_before", sa.Integer(), nullable=False),
        sa.Column("total_after", sa.Integer(), nullable=False),
        sa.Column("budget_before", sa.Integer()),
        sa.Column("budget_after", sa.Integer()),
        sa.Column("currency", sa.Text(), nullable=False),
        *_moments(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reallocations")),
        _unique(name, "request_id"),
        _unique(name, "strategy_id", "new_version"),
        _unique(name, "fund_id", "new_version"),
        *_subject_rules(name),
        _names(name, "reverts_id", "reallocations"),
        _check(name, "subject_name", "length(subject_name) > 0"),
        _check(name, "baseline_version", "baseline_version >= 0"),
        _check(name, "new_version", "new_version = baseline_version + 1"),
        _check(name, "source", "source IN ('manual', 'template', 'import', 'revert', 'scale')"),
        _check(name, "currency", "(what = 'targets') = (currency = '') AND length(currency) IN (0, 3)"),
    )
    _index(name, "reverts_id")


def _reallocation_lines() -> None:
    name = "reallocation_lines"
    op.create_table(
        name,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("reallocation_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        # No foreign keys: what was changed stays in the history when the class, asset or company goes.
        sa.Column("parent_id", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("from_amount", sa.Integer()),
        sa.Column("to_amount", sa.Integer()),
        sa.Column("from_cap", sa.Integer()),
        sa.Column("to_cap", sa.Integer()),
        *_moments(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reallocation_lines")),
        _unique(name, "reallocation_id", "parent_id", "subject_id"),
        _belongs_to(name, "reallocation_id", "reallocations"),
        _check(name, "from_amount", "from_amount >= 0"),
        _check(name, "to_amount", "to_amount >= 0"),
        _check(name, "from_cap", "from_cap >= from_amount"),
        _check(name, "to_cap", "to_cap >= to_amount"),
    )


def _reallocation_attempts() -> None:
    name = "reallocation_attempts"
    op.create_table(
        name,
        sa.Column("id", sa.Text(), nullable=False),
        *_subject(),
        sa.Column("outcome", sa.Text(), nullable=False),
        *_moments(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reallocation_attempts")),
        *_subject_rules(name),
        _check(name, "outcome", "outcome IN ('committed', 'conflict', 'stale', 'invalid')"),
    )
    _index(name, "strategy_id")
    _index(name, "fund_id")
