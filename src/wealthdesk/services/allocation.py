"""The allocation of a scope: what is held, what it is worth, the strategy in force and the drift between them."""

from dataclasses import dataclass

from wealthdesk.domain.accounts import ALL_PORTFOLIO_NAME, Scope
from wealthdesk.domain.drift import Composition, Drift, compose, measure
from wealthdesk.domain.holdings import Portfolio
from wealthdesk.domain.targets import Strategy
from wealthdesk.domain.valuation import Valuation, value
from wealthdesk.services.portfolio import Portfolios
from wealthdesk.services.targets import Targets


@dataclass(frozen=True, slots=True)
class Allocation:
    """Everything the allocation page shows, as one value. `strategy` is None where the scope has none."""

    scope: Scope
    portfolio: Portfolio
    valuation: Valuation
    composition: Composition
    strategy: Strategy | None
    drift: Drift

    @property
    def scope_name(self) -> str:
        """The scope as the selector names it."""
        return ALL_PORTFOLIO_NAME if self.scope is None else self.portfolio.accounts[self.scope].name

    @property
    def unclassified_assets(self) -> tuple[str, ...]:
        """The ids of held assets that (partly) belong to no class, largest first."""
        left = self.composition.unclassified
        return tuple(sorted(left, key=lambda asset_id: (-left[asset_id], asset_id)))


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
