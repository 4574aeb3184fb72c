"""What the program remembers of the plans of each strategy: the options that the user chose last."""

from wealthdesk.changes import Topic
from wealthdesk.domain.money import LARGEST_MINOR, WHOLE
from wealthdesk.domain.plans import PlanOptions
from wealthdesk.errors import BadInput
from wealthdesk.storage import plan_options as storage
from wealthdesk.storage.database import Database


class RememberedOptions:
    """The options for the plans of a strategy: read, keep."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, strategy_id: str) -> PlanOptions:
        """The options of a strategy; the usual ones while none were chosen."""
        with self._database.read() as connection:
            return storage.options_of(connection, strategy_id)

    def keep(self, strategy_id: str, options: PlanOptions) -> None:
        """Keeps the options of a strategy; keeping what is kept already writes nothing. NotFound if it is gone."""
        for minor, what in ((options.min_trade_minor or 0, "smallest trade"), (options.gain_limit_minor or 0, "limit")):
            if not 0 <= minor <= LARGEST_MINOR:
                raise BadInput(f"The {what} is 0 or more, and at most 10 million million. Check the decimal mark.")
        if not 0 <= options.gain_cost_bps <= WHOLE:
            raise BadInput("What a gain costs lies between 0% and 100%. Check the decimal mark.")
        if isinstance(options.trades, int) and not 1 <= options.trades <= LARGEST_MINOR:
            raise BadInput("The number of trades is 1 or more. Change it.")
        if self.of(strategy_id) != options:
            with self._database.write(Topic.PLANS) as connection:
                storage.set_options(connection, strategy_id, options)
