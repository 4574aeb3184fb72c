"""What the names of assets say of their class: guessed where it is plain, and not at all where it is not."""

import pytest

from wealthdesk.importers.class_words import guessed_class

NAMES = {
    "crypto": ("Bitcoin", "Ethereum", "WisdomTree Physical Bitcoin ETP", "Grayscale Crypto 5"),
    "cash": ("Vanguard Federal Money Market Fund", "Xtrackers EUR Overnight Rate Swap UCITS ETF", "Geldmarktfonds A"),
    "real_estate": ("Vanguard Real Estate ETF", "Realty Income REIT", "MSCI World Real Estate", "hausInvest"),
    "fixed_income": (
        "Vanguard Total Bond Market ETF",
        "iShares 20+ Year Treasury Bond ETF",
        "US Treasury Note 4.25% 2034",
        "0.000% Bundesanleihe 15.08.2031",
        "iShares TIPS Bond",
        "iShares Core U.S. Aggregate",
        "UK Gilts All Stocks",
        "Obligations d'Etat",
        "VANGUARD BD INDEX FDS TOTAL BND MRKT",
    ),
    "commodities": ("iShares Gold Trust", "Xetra-Gold", "SPDR Gold Shares", "Invesco DB Commodity Index", "Silver"),
    "equity": (
        "iShares Core MSCI World UCITS ETF",
        "Vanguard FTSE All-World",
        "Apple Inc.",
        "SAP SE",
        "Siemens AG",
        "VanEck Gold Miners ETF",
        "Vanguard Total Stock Market",
        "S&P 500 ETF Trust",
        "iShares STOXX Europe 600",
        "The Goldman Sachs Group, Inc.",
        "Schwab U.S. Dividend Equity ETF",
        "SCHWAB US BROAD MARKET ETF",
        "VANGUARD STAR FDS VANGUARD TOTAL INTL STK",
    ),
}


@pytest.mark.parametrize(("class_id", "name"), [(key, name) for key, names in NAMES.items() for name in names])
def test_a_plain_name_is_guessed(class_id: str, name: str) -> None:
    assert guessed_class(name) == class_id


@pytest.mark.parametrize(
    "name",
    ["", "VTI", "Something", "Vanguard LifeStrategy 60% Equity", "Vanguard Target Retirement 2050", "Balanced Fund",
     "Multi-Asset Growth", "Goldilocks"],
)  # fmt: skip
def test_what_says_nothing_or_several_things_is_not_guessed(name: str) -> None:
    assert guessed_class(name) is None


def test_several_texts_are_taken_together() -> None:
    assert guessed_class("Xyz", "BTC") == "crypto"
    assert guessed_class(None, "") is None
