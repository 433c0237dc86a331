"""The catalogue, and the published tables against the printed ones."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import printed_tables
import pytest
import yaml

from dagster_project import rapporter
from dagster_project.release import ReleaseError, catalogue, tables
from dagster_project.release.releases import Release
from dagster_project.release.tables import PublishedTable
from dagster_project.settings import DBT

Golden = Callable[[str], list[dict[str, str]]]
Table = Callable[..., PublishedTable]


@pytest.fixture
def con(build_db: Path) -> duckdb.DuckDBPyConnection:
    """The build's own database, open to be changed before a table is made of it."""
    return duckdb.connect(str(build_db))


@pytest.fixture
def table(con: duckdb.DuckDBPyConnection, build_db: Path) -> Table:
    """A printed table of the build's own database as it is now."""

    def make(name: str, year: int = 2020, **held: str) -> PublishedTable:
        con.execute("checkpoint")
        [found] = printed_tables.published(build_db, name, year=year, held=held)
        return found

    return make


def printed(golden: list[dict[str, str]], *columns: str) -> list[tuple[str, ...]]:
    return [tuple(row[column] for column in columns) for row in golden]


def number(text: str) -> float:
    return float(text.replace(",", "."))


def test_tabell_1_has_the_printed_cells_and_blank_ones_stay_blank(table: Table, golden: Golden) -> None:
    wide = table("tabell_1").wide
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


def test_tabell_2_has_the_printed_cells_in_the_printed_order(table: Table, golden: Golden) -> None:
    published = table("tabell_2")
    assert [tuple(map(str, row)) for row in published.wide.itertuples(index=False)] == printed(
        golden("tabell_2"), "region", "visa_tid", "boka_tid"
    )
    assert published.wide["Visa tid (antal mottagningar)"].sum() == 5076
    assert published.wide["Boka tid (antal mottagningar)"].sum() == 3150
    assert published.spec.undertitel == "Antal mottagningar per region med webbtidbok, mars 2020"
    assert any("saknar uppgift om hur många mottagningar" in text for text in published.forbehall)
    assert len(published.wide.columns) == 3, "no share of boka to visa, no total"


def test_tabell_3_has_thirty_counts_and_percentages_as_printed(table: Table, golden: Golden) -> None:
    wide = table("tabell_3").wide
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


def test_figur_5_gives_each_level_its_own_n(table: Table, golden: Golden) -> None:
    wide = table("figur_5").wide
    assert list(wide.columns) == ["Nivå", "Andel som svarat ja (procent)", "Svarande på frågan (antal kommuner)"]
    assert [tuple(row) for row in wide.itertuples(index=False)] == [
        (row["etikett"], float(row["procent"]), int(row["n"])) for row in golden("figur_5")
    ]


def test_malbild_and_its_follow_up_question(table: Table) -> None:
    wide = table("malbild").wide
    assert [list(row)[1:6] for row in wide.itertuples(index=False)] == [[62, 28, 163, 72, 225], [96, 59, 67, 41, 163]]


def test_response_rate_keeps_what_is_not_applicable_apart_from_numbers(table: Table) -> None:
    published = table("svarsfrekvens")
    assert published.gemensamt == ("Gäller alla rader: Avser: Uppgiftslämnare.",)
    survey, booking = published.wide.itertuples(index=False)
    assert list(survey)[2:5] == [290, 226, 6]
    assert round(survey[5]) == 78
    assert list(booking)[2:] == [21, 21, "[z]", 100.0, "[z]"]
    assert published.markeringar == ("z",)
    assert len(table("svarsfrekvens_region").wide) == 21
    assert list(table("svarsfrekvens_fraga").wide["Svarande på frågan (antal kommuner)"]) == [221, 223, 222, 220]


def test_delivery_status_is_counted_and_printed_deviations_are_shown(table: Table) -> None:
    (row,) = table("leveransstatus").wide.itertuples(index=False)
    agreement = "God och nära vård 2019 – en omställning av hälso- och sjukvården med fokus på primärvården"
    assert list(row) == ["Mottagningar med webbtidbok", agreement, "2020-03-01", 21, 19, 0, 0, 2, 0, 0, 0]
    assert list(table("tryckt_mot_beraknat").wide["Avvikelse"]) == ["X05", "X02"]


