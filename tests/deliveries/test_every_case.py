"""The awkward deliveries of ``tests/cases`` through the door: what a careful analyst expects of each, and others of its kind."""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import made_files as made
import openpyxl
import pytest
from conftest import Judged

from dagster_project.deliveries import intake
from dagster_project.deliveries.door import Granskning
from dagster_project.deliveries.register_types import Leverans
from dagster_project.reading import limits
from dagster_project.settings import Home
from dagster_project.sources import all_sources

REPO = Path(__file__).resolve().parents[2]
CASES = REPO / "tests" / "cases"
needs_cases = pytest.mark.skipif(not CASES.is_dir(), reason="the documents are not at hand")

Row = tuple[Any, ...]
Case = Callable[[str, str], "Verdict"]


class Verdict:
    """A verdict with its sound rows and findings."""

    def __init__(self, kalla: str, path: Path, work: Path) -> None:
        source = all_sources()[kalla]
        self.leverans: Leverans = intake.describe(source, path, intake.sidecar.beside(path))
        work.mkdir()
        self.judged: Granskning = intake.judge_file(source, path, self.leverans, work)

    def rows(self, columns: str) -> list[Row]:
        if self.judged.con is None or self.judged.avvisad:
            return []
        with self.judged.open() as con:
            return con.execute(f"select {columns} from godkand order by _nr").fetchall()

    def found(self, *kinds: str) -> list[Row]:
        """Findings of these kinds: kind, row, column, what was found."""
        return [(a.kod, a.rad, a.kolumn, a.hittat) for a in self.judged.anmarkningar if a.kod in kinds]

    @property
    def kinds(self) -> set[str]:
        return {a.kod for a in self.judged.anmarkningar}


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """Judge a file of a case as its sender left it."""

    def judge(kalla: str, name: str) -> Verdict:
        folder, _, file = name.partition("/")
        [found] = CASES.glob(f"{folder}_*")
        shutil.copytree(found, tmp_path / folder, dirs_exist_ok=True)
        [path] = [p for p in (tmp_path / folder).iterdir() if unicodedata.normalize("NFC", p.name) == file]
        return Verdict(kalla, path, tmp_path / f"{folder}-{file}-arbete")

    return judge


# --- the cases ------------------------------------------------------------------------------------------------------------


@needs_cases
def test_01_a_code_that_became_a_decimal_number_is_no_code(case: Case) -> None:
    verdict = case("kommunenkat", "01/enkat.csv")
    assert verdict.rows("kommun_kod") == []
    assert verdict.found("okand_kommun") == [
        ("okand_kommun", row, "kommunkod", text) for row, text in ((2, "186.0"), (3, "128.0"), (4, "188.0"))
    ]


@needs_cases
def test_04_hidden_sheets_and_the_later_of_two(case: Case) -> None:
    hidden = case("webbtidbok", "04/webbtid.xlsx")
    assert hidden.rows("region_kod, visa_tid, boka_tid") == [("10", 23, 12), ("20", 85, 59)]
    assert "dolt_blad" in hidden.kinds
    two = case("webbtidbok", "04/tva_blad.xlsx")
    assert two.rows("region_kod, visa_tid, boka_tid") == [("10", 23, 12), ("20", 85, 59)]
    [said] = [a.meddelande for a in two.judged.anmarkningar if a.kod == "senare_blad"]
    assert "Tidigare" in said
    assert said.endswith("Uppgifterna på bladet Rättat gäller.")


@needs_cases
def test_05_error_values_are_told_with_their_place(case: Case) -> None:
    survey = case("kommunenkat", "05/enkat.xlsx")
    assert survey.found("felvarde") == [
        ("felvarde", 2, "Fråga 1a", "#N/A"),
        ("felvarde", 2, "Fråga 3: sjuksköterska", "#REF!"),
    ]
    assert case("rakenskap", "05/kostnader.xlsx").found("felvarde") == [
        ("felvarde", 2, "Övrig hälso- och sjukvård", "#REF!")
    ]


@needs_cases
def test_07_two_numbers_in_a_cell_are_none(case: Case) -> None:
    text = case("webbtidbok", "07/webbtid.csv")
    assert text.rows("visa_tid") == []
    assert [row[:2] for row in text.found("flera_tal", "radbrytning")] == [
        ("flera_tal", 2),
        ("radbrytning", 3),
        ("flera_tal", 5),
    ]
    raised = case("webbtidbok", "07/upphojd_fotnot.xlsx")
    assert (231,) not in raised.rows("visa_tid")
    assert raised.rows("region_kod, visa_tid") == [("09", 13)]


