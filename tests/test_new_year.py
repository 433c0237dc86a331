"""A new year by data alone: the runbook's invented 2021 is carried out as it stands, in a copy of the project, and built once."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
import runbook

from dagster_project import giltighet, rapporter
from dagster_project.settings import Home
from dagster_project.year import missing

PAGE = runbook.REPO / "docs" / "runbook_new_year.md"
REGIONS = [f"{n:02}" for n in (1, *range(3, 11), *range(12, 15), *range(17, 26))]
#: What was delivered for the report before, too.
EARLIER = ("webbtidbok", "kommunenkat")
Once = Callable[[str, Callable[[Path], object]], Path]


def _all_amounts(project: Path) -> None:
    """The rows that the page leaves out with *and so on for each of the regions*."""
    with (project / "seeds/agreements/medelstabeller.csv").open("a", encoding="utf-8") as file:
        for kod in REGIONS[1:]:
            file.write(f"gnv_2021,2021,Bilaga 2,nara_vard_riktade,{kod},1000000,påhittad\n")
            file.write(f"gnv_2021,2021,Bilaga 2,andelar,{kod},1,påhittad\n")


@pytest.fixture(scope="module")
def year(once: Once) -> Path:
    """The copy of the project in which the page has been carried out; what each command said is in ``sagt/``, by its place."""

    def make(folder: Path) -> None:
        runbook.copied(folder)
        (folder / "sagt").mkdir()
        for kalla in EARLIER:
            shutil.copytree(runbook.REPO / "examples" / "landing" / kalla, folder / "data" / "landing" / kalla)
        lines = [
            (block, line)
            for block in runbook.blocks(PAGE)
            for line in (block.text.splitlines() if block.path is None else [""])
        ]
        last = max(i for i, (_, line) in enumerate(lines) if " build " in line)
        for number, (block, line) in enumerate(lines):
            if block.path is not None:
                runbook.change(folder, block)
                continue
            if (" build " in line and number != last) or block.step == 8:
                continue  # of the builds the last, of all that the page puts in
            if block.step == 6:
                short = runbook.run(folder, line)
                assert short.code == 1
                assert "belopp saknas för" in " ".join(short.out.split())
                _all_amounts(folder)
            ran = runbook.run(folder, line)
            (folder / "sagt" / f"{block.step}_{number}.txt").write_text(
                f"{ran.code}\n{ran.out}\n{ran.err}", encoding="utf-8"
            )
            assert ran.code == (1 if "exit code 1" in line else 0), f"{line}\n{ran.out}\n{ran.err}"
            if "year check" in line and block.step == 1:
                runbook.decide(folder)

    return once("nytt ar", make)


@pytest.fixture(scope="module")
def release(year: Path) -> Path:
    return year / "data" / "releases" / "current"


def ask(release: Path, question: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(release / "intern" / "uppfoljning_2021_intern.duckdb"), read_only=True) as con:
        return con.execute(question).fetchall()


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_what_is_begun_is_told_of_piece_by_piece(year: Path) -> None:
    """The first check names the proposals, in words, with file and line."""
    [said] = (year / "sagt").glob("1_1.txt")
    told = " ".join(said.read_text(encoding="utf-8").replace("│", " ").split())
    assert "things are missing for 2021" in told
    assert "seeds/rapporter/uppfoljning_2021/rapport.yml" in told
    assert "Enkät till samtliga kommuner, öppen 16 december" in told
    assert "noterna är 2020 års" in told


def test_a_renamed_region_has_its_new_name_and_loses_nothing(release: Path) -> None:
    assert ask(
        release, "select region, region_officiell, galler_fran from referens.regioner where region_kod = '13'"
    ) == [("Nya Halland", "Region Nya Halland", None)]
    assert ask(
        release, "select region, visa_tid from mart.webbtidbok where region_kod = '13' and year(period) = 2021"
    ) == [("Nya Halland", 700)]
    assert ask(
        release,
        "select mottagare_namn, tilldelat, rekvirerat, rekvisition_i_tid from mart.medelsredovisning where mottagare = '13'",
    ) == [("Region Nya Halland", 1000000, 1000000, True)]
    printed = [row["region"] for row in rows(release / "csv" / "medel_region_2021.csv")]
    assert "Nya Halland" in printed
    assert "Halland" not in printed
    assert printed.index("Nya Halland") == printed.index("Norrbotten") + 1  # in its place by the alphabet


def test_a_merged_municipality_is_not_asked(release: Path) -> None:
    assert ask(
        release,
        "select forvantade, inkomna, troskel, uppfylld from mart.svarsfrekvens where undersokning = 'kommunenkat_2020' and niva = 'riket'",
    ) == [(289, 3, 1.0, True)]
    assert ask(
        release,
        "select count(*) from mart.leveransstatus where kalla = 'kommunenkat' and respondent_kod = '1315' and year(period) = 2021",
    ) == [(0,)]
    assert ask(release, "select kommun, galler_till::varchar from referens.kommuner where kommun_kod = '1315'") == [
        ("Hylte", "2020-12-31")
    ]


def test_a_blank_form_is_no_answer_although_a_question_was_dropped(release: Path) -> None:
    """1382 answered nothing: three of the four rows count, and of the professions there are five."""
    found = ask(
        release,
        "select distinct yrke from mart.legitimationsyrken_balans where undersokning = 'kommunenkat_2020' order by yrke",
    )
    assert [yrke for (yrke,) in found] == [
        "Arbetsterapeut", "Farmaceut", "Fysioterapeut", "Sjuksköterska", "Specialistsjuksköterska",
    ]  # fmt: skip
    assert ask(
        release,
        "select count(distinct respondent_kod) from mart.leveransstatus where kalla = 'kommunenkat' and status = 'inkommen' and period = '2021-01-01'",
    ) == [(3,)]


def test_a_new_question_has_a_table_and_a_renumbered_one_its_number(release: Path) -> None:
    table = {row["region"]: row for row in rows(release / "csv" / "tabell_4.csv")}
    assert [table["Riket"][name] for name in ("antal", "n")] == ["2", "3"]
    assert [table["Nya Halland"][name] for name in ("antal", "n")] == ["1", "2"]
    assert {row["region"]: row["visa_tid"] for row in rows(release / "csv" / "tabell_5.csv")}["Blekinge"] == "25"
    assert not (release / "csv" / "tabell_2.csv").exists()


def test_a_renamed_and_a_further_column_reach_the_mart(release: Path) -> None:
    assert ask(
        release,
        "select region_kod, visa_tid, boka_tid, varav_primarvard from mart.webbtidbok where visa_tid is not null and year(period) = 2021 order by 1",
    ) == [
        ("10", 25, 20, 12),
        ("12", 430, 210, 150),
        ("13", 700, 500, 410),
    ]
    assert ask(
        release,
        "select rubrik, enhet from referens.dataordlista where tabell = 'webbtidbok' and kolumn = 'varav_primarvard'",
    ) == [("Varav primärvård", "antal mottagningar")]


def test_a_new_agreement_has_money_deadlines_areas_and_points(release: Path) -> None:
    assert ask(
        release,
        "select count(*), sum(belopp_tryckt), sum(abs(avvikelse)) from mart.medelsfordelning where overenskommelse = 'gnv_2021' and region_kod <> '00'",
    ) == [(21, 21000000, 0)]
    assert ask(release, "select distinct sista_dag::varchar from mart.kalender where overenskommelse = 'gnv_2021' order by 1") == [
        ("2021-10-15",), ("2021-12-01",),
    ]  # fmt: skip
    assert ask(release, "select omrade from referens.omraden where overenskommelse = 'gnv_2021' order by ordning") == [
        ("nara_vard",), ("barnhalsovard",),
    ]  # fmt: skip
    assert ask(release, "select punkt, omrade, krav from referens.punkter where overenskommelse = 'gnv_2021' order by omrade") == [
        ("samlad_plan", 1, "ska"), ("bhv_uppsokande", 2, "bör"),
    ]  # fmt: skip


def test_what_is_printed_is_compared_by_number_and_code(release: Path) -> None:
    found = ask(
        release,
        "select tabell, nyckel, kolumn, varde_tryckt, varde_beraknat, utfall from mart.avstamning where publikation = 'uppfoljning_2021'",
    )
    assert sorted(found) == [
        ("Svarsfrekvens", "kommuner", "inkomna", "3", "3", "stammer"),
        ("Tabell 4", "5", "ja_antal", "2", "2", "stammer"),
        ("Tabell 4", "5", "n", "3", "3", "stammer"),
        ("Tabell 5", "10", "visa_tid", "25", "25", "stammer"),
        ("Tabell 5", "12", "visa_tid", "431", "430", "kand_avvikelse"),
        ("Tabell 5", "13", "visa_tid", "700", "700", "stammer"),
    ]


def test_a_measure_is_followed_over_the_reports_and_a_break_is_marked(release: Path) -> None:
    """The example deliveries of 2020, as printed, beside the invented ones; Halland is the same region by both names."""
    printed = {row["region"]: row for row in rows(runbook.REPO / "tests" / "golden" / "tabell_2.csv")}["Halland"]
    visa, boka = int(printed["visa_tid"]), int(printed["boka_tid"])
    assert ask(
        release,
        "select matt, rapportar, region, varde, forandring, brott, varde_status, anmarkning from mart.rapportserie"
        " where matt like 'webbtidbok%' and region_kod = '13' order by all",
    ) == [
        ("webbtidbok_boka_tid", 2020, "Nya Halland", boka, None, False, None, None),
        (
            "webbtidbok_boka_tid",
            2021,
            "Nya Halland",
            500,
            None,
            True,
            "b",
            "Mottagningarna räknas på ett nytt sätt (påhittat).",
        ),
        ("webbtidbok_visa_tid", 2020, "Nya Halland", visa, None, False, None, None),
        ("webbtidbok_visa_tid", 2021, "Nya Halland", 700, 700 - visa, False, None, None),
    ]
    counted = (
        "select rapportar, varde from mart.rapportserie where region_kod = '00' and matt = '{}' order by rapportar"
    )
    assert [ar for ar, _ in ask(release, counted.format("enkat_3_dietist_brist"))] == [2020]  # dropped
    assert ask(release, counted.format("enkat_5_ja")) == [(2021, pytest.approx(200 / 3))]  # new
    assert [ar for ar, _ in ask(release, counted.format("enkat_1a_ja"))] == [2020, 2021]


@pytest.mark.parametrize("ar", [2018, 2020])
def test_an_earlier_report_has_the_names_and_reservations_that_it_had(year: Path, ar: int) -> None:
    """Of every row that the page changed: what holds on the earlier report's day is what held."""
    day = rapporter.of(ar).gallande
    for path, key in missing.DATED.items():
        before, after = (
            {
                code: {name: value for name, value in row.items() if name != "galler_till"}
                for code, row in giltighet.in_force(rows(project / "seeds" / path), key, day).items()
            }
            for project in (runbook.REPO, year)
        )
        assert after == before, path