def test_a_missing_number_is_a_mark_for_people_and_empty_for_machines(
    con: duckdb.DuckDBPyConnection, table: Table
) -> None:
    con.execute(
        "update mart.webbtidbok set visa_tid = null, boka_tid = null, varde_status = 'x' where region_kod = '10'"
    )
    con.execute("update mart.webbtidbok set varde_status = 'p' where region_kod = '20'")
    published = table("tabell_2")
    assert list(published.wide.iloc[0]) == ["Blekinge", "[x]", "[x]", None]
    assert list(published.wide.iloc[1]) == ["Dalarna", 85, 59, "[p]"]
    assert published.markeringar == ("p", "x")
    first = published.tidy.iloc[0]
    assert (first["region_kod"], first["visa_tid"], first["varde_status"]) == ("10", None, "x")


def test_a_missing_mart_a_held_mart_and_an_empty_one_say_so(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    reason = "Leveransen har fel i mer än hälften av raderna."
    held = table("tabell_2", webbtidbok=reason)
    assert held.meddelande == f"Tabellen bygger på de senast godkända uppgifterna. {reason}"
    assert len(held.wide) == 21
    assert table("tabell_3", webbtidbok=reason).meddelande is None
    con.execute("drop table mart.webbtidbok")
    missing = table("tabell_2", webbtidbok=reason)
    assert missing.wide.empty
    assert missing.meddelande == f"Tabellen saknar uppgifter i denna utgåva. {reason}"
    con.execute("delete from mart.inriktningsdokument")
    assert table("tabell_1").meddelande == "Inga uppgifter har kommit in till tabellen."


def test_another_year_shows_its_own_rows(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    con.execute("""
        insert into mart.svarsfrekvens
        select 'webbtidbok', null, date '2021-03-01', 'riket', '00', 21, 20, null, 2000.0 / 21, null""")
    published = table("svarsfrekvens", 2021)
    assert published.spec.undertitel.endswith("förväntade, 2021")
    assert published.tidy["period"].map(str).tolist().count("2021-03-01") == 1


def test_rows_that_share_a_key_and_values_without_a_label_stop_the_release(
    con: duckdb.DuckDBPyConnection, table: Table
) -> None:
    con.execute("insert into mart.webbtidbok from mart.webbtidbok where region_kod = '01'")
    with pytest.raises(ReleaseError, match=r"tabell_2: nyckel .*'01'.* has more than one row"):
        table("tabell_2")
    con.execute("update mart.legitimationsyrken_balans set svarsalternativ = 'kanske' where svarsalternativ = 'brist'")
    with pytest.raises(ReleaseError, match="tabell_3: svarsalternativ has kanske, which has no label"):
        table("tabell_3")
    con.execute("delete from referens.kallor where kalla = 'inriktningsdokument'")
    with pytest.raises(ReleaseError, match=r"source inriktningsdokument is not in referens\.kallor"):
        table("tabell_1")


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
        (["tabeller", 1, "id"], "tabell_1", "tabeller.yml: two tables have the id tabell_1"),
        (["tabeller", 1, "nummer"], "Tabell 1", "Value error, two tables have the blad tabell 1"),
        (["tabeller", 1, "avrundning"], "gissa", "figur_5: avrundning gissa is not among avrundningsregler"),
    ],
)
def test_a_fault_in_the_catalogue_is_one_line_naming_table_and_field(
    tmp_path: Path, path: list[Any], value: Any, message: str
) -> None:
    shutil.copytree(rapporter.FOLDER, tmp_path, dirs_exist_ok=True)
    faulty = tmp_path / "uppfoljning_2020" / "tabeller.yml"
    data = yaml.load(faulty.read_text(encoding="utf-8"), yaml.CSafeLoader)
    _set(data, path, value)
    faulty.write_text(yaml.dump(data, Dumper=yaml.CSafeDumper, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ReleaseError) as raised:
        catalogue.load(2020, tmp_path)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


#: What lies beside the tables: the data dictionary, and the deliveries behind every row.
BESIDE = {"dataordlista", "harkomst"}


def test_csv_is_tidy_and_pure(published: Release, golden: Golden) -> None:
    folder = published.path / "csv"
    edition = catalogue.load(2020)
    for place, krets, beside in ((folder, "publik", BESIDE), (published.intern / "csv", "intern", {"harkomst"})):
        assert {path.stem for path in place.iterdir()} == {t.id for t in edition.part(krets).tabeller} | beside
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
        "pahittad",
    ]
    values = {(r["yrke"], r["svarsalternativ"]): (r["antal"], float(r["andel_publicerad"]), r["n"]) for r in found}
    assert values == {
        (r["yrke"], r["svarsalternativ"]): (r["antal"], number(r["procent_tryckt"]), r["n"]) for r in golden("tabell_3")
    }
    assert {row["varde_status"] for row in found} == {""}


