"""Large files come out as small ones do: the same typed rows, the same findings, the same words for what is wrong with a file."""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import made_files as made
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dagster_project.deliveries import door
from dagster_project.deliveries.door import Granskning
from dagster_project.reading import files as reading
from dagster_project.reading import formats, pivot, sidecar, typing_sql
from dagster_project.sources import all_sources
from dagster_project.validation import suites
from examples.generators.vantetid import DIRTY_KINDS, Extract, generate, months_between

KALLA = "vantetid_primarvard"
COLUMNS = [
    "Regionkod",
    "HSAIdVardenhet",
    "VardkontaktId",
    "Yrkeskategori",
    "Kon",
    "FodelseAr",
    "Lkf",
    "Vardgaranti",
    "NyttEllerForsamrat",
    "Avvikelse",
    "Vardkontakt",
    "KontaktDatum",
    "BesokDatum",
]
ROW = ["42", "SE9999999999-E1", "FEJK1", "XS915", "2", "1950", "1380", "1", "1", "", "0", "2020-01-07", "2020-01-08"]


def row(**change: str) -> list[str]:
    return [change.get(name, value) for name, value in zip(COLUMNS, ROW, strict=True)]


def judge(path: Path, work: Path, **said: Any) -> Granskning:
    work.mkdir()
    return door.judge(all_sources()[KALLA], path, sidecar.Sidofil(**said), work)


def typed(verdict: Granskning) -> list[tuple[Any, ...]]:
    names = ", ".join(k.namn for k in formats.load()[KALLA][0].kolumner)
    with verdict.open() as con:
        return con.execute(f"select _nr, _rad, {names}, _respondent, _period from godkand order by _nr").fetchall()


def told(verdict: Granskning) -> list[tuple[int | None, str, str | None, str]]:
    return [(a.rad, a.kod, a.hittat, a.meddelande) for a in verdict.anmarkningar]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path, Path], Granskning]:
    """Judge a file of contacts on the road of small files, without the suite, which needs the frame."""

    def run(path: Path, work: Path) -> Granskning:
        spec = formats.load()[KALLA][0]
        as_small = {**formats.load(), KALLA: (spec.model_copy(update={"storlek": "liten"}),)}
        with monkeypatch.context() as patch:
            patch.setattr(formats, "load", lambda: as_small)
            patch.setattr(suites, "thresholds", lambda *_: {})
            return judge(path, work)

    return run