@pytest.mark.nightly
def test_the_earlier_reports_built_anew_have_the_same_cells(year: Path, example_home: Home, tmp_path: Path) -> None:
    """The whole of them, by the project of the invented year over the examples."""
    home = tmp_path / "hem"
    # Without the build databases: their views name the files of the folder that they were made in.
    shutil.copytree(example_home.root, home, symlinks=True, ignore=shutil.ignore_patterns("warehouse"))
    Home(home).create()
    for ar in (2018, 2020):
        # As the project without the new year makes it, if the home has it not; then by the project with it, whatever was kept.
        assert runbook.run(runbook.REPO, f"uppfoljning build --year {ar}", home).code == 0
        before = (home / "releases" / f"current-{ar}").resolve().name
        built = runbook.run(year, f"uppfoljning build --year {ar}", home)
        assert built.code == 0, built.err
        after = (home / "releases" / f"current-{ar}").resolve().name
        assert after != before, built.out
        told = runbook.run(year, f"uppfoljning diff {before} {after} --format csv", home)
        assert told.code == 0, told.err
        # But for the column that the new year brings to a mart, which is blank.
        cells = [row for row in csv.DictReader(told.out.splitlines()) if row["nyckel"] or not row["kolumn"]]
        assert not cells, (len(cells), cells[:3])


def test_nothing_but_data_and_the_new_tables_own_sql_was_written() -> None:
    changed = {block.path for block in runbook.blocks(PAGE) if block.path}
    assert {path for path in changed if Path(path).suffix not in (".csv", ".yml")} == {
        "dbt/models/tabeller/uppfoljning_2021/tab_uppfoljning_2021__tabell_4.sql"
    }