def _names(path: Path, asked: str) -> set[str]:
    with duckdb.connect(str(path), read_only=True) as con:
        return {row[0] for row in con.execute(asked).fetchall()}


def test_what_is_internal_is_in_no_public_file(published: Release) -> None:
    """The lists of the working group are in the whole database, their own workbook, page and csv files: nowhere else."""
    intern = catalogue.load(2020).part("intern").tabeller
    asked = "select table_name from duckdb_tables() where schema_name = 'tabell'"
    whole, public = (_names(path, asked) for path in (published.house, published.database))
    assert whole - public == {table.id for table in intern}
    assert len(intern) > 5
    told = "select distinct tabell from referens.dataordlista where schema = 'tabell'"
    assert _names(published.database, told) == public
    for path in published.path.rglob("*"):
        if path.suffix in (".json", ".ttl", ".html", ".csv") and published.intern not in path.parents:
            text = path.read_text(encoding="utf-8")
            assert not [t.id for t in intern if t.titel in text or f"csv/{t.id}.csv" in text], path.name
    page = (published.intern / "index.html").read_text(encoding="utf-8")
    assert all(table.titel in page for table in intern)
    assert "Internt arbetsmaterial" in page
    assert published.intern.stat().st_mode & 0o777 == 0o750, "others may read a release, but not this"
    own = published.tables.keys() - published.manifest["tabeller"].keys()
    assert own == {f"tabell.{table.id}" for table in intern}


def test_catalogue_models_and_exposures_speak_of_the_same_tables() -> None:
    """Every table has a model with its columns, its key among them, and stands in the exposure of its report, or of the chapter that
    reports share."""
    models = printed_tables.described(printed_tables.FOLDER)
    shared = yaml.load((rapporter.FOLDER / "gemensamt.yml").read_text(encoding="utf-8"), yaml.CSafeLoader)
    exposures = yaml.safe_load((printed_tables.FOLDER / "_tabeller__exposures.yml").read_text(encoding="utf-8"))
    said = {e["name"]: (e["label"], e["depends_on"]) for e in exposures["exposures"]}
    expected = {
        name: (chapter["titel"], [f"ref('tab_{table}')" for table in chapter["tabeller"]])
        for name, chapter in shared["kapitel"].items()
    }
    specs: dict[str, catalogue.Table] = {}
    common = {table["id"] for table in shared["tabeller"]}
    for report in rapporter.all_reports():
        edition = catalogue.load(report.ar)
        own = {f"tab_{report.id}__{spec.id}": spec for spec in edition.tabeller if spec.id not in common}
        specs |= own | {f"tab_{spec.id}": spec for spec in edition.tabeller if spec.id in common}
        expected[report.id] = report.titel, [f"ref('{name}')" for name in own]
    assert said == expected
    assert models.keys() == specs.keys()
    assert models.keys() == {path.stem for path in printed_tables.FOLDER.rglob("*.sql")}
    for name, spec in specs.items():
        model = models[name]
        named = [column["name"] for column in model["columns"]]
        assert [name for name in named if name != tables.STATUS and not name.startswith("_")] == [
            column.kolumn for column in spec.kolumner
        ]
        assert set(spec.nyckel) <= set(named), spec.id


def test_a_table_reads_marts_and_reference_data_only() -> None:
    """These are what a release holds; and it names the mart that it shows first among those that it rests on."""
    models = DBT / "models"
    below = {
        path.stem for folder in ("staging", "intermediate", "tabeller") for path in (models / folder).rglob("*.sql")
    }
    for node in printed_tables.nodes(2020).values():
        if node["schema"] == "tabell":
            read = {uid.removeprefix("model.uppfoljning.") for uid in node["depends_on"]["nodes"]}
            assert not read & below, node["name"]
            assert node["config"]["meta"]["harkomst"][0]["modell"] in read, node["name"]


