"""Trees of classes as other programs have them: which classes they come to here, and which targets."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from wealthdesk.domain.money import WHOLE, split
from wealthdesk.domain.names import LONGEST
from wealthdesk.importers.draft import Candidate, Draft
from wealthdesk.importers.other_portfolio import OtherHolding, Shares, Taxonomy

REST: Final = "Without classification"
"""The class of what a tree leaves open of an asset of which it classifies a part."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A class of a tree: what tells it from the others, its name, its share of the one above (None: it has none)."""

    key: str
    name: str
    share: Fraction | None = None
    children: tuple["Branch", ...] = ()


def asset_key(symbol: str, currency: str) -> str:
    """What tells an asset of a file from the others, as trees refer to it."""
    return f"{symbol} {currency}"


def taxonomy(
    name: str,
    root: Branch,
    assets: Mapping[str, Sequence[tuple[str, Fraction]]],
    money: Mapping[str, Sequence[tuple[str, Fraction]]],
) -> Taxonomy:
    """The classes of a tree. assets, money: what is assigned → keys of branches with its share, 1 for all of it."""
    names = _class_names(root)
    return Taxonomy(
        plain_name(name),
        {key: shares_of(names, found) for key, found in assets.items() if found},
        {key: shares_of(names, found) for key, found in money.items() if found},
        _targets(root, names),
    )


def plain_name(text: str) -> str:
    """A name as it can be kept: without line breaks and not endless."""
    printable = "".join(each if each.isprintable() else " " for each in text)
    return " ".join(printable.split())[:LONGEST].strip() or "?"


def is_isin(text: str) -> bool:
    """Whether a text has the form of an ISIN."""
    return len(text) == 12 and text.isascii() and text.isalnum() and text[:2].isalpha() and text == text.upper()


def _class_names(root: Branch) -> dict[str, str]:
    """Key → the name of its class: its own, with those above it where that alone would not tell it from another."""
    below = [path for child in root.children for path in _paths(child, ())] or [(root,)]
    counted = Counter(plain_name(path[-1].name).casefold() for path in below)
    found = {}
    for path in below:
        own = plain_name(path[-1].name)
        is_only = counted[own.casefold()] == 1
        found[path[-1].key] = own if is_only else plain_name(" / ".join(each.name for each in path))
    return found


def _paths(branch: Branch, above: tuple[Branch, ...]) -> Iterator[tuple[Branch, ...]]:
    path = (*above, branch)
    yield path
    for child in branch.children:
        yield from _paths(child, path)


def _targets(root: Branch, names: Mapping[str, str]) -> Shares:
    """The targets of the leaves: the product of the shares down to each, where all branches share themselves out."""
    leaves: list[tuple[str, Fraction]] = []
    rows = [(root, Fraction(1))]
    while rows:
        branch, whole = rows.pop()
        if not branch.children:
            leaves.append((branch.key, whole))
            continue
        shares = [child.share for child in branch.children]
        if None in shares or (whole and sum(share or 0 for share in shares) != 1):
            return ()
        rows += [(child, whole * (child.share or 0)) for child in reversed(branch.children)]
    if not root.children:
        return ()
    bps: dict[str, int] = {}
    for key, share in leaves:
        bps[names[key]] = bps.get(names[key], 0) + int(share * WHOLE)
    largest = max(bps, key=lambda name: bps[name])
    bps[largest] += WHOLE - sum(bps.values())
    return tuple((name, share) for name, share in bps.items() if share)


def shares_of(names: Mapping[str, str], assigned: Sequence[tuple[str, Fraction]]) -> Shares:
    """The shares of one asset: they are 10,000 together, what is left open in a class of its own."""
    found: dict[str, Fraction] = {}
    for key, share in assigned:
        if share > 0:
            found[names[key]] = found.get(names[key], Fraction(0)) + share
    whole = sum(found.values(), Fraction(0))
    if not whole:
        return ()
    if whole < 1:
        found[REST] = found.get(REST, Fraction(0)) + 1 - whole
    scale = 10**9
    parts = split(WHOLE, [int(share * scale) for share in found.values()])
    return tuple((name, part) for name, part in zip(found, parts, strict=True) if part)


def best_of(taxonomies: Sequence[Taxonomy]) -> str | None:
    """The tree to begin with: one that has targets first, then one that classifies the most."""
    best = max(taxonomies, key=lambda each: (bool(each.targets), len(each.classes)), default=None)
    return best.name if best and (best.targets or best.classes) else None


def with_taxonomy(draft: Draft, name: str | None) -> Draft:
    """The draft with the classes and the targets of one of its trees; None: with none of them."""
    chosen = next((each for each in draft.taxonomies if each.name == name), Taxonomy(""))
    ledger = draft.ledger
    if ledger is not None:
        assets = {
            key: replace(each, classes=chosen.classes.get(asset_key(each.symbol, each.currency), ()))
            for key, each in ledger.assets.items()
        }
        ledger = replace(ledger, assets=assets)
    other = draft.other
    if other is not None:
        other = replace(
            other,
            holdings=tuple(_other_classed(each, chosen) for each in other.holdings),
            strategy=(chosen.strategy or chosen.name) if chosen.targets else None,
            targets=chosen.targets,
        )
    return replace(
        draft,
        taxonomy=name if chosen.name else None,
        ledger=ledger,
        other=other,
        candidates=tuple(_classed(each, chosen) for each in draft.candidates),
        assets=tuple(_classed(each, chosen) for each in draft.assets),
        targets=chosen.targets,
        strategy=chosen.strategy or chosen.name,
    )


def _classed(candidate: Candidate, chosen: Taxonomy) -> Candidate:
    if candidate.is_cash:
        return candidate
    return replace(candidate, classes=chosen.classes.get(asset_key(candidate.symbol, candidate.currency), ()))


def _other_classed(told: OtherHolding, chosen: Taxonomy) -> OtherHolding:
    if told.is_cash:
        return replace(told, classes=chosen.money.get(told.account or "", ()))
    return replace(told, classes=chosen.classes.get(asset_key(told.symbol, told.currency), ()))
