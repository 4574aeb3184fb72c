"""Assets and asset classes through the services: order, removal, classifying, and what is refused."""

from dataclasses import replace
from decimal import Decimal

import pytest

from wealthdesk.domain.accounts import AccountKind
from wealthdesk.domain.assets import Asset, AssetKind, Exposure
from wealthdesk.domain.targets import ClassTarget, HoldingTarget
from wealthdesk.errors import AlreadyExists, BadInput, NotFound, TargetsRefused, WealthDeskError
from wealthdesk.services.desk import Desk


def fund(symbol: str, *exposures: Exposure) -> Asset:
    return Asset("", symbol, symbol, AssetKind.FUND, "USD", exposures)


def test_classes_are_put_in_another_order_at_once(desk: Desk) -> None:
    told: list[object] = []
    desk.subscribe(told.append)
    own = desk.classes.add("Green bonds", "#24837B")
    before = [each.id for each in desk.classes.all()]
    assert before[-1] == own.id
    wanted = [own.id, *reversed(before[:-1])]
    told.clear()
    desk.classes.reorder(wanted)
    assert [each.id for each in desk.classes.all()] == wanted
    assert len(told) == 1
    desk.classes.reorder(["cash"])
    assert [each.id for each in desk.classes.all()] == ["cash", *(each for each in wanted if each != "cash")]
    with pytest.raises(NotFound):
        desk.classes.reorder(["crypto", "nothing"])
    assert desk.classes.all()[0].id == "cash"


def test_names_and_colours_of_classes(desk: Desk) -> None:
    own = desk.classes.add("Green bonds", "#24837B")
    for name in ("green BONDS", "Equity", "equity"):
        with pytest.raises(AlreadyExists):
            desk.classes.add(name, "#24837B")
        with pytest.raises(AlreadyExists):
            desk.classes.change(replace(own, name=name if name != "green BONDS" else "cash"))
    for refused in (lambda: desk.classes.add("Red", "red"), lambda: desk.classes.change(replace(own, colour=""))):
        with pytest.raises(BadInput):
            refused()
    desk.classes.change(replace(own, name="GREEN bonds"))
    assert desk.classes.all()[-1].name == "GREEN bonds"


def test_a_removed_class_leaves_no_asset_that_is_partly_classified(desk: Desk) -> None:
    own = desk.classes.add("Green bonds", "#24837B")
    mixed = desk.assets.add(fund("MIX", Exposure("equity", 6000), Exposure(own.id, 4000)))
    plain = desk.assets.add(fund("VTI", Exposure("equity", 10_000)))
    desk.targets.add(None, "Mine", (ClassTarget("equity", 7500), ClassTarget(own.id, 2500)))
    gone = desk.classes.goes_with(own.id)
    assert (gone.assets, gone.strategies) == (1, 1)
    desk.classes.remove(own.id)
    assert {each.id: each.exposures for each in desk.assets.all()} == {mixed.id: (), plain.id: plain.exposures}
    strategy = desk.targets.active(None)
    assert strategy is not None
    assert [(each.asset_class_id, each.target_bps) for each in strategy.targets] == [("equity", 10_000)]
    for ask in (desk.classes.goes_with, desk.classes.remove):
        with pytest.raises(NotFound):
            ask(own.id)
    with pytest.raises(BadInput):
        desk.classes.remove("equity")


def test_only_known_assets_are_classified_and_all_or_none(desk: Desk) -> None:
    asset = desk.assets.add(fund("VTI"))
    for exposures in ([Exposure("equity", 10_000)], []):
        with pytest.raises(NotFound, match="asset"):
            desk.assets.classify([asset.id, "nothing"], exposures)
    with pytest.raises(NotFound, match="class"):
        desk.assets.classify([asset.id], [Exposure("nothing", 10_000)])
    for wrong in ([Exposure("equity", 9_999)], [Exposure("equity", 5_000), Exposure("equity", 5_000)]):
        with pytest.raises(BadInput):
            desk.assets.classify([asset.id], wrong)
    assert desk.assets.all()[0].exposures == ()


def test_a_holding_target_belongs_to_the_class_of_its_asset(desk: Desk) -> None:
    mixed = desk.assets.add(fund("MIX", Exposure("equity", 6000), Exposure("fixed_income", 4000)))
    plain, unclassified = desk.assets.add(fund("BND", Exposure("fixed_income", 10_000))), desk.assets.add(fund("NEW"))
    strategy = desk.targets.add(None, "Mine", (ClassTarget("equity", 10_000),))
    for asset in (mixed, plain, unclassified):
        targets = (ClassTarget("equity", 10_000, holdings=(HoldingTarget(asset.id, 10_000),)),)
        with pytest.raises(TargetsRefused, match=asset.symbol):
            desk.targets.save(strategy.id, strategy.version, targets)
        with pytest.raises(TargetsRefused, match=asset.symbol):
            desk.targets.add(None, "Other", targets)
    assert desk.targets.get(strategy.id) == strategy
    assert "Other" not in {each.name for each in desk.targets.all()}


def test_symbols_are_unique_in_their_currency_and_the_currency_of_what_is_held_stays(desk: Desk) -> None:
    asset = desk.assets.add(fund("VTI"))
    desk.assets.add(replace(fund("VTI"), currency="EUR"))
    with pytest.raises(AlreadyExists):
        desk.assets.add(fund("VTI"))
    desk.assets.change(replace(asset, currency="CHF"))
    account = desk.accounts.add("Broker", AccountKind.TAXABLE, "USD")
    desk.holdings.add(account.id, asset.id, Decimal(1))
    with pytest.raises(BadInput, match="CHF"):
        desk.assets.change(replace(asset, currency="USD"))
    with pytest.raises(WealthDeskError):
        desk.assets.add(replace(fund("X"), lot_step=Decimal(0)))