@needs_cases
def test_08_points_and_commas_that_may_be_thousands(case: Case) -> None:
    verdict = case("rekvisition", "08/rekvisition.csv")
    assert [f[1:2] + f[3:] for f in verdict.found("tvetydigt_tal")] == [(2, "500.000"), (3, "12,000")]
    assert verdict.rows("mottagare, belopp") == [("13", 183_029_314), ("09", 33_000_000)]


@needs_cases
def test_12_the_clock_of_a_sidecar_is_swedish(case: Case) -> None:
    first, second = case("webbtidbok", "12/forsta.csv"), case("webbtidbok", "12/rattad.csv")
    assert (first.leverans.mottagen, second.leverans.mottagen) == (
        datetime(2020, 4, 2, 9, 30),
        datetime(2020, 4, 2, 10, 30),
    )


@needs_cases
def test_13_a_code_with_zeros_in_a_sidecar(case: Case) -> None:
    survey, withdrawn = case("kommunenkat", "13/enkat.csv"), case("vantetid_primarvard", "13/tom_aterkallar.csv")
    assert survey.judged.respondent == "0114"
    assert withdrawn.judged.respondent == "14"
    assert [b.respondent for b in withdrawn.judged.block] == ["14"]


@needs_cases
def test_14_a_total_under_another_name(case: Case) -> None:
    verdict = case("specialistbevis", "14/bevis.csv")
    assert verdict.rows("specialitet, antal") == [
        ("Allmänmedicin", 400),
        ("Psykiatri", 200),
        ("Övriga specialiteter", 1400),
    ]
    assert verdict.found("ej_uppgifter") == [("ej_uppgifter", 5, None, "Alla specialiteter")]
    assert verdict.judged.bedomning == "godkand_med_anmarkning"
    assert verdict.judged.lasta == verdict.judged.godkanda == 3


@needs_cases
@pytest.mark.parametrize("name", ["inriktning.csv", "inriktning.xlsx"])
def test_15_control_signs_are_taken_out(case: Case, name: str) -> None:
    verdict = case("inriktningsdokument", f"15/{name}")
    [(text,)] = verdict.rows("dokument")
    assert text.split() == ["Strategi", "för", "nära", "vård"]
    assert "styrtecken" in verdict.kinds


@needs_cases
def test_16_a_line_in_another_encoding(case: Case) -> None:
    verdict = case("inriktningsdokument", "16/inriktning.csv")
    assert verdict.rows("region_kod, dokument") == [("10", "Färdplan för nära vård"), ("09", "Målbild på ön")]
    assert "blandad_teckenkodning" in verdict.kinds


@needs_cases
def test_18_one_region_in_fractions_and_one_a_hundredfold(case: Case) -> None:
    verdict = case("vardenisiffror", "18/export.xlsx")
    assert {block.respondent for block in verdict.judged.tveksamma} == {"03"}
    assert ("13", 17.2) in verdict.rows("region_kod, varde")
    assert [f[3] for f in verdict.found("andel_over_100")] == ["1650"]


@needs_cases
def test_19_names_that_were_right_once(case: Case) -> None:
    verdict = case("webbtidbok", "19/webbtid.csv")
    assert [r for (r,) in verdict.rows("region_kod")] == ["10", "01", "12", "14", "04", "01", "13"]
    assert verdict.found("namn_med_notmarke") == [("namn_med_notmarke", 8, "Region", "Gotland1)")]
    assert verdict.found("ej_uppgifter") == [("ej_uppgifter", 9, None, "Riket; Källa: Inera")]


@needs_cases
def test_20_to_22_what_is_read_as_it_stands(case: Case) -> None:
    columns = "region_kod, visa_tid, boka_tid"
    assert len(case("webbtidbok", "20/webbtid.txt").rows(columns)) > 1
    assert case("webbtidbok", "21/Västmanland.csv").rows(columns) == [("19", 13, 12)]
    assert case("specialistbevis", "21/bevis.csv").rows("region_kod, specialitet, antal") == [
        ("14", "Allmänmedicin", 40),
        ("14", "Psykiatri", 60),
    ]
    for name in ("cr.csv", "sep.csv", "strict.xlsx"):
        assert case("webbtidbok", f"22/{name}").rows(columns) == [("10", 23, 12)]
    for name in ("mac1904.xlsx", "tom_delad_strang.xlsx"):
        assert case("kommunenkat", f"22/{name}").rows("kommun_kod, svarsdatum::varchar") == [("0114", "2020-01-10")]


