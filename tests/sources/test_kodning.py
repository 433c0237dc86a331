"""The coding round trip: workbooks out, an analyst's decisions in them, in through the door, and what the marts make of them."""

from __future__ import annotations

import re
import shutil
import sys
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import openpyxl
import pytest
from facit import table

from dagster_project.coding import workbook
from dagster_project.deliveries import intake
from dagster_project.deliveries.register import Register
from dagster_project.errors import UserError
from dagster_project.settings import Home
from dagster_project.sources import all_sources
from examples.generators import nulagesrapport as made

sys.path.append(str(Path(__file__).parents[1] / "dbt"))
from dbt_harness import dbt

Row = dict[str, Any]
BLEKINGE, GOTLAND, KRONOBERG = made.RAPPORTER


def take_in(home: Home, kalla: str) -> None:
    outcome = intake.take_in(home, all_sources()[kalla])
    assert outcome.avvisade == []
    intake.write_register(home, Register(home.register), 2021)  # a year without a cut-off: these are received now


def deliver(home: Home, name: str, content: list[made.Stycke], agreement: str, day: int) -> None:
    path = home.landing / "nulagesrapport" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    {".docx": made.write_docx, ".pdf": made.write_pdf, ".txt": made.write_txt}[path.suffix](path, content)
    path.with_name(f"{name}.leverans.yml").write_text(
        f"overenskommelse: {agreement}\nmottagen: 2019-10-{day}T12:00:00\n", encoding="utf-8"
    )


Key = tuple[str, str, str, str]  # agreement, region, what is judged, which of them


@dataclass
class Coder:
    """An analyst: how she decides on a row, and what she said, as she would tell it herself."""

    sign: str
    decide: Callable[[Row], Row]
    judged: dict[Key, str] = field(default_factory=dict)
    rows: dict[Key, Row] = field(default_factory=dict)

    def code(self, home: Home, folder: Path, only: str = "") -> None:
        """Fill in the workbooks and deliver them."""
        for path in workbook.write(home, 2020, folder, self.sign):
            if path.suffix != ".xlsx" or only not in path.name:
                continue
            book = openpyxl.load_workbook(path)
            for name in workbook.SHEETS.values():
                self._fill(book[name])
            target = home.landing / "kodning" / path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            book.save(target)

    def _fill(self, sheet: Any) -> None:
        headings = [c.value for c in sheet[1]]
        for cells in list(sheet.iter_rows(min_row=2)):
            row = dict(zip(headings, (c.value for c in cells), strict=True))
            if not row["Typ"] or not (decision := self.decide(row)):
                continue
            row |= {"Kodningsdatum": date(2020, 2, 14), **decision}
            for cell, heading in zip(cells, headings, strict=True):
                cell.value = row[heading]
            kind = row["Typ"]
            said = {"insats": row["Status"], "kostnad": row["Kostnadsstatus"], "resultat": row["Resultatstatus"]}
            unit = dict.fromkeys(said, row["Förslag"])
            key = (row["Överenskommelse"], row["Region"], kind if kind in said else row["Fält"], unit.get(kind, ""))
            stated = row["Värde"] if row["Förekomst"] == "angivet" else row["Förekomst"].replace("funnet", "angivet")
            self.judged[key] = "avvisad" if row["Beslut"] == "avvisad" else said.get(kind, stated)
            self.rows[key] = row


def first_coder(row: Row) -> Row:
    """Confirms, corrects one status, rejects one measure, fills in one field that no rule looks for."""
    text = row["Text"] or ""
    if "mobilt vårdteam" in text and row["Typ"] == "insats":
        return {"Beslut": "rättad", "Status": "pilot"}
    if "Kliniska farmaceuter" in text and row["Typ"] == "insats":
        return {"Beslut": "avvisad"}
    if row["Fält"] == "introduktionsar_sjukskoterskor":
        return {"Beslut": "tillagd", "Förekomst": "angivet", "Värde": "nej", "Rad från": 3}
    return {"Beslut": "bekräftad"} if row["Förekomst"] != "ej bedömd" else {}


