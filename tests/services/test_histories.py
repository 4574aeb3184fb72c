"""What can be looked back on: every strategy and fund, removed ones too, and the history as a file."""

import csv
import io
from dataclasses import replace

import pytest

from services.reserves import MILLION, fund_with_companies, keep, key_of
from wealthdesk.domain.assets import Asset, AssetKind, Exposure
from wealthdesk.domain.money import NumberFormat
from wealthdesk.domain.reallocation import SetAmount, SetBudget, SetCap, What
from wealthdesk.domain.reallocation_history import Past, Subject
from wealthdesk.domain.targets import ClassTarget, HoldingTarget, header_of
from wealthdesk.errors import NotFound
from wealthdesk.services.desk import Desk
from wealthdesk.services.histories import COLUMNS, history_csv

SIXTY_FORTY = (ClassTarget("equity", 6000), ClassTarget("fixed_income", 4000))
EIGHTY_TWENTY = (ClassTarget("equity", 8000), ClassTarget("fixed_income", 2000))


def named(desk: Desk, name: str) -> Subject:
    return next(each for each in desk.histories.subjects() if each.name == name)


def rows_of(past: Past, marks: NumberFormat | None = None) -> list[dict[str, str]]:
    text = history_csv(past, marks) if marks else history_csv(past)
    return list(csv.DictReader(io.StringIO(text), delimiter=";" if marks and marks.decimal == "," else ","))


def test_every_strategy_and_fund_has_a_history_the_active_one_of_everything_first(demo: Desk) -> None:
    fund = fund_with_companies(demo)
    demo.funds.archive(demo.funds.add("A wound up fund", "EUR").id)

    subjects = demo.histories.subjects()

    assert [each.name for each in subjects if each.what is What.TARGETS] == [
        "My targets",
        "Cautious",
        "Retirement 2045",
    ]
    assert [each.place for each in subjects[:3]] == ["", "", demo.portfolios.current().accounts["retirement"].name]
    reserves = [each for each in subjects if each.what is What.RESERVES]
    assert reserves[-1].name == "A wound up fund" and reserves[-1].is_archived
    assert fund.header in [each.header for each in reserves]
    assert not any(each.is_removed for each in subjects)


def test_a_new_portfolio_has_no_reallocation_to_tell_of(desk: Desk) -> None:
    subjects = desk.histories.subjects()

    assert not any(each.is_removed for each in subjects)
    assert not any(desk.histories.past(each).revisions for each in subjects)


def test_a_removed_strategy_keeps_its_versions_under_the_name_it_had(desk: Desk) -> None:
    made = desk.targets.add(None, "Bold", SIXTY_FORTY)
    desk.targets.save(made.id, 1, EIGHTY_TWENTY)
    kept = desk.histories.past(named(desk, "Bold"))
    desk.targets.remove(made.id)

    subject = named(desk, "Bold")
    past = desk.histories.past(subject)

    assert subject.is_removed
    assert subject.first_id == kept.revisions[-1].id
    assert [each.number for each in past.steps()] == [2, 1]
    assert {key.id: line.amount for key, line in past.version(1).lines.items()} == {
        "equity": 6000,
        "fixed_income": 4000,
    }
    with pytest.raises(NotFound):
        desk.histories.past(kept.subject)


def test_a_second_strategy_of_the_same_name_is_another_one(desk: Desk) -> None:
    for targets in (SIXTY_FORTY, EIGHTY_TWENTY):
        desk.targets.remove(desk.targets.add(None, "Bold", targets).id)

    removed = [each for each in desk.histories.subjects() if each.is_removed and each.name == "Bold"]

    assert len(removed) == 2
    assert {desk.histories.past(each).state.lines[0].amount for each in removed} == {6000, 8000}


def test_a_removed_fund_still_knows_its_currency(desk: Desk) -> None:
    made = desk.funds.add("Tokyo", "JPY")
    desk.funds.add_company(made.id, "Sakura", planned_minor=1_500_000)
    desk.funds.remove(made.id)

    past = desk.histories.past(named(desk, "Tokyo"))

    assert (past.subject.what, past.state.currency) == (What.RESERVES, "JPY")
    assert rows_of(past)[0]["After"] == "1500000"


def test_the_history_of_a_fund_as_a_file(desk: Desk) -> None:
    fund = fund_with_companies(desk)
    alpha = key_of(fund, "Alpha")
    keep(desk, fund.header, SetAmount(alpha, 150 * MILLION), SetCap(alpha, 200 * MILLION))
    keep(desk, fund.header, SetBudget(1_000 * MILLION))

    rows = rows_of(desk.histories.past(named(desk, "Fund I")))

    assert tuple(rows[0]) == COLUMNS
    assert (rows[0]["Line"], rows[0]["Before"], rows[0]["After"]) == ("(budget)", "", "10000000.00")
    assert (rows[1]["Line"], rows[1]["Unit"], rows[1]["Reason"]) == ("Alpha", "USD", "As planned")
    assert (rows[1]["Before"], rows[1]["After"]) == ("1000000.00", "1500000.00")
    assert (rows[1]["Cap before"], rows[1]["Cap after"]) == ("3000000.00", "2000000.00")
    assert (rows[1]["Total before"], rows[1]["Total after"]) == ("7250000.00", "7750000.00")
    assert rows[-1]["Version"] == "1"