@pytest.fixture
def no_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Typing only: no suite, no limit to what may be broken."""
    monkeypatch.setattr(suites, "rules", lambda _: ())
    monkeypatch.setattr(suites, "thresholds", lambda *_: {})


SPELLINGS = {
    "Regionkod": ["42", " 42 ", "Halland", "REGION HALLAND", "hallands län", "13", "99", ""],
    "HSAIdVardenhet": ["SE9999999999-E1", " SE9999999999-E1", "SE9999999999-E1\u00a0", "\t", "å ä ö"],
    "VardkontaktId": ["FEJK1", "'", "a;b", 'med "citat"', "", "  "],
    "Yrkeskategori": ["XS915", "915", "xs915", "XS 915", "Xs-915", "XS999", ""],
    "Kon": ["1", "2", "3", "M", "k", "Man", "KVINNA", "okänt", "OKÄNT", "okant", "Okänt ", "7"],
    "FodelseAr": ["1950", " 1950", "", "50", "1950.0", "2101", "nittonhundra"],
    "Lkf": ["1380", "0180", "", " 0180 "],
    "Vardgaranti": ["1", "2", "ja", "JA", "Ja", "nej", "J", "n", "true", "FALSE", "kanske"],
    "NyttEllerForsamrat": ["1", "2", "JA", "NEJ", "t", "f", "True"],
    "Avvikelse": ["", "1", "2", "3", "PVV", "pvv", "4"],
    "Vardkontakt": ["0", "8", "81", "91", "55"],
    "KontaktDatum": [
        "2020-01-07",
        "20200107",
        "2020-01-07T12:30:00",
        "2020-01-07 23:59",
        " 2020-01-07",
        "2020/01/07",
        "2020-1-7",
        "2020-02-30",
        "0020-01-07",
        "igår",
        "",
    ],
    "BesokDatum": ["2020-01-08", "", "2020-02-29", "2020-01-32", "2020-01-08T00:00:00", "2020-03-1 "],
}


def drifting(seed: int, rows: int) -> list[list[str]]:
    """Rows of which most cells are ordinary and some are spelled in another way, or wrong."""
    rng = random.Random(seed)
    return [
        [
            rng.choice(SPELLINGS[name]) if rng.random() < 0.12 else value
            for name, value in zip(COLUMNS, ROW, strict=True)
        ]
        for _ in range(rows)
    ]


@pytest.mark.usefixtures("no_rules")
@pytest.mark.parametrize(
    ("name", "sep", "encoding"),
    [
        ("a.csv", ";", "utf-8"),
        ("a.csv", ",", "utf-8-sig"),
        ("a.csv", "\t", "cp1252"),
        ("a.csv.gz", ";", "cp1252"),
        ("a.csv.gz", ";", "utf-8"),
    ],
)
def test_every_cell_is_typed_as_in_a_small_file(
    tmp_path: Path, small: Callable[[Path, Path], Granskning], name: str, sep: str, encoding: str
) -> None:
    header = COLUMNS[::-1]
    rows = [cells[::-1] for cells in drifting(3, 400)]
    path = made.write_csv(tmp_path / name, [header, *rows], sep=sep, encoding=encoding)
    large, little = judge(path, tmp_path / "l"), small(path, tmp_path / "s")
    assert typed(large) == typed(little)
    assert len(typed(large)) > 50
    assert (
        (large.lasta, large.godkanda, large.karantan)
        == (little.lasta, little.godkanda, little.karantan)
        == (400, large.godkanda, 400 - large.godkanda)
    )
    assert large.block == little.block

    def quarantined(verdict: Granskning) -> list[tuple[Any, ...]]:
        with verdict.open() as con:
            return con.execute(
                "select kod, kolumn, hittat, meddelande, i.* from karantan join inlast i using (_nr) order by all"
            ).fetchall()

    assert quarantined(large) == quarantined(little)


@pytest.mark.usefixtures("no_rules")
def test_every_spelling_alone(tmp_path: Path, small: Callable[[Path, Path], Granskning]) -> None:
    rows = [row(**{name: spelling}) for name, spellings in SPELLINGS.items() for spelling in spellings]
    path = made.write_csv(tmp_path / "a.csv", [COLUMNS, *rows])
    large, little = judge(path, tmp_path / "l"), small(path, tmp_path / "s")
    assert typed(large) == typed(little)
    wrong = [(r, kod, cell) for r, kod, cell, _ in told(large)]
    assert (9, "tom", None) in wrong
    assert (2 + 8 + 5 + 6 + 5, "okand_kod", "XS999") in wrong


@pytest.mark.usefixtures("no_rules")
def test_typed_parquet_is_read_as_its_text(tmp_path: Path) -> None:
    texts = [row(FodelseAr=str(year), KontaktDatum=f"2020-01-{day:02d}") for year, day in ((1950, 7), (1999, 8))]
    made.write_csv(tmp_path / "a.csv", [COLUMNS, *texts])
    columns = {name: [cells[i] or None for cells in texts] for i, name in enumerate(COLUMNS)}
    columns |= {"FodelseAr": [1950.0, 1999.0], "KontaktDatum": [date(2020, 1, 7), date(2020, 1, 8)], "Kon": [2, 2]}
    pq.write_table(pa.table(columns), tmp_path / "a.parquet")
    from_text, from_parquet = judge(tmp_path / "a.csv", tmp_path / "t"), judge(tmp_path / "a.parquet", tmp_path / "p")
    assert typed(from_parquet) == typed(from_text)
    assert [r[1] for r in typed(from_parquet)] == [2, 3]


@pytest.mark.usefixtures("no_rules")
def test_text_in_parquet_is_typed_as_in_csv(tmp_path: Path) -> None:
    rows = drifting(5, 400)
    csv = made.write_csv(tmp_path / "a.csv", [COLUMNS, *rows])
    table = {name: [cells[i] or None for cells in rows] for i, name in enumerate(COLUMNS)}
    pq.write_table(pa.table(table), tmp_path / "a.parquet")
    from_csv, from_parquet = judge(csv, tmp_path / "c"), judge(tmp_path / "a.parquet", tmp_path / "p")
    assert typed(from_parquet) == typed(from_csv)
    assert told(from_parquet) == told(from_csv) != []


@pytest.mark.usefixtures("no_rules")
def test_lines_that_are_no_rows_keep_their_number(tmp_path: Path) -> None:
    lines = [
        "Kontakter i januari",
        "",
        ";".join(COLUMNS),
        ";".join(row(VardkontaktId="A")),
        "",
        ";".join(row(VardkontaktId="B")[:5]),
        ";".join(row(VardkontaktId="C")),
        ";".join([*row(VardkontaktId="D"), "för mycket"]),
        ";" * 12,
        "   ",
        ";".join(row(VardkontaktId="E", Kon="7")),
        ";".join(row(VardkontaktId="F")),
        "",
        "",
    ]
    for name, end in (("unix.csv", "\n"), ("windows.csv", "\r\n")):
        path = tmp_path / name
        path.write_bytes(end.join(lines).encode())
        verdict = judge(path, tmp_path / f"{name}.work")
        assert [(r[1], r[4]) for r in typed(verdict)] == [(4, "A"), (7, "C"), (12, "F")]
        assert [(a.rad, a.kod) for a in verdict.anmarkningar] == [
            (6, "for_fa_celler"),
            (8, "for_manga_celler"),
            (11, "okand_kod"),
        ]
        assert (verdict.lasta, verdict.godkanda, verdict.karantan) == (6, 3, 3)
        with verdict.open() as con:
            kept = con.execute("select _rad, k.hittat from karantan k join inlast using (_nr) order by _rad").fetchall()
        assert kept == [(6, "5 celler"), (8, "14 celler"), (11, "7")]


@pytest.mark.usefixtures("no_rules")
def test_findings_are_summed_up(tmp_path: Path) -> None:
    rows = [row(Kon="7") if n % 2 else row(KontaktDatum=f"fel {n:03d}") for n in range(200)]
    verdict = judge(made.write_csv(tmp_path / "a.csv", [COLUMNS, *rows]), tmp_path / "w")
    by_kod = {kod: [t for t in told(verdict) if t[1] == kod] for kod in ("okand_kod", "ej_datum")}
    assert by_kod["okand_kod"] == [
        (
            3,
            "okand_kod",
            "7",
            "7 är inte ett tillåtet svar i kolumnen Kon. Det gäller 100 rader, först rad 3, 5, 7, 9, 11.",
        )
    ]
    # A cell of a row about a person that is no date is not quoted, so that all of them are one finding.
    assert by_kod["ej_datum"] == [
        (
            2,
            "ej_datum",
            "visas inte",
            "Värdet i kolumnen KontaktDatum är inte ett giltigt datum. Det gäller 100 rader, först rad 2, 4, 6, 8, 10.",
        )
    ]
    with verdict.open() as con:
        assert con.execute("select count(*), count(distinct _nr) from karantan").fetchone() == (200, 200)


@pytest.mark.usefixtures("no_rules")
def test_codes_are_judged_on_the_day_of_the_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    undated = typing_sql.load_aliases

    def dated(con: duckdb.DuckDBPyConnection) -> None:
        undated(con)
        con.execute("update alias set till = '2020-01-31' where lista = 'yrkeskategori' and kod = 'XS920'")

    monkeypatch.setattr(typing_sql, "load_aliases", dated)
    days = ("2020-01-31", "2020-02-01", "")
    rows = [row(Yrkeskategori="XS920", VardkontaktId=f"F{i}", BesokDatum=day) for i, day in enumerate(days)]
    verdict = judge(made.write_csv(tmp_path / "a.csv", [COLUMNS, *rows]), tmp_path / "w")
    assert [r[1] for r in typed(verdict)] == [2, 4]
    assert [(r, kod) for r, kod, *_ in told(verdict)] == [(3, "okand_kod")]


# --- files that cannot be read --------------------------------------------------------------------------------------


def refused(path: Path, work: Path, **said: Any) -> list[tuple[str, str | None, str]]:
    verdict = judge(path, work, **said)
    assert verdict.avvisad
    assert verdict.con is None
    return [(a.kod, a.kolumn, a.meddelande) for a in verdict.anmarkningar if a.niva == "fel"]


def test_gzip_cut_short(tmp_path: Path) -> None:
    whole = gzip.compress(
        "\n".join([";".join(COLUMNS), *(";".join(row(VardkontaktId=f"F{n}")) for n in range(9000))]).encode()
    )
    for name, data in (
        ("kort", whole[: len(whole) // 2]),
        ("utan slut", whole[:-4]),
        ("skadad", whole[:500] + b"xxxx" + whole[504:]),
    ):
        path = tmp_path / f"{name}.csv.gz"
        path.write_bytes(data)
        assert refused(path, tmp_path / name) == [
            (
                "trasig_gzip",
                None,
                "Den komprimerade filen (gzip) är avbruten eller skadad. Leverera den igen i sin helhet.",
            )
        ]


@pytest.mark.usefixtures("no_rules")
def test_gzip_in_several_parts_is_whole(tmp_path: Path) -> None:
    parts = [
        "\n".join([";".join(COLUMNS), ";".join(row(VardkontaktId="A"))]) + "\n",
        ";".join(row(VardkontaktId="B")) + "\n",
    ]
    path = tmp_path / "a.csv.gz"
    path.write_bytes(b"".join(gzip.compress(part.encode()) for part in parts))
    assert [r[4] for r in typed(judge(path, tmp_path / "w"))] == ["A", "B"]


def test_parquet_with_another_schema(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({name: ["x"] for name in COLUMNS if name != "KontaktDatum"} | {"KontaktDag2": ["x"]}), path)
    [(kod, kolumn, message)] = refused(path, tmp_path / "w")
    assert (kod, kolumn) == ("kolumn_saknas", "KontaktDatum")
    assert message.startswith("Kolumnen KontaktDatum saknas. Kan kolumnen KontaktDag2 vara den som menas?")


@pytest.mark.parametrize(
    ("name", "content", "kod"),
    [
        ("a.csv", b"", "tom_fil"),
        ("a.csv", b" \n\n", "tom_fil"),
        ("a.parquet", b"PAR1 inte parquet", "trasig_fil"),
        ("a.csv", b"\x00\x01\x02" * 1000, "okand_layout"),
        ("a.xlsx", b"PK\x03\x04", "trasig_fil"),
        ("a.csv", b"Namn;Antal\nx;1\n", "okand_layout"),
        ("a.csv", ";".join(COLUMNS).encode() + b"\n", "inga_rader"),
    ],
)
def test_no_table_of_contacts(tmp_path: Path, name: str, content: bytes, kod: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert [found[0] for found in refused(path, tmp_path / "w")] == [kod]


def test_a_small_file_with_more_failing_rows_than_the_library_fetches(tmp_path: Path) -> None:
    """Great Expectations fetches 200 failing rows of a rule that is SQL; every one is found and taken out."""
    answers = ["ja", "ja", "ja", "ja", "ja", "ja", *["brist"] * 6, "", ""]
    with duckdb.connect() as con:
        codes = [
            c
            for (c,) in con.execute(
                "select kommun_kod from read_csv(?, all_varchar = true) order by 1",
                [str(Path(__file__).resolve().parents[2] / "seeds" / "reference" / "kommuner.csv")],
            ).fetchall()
        ]
    path = made.write_csv(tmp_path / "e.csv", [made.SURVEY_COLUMNS, *([kod, "2020-01-15", *answers] for kod in codes)])
    (tmp_path / "w").mkdir()
    verdict = door.judge(all_sources()["kommunenkat"], path, sidecar.Sidofil(), tmp_path / "w")
    assert sum(a.kod == "f2a_utan_nej" for a in verdict.anmarkningar) == 290
    assert {k.kod: k.antal for k in verdict.kontroller}["f2a_utan_nej"] == 290


# --- the generator's files, and the pivoted layout -----------------------------------------------------------------


@pytest.mark.usefixtures("no_rules")
def test_all_three_kinds_of_file_hold_the_same(tmp_path: Path) -> None:
    extract = Extract(
        contacts=3000, months=months_between("2020-01", "2020-02"), units=60, dirty=dict.fromkeys(DIRTY_KINDS, 0.01)
    )
    found = []
    for kind in ("csv", "csv.gz", "parquet"):
        path = generate(extract, tmp_path / kind, file_format=kind, layout="all").files[0]  # type: ignore[arg-type]
        verdict = judge(path, tmp_path / f"{kind}.work")
        found.append((typed(verdict), told(verdict)))
    assert found[0] == found[1] == found[2]
    assert len(found[0][0]) > 2500


def test_pivoted_table_turned_back() -> None:
    rows = [
        ["Väntetider, Fas: Första besök"],
        ["", "2025", "", "2026"],
        ["Region", "December", "dec", "Januari"],
        ["Alla regioner", "28", "30", "1,5"],
        ["Norrbotten", "N", "", "-"],
        ["Socialstyrelsens statistikdatabas 2026-08-24"],
    ]
    turned = pivot.tidy(reading.Blad(None, list(enumerate(rows, 1))))
    title, day = "Väntetider, Fas: Första besök", "2026-08-24"
    assert turned.rader == [
        (3, pivot.HEADINGS),
        (4, [title, "Alla regioner", "2025-12", "28", "", day]),
        (4, [title, "Alla regioner", "2025-12", "30", "", day]),
        (4, [title, "Alla regioner", "2026-01", "1,5", "", day]),
        (5, [title, "Norrbotten", "2025-12", "", "c", day]),
        (5, [title, "Norrbotten", "2025-12", "", "x", day]),
        (5, [title, "Norrbotten", "2026-01", "", "x", day]),
    ]
    years = reading.Blad(None, [(1, ["Ämne"]), (2, ["Region", "2024", "2025"]), (3, ["Halland", "1", "2"])])
    assert [cells[2] for _, cells in pivot.tidy(years).rader[1:]] == ["2024-01", "2025-01"]
    plain = reading.Blad(None, [(1, ["Namn", "Antal"]), (2, ["x", "1"])])
    assert pivot.tidy(plain) is plain
