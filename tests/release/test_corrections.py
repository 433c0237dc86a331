"""Corrections of delivered values: applied where they fit, listed, and stopping their source when they do not."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import duckdb
import pytest
from printed_tables import only
from road import tables_alone

from dagster_project.errors import UserError
from dagster_project.release import lineage, publish
from dagster_project.release.manifest import Draft
from dagster_project.settings import Home
from dagster_project.warehouse import corrections, dbt
from dagster_project.warehouse.graph import Graph

COLUMNS = (
    "rattelse_id",
    "kalla",
    "tabell",
    "nyckel",
    "kolumn",
    "levererat",
    "rattat",
    "skal",
    "beslutad_av",
    "beslutad",
    "galler_fran",
    "galler_till",
)
WHY = ("Inera's mistake, invented for the test", "Testet", "2020-05-04")
BLEKINGE = ("webbtidbok", "mottagningar", "region_kod=10;_period=2020-03-01")


def write(folder: Path, *rows: tuple[object, ...]) -> None:
    with (folder / "prov.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([COLUMNS, *rows])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rattelser")


@pytest.fixture(scope="module")
def built(example_home: Home, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The examples with seven corrections: two that fit and one of each kind that does not."""
    home = Home(tmp_path_factory.mktemp("rattat"))
    home.create()
    shutil.copytree(example_home.raw, home.raw, dirs_exist_ok=True)
    shutil.copytree(example_home.originals, home.originals, dirs_exist_ok=True)
    shutil.copytree(example_home.warehouse, home.warehouse, dirs_exist_ok=True)
    survey = ("kommunenkat", "svar", "kommun_kod=0114;fraga=3_sjukskoterska", "svar")
    document = ("inriktningsdokument", "dokument", "region_kod=09;ar=2020", "dokument")
    write(
        folder,
        ("r1", *BLEKINGE, "visa_tid", 23, 27, *WHY, 2020, 2020),
        ("r2", *BLEKINGE, "boka_tid", 12, "", *WHY, 2020, 2021),
        ("lakt", *survey, "balans", "vet_inte", *WHY, 2020, 2020),
        ("ingen", "inriktningsdokument", "dokument", "region_kod=99", "dokument", "", "Plan", *WHY, 2020, 2020),
        ("gammal", *document, "Färdplan för god och nära vård ska utvecklas under 2020", "O'Plan", *WHY, 2018, 2019),
        ("framtid", *document, "Ett värde som kommer 2021", "Plan", *WHY, 2021, 2021),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(corrections, "FOLDER", folder)
        nodes = dbt.build(home, 2020)
    # Two corrected figures are other than printed, which the comparison tells.
    assert [node.unique_id for node in nodes if node.failed] == ["test.uppfoljning.ingen_ny_avvikelse_fran_trycket"]
    return home


def query(home: Home, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(dbt.build_db(home, 2020)), read_only=True) as con:
        return con.execute(sql).fetchall()


def test_a_correction_is_applied_to_its_cell_and_to_no_other(built: Home) -> None:
    assert query(built, "select visa_tid, boka_tid from mart.webbtidbok where region_kod = '10'") == [(27, None)]
    # Printed sums are 5076 and 3150, Blekinge's printed row 23 and 12.
    assert query(built, "select sum(visa_tid), sum(boka_tid) from mart.webbtidbok") == [(5076 - 23 + 27, 3150 - 12)]
    marked = "select region_kod, _rattelse from staging.stg_webbtidbok__mottagningar where _rattelse is not null"
    assert query(built, marked) == [("10", "r1, r2")]
    brist = "select antal from mart.legitimationsyrken_balans where yrke_kod = 'sjukskoterska' and svarsalternativ = 'brist'"
    assert query(built, brist) == [(132,)], "what does not fit is not applied"
    dokument = query(built, "select dokument from mart.inriktningsdokument where region_kod = '09'")
    assert dokument == [("Färdplan för god och nära vård ska utvecklas under 2020",)]


def test_what_became_of_each(built: Home) -> None:
    assert dict(query(built, "select rattelse_id, utfall from mart.rattelser")) == {
        "r1": "tillampad",
        "r2": "tillampad",
        "lakt": "lakt",
        "ingen": "traffar_inget",
        "gammal": "utgangen",
    }
    [listed] = query(
        built,
        "select nyckel, levererat, rattat, skal, cast(beslutad as varchar) from mart.rattelser where rattelse_id = 'r1'",
    )
    assert listed == ("region_kod=10;_period=2020-03-01", "23", "27", WHY[0], WHY[2]), "not by whom"


def test_one_that_does_not_fit_stops_its_source_and_says_why(built: Home) -> None:
    held = corrections.held(Graph(dbt.manifest_of(built)), dbt.build_db(built, 2020))
    assert not {"webbtidbok", "leveransstatus", "rattelser"} & held.keys()
    assert {
        "kommunenkat_resultat",
        "legitimationsyrken_balans",
        "inriktningsdokument",
        "avstamning",
    } <= held.keys()
    assert (
        held["kommunenkat_resultat"]
        == "Rättelsen lakt gäller inte: källan har inte längre värdet balans. Ta bort eller ändra den."
    )
    assert held["inriktningsdokument"].startswith(
        "Rättelsen gammal gäller inte: den gällde till och med rapportåret 2019"
    )


def test_the_release_lists_it_and_a_trace_shows_both_values(built: Home) -> None:
    with duckdb.connect() as con:
        used = con.execute(f"select * from read_parquet('{built.raw}/register/leveranser.parquet')").df()
    with tables_alone(), only("tabell_2", "rattelser"):
        release = publish.publish(
            built,
            Draft(
                2020,
                dbt.build_db(built, 2020),
                dbt.manifest_of(built),
                deliveries=used.to_dict("records"),
                code_version="x",
                held={},
                fingerprint="x",
            ),
        )
    with (release.path / "csv" / "rattelser.csv").open(encoding="utf-8", newline="") as stream:
        assert [(row["rattelse_id"], row["levererat"], row["rattat"]) for row in csv.DictReader(stream)] == [
            ("r1", "23", "27"),
            ("r2", "12", ""),
        ]
    [row] = lineage.trace(built, release, "tabell_2", "region = 'Blekinge'", "visa_tid").rader
    assert (row["levererat"], row["varde"], row["rattelse"]) == ("23", "27", "r1, r2")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            ("r1", "webbtidbok", "mottagning", "region_kod=10", "visa_tid", 23, 27, *WHY, 2020, 2020),
            "raw table webbtidbok/mottagning has no column",
        ),
        (("r1", *BLEKINGE, "visatid", 23, 27, *WHY, 2020, 2020), "has no column visatid"),
        (("r1", "webbtidbok", "mottagningar", "region_kod", "visa_tid", 23, 27, *WHY, 2020, 2020), "nyckel|dictionary"),
        (("r1", *BLEKINGE, "visa_tid", 23, 27, "", "Testet", "2020-05-04", 2020, 2020), "skal: "),
        (("r1", *BLEKINGE, "visa_tid", 23, 27, *WHY, 2020, "tills vidare"), "galler_till: "),
        (("r'; drop", *BLEKINGE, "visa_tid", 23, 27, *WHY, 2020, 2020), "rattelse_id: "),
    ],
)
def test_a_row_that_is_no_correction_is_refused(
    example_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, row: tuple[object, ...], said: str
) -> None:
    monkeypatch.setattr(corrections, "FOLDER", tmp_path)
    write(tmp_path, row)
    with pytest.raises(UserError, match=said) as refused:
        corrections.load(example_home.raw)
    assert str(refused.value).startswith("seeds/corrections/prov.csv line 2: ")
    assert "\n" not in str(refused.value)


def test_two_of_the_same_name_are_refused(example_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corrections, "FOLDER", tmp_path)
    row = ("r1", *BLEKINGE, "visa_tid", 23, 27, *WHY, 2020, 2020)
    write(tmp_path, row, row)
    with pytest.raises(UserError, match="line 3: rattelse_id r1 is used twice"):
        corrections.load(example_home.raw)


def test_the_files_in_the_repository_are_sound(example_home: Home) -> None:
    assert list(corrections.FOLDER.glob("*.csv"))
    corrections.load(example_home.raw)