def test_the_history_of_targets_as_a_file_has_shares_and_the_marks_of_the_locale(desk: Desk, demo: Desk) -> None:
    strategy = next(each for each in demo.targets.all() if each.id == "default_all_portfolio")
    past = demo.histories.past(named(demo, "My targets"))

    rows = rows_of(past, NumberFormat(",", "."))

    newest = [each for each in rows if each["Version"] == str(strategy.version)]
    assert newest
    assert all(each["Unit"] == "%" for each in rows)
    vti = next(each for each in rows if each["Line"] == "VTI")
    assert vti["Class"] == "Equity"
    assert "," in vti["After"] and "." not in vti["After"]


def test_texts_that_a_spreadsheet_would_run_are_neutralised(desk: Desk) -> None:
    made = desk.targets.add(None, "=Bold", SIXTY_FORTY)
    header = header_of(made.id)
    state = desk.reallocations.state(header)
    changes = [SetAmount(line.key, 5000) for line in state.lines]
    preview = desk.reallocations.preview(header, 1, changes)
    desk.settings.set_your_name("@me")
    accepted = [each.code for each in preview.warnings]
    desk.reallocations.commit(header, 1, changes, preview.token, reason='=HYPERLINK("x")', accepted=accepted)

    newest = rows_of(desk.histories.past(named(desk, "=Bold")))[0]

    assert (newest["Of"], newest["Who"], newest["Reason"]) == ("'=Bold", "'@me", '\'=HYPERLINK("x")')
    assert newest["Before"] == "60.00"


def test_holdings_are_told_with_their_class(desk: Desk, demo: Desk) -> None:
    made = demo.targets.add(None, "Split", (ClassTarget("equity", 10_000, holdings=(HoldingTarget("vti", 10_000),)),))
    rows = rows_of(demo.histories.past(named(demo, "Split")))

    assert [(each["Class"], each["Line"], each["After"]) for each in rows if each["Version"] == "1"] == [
        ("", "Equity", "100.00"),
        ("Equity", "VTI", "100.00"),
    ]
    assert made.version == 1


def test_bands_of_their_own_are_columns_of_the_history(demo: Desk) -> None:
    made = demo.targets.add(None, "Split", (ClassTarget("equity", 10_000),))
    demo.targets.save(made.id, made.version, (ClassTarget("equity", 10_000, band_bps=325),))
    rows = rows_of(demo.histories.past(named(demo, "Split")))
    assert [(each["Before"], each["After"], each["Band before"], each["Band after"]) for each in rows] == [
        ("100.00", "100.00", "", "3.25"),
        ("", "100.00", "", ""),
    ]


def test_the_demo_portfolio_has_a_past_with_people_reasons_and_days(demo: Desk) -> None:
    past = demo.histories.past(named(demo, "My targets"))

    moments = [each.at for each in past.revisions]
    assert len(moments) >= 3 and moments == sorted(moments, reverse=True) and len(set(moments)) == len(moments)
    assert len({each.actor for each in past.revisions}) > 1
    assert any(each.reason for each in past.revisions) and not all(each.reason for each in past.revisions)
    assert any(each.accepted for each in past.revisions)
    assert past.steps()[-1].is_first
    assert past.state.version == demo.targets.get("default_all_portfolio").version == past.steps()[0].number


def test_a_line_that_was_kept_by_its_isin_is_called_by_the_name_of_its_asset(desk: Desk) -> None:
    isin = "IE00B4L5Y983"
    asset = desk.assets.add(Asset("", isin, "", AssetKind.FUND, "USD", (Exposure("equity", 10_000),)))
    halves = (ClassTarget("equity", 10_000, holdings=(HoldingTarget(asset.id, 10_000),)),)
    desk.targets.add(None, "Mine", halves)
    lines = [line for each in desk.histories.past(named(desk, "Mine")).revisions for line in each.lines]
    assert [line.name for line in lines if line.key.parent] == [isin], "that is all that is known of it"

    desk.assets.change(replace(asset, name="World"))

    past = desk.histories.past(named(desk, "Mine"))
    assert [line.name for each in past.revisions for line in each.lines if line.key.parent] == ["World"]
    assert [line.name for line in past.state.lines if line.key.parent] == ["World"]