def test_every_row_order_is_whole(build_db: Path) -> None:
    """Rows are numbered in the printed order from one, without a gap."""
    with printed_tables.frozen(build_db) as (release, _):
        for spec in catalogue.load(2020).tabeller:
            order = [n for (n,) in release.execute(f'select _ordning from tabell."{spec.id}" order by 1').fetchall()]
            assert order == list(range(1, len(order) + 1)), spec.id


def test_a_figure_of_several_rows_carries_the_gravest_mark_of_theirs(
    con: duckdb.DuckDBPyConnection, table: Table
) -> None:
    con.execute("""
        create table mart.medicinsk_bedomning_gransniva (
            period date, region_kod varchar, andel double, gransniva double, klarar boolean, varde_status varchar
        );
        insert into mart.medicinsk_bedomning_gransniva values
            ('2020-01-01', '01', 90, 80, true, 'p'), ('2020-01-01', '03', null, 80, null, 'c'),
            ('2020-01-01', '04', null, 80, null, 'x'), ('2020-02-01', '01', 70, 80, false, 'p'),
            ('2020-02-01', '03', 85, 80, true, null), ('2020-03-01', '01', 70, 80, false, null)""")
    tidy = table("tre_dagar_gransniva").tidy
    shown = tidy[["klarar", "redovisade", "varde_status"]]
    assert [tuple(row) for row in shown.itertuples(index=False)] == [(1, 1, "c"), (1, 2, "p"), (0, 1, None)]
    assert list(table("tre_dagar_gransniva").wide["Markering"]) == ["[c]", "[p]", None]


def test_tabell_2_of_2018_is_another_table_than_that_of_2020(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    """The cells of 2018 as printed (004 L564–596): the totals per row are sums, the empty cell stays empty."""
    con.execute("""
        create table mart.medelsfordelning as
        select 2018 as ar, 'Tabell 2' as tabell, '00' as region_kod, * from (values
            ('professionsmiljarden_2017', 'stimulansmedel', 651000000), ('personalmiljarderna_2018', 'personalmiljarderna', 1975000000),
            ('professionsmiljarden_2017', 'specialistutbildning', 300000000), ('professionsmiljarden_2017', 'skl', 25000000),
            ('personalmiljarderna_2018', 'skl', 24000000), ('professionsmiljarden_2017', 'totalt', 976000000),
            ('personalmiljarderna_2018', 'totalt', 1999000000)) as t (overenskommelse, post, belopp_tryckt)""")
    wide = table("tabell_2", 2018).wide
    assert [tuple(row)[1:4] for row in wide.itertuples(index=False)] == [
        (651_000_000, 1_975_000_000, 2_626_000_000),
        (300_000_000, "[z]", 300_000_000),
        (25_000_000, 24_000_000, 49_000_000),
        (976_000_000, 1_999_000_000, 2_975_000_000),
    ]
    assert table("tabell_2", 2020).wide.columns[0] == "Region"


def test_the_2018_report_lists_regions_by_code_and_full_name(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    con.execute("""
        create table mart.medelsfordelning as
        select 2018 as ar, 'Bilaga 2' as tabell, region_kod, post, 1000 as belopp_tryckt, 1000.0 as belopp_beraknat,
            0.0 as avvikelse
        from (select region_kod from referens.regioner union all select '00'), (values ('stimulansmedel')) as p (post)""")
    built = table("medel_region_2018", 2018)
    assert list(built.tidy["region_kod"]) == sorted(built.tidy["region_kod"])
    assert list(built.wide["Region"])[:3] == ["Riket", "Region Stockholm", "Region Uppsala"]
    assert list(built.wide["Region"])[-1] == "Region Norrbotten"
    assert "Västra Götalandsregionen" in set(built.wide["Region"])


def test_a_table_that_is_not_as_the_catalogue_says_stops_the_release(build_db: Path) -> None:
    edition = catalogue.load(2020)
    spec = next(t for t in edition.tabeller if t.id == "tabell_2")
    column = catalogue.Column(kolumn="avboka_tid")
    strange = spec.model_copy(update={"kolumner": [*spec.kolumner, column]})
    with (
        printed_tables.frozen(build_db) as (con, standing),
        pytest.raises(ReleaseError, match="tabell_2: avboka_tid is in the catalogue or in the table, but not in both"),
    ):
        tables.build(con, edition, strange, standing)