def second_coder(row: Row) -> Row:
    """Sees every third of what is stated otherwise, by its place in the report."""
    if row["Förekomst"] == "ej bedömd":
        return {}
    if row["Förekomst"] == "angivet" and (row["Rad från"] or 0) % 3 == 0:
        return {"Beslut": "avvisad"}
    return {"Beslut": "bekräftad"}


def judge(row: Row) -> Row:
    """Decides one measure, and leaves the rest of the sheet."""
    if row["Typ"] == "insats" and "Riktade hälsosamtal till 50-åringar" in (row["Text"] or ""):
        return {"Beslut": "rättad", "Status": "planerad", "Avgörande": "ja"}
    return {}


@dataclass
class Coded:
    """A home folder with reports and codings, built by dbt, and the coders."""

    home: Home
    first: Coder
    second: Coder

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.home.root / "build.duckdb"), read_only=True) as con:
            return con.execute(sql).fetchall()

    @property
    def said(self) -> dict[Key, set[str]]:
        """What has been judged, with the different judgements."""
        return {k: {word, self.second.judged.get(k, word)} for k, word in self.first.judged.items()}

    @property
    def both(self) -> dict[Key, tuple[str, str]]:
        """What both coders have judged, and how."""
        return {k: (word, self.second.judged[k]) for k, word in self.first.judged.items() if k in self.second.judged}


@pytest.fixture(scope="module")
def coded(tmp_path_factory: pytest.TempPathFactory) -> Coded:
    """Four reports of three regions, one of them under a second agreement; two coders and a judge; then a new version of one."""
    folder = tmp_path_factory.mktemp("kodning")
    home = Home(folder / "hem")
    home.create()
    for source in all_sources().values():
        intake.write_empty_tables(home, source)
    for r in made.RAPPORTER:
        deliver(home, r.namn, list(made.stycken(r)), "gnv_2019", 14)
    other = [
        (kind, text.replace("God och nära vård", "En investering för utvecklade förutsättningar"))
        for kind, text in made.stycken(replace(BLEKINGE, insatser=("Region Blekinge har infört ett bemanningsteam.",)))
    ]
    deliver(home, "investering.docx", other, "investering_2019", 15)
    take_in(home, "nulagesrapport")
    first, second = Coder("AA", first_coder), Coder("BB", second_coder)
    first.code(home, folder / "AA")
    second.code(home, folder / "BB", only="gnv_2019")
    Coder("CC", judge).code(home, folder / "CC", only="Blekinge_gnv_2019")
    take_in(home, "kodning")
    newer = replace(KRONOBERG, insatser=(*KRONOBERG.insatser[:2], "Region Kronoberg har öppnat en närakut."))
    deliver(home, "rattad.txt", list(made.stycken(newer)), "gnv_2019", 20)
    take_in(home, "nulagesrapport")
    dbt(
        home.root,
        "build",
        "--select",
        "+path:models/marts/nulagesrapport",
        "+leveransstatus",
        "--exclude-resource-type",
        "unit_test",
        "test",
    )
    return Coded(home, first, second)


def test_reports_under_two_agreements_stand_side_by_side_and_versions_follow_each_other(coded: Coded) -> None:
    reports = coded.ask("select region, overenskommelse, versionsnr, gallande from mart.nulagesrapport order by all")
    assert reports == [
        ("Blekinge", "gnv_2019", 1, True),
        ("Blekinge", "investering_2019", 1, True),
        ("Gotland", "gnv_2019", 1, True),
        ("Kronoberg", "gnv_2019", 1, False),
        ("Kronoberg", "gnv_2019", 2, True),
    ]
    received = coded.ask(
        "select respondent_kod from mart.leveransstatus where kalla = 'nulagesrapport' and overenskommelse = 'gnv_2019'"
        " and status in ('inkommen', 'sen') order by all"
    )
    assert received == [("07",), ("09",), ("10",)]


