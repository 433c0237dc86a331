"""Reports that look like no template: received whatever they look like, and how much of them the reader finds."""

from __future__ import annotations

import csv
import re
import time
from pathlib import Path

import pytest
from facit import table

from dagster_project.coding import evaluate
from dagster_project.deliveries import intake
from dagster_project.errors import UserError
from dagster_project.reading import sidecar
from dagster_project.sources import all_sources
from dagster_project.sources.nulagesrapport import segments_of
from dagster_project.sources.nulagesrapport.rules import code_frame, rules
from examples.generators import facit as uppmarkta
from examples.generators import nulagesrapport as made

Sidofil = sidecar.Sidofil
PROSE = "Hembesök har införts i hela länet under året. Teamen består av sjuksköterska och arbetsterapeut."


def judged(path: Path, side: str, tmp_path: Path) -> tuple[list[tuple[str, str, int]], set[str]]:
    """Whose, which and of when what the door takes is, and its remarks."""
    path.with_name(f"{path.name}.leverans.yml").write_text(side, encoding="utf-8")
    _, verdict, _ = intake.check(all_sources()["nulagesrapport"], path, tmp_path / "granskning")
    return [(b.respondent, b.block, b.period.year) for b in verdict.block], {a.kod for a in verdict.anmarkningar}


def written(folder: Path, *content: made.Stycke, name: str = "rapport.docx") -> Path:
    made.write_docx(folder / name, content)
    return folder / name


@pytest.mark.parametrize(
    ("title", "side", "expected"),
    [
        ("Slutredovisning God och nära vård 2020, Region Kalmar län", "", ("08", "gnv_2020/slutredovisning", 2020)),
        ("Delredovisning God och nära vård 2020, RSS i Kalmar län", "", ("rss08", "gnv_2020/delredovisning", 2020)),
        (
            "Nulägesrapport om väntetider, Region Kalmar län",
            "overenskommelse: komiljard_2019\n",
            ("08", "komiljard_2019/nulagesrapport", 2019),
        ),
        (
            "Handlingsplan för patientkontrakt i Region Kalmar län",
            "overenskommelse: gnv_2020\n",
            ("08", "gnv_2020/handlingsplan_patientkontrakt", 2020),
        ),
        (
            "Verksamhetsrapport för God och nära vård 2020",
            "avsandare: Sveriges Kommuner och Regioner\n",
            ("skr", "gnv_2020/verksamhetsrapport", 2020),
        ),
        # A sidecar with agreement and year is enough, and what it says of the kind goes before the title.
        ("Så gick det", "region: Kalmar\novereNskommelse: gnv_2019\n".lower(), ("08", "gnv_2019/nulagesrapport", 2019)),
        (
            "Delredovisning God och nära vård 2020, Region Kalmar län",
            "slag: slutredovisning\n",
            ("08", "gnv_2020/slutredovisning", 2020),
        ),
        # Of several reports that are asked for, the first that was not yet due.
        (
            "Så gick det",
            "region: Kalmar\noverenskommelse: gnv_2020\nmottagen: 2020-09-28\n",
            ("08", "gnv_2020/delredovisning", 2020),
        ),
    ],
)
def test_kind_sender_and_agreement_by_sidecar_then_title(
    tmp_path: Path, title: str, side: str, expected: tuple[str, str, int]
) -> None:
    path = written(tmp_path, ("titel", title), ("p", made.MARKE), ("p", f"Region Kalmar län. {PROSE}"))
    blocks, remarks = judged(path, side, tmp_path)
    assert blocks == [expected]
    assert remarks == {"ej_indelad"}  # and nothing is said to be missing


def test_a_text_without_headings_is_taken_in_whole(tmp_path: Path) -> None:
    path = tmp_path / "rapport.txt"
    path.write_text(f"{made.MARKE}\n\nRegion Kalmar län skriver fritt.\n\n{PROSE}\n", encoding="utf-8")
    assert judged(path, "region: Kalmar\noverenskommelse: gnv_2019\n", tmp_path)[0] == [
        ("08", "gnv_2019/nulagesrapport", 2019)
    ]
    [measure] = [p for p in evaluate.report_of(path, Sidofil(overenskommelse="gnv_2019")) if p.typ == "insats"]
    assert (measure.omrade, measure.status) == (0, "infort")
    assert judged(path, "region: Kalmar\n", tmp_path)[1] >= {"ingen_nulagesrapport"}


def test_a_kind_that_nobody_asks_for_is_none(tmp_path: Path) -> None:
    path = written(tmp_path, ("titel", "Nulägesrapport 2019"), ("p", PROSE))
    assert judged(path, "region: Kalmar\noverenskommelse: gnv_2019\nslag: krönika\n", tmp_path) == ([], {"slag_okant"})
    assert judged(path, "region: Kalmar\noverenskommelse: gnv_2020\n", tmp_path)[1] == {"ej_begard", "ej_indelad"}


def test_own_headings_open_the_areas_of_the_agreement(tmp_path: Path) -> None:
    uppmarkta.write(tmp_path)
    found = {}
    for path, _ in evaluate.keys_in(tmp_path):
        [report] = [s for s in segments_of(path) if s.rapport]
        found[path.stem] = [(b.rubrik.omrade, b.rubrik.roll) for b in report.blocks if b.rubrik]
    assert found["sormland"] == [(0, "titel"), (0, "nulage"), (0, "insatser"), (3, "insatser"), (0, "ekonomi")]
    assert [a for a, _ in found["vasternorrland"]] == [0, 0, 1, 1, 1, 2, 3, 0]
    assert [a for a, _ in found["jonkoping"]] == [0, 1, 1, 1, 1, 2, 3, 4, 0]


