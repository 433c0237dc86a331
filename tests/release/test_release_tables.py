"""The catalogue, and the published tables against the printed ones."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from dagster_project.release import ReleaseError, catalogue, tables
from dagster_project.release.tables import PublishedTable
from dagster_project.settings import DBT

Golden = Callable[[str], list[dict[str, str]]]


@pytest.fixture
def con(build_db: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(build_db))


def table(con: duckdb.DuckDBPyConnection, name: str, year: int = 2020, **held: str) -> PublishedTable:
    edition = catalogue.load(year)
    return tables.build(con, edition, next(t for t in edition.tabeller if t.id == name), year, held)


def printed(golden: list[dict[str, str]], *columns: str) -> list[tuple[str, ...]]:
    return [tuple(row[column] for column in columns) for row in golden]


def number(text: str) -> float:
    return float(text.replace(",", "."))


def test_tabell_1_has_the_printed_cells_and_blank_ones_stay_blank(
    con: duckdb.DuckDBPyConnection, golden: Golden
) -> None:
    wide = table(con, "tabell_1").wide
    assert list(wide.columns) == [
        "Region",
        "Regionens inriktningsdokument",
        "Politiskt beslut",
        "Inriktningsdokument för region och kommuner",
    ]
    cells = [tuple("" if value is None else value for value in row) for row in wide.itertuples(index=False)]
    assert cells == printed(golden("tabell_1"), "region", "dokument", "politiskt_beslut", "gemensamt_dokument")
    blank = {(row[0], column) for row in cells for column, value in enumerate(row) if value == ""}
    assert blank == {("Västmanland", 2), ("Västmanland", 3), ("Skåne", 3), ("Örebro län", 3)}


def test_tabell_2_has_the_printed_cells_in_the_printed_order(con: duckdb.DuckDBPyConnection, golden: Golden) -> None:
    published = table(con, "tabell_2")
    assert [tuple(map(str, row)) for row in published.wide.itertuples(index=False)] == printed(
        golden("tabell_2"), "region", "visa_tid", "boka_tid"
    )
    assert published.wide["Visa tid (antal mottagningar)"].sum() == 5076
    assert published.wide["Boka tid (antal mottagningar)"].sum() == 3150
    assert published.spec.undertitel == "Antal mottagningar per region med webbtidbok, mars 2020"
    assert any("saknar uppgift om hur många mottagningar" in text for text in published.forbehall)
    assert len(published.wide.columns) == 3, "no share of boka to visa, no total"


def test_tabell_3_has_thirty_counts_and_percentages_as_printed(con: duckdb.DuckDBPyConnection, golden: Golden) -> None:
    wide = table(con, "tabell_3").wide
    labels = {
        "brist": "Brist",
        "balans": "Balans",
        "overskott": "Överskott",
        "vet_inte": "Vet inte",
        "finns_ej": "Finns ej i kommunens verksamhet",
    }
    by_profession = wide.set_index("Profession")
    for row in golden("tabell_3"):
        line, label = by_profession.loc[row["yrke"]], labels[row["svarsalternativ"]]
        assert line[f"{label}, antal (kommuner)"] == int(row["antal"])
        assert line[f"{label}, andel (procent)"] == number(row["procent_tryckt"])
        assert line["Svarande (antal kommuner)"] == int(row["n"])
    assert list(wide["Profession"]) == sorted(wide["Profession"])
    assert len(wide) == 6
    assert by_profession.loc["Farmaceut", "Svarande (antal kommuner)"] == 225
    assert [name for name, noted in by_profession["Noter"].items() if noted] == ["Farmaceut"]


def test_figur_5_gives_each_level_its_own_n(con: duckdb.DuckDBPyConnection, golden: Golden) -> None:
    wide = table(con, "figur_5").wide
    assert list(wide.columns) == ["Nivå", "Andel som svarat ja (procent)", "Svarande på frågan (antal kommuner)"]
    assert [tuple(row) for row in wide.itertuples(index=False)] == [
        (row["etikett"], float(row["procent"]), int(row["n"])) for row in golden("figur_5")
    ]


def test_malbild_and_its_follow_up_question(con: duckdb.DuckDBPyConnection) -> None:
    wide = table(con, "malbild").wide
    assert [list(row)[1:6] for row in wide.itertuples(index=False)] == [[62, 28, 163, 72, 225], [96, 59, 67, 41, 163]]


def test_response_rate_keeps_what_is_not_applicable_apart_from_numbers(con: duckdb.DuckDBPyConnection) -> None:
    published = table(con, "svarsfrekvens")
    survey, booking = published.wide.itertuples(index=False)
    assert list(survey)[3:6] == [290, 226, 6]
    assert round(survey[6]) == 78
    assert list(booking)[3:] == [21, 21, "[z]", 100.0, "[z]"]
    assert published.markeringar == ("z",)
    assert len(table(con, "svarsfrekvens_region").wide) == 21
    assert list(table(con, "svarsfrekvens_fraga").wide.iloc[:, 3]) == [221, 223, 222, 220]


def test_delivery_status_is_counted_and_printed_deviations_are_shown(con: duckdb.DuckDBPyConnection) -> None:
    (row,) = table(con, "leveransstatus").wide.itertuples(index=False)
    agreement = "God och nära vård 2019 – en omställning av hälso- och sjukvården med fokus på primärvården"
    assert list(row) == ["Mottagningar med webbtidbok", agreement, "2020-03-01", 21, 19, 0, 0, 2, 0, 0]
    assert list(table(con, "tryckt_mot_beraknat").wide["Avvikelse"]) == ["X05", "X02"]


def test_a_missing_number_is_a_mark_for_people_and_empty_for_machines(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        "update mart.webbtidbok set visa_tid = null, boka_tid = null, varde_status = 'x' where region_kod = '10'"
    )
    con.execute("update mart.webbtidbok set varde_status = 'p' where region_kod = '20'")
    published = table(con, "tabell_2")
    assert list(published.wide.iloc[0]) == ["Blekinge", "[x]", "[x]", None]
    assert list(published.wide.iloc[1]) == ["Dalarna", 85, 59, "[p]"]
    assert published.markeringar == ("p", "x")
    first = published.tidy.iloc[0]
    assert (first["region_kod"], first["visa_tid"], first["varde_status"]) == ("10", None, "x")


def test_a_missing_mart_a_held_mart_and_an_empty_one_say_so(con: duckdb.DuckDBPyConnection) -> None:
    reason = "Leveransen har fel i mer än hälften av raderna."
    held = table(con, "tabell_2", webbtidbok=reason)
    assert held.meddelande == f"Tabellen bygger på de senast godkända uppgifterna. {reason}"
    assert len(held.wide) == 21
    assert table(con, "tabell_3", webbtidbok=reason).meddelande is None
    con.execute("drop table mart.webbtidbok")
    missing = table(con, "tabell_2", webbtidbok=reason)
    assert missing.wide.empty
    assert missing.meddelande == f"Tabellen saknar uppgifter i denna utgåva. {reason}"
    con.execute("delete from mart.inriktningsdokument")
    assert table(con, "tabell_1").meddelande == "Inga uppgifter har kommit in till tabellen."


def test_another_year_shows_its_own_rows_and_not_the_notes_of_2020(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("insert into mart.webbtidbok values ('2021-03-01', '01', 'Stockholm', 900, 700, null, 'L9')")
    published = table(con, "tabell_2", 2021)
    assert [tuple(row) for row in published.wide.itertuples(index=False)] == [("Stockholm", 900, 700)]
    assert published.spec.undertitel.endswith("mars 2021")
    assert not table(con, "figur_5", 2021).columns[-1].noter
    assert "tryckt_mot_beraknat" not in {t.id for t in catalogue.load(2021).tabeller}


def test_rows_that_share_a_key_and_values_without_a_label_stop_the_release(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("insert into mart.webbtidbok from mart.webbtidbok where region_kod = '01'")
    with pytest.raises(ReleaseError, match=r"tabell_2: nyckel .*'01'.* has more than one row"):
        table(con, "tabell_2")
    con.execute("update mart.legitimationsyrken_balans set svarsalternativ = 'kanske' where svarsalternativ = 'brist'")
    with pytest.raises(ReleaseError, match="tabell_3: svarsalternativ has kanske, which has no label"):
        table(con, "tabell_3")
    con.execute("delete from referens.kallor where kalla = 'inriktningsdokument'")
    with pytest.raises(ReleaseError, match=r"source inriktningsdokument is not in referens\.kallor"):
        table(con, "tabell_1")


def _set(data: Any, path: list[Any], value: Any) -> None:
    for step in path[:-1]:
        data = data[step]
    data[path[-1]] = value


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (["tabeller", 0, "titel"], "", "tabeller.yml: tabeller: tabell_1: titel: String should have at least 1"),
        (["tabeller", 0, "farg"], "blå", "tabeller.yml: tabeller: tabell_1: farg: Extra inputs are not permitted"),
        (["tabeller", 0, "kolumner", 2, "decimaler"], "två", "tabell_1: kolumner: region: decimaler: Input should be"),
        (["tabeller", 0, "nyckel"], ["lan"], "tabell_1: Value error, nyckel names lan, which is not among kolumner"),
        (["tabeller", 1, "id"], "tabell_1", "Value error, two tables have the id tabell_1"),
        (["tabeller", 1, "avrundning"], "gissa", "figur_5: avrundning gissa is not among avrundningsregler"),
        (["tabeller", 1, "till"], 2019, "figur_5: Value error, fran 2020 is after till 2019"),
    ],
)
def test_a_fault_in_the_catalogue_is_one_line_naming_table_and_field(
    tmp_path: Path, path: list[Any], value: Any, message: str
) -> None:
    data = yaml.safe_load(catalogue.CATALOGUE.read_text(encoding="utf-8"))
    _set(data, path, value)
    faulty = tmp_path / "tabeller.yml"
    faulty.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ReleaseError) as raised:
        catalogue.load(2020, faulty)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


#: What lies beside the tables: the data dictionary, and the deliveries behind every row.
BESIDE = {"dataordlista", "harkomst"}


@pytest.mark.usefixtures("only_tables")
def test_csv_is_tidy_and_pure(release_of: Callable[..., Any], golden: Golden) -> None:
    folder = release_of().path / "csv"
    assert {path.stem for path in folder.iterdir()} == {t.id for t in catalogue.load(2020).tabeller} | BESIDE
    content = (folder / "tabell_3.csv").read_bytes()
    assert not content.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in content
    found = list(csv.DictReader(content.decode("utf-8").splitlines()))
    assert list(found[0]) == [
        "undersokning",
        "yrke_kod",
        "yrke",
        "svarsalternativ",
        "antal",
        "andel",
        "andel_publicerad",
        "n",
        "varde_status",
    ]
    values = {(r["yrke"], r["svarsalternativ"]): (r["antal"], float(r["andel_publicerad"]), r["n"]) for r in found}
    assert values == {
        (r["yrke"], r["svarsalternativ"]): (r["antal"], number(r["procent_tryckt"]), r["n"]) for r in golden("tabell_3")
    }
    assert {row["varde_status"] for row in found} == {""}


def test_every_column_of_the_catalogue_is_described_in_its_mart() -> None:
    described = {
        model["name"]: {column["name"] for column in model["columns"]}
        for path in (DBT / "models" / "marts").rglob("_*__models.yml")
        for model in yaml.safe_load(path.read_text(encoding="utf-8"))["models"]
    }
    for spec in catalogue.load(2020).tabeller:
        own = {column.kolumn for column in spec.kolumner if column.uttryck is None}
        assert own <= described[spec.mart], spec.id