def test_a_measure_reaches_the_mart_when_the_coders_agree_or_one_has_decided(coded: Coded) -> None:
    names = {label: code for (lista, code), label in workbook.labels().items() if lista == "insatsstatus"}
    agreed = {
        (*key[:2], coded.first.rows[key]["Text"], names[word])
        for key, (word, *others) in coded.said.items()
        if key[2] == "insats" and not others and word != "avvisad"
    }
    decided = ("gnv_2019", "Blekinge", "Riktade hälsosamtal till 50-åringar pågår på flera vårdcentraler.", "planerad")
    in_mart = coded.ask("select overenskommelse, region, insats, status from mart.insats")
    assert len(in_mart) == len(set(in_mart)) > 10
    assert set(in_mart) == {row for row in agreed if row[2] != decided[2]} | {decided}
    assert coded.ask(f"select kodare from mart.insats where insats = '{decided[2]}'") == [("CC",)]


def test_facts_that_the_coders_differ_about_are_told_apart_from_facts_not_stated(coded: Coded) -> None:
    facts = {k: v for k, v in coded.said.items() if coded.first.rows[k]["Typ"] == "uppgift"}
    differing = {k[:3] for k, words in facts.items() if len(words) > 1}
    assert len(differing) > 5
    state = "select overenskommelse, region, falt from mart.regionuppgift where tillstand"
    assert set(coded.ask(f"{state} = 'oenig'")) == differing
    silent = {k[:3] for k, words in facts.items() if words in ({"ej angivet"}, {"avvisad"})}
    assert set(coded.ask(f"{state} = 'ej_angivet'")) == silent
    added = "select distinct varde, tillstand, antal_kodare from mart.regionuppgift where falt = 'introduktionsar_sjukskoterskor'"
    assert coded.ask(added) == [("nej", "nej", 1)]


def test_the_points_of_the_agreement_that_a_report_answers(coded: Coded) -> None:
    points = {k: v for k, v in coded.both.items() if not k[3] and coded.first.rows[k]["Typ"] == "täckning"}
    expected = {}
    for (agreement, region, point, _), (one, other) in points.items():
        same = {"avvisad": "ej_angivet", "ej angivet": "ej_angivet"}.get(one, one)
        expected[agreement, region, point] = same if one == other else "oenig"
    found = {
        k[:3]: k[3]
        for k in coded.ask(
            "select overenskommelse, region, punkt, tillstand from mart.punkttackning where overenskommelse = 'gnv_2019'"
        )
    }
    assert len(expected) == 3 * 14
    assert found == expected
    assert {"besvarad", "ej_angivet", "oenig"} == set(found.values())


def test_kappa_is_that_of_statsmodels(coded: Coded) -> None:
    from statsmodels.stats.inter_rater import cohens_kappa

    pairs: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for (agreement, _, what, _), words in coded.both.items():
        pairs[agreement, what].append(words)
    expected = {}
    for group, words in pairs.items():
        seen = sorted({w for pair in words for w in pair})
        table = np.zeros((len(seen), len(seen)))
        for one, other in words:
            table[seen.index(one), seen.index(other)] += 1
        kappa = cohens_kappa(table, return_results=False) if len(seen) > 1 else None
        expected[group] = (len(words), sum(one == other for one, other in words), kappa)
    found = {
        (agreement, what): (n, same, kappa)
        for agreement, what, n, same, kappa in coded.ask(
            "select overenskommelse, falt, antal, eniga, kappa from mart.kodning_samstammighet where (kodare_1, kodare_2) = ('AA', 'BB')"
        )
    }
    assert found.keys() == expected.keys()
    for group, (n, same, kappa) in expected.items():
        assert found[group] == (n, same, None if kappa is None else pytest.approx(kappa)), group
    assert 0 < found["gnv_2019", "insats"][2] < 1


def test_a_new_reading_leaves_the_codings_and_lists_what_it_says_otherwise(coded: Coded, uppfoljning: Any) -> None:
    dropped, new = KRONOBERG.insatser[2], "Region Kronoberg har öppnat en närakut."
    changes = [c for c in workbook.changed(coded.home, 2020) if c[2] == "insats"]
    assert changes == [
        ("07", "förslaget finns inte längre, kodningen står kvar", "insats", dropped),
        ("07", "nytt förslag, inte kodat", "insats", new),
    ]
    texts = {text for (text,) in coded.ask("select text from staging.stg_kodning__rader where typ = 'insats'")}
    assert dropped in texts
    assert new not in texts
    shown = uppfoljning("--home", coded.home.root, "reports", "changes", "--year", 2020)
    assert shown.code == 0
    assert "öppnat en närakut" in shown.out