def test_how_much_is_found_in_reports_of_other_build(tmp_path: Path) -> None:
    """The targets of the evaluation, over the three together; no field is said to be absent."""
    uppmarkta.write(tmp_path)
    sums: dict[str, list[int]] = {}
    for path, key in evaluate.keys_in(tmp_path):
        proposals = evaluate.report_of(path)
        assert "ej_angivet" not in {p.forekomst for p in proposals}
        for m in evaluate.measure(proposals, key):
            total = sums.setdefault(m.namn, [0, 0, 0])
            for i, n in enumerate((m.facit, m.forslag, m.traffar)):
                total[i] += n
    reached = {name: (hits / key, hits / proposed) for name, (key, proposed, hits) in sums.items()}
    for name, recall, precision in (
        ("insatser", 0.85, 0.85),
        ("belopp på insatser", 0.85, 0.85),
        ("belopp", 0.85, 0.85),
        ("kostnader", 0.85, 0.85),
        ("uppgifter", 0.8, 0.9),
    ):
        assert reached[name][0] >= recall, (name, reached[name])
        assert reached[name][1] >= precision, (name, reached[name])


def test_a_key_is_beside_its_document_and_has_its_columns(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="has a key beside it"):
        list(evaluate.keys_in(tmp_path))
    written(tmp_path, ("p", PROSE))
    (tmp_path / "rapport.facit.csv").write_text("typ,citat\ninsats,Hembesök\n", encoding="utf-8")
    with pytest.raises(UserError, match="omrade, falt"):
        list(evaluate.keys_in(tmp_path))


@pytest.mark.parametrize(
    ("text", "status", "years", "kronor"),
    [
        ("Regionen deltar inte i projektet Mobil vård.", None, None, None),
        ("Vi har ännu inte infört webbtidbok.", None, None, None),
        ("Sedan 2016 finns ett mobilt team på Öland.", "infort", (2016, None), None),
        ("Läkarstöd till ambulansen testas till och med 2021.", "pilot", (None, 2021), None),
        ("Regionen planerar att öppna en närakut 2021 för 3,5 mnkr.", "planerad", (2021, None), 3_500_000),
        ("Utbildning i SIP hölls 2019 för 1 200 medarbetare.", "genomford", (2019, 2019), None),
        ("Det är viktigt att patienterna medverkar.", None, None, None),
    ],
)
def test_what_is_done_planned_and_denied(
    tmp_path: Path, text: str, status: str | None, years: tuple[int | None, int | None] | None, kronor: int | None
) -> None:
    path = written(tmp_path, ("titel", "Nulägesrapport God och nära vård 2019"), ("r1", "Insatser"), ("p", text))
    found = [(p.status, (p.ar_fran, p.ar_till), p.kostnad_kr) for p in evaluate.report_of(path) if p.typ == "insats"]
    assert found == ([(status, years, kronor)] if status else [])


def test_a_count_of_units_is_a_share_of_them(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        ("titel", "Nulägesrapport God och nära vård 2019"),
        ("r1", "Insatser"),
        ("p", "27 av 30 vårdcentraler har triage."),
    )
    assert [p.varde for p in evaluate.report_of(path) if p.typ == "andel"] == ["90"]


def test_every_field_has_words_to_search_for_and_candidates_say_nothing(tmp_path: Path) -> None:
    fields = code_frame()
    assert len(fields) >= 258
    assert [f.falt for f in fields if not f.sokord] == []
    text = "Introduktionsåret för sjuksköterskor är viktigt för oss."
    path = written(tmp_path, ("titel", "Nulägesrapport God och nära vård 2019"), ("p", text))
    [shown] = [p for p in evaluate.report_of(path) if p.falt == "introduktionsar_sjukskoterskor"]
    assert (shown.text, shown.varde, shown.forekomst) == (text, "", "ej_bedomd")


def test_a_report_of_a_hundred_pages_takes_less_than_ten_seconds(tmp_path: Path) -> None:
    lines = (uppmarkta.FACIT / "sormland.txt").read_text(encoding="utf-8").splitlines()
    path = tmp_path / "rapport.txt"
    path.write_text("\n\n".join(lines[1:] * 64), encoding="utf-8")  # 5 000 characters a time: more than a hundred pages
    assert path.stat().st_size > 250_000
    before = time.process_time()
    assert len(evaluate.report_of(path)) > 1000
    assert time.process_time() - before < 10


def test_the_keys_name_fields_of_the_code_frame() -> None:
    known = {f.falt for f in code_frame() if f.regler}
    for path in uppmarkta.FACIT.glob("*.facit.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            assert {r["falt"] for r in csv.DictReader(file) if r["typ"] == "uppgift"} <= known, path.name


def test_the_clauses_of_the_agreement_of_2020_stand_where_they_are_printed() -> None:
    """Each begins and ends on a line where a requirement of regions is printed (000), and is a shall or a should as there."""
    printed = [r for r in table("seed000/tables/insatser_krav") if "region" in r["aktor"]]
    first = {int(r["source_line"]) for r in printed}
    last = {int(r["source_line_slut"] or r["source_line"]) for r in printed}
    ours = [p for p in rules().punkter if p["overenskommelse"] == "gnv_2020"]
    assert len(ours) == 30
    for point in ours:
        begins, ends = map(int, re.findall(r"\d+", point["kallrad"].removeprefix("000 ")))
        assert (begins in first, ends in last) == (True, True), point
        near = [r["modalitet"] for r in printed if begins <= int(r["source_line"]) <= ends]
        assert any(point["krav"] in word for word in near), point
