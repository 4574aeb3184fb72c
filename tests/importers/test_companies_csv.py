"""Companies files in every dress: encodings, delimiters, decimal marks, headers, and what cannot be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wealthdesk.domain.reserves import Company, CompanyStatus, Fund
from wealthdesk.importers.companies_csv import read_companies
from wealthdesk.services.company_imports import companies_csv


def planned(text: str | bytes, currency: str = "USD") -> list[int | None]:
    data = text.encode() if isinstance(text, str) else text
    draft = read_companies(data, "c.csv", currency)
    assert draft.problems == (), draft.problems
    return [each.planned_minor for each in draft.companies]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_encoding_and_delimiter(encoding: str, delimiter: str) -> None:
    rows = [["id", "Name", "Planned_Reserves"], ["1", "Bêta & Söhne", "12.50"]]
    text = "\r\n".join(delimiter.join(row) for row in rows)
    draft = read_companies(text.encode(encoding), "c.csv", "USD")
    assert [(each.external_id, each.name, each.planned_minor) for each in draft.companies] == [
        ("1", "Bêta & Söhne", 1250)
    ]


def test_numbers_as_people_write_them() -> None:
    assert planned('name,planned\nA,"1,234,567.89"\nB,$5\nC,7 USD\n') == [123_456_789, 500, 700]
    assert planned("name;planned\nA;1.234.567,89\nB;0,5\n") == [123_456_789, 50]
    assert planned('name,planned\nA,"150,000"\n') == [15_000_000]
    assert planned("name;planned\nA;150.000\n") == [15_000_000]
    assert planned("name,planned\nA,1500\n", "JPY") == [1500]
    assert planned("name,planned\nA,1.125\nB,2.5\n", "KWD") == [1125, 2500]
    assert planned("name,planned_reserves_cents\nA,150000000\n") == [150_000_000]


def test_a_number_that_can_be_read_in_two_ways_is_asked_for() -> None:
    (problem,) = read_companies(b"name,planned\nA,1.500\n", "c.csv", "USD").problems
    assert (problem.line, "two ways" in problem.what) == (2, True)


def test_what_the_file_does_not_say() -> None:
    (bare,) = read_companies(b"name,planned\nA,1\n", "c.csv", "USD").companies
    assert (bare.external_id, bare.has_cap, bare.cap_minor, bare.deployed_minor, bare.status) == (
        None, False, None, None, None,
    )  # fmt: skip
    (full,) = read_companies(b"id,name,planned,cap,deployed,status\n7,A,1,,2,Exited\n", "c.csv", "USD").companies
    assert (full.has_cap, full.cap_minor, full.deployed_minor, full.status) == (True, None, 200, CompanyStatus.EXITED)


def test_two_columns_for_one_thing_and_an_unknown_status() -> None:
    problems = read_companies(b"name,planned,planned_reserves_cents\nA,1,100\n", "c.csv", "USD").problems
    assert [(each.line, each.column) for each in problems] == [(1, "planned_reserves_cents")]
    (problem,) = read_companies(b"name,planned,status\nA,1,sold\n", "c.csv", "USD").problems
    assert (problem.line, problem.column) == (2, "status")


@given(st.binary(max_size=300))
def test_any_bytes_are_a_draft(data: bytes) -> None:
    draft = read_companies(data, "c.csv", "USD")
    assert draft.companies or draft.problems
    framed = read_companies(b"id,name,planned_reserves\n" + data, "c.csv", "USD")
    assert framed.companies or framed.problems


names = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12)
companies = st.lists(
    st.builds(
        Company,
        id=st.uuids().map(str),
        name=names,
        planned_minor=st.integers(0, 10**12),
        cap_minor=st.none() | st.integers(10**12, 10**13),
        deployed_minor=st.integers(0, 10**12),
        status=st.sampled_from(CompanyStatus),
        external_id=st.none() | names,
    ),
    min_size=1,
    max_size=5,
    unique_by=(lambda each: each.name.casefold(), lambda each: each.external_id or each.id),
)


@given(companies, st.sampled_from(["USD", "JPY", "KWD"]))
def test_an_export_reads_back(made: list[Company], currency: str) -> None:
    text = companies_csv(Fund("f", "F", currency, companies=tuple(made)))
    draft = read_companies(text.encode("utf-8-sig"), "c.csv", currency)
    told = [
        (each.external_id, each.name, each.planned_minor, each.cap_minor, each.deployed_minor, each.status)
        for each in draft.companies
    ]
    assert draft.problems == ()
    assert told == [
        (each.external_id, each.name, each.planned_minor, each.cap_minor, each.deployed_minor, each.status)
        for each in made
    ]
