"""A region side by side, on the examples' release: one query, the counts behind it, and the way out and in of coding free text."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from dagster_project.settings import EXAMPLES, Home

Run = Callable[..., Any]
CODED = EXAMPLES / "landing" / "underlag" / "PAHITTAD_KODNING_2020.csv"
SURVEY = EXAMPLES / "landing" / "kommunenkat" / "PAHITTADE_SVAR_kommunenkat_2019.xlsx"
#: The coder's sheet, as docs/methods.md says it is fetched.
SHEET = (
    "select slag, kommun_kod, undersokning, fraga, fritext, falt, varde, '' as beslut, 'TEST3' as kodare, '' as kodningsdatum, "
    "'1' as kodram from mart.kommunenkat_fritext where tillstand in ('forslag', 'ej_bedomd')"
)


@pytest.fixture(scope="module")
def con(example_home: Home) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(example_home.root / "releases" / "current" / "uppfoljning_2020.duckdb"), read_only=True)


def test_one_query_sets_a_region_its_municipalities_and_the_indicators_side_by_side(
    con: duckdb.DuckDBPyConnection,
) -> None:
    rows = con.execute(
        "select perspektiv, underlag, omrade, kod, innehall, antal, n, varde, kalla from mart.regionbild where region = 'Uppsala'"
    ).fetchall()
    assert {(side, kind) for side, kind, *_ in rows} == {
        ("regionen", "inriktningsdokument"),
        ("regionen", "namngiven_uppgift"),
        ("regionen", "sammanfattning"),
        ("kommunerna", "kommunenkat"),
        ("kommunerna", "kommunenkat_fritext"),
        ("kommunerna", "kommunintervju"),
        ("kommunerna", "namngiven_uppgift"),
        ("indikatorerna", "indikator"),
        ("underlaget", "intervju"),
    }
    about = [row for row in rows if row[2] == "Omställning och målbild"]
    assert {row[0] for row in about} == {"regionen", "kommunerna"}
    [case] = [row for row in rows if row[3] == "region"]
    assert case[4] == "fallstudie; besök"
    [kommuner] = [row for row in rows if row[3] == "kommun"]
    assert (kommuner[4].split("; ")[1], kommuner[6]) == ("Tierp, Uppsala", 2)  # printed in footnote 5


def test_codes_are_counted_over_the_municipalities_that_gave_the_answer(con: duckdb.DuckDBPyConnection) -> None:
    heading, *body = openpyxl.load_workbook(SURVEY, read_only=True).worksheets[0].iter_rows(values_only=True)
    with CODED.open(encoding="utf-8", newline="") as stream:
        read = {row["Kommunkod"] for row in csv.DictReader(stream, delimiter=";") if row["Fråga"] == "4"}
    body = [row for row in body if str(row[0]) in read]
    answers = Counter(
        (str(row[0])[:2], "hyrpersonal" in str(row[heading.index("f4")])) for row in body
    )  # the made-up coding gives the answers about hyrpersonal this code
    found = con.execute(
        "select region_kod, antal, n from mart.regionbild where kod = 'atgard_bemanningsforetag/ja' order by region_kod"
    ).fetchall()
    assert found[0] == ("00", sum(n for (_, yes), n in answers.items() if yes), len(read))
    expected = [
        (region, answers[region, True], answers[region, True] + answers[region, False])
        for region in sorted({region for region, _ in answers})
        if answers[region, True]
    ]
    assert [row for row in found[1:] if row[1] != 0] == expected


def test_a_report_that_nobody_has_read_says_nothing_and_not_nought(con: duckdb.DuckDBPyConnection) -> None:
    coded = "select distinct region_kod from mart.regionbild where underlag like 'nulagesrapport_%'"
    read = {code for (code,) in con.execute(coded).fetchall()}
    shown = con.execute("select region_kod, kodade, insatser from tabell.regionoversikt").fetchall()
    assert read < {code for code, *_ in shown}
    for code, facts, measures in shown:
        assert (facts is not None, measures is not None) == (code in read, code in read)
        assert facts != 0


def test_nobody_can_be_found_by_role_and_place(con: duckdb.DuckDBPyConnection) -> None:
    """Roles are counted for all regions and all municipalities together, and stand nowhere else."""
    role = "medicinskt ansvarig sjuksköterska"
    tables = [
        row[0] for row in con.execute("select table_name from duckdb_tables() where schema_name = 'mart'").fetchall()
    ]
    with_role = [
        t
        for t in tables
        if con.execute(f"select count(*) from mart.{t} as t where t::varchar ilike ?", [f"%{role}%"]).fetchone() != (0,)
    ]
    assert with_role == ["underlagsantal"]


def test_the_coders_sheet_goes_out_and_comes_back(
    example_home: Home, uppfoljning: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = uppfoljning("--home", example_home.root, "query", SHEET, "--format", "csv")
    assert ran.code == 0
    heading, *rows = list(csv.reader(io.StringIO(ran.out)))
    with CODED.open(encoding="utf-8", newline="") as stream:
        read = {row["Kommunkod"] for row in csv.DictReader(stream, delimiter=";") if row["Fråga"] == "4"}
    # Question 3's comment, which nobody has judged in the examples, and the rest of question 4.
    assert len(rows) == 226 + 226 - len(read)
    for number, row in enumerate(rows):
        if number < 200:
            row[heading.index("beslut")], row[heading.index("kodningsdatum")] = "bekräftad", "2020-03-20"
    path = tmp_path / "PAHITTAD_kodning.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([heading, *rows])
    path.with_name(f"{path.name}.leverans.yml").write_text("period: 2020\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    ran = uppfoljning("--home", tmp_path / "hem", "check", path, "--source", "underlag")
    assert ran.code == 0
    assert f"{len(rows)} rader lästa, {len(rows)} räknas" in ran.out