def test_a_cost_that_is_not_stated_is_null_and_a_sum_says_how_many_regions_it_rests_on(coded: Coded) -> None:
    """Blekinge's made-up report gives 1 250 tkr for no named area, under both agreements; the two others give no amount."""
    costs = coded.ask(
        "select overenskommelse, antal_rapporter, kostnad_kr, kostnad_antal_regioner, kostnad_regioner from mart.rapportsumma"
        " where omrade is null order by all"
    )
    assert costs == [("gnv_2019", 3, 1_250_000, 1, "Blekinge"), ("investering_2019", 1, 1_250_000, 1, "Blekinge")]
    assert coded.ask("select count(kostnad_kr) from mart.rapporttackning where kostnader not like '%belopp%'") == [(0,)]
    assert coded.ask("select count(*) from mart.insats where kostnad_kr = 0") == [(0,)]
    states = dict(
        coded.ask(
            "select omrade, resultat from mart.rapporttackning where region = 'Kronoberg' and overenskommelse = 'gnv_2019'"
        )
    )
    assert states[2] in ("kvantifierat", "oenig")  # 88 procent


def test_what_coders_differ_about_goes_to_the_one_who_decides(coded: Coded, tmp_path: Path) -> None:
    """A row per thing with what each says, to decide; her own decision from before is in the sheet, since the new one replaces it."""
    differing = {
        (
            key[1],
            coded.first.rows[key]["Typ"],
            coded.first.rows[key]["Förslag"]
            or "/".join(str(v) for v in (key[2], coded.first.rows[key]["Område"]) if v is not None),
        )
        for key, words in coded.both.items()
        if len(set(words)) > 1 and {"ej angivet", "avvisad"} != set(words)
    }
    with duckdb.connect(str(coded.home.root / "build.duckdb"), read_only=True) as con:
        paths = workbook.adjudicate(coded.home, 2020, tmp_path, "CC", con)
    found, decided = set(), []
    for path in paths:
        if path.suffix != ".xlsx":
            continue
        book = openpyxl.load_workbook(path)
        for name in workbook.SHEETS.values():
            sheet = book[name].iter_rows(values_only=True)
            headings = next(sheet)
            for values in sheet:
                row = dict(zip(headings, values, strict=True))
                if not row["Typ"]:
                    continue
                if row["Beslut"]:
                    decided.append(row["Text"])
                    continue
                assert row["Avgörande"] == "ja"
                assert re.fullmatch(r"AA: .+; BB: .+", row["Kommentar"])
                found.add(
                    (
                        row["Region"],
                        row["Typ"],
                        row["Förslag"] or "/".join(str(v) for v in (row["Fält"], row["Område"]) if v is not None),
                    )
                )
    assert len(found) > 5
    assert found == {(region, kind, unit) for region, kind, unit in differing if "50-åringar" not in unit} - {
        (BLEKINGE.region, "insats", key[3]) for key, row in coded.first.rows.items() if row["Text"] in decided
    }
    assert decided == ["Riktade hälsosamtal till 50-åringar pågår på flera vårdcentraler."]


def test_a_coder_finds_her_own_decisions_again_and_no_work_is_overwritten(coded: Coded, tmp_path: Path) -> None:
    [path] = [
        p for p in workbook.write(coded.home, 2020, tmp_path, "AA") if p.name == "kodning_Blekinge_gnv_2019_AA.xlsx"
    ]
    rows = openpyxl.load_workbook(path)["Insatser"].iter_rows(values_only=True)
    headings = next(rows)
    found = [dict(zip(headings, r, strict=True)) for r in rows if r[1]]
    assert {r["Beslut"] for r in found} == {"bekräftad", "avvisad"}
    rows = openpyxl.load_workbook(path.with_name("kodning_Kronoberg_gnv_2019_AA.xlsx"))["Insatser"].iter_rows(
        values_only=True
    )
    next(rows)
    decided = {r[headings.index("Text")]: r[0] for r in rows if r[1]}
    assert decided[KRONOBERG.insatser[2]] == "bekräftad"  # no longer proposed, and still in her sheet
    assert decided["Region Kronoberg har öppnat en närakut."] is None
    with pytest.raises(UserError, match="may hold codings"):
        workbook.write(coded.home, 2020, tmp_path, "AA")


