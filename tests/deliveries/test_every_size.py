"""One road: the same content, small and large, as csv, workbook and Parquet, gives the same rows, findings and verdict."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import made_files as made
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from facit import SURVEY_COLUMNS

from dagster_project.deliveries import cells, door
from dagster_project.deliveries.door import Granskning
from dagster_project.reading import formats, sidecar
from dagster_project.sources import all_sources
from dagster_project.validation import suites

REGIONS = ["Halland", "HALLAND", "region skåne", "Uppsala", " Gotland", "10", "13", "Skaraborg", "Stockholm"]
NUMBERS = ["0", "12", "+7", "1 234", "1\u00a0234", "-3", "12,5", "x", "", "19e2", "1e3", "007", "\u22125", "12 "]
MONTHS = ["2020-01", "2020-02", "202003", "2020-03-01", "2020-13", "", "mars"]
YEARS = ["2019", "2020", "19e2", "2e03", "2E+3", "1899", "2100", " 2019", "20 19"]
DATES = [
    "2020-01-05",
    "20200105",
    "2020-01-05 (BC)",
    "infinity",
    "12020-01-05",
    "2020-01-05T10:00",
    "2020-02-30",
    "",
    "5 jan",
]
TEXTS = [
    "",
    "Ja, 5 st",
    "å ä ö",
    "\u2007x\u2007",
    "x\t",
    "fråga Anna Svensson",
    "PÅHITTAT: ring 070-123 45 67",
    "'",
    'med "citat"',
]
ANSWERS = ["ja", "NEJ", "Ja ", "", "kanske"]
BALANCE = ["brist", "Balans", "överskott", "OVERSKOTT", "vet inte", "", "lagom"]

KINDS: dict[str, tuple[dict[str, str], list[str], list[list[str]]]] = {
    "webbtidbok": (
        {},
        ["Region", "Period", "Visa tid", "Boka tid"],
        [REGIONS, MONTHS[:3], NUMBERS, NUMBERS],
    ),
    "befolkning": (
        {"kodsystem": "scb"},
        ["År", "Region", "Kön", "Folkmängd"],
        [YEARS, REGIONS, ["T", "K", "", "x"], NUMBERS],
    ),
    "vardenisiffror": (
        {},
        ["Titel", "Enhetsnamn", "Mätperiod", "Värde", "Täljare", "Nämnare/antal fall"],
        [
            ["Oplanerade återinskrivningar inom 30 dagar"],
            ["Riket", *REGIONS],
            YEARS,
            NUMBERS,
            [*NUMBERS, "UNK", "-"],
            NUMBERS,
        ],
    ),
    "kommunenkat": (
        {},
        SURVEY_COLUMNS,
        [["0114", "115", "1480", "9999"], DATES, *[ANSWERS] * 6, *[BALANCE] * 6, TEXTS, TEXTS],
    ),
    "vantetid_specialistvard": (
        {},
        [
            "Regionkod",
            "Manad",
            "Grupp",
            "Vantande",
            "VantandeInom90",
            "VantandeInom60",
            "PatientvaldVantan",
            "EnheterRapporterat",
            "EnheterForvantat",
            "Rapporterad",
            "Enhet",
        ],
        [
            REGIONS,
            MONTHS,
            ["besok", "Operation", "x"],
            NUMBERS,
            NUMBERS,
            NUMBERS,
            NUMBERS,
            NUMBERS,
            NUMBERS,
            DATES,
            ["", "E1", " å", "E1\u2007"],
        ],
    ),
}


def content(kalla: str, rows: int = 240) -> tuple[list[str], list[list[str]]]:
    """Rows of which the first spelling of each cell is the commonest."""
    _, heading, spellings = KINDS[kalla]
    rng = random.Random(kalla)
    return heading, [[s[0] if rng.random() < 0.7 else rng.choice(s) for s in spellings] for _ in range(rows)]


def judge(kalla: str, path: Path, size: str, monkeypatch: pytest.MonkeyPatch) -> Granskning:
    known = formats.load()
    sized = tuple(spec.model_copy(update={"storlek": size}) for spec in known[kalla])
    with monkeypatch.context() as patch:
        patch.setattr(formats, "load", lambda: {**known, kalla: sized})
        patch.setattr(suites, "thresholds", lambda *_: {})
        (work := path.with_name(f"{path.name}-{size}")).mkdir()
        return door.judge(all_sources()[kalla], path, sidecar.Sidofil(**KINDS[kalla][0]), work)  # type: ignore[arg-type]


def outcome(verdict: Granskning) -> tuple[Any, ...]:
    """Rows, findings one by one, quarantine and verdict; a workbook's sheet has a name, which no other file's has."""
    counts = verdict.bedomning, verdict.lasta, verdict.godkanda, verdict.karantan, verdict.block, verdict.perioder
    checks = [(k.kod, k.utfall, k.antal) for k in verdict.kontroller]
    if verdict.con is None:
        return counts, checks, [(a.rad, a.kod, a.hittat, a.meddelande) for a in verdict.anmarkningar]
    with verdict.open() as con:
        names = [n for n, *_ in con.execute("describe godkand").fetchall() if n not in ("_nr", "_blad")]
        rows = con.execute(
            f"select {', '.join(f'{n}::varchar' for n in sorted(names))} from godkand order by all"
        ).fetchall()
        found = con.execute("select _rad, kolumn, hittat, kod from fynd order by all").fetchall()
        kept = con.execute(
            "select _rad, k.kolumn, k.hittat, k.kod, k.meddelande from karantan k join inlast using (_nr) order by all"
        ).fetchall()
    return counts, checks, rows, found, kept, {(a.kod, a.kolumn, a.niva, a.atgard) for a in verdict.anmarkningar}


@pytest.mark.parametrize("kalla", sorted(KINDS))
def test_the_same_whatever_the_size_and_the_kind_of_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kalla: str
) -> None:
    heading, rows = content(kalla)
    files = [
        made.write_csv(tmp_path / "a.csv", [heading, *rows]),
        made.write_csv(tmp_path / "a.csv.gz", [heading, *rows], sep=";", encoding="utf-8"),
        made.write_xlsx(tmp_path / "a.xlsx", [heading, *rows]),
    ]
    for name, blank in (("null.parquet", None), ("tom.parquet", "")):
        table = {h: pa.array([r[i] or blank for r in rows], pa.string()) for i, h in enumerate(heading)}
        pq.write_table(pa.table(table), tmp_path / name)
        files.append(tmp_path / name)
    first, *others = [
        (f"{path.name} {size}", outcome(judge(kalla, path, size, monkeypatch)))
        for path in files
        for size in ("liten", "stor")
    ]
    assert len(first[1]) > 3
    for name, other in others:
        for mine, theirs in zip(first[1], other, strict=True):
            assert theirs == mine, name


def test_a_large_file_of_a_small_source_is_summed_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "LARGE", 100)
    rows = [
        ["Region", "Period", "Visa tid", "Boka tid"],
        *([made.webbtidbok()[1][0], "2020-01", "x", 1] for _ in range(9)),
    ]
    path = made.write_csv(tmp_path / "a.csv", rows)
    (work := tmp_path / "arbete").mkdir()
    verdict = door.judge(all_sources()["webbtidbok"], path, sidecar.Sidofil(), work)
    assert [(a.rad, a.meddelande) for a in verdict.anmarkningar if a.kod == "ej_heltal"] == [
        (2, "x i kolumnen Visa tid är inte ett heltal. Det gäller 9 rader, först rad 2, 3, 4, 5, 6.")
    ]


def test_a_document_keeps_its_blanks(tmp_path: Path) -> None:
    """A quotation is held against the words of the document as they stand there, indented or not."""
    landing = Path(__file__).resolve().parents[2] / "examples" / "landing" / "nulagesrapport"
    path = landing / "PAHITTAD_nulagesrapport_Kronoberg.txt"
    said, _ = sidecar.read(path)
    verdict = door.judge(all_sources()["nulagesrapport"], path, said, tmp_path)
    with verdict.open() as con:
        assert con.execute("select count(*) from godkand where ordagrant like ' %'").fetchone() != (0,)
