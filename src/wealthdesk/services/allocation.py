"""Allocations as they are read, and what other targets would make of them."""

from wealthdesk.domain.accounts import Scope
from wealthdesk.domain.drift import Allocation, Drift, compose, measure
from wealthdesk.domain.targets import Strategy
from wealthdesk.domain.valuation import value
from wealthdesk.services.portfolio import Portfolios
from wealthdesk.services.targets import Targets


class Allocations:
    """Reads allocations and says what other targets would make of them."""

    def __init__(self, portfolios: Portfolios, targets: Targets) -> None:
        self._portfolios = portfolios
        self._targets = targets

    def of(self, scope: Scope) -> Allocation:
        """The allocation of a scope under its active strategy; a scope that is gone reads as All Portfolio."""
        portfolio = self._portfolios.current()
        if scope is not None and scope not in portfolio.accounts:
            scope = None
        valuation = value(portfolio, scope)
        held = compose(valuation)
        strategy = self._targets.active(scope)
        return Allocation(
            scope, portfolio, valuation, held, strategy, measure(held, portfolio.classes.values(), strategy)
        )

    def preview(self, allocation: Allocation, strategy: Strategy) -> Drift:
        """The drift that the allocation would have under `strategy`. Pure: nothing is read or written."""
        return measure(allocation.composition, allocation.portfolio.classes.values(), strategy)
