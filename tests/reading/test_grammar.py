"""The grammar of cells: what is read, what is an error and why, the same in Python and in DuckDB."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dagster_project.reading import grammar

MONEY = ("kr", " kr", " kronor", ":-", " tkr", " mkr", " mdkr", " miljoner kronor")


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 1})


def in_sql(
    con: duckdb.DuckDBPyConnection,
    typ: grammar.Typ,
    cells: list[str],
    enhet: grammar.Enhet | None = None,
    decimaler: str = "",
) -> list[grammar.Last]:
    value, error = grammar.sql(typ, "c", enhet, f"'{decimaler}'")
    rows = con.execute(f"select {value}, {error} from (select unnest(?::varchar[]) as c)", [cells]).fetchall()
    return [grammar.Last(*row) for row in rows]


READ = [
    ("heltal", "17", None, 17),
    ("heltal", " 0 ", None, 0),
    ("heltal", "+5", None, 5),
    ("heltal", "\u22125", None, -5),
    ("heltal", "1 234 567", None, 1_234_567),
    ("heltal", "1\u00a0234\u202f567", None, 1_234_567),
    ("heltal", "1.234.567", None, 1_234_567),
    ("heltal", "1,234,567", None, 1_234_567),
    ("heltal", "33 000 000:-", "kr", 33_000_000),
    ("heltal", "12 kr", "kr", 12),
    ("decimal", "17,2", None, 17.2),
    ("decimal", "17.2", None, 17.2),
    ("decimal", "0,172", None, 0.172),
    ("decimal", "1 234,5", None, 1234.5),
    ("decimal", "1.234,5", None, 1234.5),
    ("decimal", "1,234.5", None, 1234.5),
    ("decimal", "17.2340", None, 17.234),
    ("decimal", "\u22120,5", None, -0.5),
    ("decimal", "17,2 %", "procent", 17.2),
    ("decimal", "17,2\u00a0%", "procent", 17.2),
    ("belopp", "500 000", None, 500_000),
    ("belopp", "183.029.314", None, 183_029_314),
    ("belopp", "33 000 000:-", None, 33_000_000),
    ("belopp", "42,7 mnkr", None, 42_700_000),
    ("belopp", "1,5 mkr", None, 1_500_000),
    ("belopp", "250 tkr", None, 250_000),
    ("belopp", "500,00 kr", None, 500),
    ("belopp", "2,4 miljarder kronor", None, 2_400_000_000),
    ("datum", "2020-03-31", None, date(2020, 3, 31)),
    ("datum", "20200331", None, date(2020, 3, 31)),
    ("datum", "2020-03-31 23:30:00", None, date(2020, 3, 31)),
    ("datum", "2020-03-31T23:30:00Z", None, date(2020, 4, 1)),
    ("datum", "2020-03-31T21:59Z", None, date(2020, 3, 31)),
    ("datum", "2020-01-31T23:30:00.5+00:00", None, date(2020, 2, 1)),
    ("datum", "2020-01-01 00:30:00+02:00", None, date(2019, 12, 31)),
    ("datum", "2020-12-31T18:30:00-0500", None, date(2021, 1, 1)),
    ("manad", "2020-03", None, date(2020, 3, 1)),
    ("manad", "202003", None, date(2020, 3, 1)),
    ("manad", "2020-03-01", None, date(2020, 3, 1)),
    ("ar", "2020", None, 2020),
]

REFUSED = [
    ("heltal", "12 34", None, "flera_tal"),
    ("heltal", "23 1", None, "flera_tal"),
    ("heltal", "70 1", None, "flera_tal"),
    ("heltal", "1 61000 000", None, "flera_tal"),
    ("heltal", "85\n59", None, "radbrytning"),
    ("heltal", "85\t59", None, "radbrytning"),
    ("heltal", "500.000", None, "tvetydigt_tal"),
    ("heltal", "12,000", None, "tvetydigt_tal"),
    ("heltal", "85,5", None, "ej_heltal"),
    ("heltal", "186.0", None, "ej_heltal"),
    ("heltal", "1.23.456", None, "ej_heltal"),
    ("heltal", "01 234", None, "flera_tal"),
    ("heltal", "2020-05-03", None, "datum_i_tal"),
    ("decimal", "2020-05-03 12:30:00", None, "datum_i_tal"),
    ("heltal", "23*", None, "notmarke"),
    ("heltal", "23¹", None, "notmarke"),
    ("heltal", "23 1)", None, "notmarke"),
    ("heltal", "19e2", None, "exponent"),
    ("heltal", "12 kr", None, "enhet"),
    ("heltal", "12 kr", "procent", "enhet"),
    ("heltal", "9" * 16, None, "for_stort_tal"),
    ("heltal", "åttiofem", None, "ej_heltal"),
    ("heltal", "- 5", None, "ej_heltal"),
    ("heltal", "10-20", None, "flera_tal"),
    ("decimal", "17,2 %", None, "enhet"),
    ("decimal", "17.234", None, "tvetydigt_tal"),
    ("decimal", "9" * 400, None, "for_stort_tal"),
    ("decimal", "1e5", None, "exponent"),
    ("decimal", "1,2,3", None, "ej_decimal"),
    ("decimal", "5,", None, "ej_decimal"),
    ("decimal", "inf", None, "ej_decimal"),
    ("decimal", "nan", None, "ej_decimal"),
    ("belopp", "500.000", None, "tvetydigt_tal"),
    ("belopp", "12,000 kr", None, "tvetydigt_tal"),
    ("belopp", "1.500 tkr", None, "tvetydigt_tal"),
    ("belopp", "ca 5 mkr", None, "ungefarligt"),
    ("belopp", "500 000 600 000,5 x", None, "notmarke"),
    ("belopp", "500 kr; 600 kr", None, "ej_belopp"),
    ("belopp", "500; 600", None, "flera_tal"),
    ("belopp", "100,50 kr", None, "ej_belopp"),
    ("belopp", "0,0001 tkr", None, "ej_belopp"),
    ("belopp", "500 000\n600 000", None, "radbrytning"),
    ("datum", "2020-11-24 eller 2020-12-30", None, "text_efter_datum"),
    ("datum", "2020-03-31 25:00", None, "text_efter_datum"),
    ("datum", "2020-02-30", None, "ej_datum"),
    ("datum", "31/3 2020", None, "ej_datum"),
    ("manad", "2020-13", None, "ej_manad"),
    ("manad", "mars 2020", None, "ej_manad"),
    ("ar", "19e2", None, "ej_ar"),
    ("ar", "2020.0", None, "ej_ar"),
    *((typ, "#N/A", None, "felvarde") for typ in ("heltal", "decimal", "belopp", "datum", "manad", "ar")),
    ("heltal", "#DIVISION/0!", None, "felvarde"),
    ("belopp", "#SAMMANSLAGEN", None, "sammanslagen"),
]


@pytest.mark.parametrize(("typ", "enhet"), sorted({(typ, enhet) for typ, _, enhet, _ in READ}, key=str))
def test_what_is_read(con: duckdb.DuckDBPyConnection, typ: grammar.Typ, enhet: grammar.Enhet | None) -> None:
    cells = {cell: grammar.Last(value) for t, cell, e, value in READ if (t, e) == (typ, enhet)}
    assert {cell: grammar.read(typ, cell, enhet) for cell in cells} == cells
    assert dict(zip(cells, in_sql(con, typ, list(cells), enhet), strict=True)) == cells


@pytest.mark.parametrize(("typ", "enhet"), sorted({(typ, enhet) for typ, _, enhet, _ in REFUSED}, key=str))
def test_what_is_an_error_and_why(
    con: duckdb.DuckDBPyConnection, typ: grammar.Typ, enhet: grammar.Enhet | None
) -> None:
    cells = {cell: grammar.Last(None, code) for t, cell, e, code in REFUSED if (t, e) == (typ, enhet)}
    assert {cell: grammar.read(typ, cell, enhet) for cell in cells} == cells
    assert dict(zip(cells, in_sql(con, typ, list(cells), enhet), strict=True)) == cells


def test_every_reason_has_words() -> None:
    codes = {code for *_, code in REFUSED if not code.startswith("ej_")}
    assert codes == set(grammar.MEDDELANDEN)
    assert all("{kolumn}" in message for message in grammar.MEDDELANDEN.values())


def test_a_column_shows_what_its_points_and_commas_mean(con: duckdb.DuckDBPyConnection) -> None:
    """17.234 is a decimal number in a column where 17.2 stands too, and not because 17,2 does."""
    assert [grammar.read("decimal", "17.234", decimaler=".")] == in_sql(con, "decimal", ["17.234"], None, ".")
    assert grammar.read("decimal", "17.234", decimaler=".").varde == 17.234
    assert grammar.read("decimal", "17.234", decimaler=",").fel == "tvetydigt_tal"
    assert [grammar.shows_decimals(c) for c in ("17,2", "0.123", "17,234", "17", "1.234,5")] == [",", ".", "", "", ""]
    shown = con.execute(f"select {grammar.decimals_sql('c')} from (values ('17,2'), ('1,234'), ('3.123')) t(c)")
    assert shown.fetchone() == (",",)


def test_a_cell_of_free_text_is_no_error_value_unless_it_is(con: duckdb.DuckDBPyConnection) -> None:
    cells = con.execute(
        f"select {grammar.error_value_sql('c')} from (values (' #REF! '), ('#1 i landet'), (null)) t(c)"
    ).fetchall()
    assert cells == [("felvarde",), (None,), (None,)]


PIECES = st.sampled_from(
    [
        *"0123456789",
        "000",
        "500",
        "1",
        *" \u00a0\u202f.,-+\u2212\n\t*¹%e",
        *MONEY,
        "ca ",
        "2020-03-31",
        "T23:30",
        "Z",
        "+02:00",
    ]
)


CELLS = st.lists(st.lists(PIECES, min_size=1, max_size=9).map("".join), min_size=100, max_size=100)


@settings(max_examples=5, deadline=None)
@given(CELLS)
@pytest.mark.parametrize("decimaler", ["", ",", "."])
@pytest.mark.parametrize("typ", ["heltal", "decimal", "belopp", "datum", "manad", "ar"])
def test_python_and_sql_agree(
    con: duckdb.DuckDBPyConnection, typ: grammar.Typ, decimaler: str, cells: list[str]
) -> None:
    enhet = {"": None, ",": "kr", ".": "procent"}[decimaler]
    assert [grammar.read(typ, cell, enhet, decimaler) for cell in cells] == in_sql(con, typ, cells, enhet, decimaler)


CLOCKS = st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2099, 12, 30))
INSTANTS = st.tuples(CLOCKS, st.integers(-14 * 60, 14 * 60))


@settings(max_examples=5, deadline=None)
@given(st.lists(INSTANTS, min_size=100, max_size=100))
def test_an_instant_is_the_day_in_sweden(con: duckdb.DuckDBPyConnection, instants: list[tuple[datetime, int]]) -> None:
    moments = [clock.replace(tzinfo=timezone(timedelta(minutes=minutes))) for clock, minutes in instants]
    days = [grammar.Last(moment.astimezone(ZoneInfo("Europe/Stockholm")).date()) for moment in moments]
    cells = [moment.isoformat() for moment in moments]
    assert [grammar.read("datum", cell) for cell in cells] == days
    assert in_sql(con, "datum", cells) == days


@settings(max_examples=5, deadline=None)
@given(st.lists(st.integers(-(10**14), 10**14), min_size=50), st.sampled_from([" ", "\u00a0", "\u2007", "\u202f"]))
def test_any_grouped_number_is_read_back(con: duckdb.DuckDBPyConnection, numbers: list[int], blank: str) -> None:
    cells = [f"{number:,}".replace(",", blank) for number in numbers]
    assert [grammar.read("heltal", cell).varde for cell in cells] == numbers
    assert [read.varde for read in in_sql(con, "heltal", cells)] == numbers