@needs_cases
def test_23_a_source_under_the_table(case: Case) -> None:
    verdict = case("specialistbevis", "23/bevis.csv")
    assert verdict.rows("specialitet, antal") == [("Allmänmedicin", 400), ("Psykiatri", 1600)]
    assert [row[:2] for row in verdict.found("ej_uppgifter")] == [("ej_uppgifter", 5)]
    assert verdict.judged.karantan == 0
    assert len(verdict.judged.anmarkningar) == 1


# --- others of their kinds ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["10.0", "1.0", "-1", "+10", "10*", "1 0", "8.1"])
@pytest.mark.parametrize("system", ["scb", "skr"])
def test_no_sign_is_dropped_from_a_code(judge: Callable[..., Judged], code: str, system: str) -> None:
    said = {"period": "2020-03", "kodsystem": system}
    judged = judge("webbtidbok", [["Region", "Visa tid", "Boka tid"], [code, 1, 1], ["09", 13, 12]], sidecar=said)
    told = [(a.kod, a.rad, a.hittat) for a in judged.verdict.anmarkningar if a.niva == "fel"]
    assert [t[1:] for t in told if t[0] in ("fel_kodsystem", "okand_region")][:1] == [(2, code)]


@pytest.mark.parametrize(
    "name",
    [
        "Riket totalt",
        "S:a",
        "Grand Total",
        "Antal totalt",
        "Hela riket",
        "Totalt",
        "Samtliga",
        "Summa",
        "Totalsumma",
        "ALLA",
    ],
)
def test_totals_under_any_of_their_names(judge: Callable[..., Judged], name: str) -> None:
    bevis = [["År", "Specialitet", "Antal"], [2020, "Allmänmedicin", 400], [2020, "Psykiatri", 600], [2020, name, 1000]]
    assert judge("specialistbevis", bevis, sidecar={}).counts == ("godkand_med_anmarkning", 2, 2, 0)
    judged = judge("webbtidbok", [*made.webbtidbok(), [name, 1, 1]])
    assert judged.counts[1:] == (21, 21, 0)


def test_a_total_that_is_not_the_sum_is_told(judge: Callable[..., Judged]) -> None:
    rows = [
        ["År", "Specialitet", "Antal"],
        [2020, "Allmänmedicin", 400],
        [2020, "Psykiatri", 600],
        [2020, "Totalt", 999],
    ]
    judged = judge("specialistbevis", rows, sidecar={})
    assert [(a.rad, a.hittat, a.forvantat) for a in judged.verdict.anmarkningar if a.kod == "summa_stammer_inte"] == [
        (4, "999", "1000")
    ]


def test_a_row_that_is_the_sum_of_the_others_is_asked_about(judge: Callable[..., Judged]) -> None:
    rows = [
        ["År", "Specialitet", "Antal"],
        *([2020, s, n] for s, n in (("Allmänmedicin", 400), ("Psykiatri", 600), ("X", 1000))),
    ]
    judged = judge("specialistbevis", rows, sidecar={})
    assert [(a.rad, a.hittat) for a in judged.verdict.anmarkningar if a.kod == "lika_med_summan"] == [(4, "X")]
    rows[3][2] = 1001
    assert judge("specialistbevis", rows, sidecar={}).verdict.anmarkningar == []


@pytest.mark.parametrize(
    "last", ["Källa: Inera", "* Preliminära uppgifter", "1) Exklusive privata", "Uppgifterna lämnades i april av Inera"]
)
def test_a_note_under_a_table_is_no_row(judge: Callable[..., Judged], last: str) -> None:
    for row in ([last, "", ""], [last]):
        judged = judge("webbtidbok", [*made.webbtidbok(), ["", "", ""], row])
        assert judged.counts == ("godkand_med_anmarkning", 21, 21, 0)


def test_a_row_cut_off_is_no_note(judge: Callable[..., Judged]) -> None:
    judged = judge("webbtidbok", [*made.webbtidbok()[:21], [made.webbtidbok()[21][0], "", ""]])
    assert judged.counts[1:] == (21, 20, 1)