def test_what_was_hidden_is_reported_without_the_data(coded: Coded, uppfoljning: Any) -> None:
    """The made-up reports name a made-up contact on their third line, in text files where that paragraph begins."""
    shown = uppfoljning("--home", coded.home.root, "reports", "masked")
    assert shown.code == 0
    lines = [line for line in shown.out.splitlines() if "PAHITTAD_nulagesrapport_Blekinge.docx" in line]
    assert [line.split("│")[4:6] for line in lines] == [[" 3   ", " e-post, namn "]]
    assert "Exempelsson" not in shown.out
    assert "example.invalid" not in shown.out
    with duckdb.connect() as con:
        raw = f"{coded.home.raw}/*/*/period=*/*.parquet"
        for path in con.execute("select file from glob(?)", [raw]).fetchall():
            assert con.execute(
                "select count(*) from (from read_parquet(?)) t where t::varchar ilike '%exempelsson%' or t::varchar ilike '%example.invalid%'",
                [path[0]],
            ).fetchone() == (0,)


def test_the_workbook_links_to_the_place_in_the_page(coded: Coded, tmp_path: Path) -> None:
    for path in workbook.write(coded.home, 2020, tmp_path, "DD"):
        if path.suffix == ".xlsx":
            page = path.with_suffix(".html").read_text(encoding="utf-8")
            links = [
                c.hyperlink
                for sheet in openpyxl.load_workbook(path)
                for row in sheet.iter_rows()
                for c in row
                if c.hyperlink
            ]
            assert len(links) > 10
            assert {link.target for link in links} == {path.with_suffix(".html").name}
            assert all(f'id="{link.location}"' in page for link in links)


#: Every proposal has its own names in the page. Of those that are alike in all but their words two are left, for what is the same is
#: judged alike; how many are left.
FEW_OF_A_KIND = """() => {
    const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
    if (new Set(ids).size !== ids.length) throw new Error('an id stands twice');
    const seen = {};
    for (const box of document.querySelectorAll('fieldset[data-nr]')) {
        const kind = [box.className, ...[...box.querySelectorAll('*')].map((e) => e.tagName + e.className)].join(' ');
        seen[kind] = (seen[kind] || 0) + 1;
        if (seen[kind] > 2) box.remove();
    }
    return document.querySelectorAll('fieldset').length;
}"""


