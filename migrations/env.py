"""What Alembic runs: the migrations asked for, on the connection and in the transaction that the caller has opened."""

from typing import Any

from alembic import context
from alembic.runtime.migration import MigrationInfo
from sqlalchemy import Connection

APPLICATION_ID = 0x57444B31  # "WDK1"


def run() -> None:
    """Migrate; the caller begins and ends the transaction, so that all of it is kept or none."""
    connection: Connection = context.config.attributes["connection"]

    def write_header(ctx: Any, step: MigrationInfo, heads: Any, run_args: Any) -> None:
        """Say in the file's header whose it is and at which version, in the same transaction as the tables."""
        version = max(map(int, step.destination_revision_ids), default=0)
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.exec_driver_sql(f"PRAGMA user_version = {version}")

    context.configure(
        connection=connection,
        transactional_ddl=True,
        transaction_per_migration=False,
        on_version_apply=write_header,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