def test_sheets_are_read_by_their_own_headings(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.title = "Kvinnor"
    for row in (["År", "Region", "Kön", "Folkmängd"], [2020, "Gotland", "K", 30_000]):
        first.append(row)
    second = book.create_sheet("Alla")
    for row in (["Region", "Folkmängd", "År"], ["Gotland", 60_000, 2020]):
        second.append(row)
    third = book.create_sheet("Utan år")
    third.append(["Region", "Folkmängd"])
    book.save(tmp_path / "f.xlsx")
    verdict = Verdict("befolkning", tmp_path / "f.xlsx", tmp_path / "arbete")
    assert verdict.rows("region_kod, ar, kon, antal") == [("09", 2020, "K", 30_000), ("09", 2020, "T", 60_000)]
    assert [(a.blad, a.forvantat) for a in verdict.judged.anmarkningar if a.kod == "blad_inte_last"] == [
        ("Utan år", "År")
    ]


def test_a_number_on_another_scale_does_not_count(judge: Callable[..., Judged]) -> None:
    judged = judge("webbtidbok", made.changed(made.webbtidbok(), 3, 1, 99_999))
    assert [(a.rad, a.hittat) for a in judged.verdict.anmarkningar if a.kod == "annan_skala"] == [(3, "99999")]
    head = ["Titel", "Enhetsnamn", "Mätperiod", "Värde", "Täljare", "Nämnare/antal fall"]
    names = [row[0] for row in made.webbtidbok()[1:]]
    values = [
        ["Oplanerade återinskrivningar inom 30 dagar", n, 2019, f"{15 + i / 10:.1f}".replace(".", ","), "", ""]
        for i, n in enumerate(names)
    ]
    sound = judge("vardenisiffror", [head, *values], name="vis.csv", sidecar={})
    assert sound.counts[2] == 21, sound.findings
    for wrong in ("0,172", "1,5", "1650"):
        values[4][3] = wrong
        assert judge("vardenisiffror", [head, *values], name="vis.csv", sidecar={}).counts[2] == 20


# --- one delivery never touches another -----------------------------------------------------------------------------------


@pytest.fixture
def two(home: Home) -> tuple[Path, Path]:
    folder = home.landing / "webbtidbok"
    folder.mkdir(parents=True)
    paths = folder / "a.csv", folder / "b.csv"
    for path, month in zip(paths, ("2020-03", "2020-04"), strict=True):
        made.write(path, made.webbtidbok())
        made.write_sidecar(path, {"period": month, "mottagen": f"{month}-28T12:00:00"})
    return paths


def statuses(home: Home) -> dict[str, str]:
    return {row["filnamn"]: row["status"] for row in intake.Register(home.register).leveranser()}


@pytest.mark.parametrize(
    "error", [ValueError("x"), MemoryError(), RecursionError(), KeyError("k"), BaseException("panic")]
)
def test_whatever_happens_becomes_a_verdict(
    home: Home, two: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    take_in = lambda: intake.take_in(home, all_sources()["webbtidbok"])  # noqa: E731
    original = intake.door.judge

    def breaks(source: Any, path: Path, side: Any, *args: Any, **kwargs: Any) -> Granskning:
        if side.period == "2020-04":
            raise error
        return original(source, path, side, *args, **kwargs)

    monkeypatch.setattr(intake.door, "judge", breaks)
    outcome = take_in()
    assert statuses(home) == {"a.csv": "godkand", "b.csv": "kunde_inte_granskas"}
    assert len(outcome.avvisade) == 1
    report = next(
        p for p in home.reports.rglob("granskning.md") if "Kunde inte granskas" in p.read_text(encoding="utf-8")
    )
    assert type(error).__name__ not in report.read_text(encoding="utf-8")
    two[1].unlink()
    monkeypatch.undo()
    assert take_in().avvisade == []


@pytest.mark.parametrize(("error", "again"), [(MemoryError(), 1), (ValueError("x"), 0)])
def test_what_failed_for_want_of_memory_is_tried_once_at_every_look(
    home: Home, two: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, error: Exception, again: int
) -> None:
    """What failed for its content is not: neither that nor the rules have changed."""
    tried: list[str] = []
    original = intake.door.judge

    def breaks(source: Any, path: Path, side: Any, *args: Any, **kwargs: Any) -> Granskning:
        tried.append(side.period)
        if side.period == "2020-04":
            raise error
        return original(source, path, side, *args, **kwargs)

    monkeypatch.setattr(intake.door, "judge", breaks)
    take_in = lambda: intake.take_in(home, all_sources()["webbtidbok"])  # noqa: E731
    assert (len(take_in().om_igen), tried) == (again, ["2020-03", "2020-04"])
    tried.clear()
    assert (len(take_in().om_igen), tried) == (again, ["2020-04"] * again)
    monkeypatch.undo()
    assert take_in().om_igen == []
    assert (statuses(home)["b.csv"] == "godkand") == bool(again)
    if not again:  # replaced, it is judged
        made.write(two[1], made.webbtidbok(), encoding="utf-8-sig")
        take_in()
        assert "godkand" in [
            row["status"] for row in intake.Register(home.register).leveranser() if row["filnamn"] == "b.csv"
        ]


def test_a_lost_original_is_told_and_its_verdict_stands(
    home: Home, two: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    source = all_sources()["webbtidbok"]
    intake.take_in(home, source)
    for path in (*home.originals.rglob("*.csv"), *two):
        path.unlink()
    monkeypatch.setattr("dagster_project.deliveries.door.rulebook", lambda _: "nya regler")
    outcome = intake.take_in(home, source)
    assert len(outcome.kvar) == 2
    assert set(statuses(home).values()) == {"godkand"}


def test_links_and_odd_names_in_landing_are_told(home: Home, two: tuple[Path, Path]) -> None:
    (two[0].parent / "länk.csv").symlink_to(two[0])
    outcome = intake.take_in(home, all_sources()["webbtidbok"])
    assert [name for name, _ in outcome.ej_lasta] == ["länk.csv"]
    assert len(outcome.i_landing) == 2


def test_nothing_is_received_in_the_future(judge: Callable[..., Judged]) -> None:
    said = {"period": "2020-03", "mottagen": "2199-01-01T00:00:00"}
    judged = judge("webbtidbok", made.webbtidbok(), sidecar=said)
    assert judged.verdict.bedomning == "avvisad"
    assert [a.kolumn for a in judged.verdict.anmarkningar] == ["mottagen"]


def test_a_quotation_mark_swallows_no_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that the database reads by itself is refused as a small one is, with the row named."""
    monkeypatch.setattr("dagster_project.deliveries.cells.LARGE", 10)
    rows = [f"{name};{visa};{boka}" for name, visa, boka in made.webbtidbok()[1:]]
    rows[4] = '"' + rows[4]
    rows[9] = rows[9].replace(";", '";', 1)
    (tmp_path / "f.csv").write_text("\n".join(["Region;Visa tid;Boka tid", *rows]) + "\n", encoding="utf-8")
    made.write_sidecar(tmp_path / "f.csv", {"period": "2020-03"})
    verdict = Verdict("webbtidbok", tmp_path / "f.csv", tmp_path / "arbete")
    assert verdict.judged.bedomning == "avvisad"
    assert [a.rad for a in verdict.judged.anmarkningar][:1] == [6]


def test_limits_are_those_of_one_place() -> None:
    assert limits.JUDGED > limits.SECONDS


# --- one bad answer takes out the answer ----------------------------------------------------------------------------------


@pytest.mark.parametrize("large", [False, True])
def test_one_bad_answer_takes_out_the_answer_and_not_the_municipality(
    judge: Callable[..., Judged], monkeypatch: pytest.MonkeyPatch, large: bool
) -> None:
    if large:
        monkeypatch.setattr("dagster_project.deliveries.cells.LARGE", 10)
    rows = made.kommunenkat()
    rows[1][rows[0].index("f1a")] = "kanske"
    judged = judge("kommunenkat", rows, sidecar={})
    [finding] = [a for a in judged.verdict.anmarkningar if a.kod == "okand_kod"]
    assert (finding.rad, finding.kolumn, str(finding.atgard)) == (2, "Fråga 1a", "cell")
    assert judged.counts[1:] == (len(rows) - 1, len(rows) - 1, 0)
    report = judged.report.with_name("granskning.md").read_text(encoding="utf-8")
    assert "Delvis godkänd (1 uppgift räknas inte)" in report
    assert "uppgiften räknas inte" in report


@pytest.mark.parametrize("cost", ["1,5e8", "-5", "5 mdkr", "#REF!", "800.000"])
def test_one_cost_that_cannot_be_read_leaves_the_others(tmp_path: Path, cost: str) -> None:
    head = ["År", "Region", "Primärvård", "Somatisk vård", "Psykiatri", "Övrigt"]
    made.write(tmp_path / "f.csv", [head, [2019, "Gotland", 250_000_000, 800_000_000, cost, 190_000_000]])
    verdict = Verdict("rakenskap", tmp_path / "f.csv", tmp_path / "arbete")
    assert verdict.rows("primarvard, somatisk, psykiatrisk, ovrig") == [(250_000_000, 800_000_000, None, 190_000_000)]
    assert [(a.rad, a.kolumn, a.hittat, str(a.atgard)) for a in verdict.judged.anmarkningar if a.niva == "fel"] == [
        (2, "Specialiserad psykiatrisk vård", cost, "cell")
    ]