def test_a_page_is_decided_on_in_the_browser_and_comes_in_through_the_door(coded: Coded, tmp_path: Path) -> None:
    pytest.importorskip("playwright", reason="playwright is not installed")
    chromium = next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
    )
    if chromium is None:
        pytest.skip("Chromium is not installed (Debian package chromium)")
    from playwright.sync_api import sync_playwright

    workbook.write(coded.home, 2020, tmp_path, "EE")
    odd: list[str] = []
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        tab = browser.new_page()
        tab.on("request", lambda r: None if r.url.startswith(("file:", "blob:")) else odd.append(r.url))
        tab.on("pageerror", lambda e: odd.append(str(e)))
        tab.goto((tmp_path / "kodning_Gotland_gnv_2019_EE.html").as_uri())
        measure = tab.locator("fieldset", has_text="Ett pilotprojekt med vårdnära service").filter(has_text="insats")
        measure.get_by_label("Beslut").select_option("bekräftad")
        other = tab.locator("fieldset", has_text="planerar att införa digitala vårdmöten").filter(has_text="insats")
        other.get_by_label("Status", exact=True).select_option("pilot")
        assert other.get_by_label("Beslut").input_value() == "rättad"
        added = tab.locator("#tillagg")
        added.get_by_label("Fält").fill("vardnara_service")
        added.get_by_label("Typ").select_option("uppgift")
        added.get_by_label("Värde").fill("ja")
        added.get_by_label("Text").fill('PÅHITTAT: ett "citat"; med tecken')
        added.get_by_label("Rad från").fill("14")
        added.get_by_role("button").click()
        decided = "4 av" if tab.locator("fieldset:not(.klar)").count() else ""
        tab.locator("h1").click()
        for key in ("n", "b"):  # the first proposal, by keyboard
            tab.keyboard.press(key)
        assert tab.locator("#lage").inner_text().startswith(decided)
        tab.reload()  # what has been decided is still there
        assert tab.locator("#lage").inner_text().startswith(decided)
        tab.get_by_label("Kodningsdatum").fill("2020-02-20")
        with tab.expect_download() as download:
            tab.get_by_role("button", name="Hämta kodbladet").click()
        sheet = tmp_path / download.value.suggested_filename
        download.value.save_as(sheet)
        assert tab.evaluate(FEW_OF_A_KIND) > 5
        axe = pytest.importorskip("axe_core_python.sync_playwright", reason="axe-core-python is not installed")
        assert [(v["id"], v["nodes"][0]["html"][:90]) for v in axe.Axe().run(tab)["violations"]] == []
        browser.close()
    assert odd == []
    source = all_sources()["kodning"]
    _, verdict, _ = intake.check(source, sheet, tmp_path / "granskning")
    assert (sheet.name, verdict.bedomning, verdict.lasta) == ("kodning_Gotland_gnv_2019_EE.csv", "godkand", 4)


# --- the follow-up of 2016–2018 ---------------------------------------------------------------------------------------


def test_no_statement_about_all_regions_is_counted_out_of_the_three_that_are_read(coded: Coded) -> None:
    found = coded.ask(
        "select utsaga, antal, antal_nej, antal_ej_angivet, andel, regioner, varde_status from mart.utsaga"
    )
    assert found
    assert {row[1:] for row in found} == {(None, None, None, None, None, "x")}
    assert all(re.match(r"Ännu inte räknad \([123] av \d+ lästa\): ", row[0]) for row in found)
    twice = "select 1 from mart.utsaga group by ar, overenskommelse, utsaga_id having count(*) > 1"
    assert coded.ask(twice) == []


def test_the_words_of_2018_where_the_report_prints_the_regions(coded: Coded) -> None:
    """Golden facts G-38, G-40, G-41, G-43, G-44 and G-46 of the 2018 report: how many regions Tabell 3 and 7 name, and the printed words."""
    columns = (
        "utsaga_id, antal, kvantifierare, stammer from mart.tryckt_utsaga where publikation = 'uppfoljning_2018' and"
    )
    assert coded.ask(f"select {columns} antal_enligt = 'tabell' order by all") == [
        ("S002", 14, "flertalet", True),
        ("S018", 13, "flertalet", True),
        ("S019", 2, "några", True),
        ("S080", 2, "några", True),
    ]
    assert coded.ask(f"select {columns} utsaga_id = 'S181'") == [("S181", 10, "flera", None)]
    assert coded.ask(
        "select count(*) from mart.tryckt_utsaga where enhet <> 'region' and kvantifierare is not null"
    ) == [(0,)]


def test_strategy_documents_of_2018_as_printed(coded: Coded) -> None:
    documents = table("seed004/tables/tabell_3_styrdokument_framtidens_vard")
    printed = {r["dokument_printed"] for r in documents if r["derived_status"] == "dokument_finns"}
    states = dict(coded.ask("select status, count(*) from mart.strategidokument where ar = 2018 group by all"))
    assert states == {"finns": 13, "under_utveckling": 2, "ej_angivet": 6}
    assert {
        d for (d,) in coded.ask("select dokument from mart.strategidokument where ar = 2018 and dokument is not null")
    } == printed
    # Golden fact G-42: the six regions that Tabell 3 leaves out.
    absent = "select region from mart.strategidokument where ar = 2018 and status = 'ej_angivet'"
    assert {r for (r,) in coded.ask(absent)} == {
        "Östergötland",
        "Kalmar län",
        "Gotland",
        "Skåne",
        "Dalarna",
        "Jämtland Härjedalen",
    }
