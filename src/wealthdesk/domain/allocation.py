"""The allocation of a scope: what is held, what it is worth, the strategy in force and the drift between them."""

from dataclasses import dataclass

from wealthdesk.domain.accounts import ALL_PORTFOLIO_NAME, Scope
from wealthdesk.domain.drift import Composition, Drift
from wealthdesk.domain.holdings import Portfolio
from wealthdesk.domain.targets import Strategy
from wealthdesk.domain.valuation import Valuation


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
