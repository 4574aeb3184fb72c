"""What sources put behind a symbol to say which exchange is meant; proposals only, never a choice."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class ProposedCode:
    """What a source may call an asset, and which exchange that would be (empty: the symbol as it is)."""

    code: str
    exchange: str = ""


_SUFFIXES: Final[Mapping[str, str]] = {
    "AUD": "AX Australia",
    "BRL": "SA São Paulo",
    "CAD": "TO Toronto, V TSX Venture, CN Canadian Securities, NE Cboe Canada",
    "CHF": "SW Swiss, VX Swiss blue chips",
    "CLP": "SN Santiago",
    "CNY": "SS Shanghai, SZ Shenzhen",
    "CZK": "PR Prague",
    "DKK": "CO Copenhagen",
    "EGP": "CA Cairo",
    "EUR": (
        "DE Xetra, F Frankfurt, PA Paris, AS Amsterdam, MI Milan, MC Madrid, BR Brussels, VI Vienna, LS Lisbon, "
        "HE Helsinki, IR Dublin, AT Athens, TL Tallinn, RG Riga, VS Vilnius, BE Berlin, DU Düsseldorf, HM Hamburg, "
        "HA Hanover, MU Munich, SG Stuttgart, ETR Xetra, L London"
    ),
    "GBP": "L London, IL London international, UK London, LSE London",
    "HKD": "HK Hong Kong",
    "HUF": "BD Budapest",
    "IDR": "JK Jakarta",
    "ILS": "TA Tel Aviv",
    "INR": "NS National Stock Exchange of India, BO Bombay",
    "ISK": "IC Iceland",
    "JPY": "T Tokyo, JP Tokyo",
    "KRW": "KS Korea, KQ KOSDAQ",
    "KWD": "KW Kuwait",
    "MXN": "MX Mexico",
    "MYR": "KL Kuala Lumpur",
    "NOK": "OL Oslo",
    "NZD": "NZ New Zealand",
    "PLN": "WA Warsaw",
    "QAR": "QA Qatar",
    "SAR": "SR Saudi Arabia",
    "SEK": "ST Stockholm",
    "SGD": "SI Singapore",
    "THB": "BK Bangkok",
    "TRY": "IS Istanbul",
    "TWD": "TW Taiwan, TWO Taipei over the counter",
    "USD": "US United States, L London, AS Amsterdam, SW Swiss, SI Singapore",
    "ZAR": "JO Johannesburg",
}
"""Currency → the suffixes of its exchanges, the most usual first, each with the name of the exchange."""


def proposed_codes(symbol: str, currency: str) -> list[ProposedCode]:
    """What a source may call an asset of this symbol and currency: as it is, and with each suffix that may be meant."""
    plain = symbol.strip().upper()
    found = [ProposedCode(plain)]
    for each in _SUFFIXES.get(currency, "").split(", "):
        suffix, _, exchange = each.partition(" ")
        if suffix and not plain.endswith(f".{suffix}"):
            found.append(ProposedCode(f"{plain}.{suffix}", exchange))
    return found
