"""Contacts at the door: what the generator hid is found to the row, and what counts is what the independent calculation counts."""

from __future__ import annotations

import datetime as dt
import errno
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from reference import Contact, Delivery, Frame, Lists, current, judge_delivery, read_csv

from dagster_project.deliveries import bench, intake
from dagster_project.deliveries import raw as raw_tables
from dagster_project.deliveries.register import Register
from dagster_project.errors import NothingPublished
from dagster_project.settings import Home
from dagster_project.sources import all_sources
from examples.generators.vantetid import (
    CONTACT_COLUMNS,
    DIRTY_KINDS,
    UNIT_COLUMNS,
    Extract,
    generate,
    months_between,
    write_frame,
)

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
LISTS = Lists.read(SEEDS)
CONTACTS, FRAME = "vantetid_primarvard", "enhetsregister"

#: Codes of findings by the generator's kind of dirty row.
KINDS = {
    "visit_before_contact": {"besok_fore_kontakt"},
    "unknown_unit": {"okand_enhet"},
    "unknown_code": {"okand_kod"},
    "wrong_region_code": {"fel_kodsystem", "fel_region"},
    "duplicate_id": {"dubbel_kontakt"},
    "missing_required": {"tom"},
}


def take_in(home: Home) -> intake.Utfall:
    intake.take_in(home, all_sources()[FRAME])
    return intake.take_in(home, all_sources()[CONTACTS])


def raw(home: Home, columns: str, table: str = f"{CONTACTS}/kontakter", where: str = "true") -> list[tuple[Any, ...]]:
    return duckdb.sql(
        f"select {columns} from read_parquet('{home.raw}/{table}/*/*.parquet', hive_partitioning = false) where {where} order by all"
    ).fetchall()


def quarantine(home: Home, columns: str) -> list[tuple[Any, ...]]:
    return duckdb.sql(
        f"select {columns} from read_parquet('{home.quarantine}/{CONTACTS}/*.parquet') order by all"
    ).fetchall()


def verdicts(home: Home) -> dict[str, dict[str, Any]]:
    return {row["filnamn"]: row for row in Register(home.register).leveranser() if row["kalla"] == CONTACTS}


def counting(home: Home, ar: int = 2020) -> dict[tuple[str, str], tuple[str, int]]:
    """(region, month) → the file that counts and its rows."""
    names = {row["leverans_id"]: row["filnamn"] for row in Register(home.register).leveranser()}
    return {
        (t["respondent"], t["period"][:7]): (names[t["leverans_id"]], t["rader"])
        for t in Register(home.register).tackning(ar)
        if t["gallande"] and t["kalla"] == CONTACTS
    }


# --- generated extracts ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "layout", "system", "regions"),
    [
        ("csv", "month", "skr", Extract.regions),
        # numbers of which some are another region's in the other numbering, and some nobody's
        ("csv.gz", "region_month", "scb", ("01", "04", "09", "13")),
        ("parquet", "all", "skr", Extract.regions),
    ],
)
def test_every_dirty_row_is_found_and_no_other(home: Home, kind: Any, layout: Any, system: Any, regions: Any) -> None:
    extract = Extract(
        contacts=24_000,
        months=months_between("2020-01", "2020-03"),
        units=150,
        seed=7,
        code_system=system,
        regions=regions,
        dirty={kind: 0.001 * number for number, kind in enumerate(DIRTY_KINDS, start=1)},
    )
    generated = generate(extract, home.landing / CONTACTS, file_format=kind, layout=layout)
    write_frame(extract, home.landing / FRAME / "ram.csv")
    outcome = take_in(home)
    assert (len(outcome.nya), outcome.avvisade) == (len(generated.files), [])

    found = Counter(kod for (kod,) in quarantine(home, "kod"))
    for what, codes in KINDS.items():
        assert sum(found[kod] for kod in codes) == generated.dirty[what], what
    dates = {"ej_datum", "omojligt_kontakt_datum", "omojligt_besok_datum"}
    assert sum(found[kod] for kod in dates) == generated.dirty["impossible_date"] + generated.dirty["text_in_date"]
    assert set(found) - dates == set().union(*KINDS.values())
    rows = verdicts(home).values()
    assert sum(row["rader_lasta"] for row in rows) == 24_000
    assert sum(row["rader_karantan"] for row in rows) == sum(generated.dirty.values()) == len(quarantine(home, "_rad"))
    assert raw(home, "count(*)") == [(24_000 - sum(generated.dirty.values()),)]
    assert raw(home, "count(*)", where="besok_datum is null and _respondent is null") == [(generated.no_visit,)]


def test_the_independent_calculation_has_the_same_contacts(home: Home, tmp_path: Path) -> None:
    extract = Extract(
        contacts=20_000, months=months_between("2019-12", "2020-02"), units=120, dirty=dict.fromkeys(DIRTY_KINDS, 0.004)
    )
    generated = generate(extract, home.landing / CONTACTS)
    frame = Frame.of(read_csv(write_frame(extract, home.landing / FRAME / "ram.csv")), LISTS)
    take_in(home)
    deliveries = [Delivery(read_csv(path), received=str(number)) for number, path in enumerate(generated.files)]
    expected = current(deliveries, frame, LISTS)
    columns = (
        "_respondent, _period, region_kod, vardenhet_id, kontakt_id, yrkeskategori, kon, vardgaranti, nytt_eller_forsamrat, avvikelse, "
        "vardkontakt, kontakt_datum, besok_datum"
    )
    ours: dict[tuple[str, dt.date], dict[str, Contact]] = {}
    for respondent, period, *values in raw(home, columns, where="_respondent is not null"):
        contact = Contact(*values)
        assert contact.identity not in ours.setdefault((respondent, period), {})
        ours[respondent, period][contact.identity] = contact
    assert ours == expected

    lines = {
        (path.name, e.line)
        for path, d in zip(generated.files, deliveries, strict=True)
        for e in judge_delivery(d, frame, LISTS)[1]
    }
    names = {row["leverans_id"]: name for name, row in verdicts(home).items()}
    broken = {
        (names[i], line) for i, line, kod in quarantine(home, "_leverans_id, _rad, kod") if kod != "dubbel_kontakt"
    }
    assert broken == lines


def test_a_month_lies_in_files_of_its_own(home: Home) -> None:
    extract = Extract(contacts=2_000, months=months_between("2020-01", "2020-03"), units=60, no_visit=0)
    generate(extract, home.landing / CONTACTS, layout="all", file_format="parquet")
    take_in(home)
    for month in ("2020-01", "2020-02", "2020-03"):
        [path] = (home.raw / CONTACTS / "kontakter" / f"period={month}-01").iterdir()
        table = f"read_parquet('{path}', hive_partitioning = false)"
        months = duckdb.sql(f"select distinct strftime(besok_datum, '%Y-%m'), _period::varchar from {table}").fetchall()
        assert months == [(month, f"{month}-01")]
    columns = duckdb.sql(f"describe select * from {table}").fetchall()
    assert [(name, kind) for name, kind, *_ in columns] == [
        ("_leverans_id", "VARCHAR"),
        ("_blad", "VARCHAR"),
        ("_rad", "BIGINT"),
        ("_respondent", "VARCHAR"),
        ("_block", "VARCHAR"),
        ("_period", "DATE"),
        ("region_kod", "VARCHAR"),
        ("vardenhet_id", "VARCHAR"),
        ("kontakt_id", "VARCHAR"),
        ("yrkeskategori", "VARCHAR"),
        ("kon", "VARCHAR"),
        ("fodelsear", "INTEGER"),
        ("lkf", "VARCHAR"),
        ("vardgaranti", "VARCHAR"),
        ("nytt_eller_forsamrat", "VARCHAR"),
        ("avvikelse", "VARCHAR"),
        ("vardkontakt", "VARCHAR"),
        ("kontakt_datum", "DATE"),
        ("besok_datum", "DATE"),
    ]


def test_a_second_look_does_no_work(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    extract = Extract(contacts=500, months=months_between("2020-01", "2020-02"), units=30)
    generate(extract, home.landing / CONTACTS)
    write_frame(extract, home.landing / FRAME / "ram.csv")
    assert len(take_in(home).granskade) == 2
    monkeypatch.setattr(bench, "judge_file", lambda *_: pytest.fail("judged again"))
    monkeypatch.setattr(intake, "describe", lambda *_: pytest.fail("read again"))
    assert take_in(home).granskade == []


# --- made by hand ---------------------------------------------------------------------------------------------------

HALLAND, GOTLAND, MOVES = "SE9999999999-E000042", "SE9999999999-E000026", "SE9999999999-E000001"
UNITS = [
    [HALLAND, "PÅHITTAD 42", "42", "1", "2010-01-01", ""],
    [GOTLAND, "PÅHITTAD 26", "26", "privat", "2010-01-01", ""],
    [MOVES, "PÅHITTAD 1", "42", "1", "2010-01-01", "2020-01-15"],
    [MOVES, "PÅHITTAD 1", "26", "1", "2020-01-16", ""],
]
ORDINARY = {
    "Regionkod": "42",
    "HSAIdVardenhet": HALLAND,
    "Yrkeskategori": "XS915",
    "Kon": "2",
    "FodelseAr": "1950",
    "Lkf": "1380",
    "Vardgaranti": "1",
    "NyttEllerForsamrat": "JA",
    "Vardkontakt": "0",
    "KontaktDatum": "2020-01-07",
    "BesokDatum": "2020-01-08",
}
IN_GOTLAND = {"Regionkod": "26", "HSAIdVardenhet": GOTLAND}
FEBRUARY = {"KontaktDatum": "2020-02-03", "BesokDatum": "2020-02-03"}


def deliver(home: Home, kalla: str, name: str, header: Any, rows: list[list[str]], **said: Any) -> Path:
    path = home.landing / kalla / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(";".join(cells) for cells in [header, *rows]) + "\n", encoding="utf-8")
    Path(f"{path}.leverans.yml").write_text(
        yaml.safe_dump({"mottagen": "2020-03-20T06:00:00", **said}), encoding="utf-8"
    )
    return path


def contacts(home: Home, name: str, *changes: dict[str, str], **said: Any) -> Path:
    """A file of ordinary contacts with a change each."""
    rows = [{**ORDINARY, "VardkontaktId": f"FEJK{i}", **change} for i, change in enumerate(changes)]
    return deliver(
        home, CONTACTS, name, CONTACT_COLUMNS, [[row.get(c, "") for c in CONTACT_COLUMNS] for row in rows], **said
    )


def frame(home: Home, units: list[list[str]] = UNITS, name: str = "ram.csv", **said: Any) -> Path:
    return deliver(home, FRAME, name, UNIT_COLUMNS, units, **said)


def told(home: Home, name: str) -> list[tuple[Any, ...]]:
    findings = Register(home.register).anmarkningar(verdicts(home)[name]["leverans_id"])
    return [(str(a.niva), a.rad, a.kolumn, a.kod, a.hittat, str(a.atgard)) for a in findings]


def messages(home: Home, name: str) -> list[str]:
    return [a.meddelande for a in Register(home.register).anmarkningar(verdicts(home)[name]["leverans_id"])]


GOOD: dict[str, str] = {}


BAD_DATE = "{} i kolumnen {} är inte ett giltigt datum."
WRONG_REGION = (
    "Vårdenheten hör enligt enhetsregistret inte till {} den dag besöket ägde rum. Följer regionkoden en annan numrering än den "
    "som är angiven?"
)


@pytest.mark.parametrize(
    ("change", "finding", "message"),
    [
        (
            {"BesokDatum": "2020-01-06"},
            ("BesokDatum", "besok_fore_kontakt", "2020-01-06"),
            "Besöket 2020-01-06 ligger före kontakten.",
        ),
        (
            {"KontaktDatum": "2009-12-31"},
            ("KontaktDatum", "omojligt_kontakt_datum", "2009-12-31"),
            "Dagen 2009-12-31 i kolumnen KontaktDatum är omöjlig.",
        ),
        (
            {"BesokDatum": "2020-03-21"},
            ("BesokDatum", "omojligt_besok_datum", "2020-03-21"),
            "Dagen 2020-03-21 i kolumnen BesokDatum är omöjlig.",
        ),
        (
            {"KontaktDatum": "2020-03-21", "BesokDatum": ""},
            ("KontaktDatum", "omojligt_kontakt_datum", "2020-03-21"),
            "Dagen 2020-03-21 i kolumnen KontaktDatum är omöjlig.",
        ),
        (
            {"BesokDatum": "2020-02-30"},
            ("BesokDatum", "ej_datum", "2020-02-30"),
            BAD_DATE.format("2020-02-30", "BesokDatum"),
        ),
        (  # of a row about a person only what looks like a code, a number or a date is quoted
            {"KontaktDatum": "igår"},
            ("KontaktDatum", "ej_datum", "visas inte"),
            BAD_DATE.format("Värdet", "KontaktDatum"),
        ),
        (
            {"HSAIdVardenhet": "SE1"},
            ("HSAIdVardenhet", "okand_enhet", "SE1"),
            "Vårdenheten SE1 finns inte i enhetsregistret den dag besöket ägde rum.",
        ),
        ({"Regionkod": "26"}, ("Regionkod", "fel_region", "Gotland"), WRONG_REGION.format("Gotland")),
        # SCB's Halland is SKR's Sörmland; SCB's Gotland is nobody in SKR's system
        ({"Regionkod": "13"}, ("Regionkod", "fel_region", "Sörmland"), WRONG_REGION.format("Sörmland")),
        (
            {"Regionkod": "09"},
            ("Regionkod", "fel_kodsystem", "09"),
            "Regionkoden 09 finns inte i den numrering av regionerna som används.",
        ),
        (
            {"HSAIdVardenhet": MOVES, "BesokDatum": "2020-01-16"},
            ("Regionkod", "fel_region", "Halland"),
            WRONG_REGION.format("Halland"),
        ),
        (
            {"VardkontaktId": ""},
            ("VardkontaktId", "tom", None),
            "Cellen i kolumnen VardkontaktId är tom men måste fyllas i.",
        ),
        (
            {"Vardkontakt": "9"},
            ("Vardkontakt", "okand_kod", "9"),
            "9 är inte ett tillåtet svar i kolumnen Vardkontakt.",
        ),
        (
            {"VardkontaktId": "FEJK5"},
            ("VardkontaktId", "dubbel_kontakt", "visas inte"),
            "Kontakten finns på flera rader för samma region och månad. Den sista raden gäller.",
        ),
    ],
)
def test_one_broken_row_is_told_and_the_rest_goes_through(
    home: Home, change: dict[str, str], finding: tuple[str, str, str | None], message: str
) -> None:
    frame(home)
    contacts(home, "jan.csv", GOOD, GOOD, GOOD, GOOD, change, GOOD)
    take_in(home)
    kolumn, kod, hittat = finding
    niva = "anmarkning" if kod == "dubbel_kontakt" else "fel"
    assert told(home, "jan.csv") == [(niva, 6, kolumn, kod, hittat, "rad")]
    assert messages(home, "jan.csv") == [message]
    assert verdicts(home)["jan.csv"]["status"] == "godkand_med_anmarkning"
    assert [line for (line,) in raw(home, "_rad")] == [2, 3, 4, 5, 7]
    [kept] = quarantine(home, "_rad, region_kod, kontakt_datum, besok_datum, nytt_eller_forsamrat")
    assert kept == (6, *(change.get(c, ORDINARY[c]) or None for c in ("Regionkod", "KontaktDatum", "BesokDatum")), "JA")


def test_a_unit_that_moves_counts_where_it_is_that_day(home: Home) -> None:
    frame(home)
    moved = {"HSAIdVardenhet": MOVES, "BesokDatum": "2020-01-15"}
    contacts(home, "jan.csv", moved, {**moved, "Regionkod": "26", "BesokDatum": "2020-01-16"})
    take_in(home)
    assert told(home, "jan.csv") == []
    assert raw(home, "region_kod, besok_datum::varchar") == [("09", "2020-01-16"), ("13", "2020-01-15")]


def test_header_in_other_order_and_system_of_the_sidecar(home: Home) -> None:
    frame(home)
    header = ["besökstyp", *(c.upper() for c in reversed(CONTACT_COLUMNS))]
    row = {**ORDINARY, "VardkontaktId": "FEJK0", "Regionkod": "13"}
    deliver(
        home,
        CONTACTS,
        "jan.csv",
        header,
        [["x", *(row.get(c, "") for c in reversed(CONTACT_COLUMNS))]],
        kodsystem="scb",
    )
    take_in(home)
    assert [(f[0], f[3], f[4]) for f in told(home, "jan.csv")] == [("anmarkning", "okand_kolumn", "besökstyp")]
    assert raw(home, "region_kod, kontakt_id, kon") == [("13", "FEJK0", "K")]


def test_the_last_of_several_rows_counts_within_region_and_month(home: Home) -> None:
    same = {"VardkontaktId": "FEJK-samma"}
    frame(home)
    contacts(
        home,
        "jan.csv",
        {**same, "Kon": "1"},
        {**same, **FEBRUARY},
        {**same, **IN_GOTLAND},
        {**same, "Kon": "2"},
        {**same, "Kon": "7"},
    )
    take_in(home)
    assert raw(home, "_rad, region_kod, kon") == [(3, "13", "K"), (4, "09", "K"), (5, "13", "K")]
    assert verdicts(home)["jan.csv"]["rader_karantan"] == 2


def test_one_percent_broken_goes_through_and_forty_percent_is_rejected(home: Home) -> None:
    frame(home)
    contacts(home, "jan.csv", *[GOOD] * 99, {"Kon": "7"}, mottagen="2020-02-20T06:00:00")
    take_in(home)
    before = raw(home, "*")
    assert len(before) == 99
    contacts(home, "rättad.csv", *[GOOD] * 60, *[{"HSAIdVardenhet": "SE1"}] * 40)
    assert len(take_in(home).avvisade) == 1
    assert verdicts(home)["rättad.csv"]["status"] == "avvisad"
    assert sorted(messages(home, "rättad.csv")) == [
        "40 av 100 rader har fel. Leveransen avvisas i sin helhet.",
        "Vårdenheten SE1 finns inte i enhetsregistret den dag besöket ägde rum. Det gäller 40 rader, först rad 62, 63, 64, 65, 66.",
    ]
    assert ("fel", None, None, "for_manga_fel", "40 procent", "avvisa") in told(home, "rättad.csv")
    assert counting(home) == {("13", "2020-01"): ("jan.csv", 99)}
    assert raw(home, "*") == before
    assert len(quarantine(home, "_rad")) == 41


def test_repeated_rows_reject_nothing(home: Home) -> None:
    frame(home)
    contacts(home, "jan.csv", *[{"VardkontaktId": "FEJK"}] * 10)
    take_in(home)
    assert counting(home) == {("13", "2020-01"): ("jan.csv", 1)}


def test_region_and_month_are_replaced_whole_and_alone(home: Home) -> None:
    frame(home)
    contacts(home, "allt.csv", GOOD, GOOD, IN_GOTLAND, FEBRUARY, mottagen="2020-03-01T06:00:00")
    contacts(home, "halland.csv", GOOD, mottagen="2020-03-02T06:00:00")
    contacts(home, "sen.csv", *[IN_GOTLAND] * 3, mottagen="2020-02-25T06:00:00")
    take_in(home)
    assert counting(home) == {
        ("13", "2020-01"): ("halland.csv", 1),
        ("13", "2020-02"): ("allt.csv", 1),
        ("09", "2020-01"): ("allt.csv", 1),
    }


def test_an_empty_replacement_withdraws_the_month(home: Home) -> None:
    frame(home)
    contacts(home, "jan.csv", GOOD, IN_GOTLAND, FEBRUARY, mottagen="2020-03-01T06:00:00")
    contacts(home, "tom.csv", region="42", period="2020-01")
    take_in(home)
    assert told(home, "tom.csv") == []
    assert counting(home) == {
        ("13", "2020-01"): ("tom.csv", 0),
        ("13", "2020-02"): ("jan.csv", 1),
        ("09", "2020-01"): ("jan.csv", 1),
    }
    contacts(home, "oklar.csv", region="42")
    take_in(home)
    assert [f[3] for f in told(home, "oklar.csv")] == ["inga_rader"]


@pytest.mark.parametrize(
    ("said", "kod", "hittat"),
    [
        ({"period": "2020-02"}, "period_motsagd", "2020-01-08"),
        ({"region": "Gotland"}, "respondent_motsagd", "42"),
        ({"region": "26"}, "respondent_motsagd", "42"),
    ],
)
def test_a_sidecar_that_contradicts_the_file(home: Home, said: dict[str, str], kod: str, hittat: str) -> None:
    frame(home)
    contacts(home, "jan.csv", GOOD, **said)
    take_in(home)
    assert [(f[1], f[3], f[4]) for f in told(home, "jan.csv")] == [(2, kod, hittat)]
    assert messages(home, "jan.csv") == [
        "Perioden i filen är en annan än den som filen med uppgifter om leveransen anger."
        if kod == "period_motsagd"
        else "Raden gäller en annan uppgiftslämnare än den som filen med uppgifter om leveransen anger."
    ]
    assert counting(home) == {}


def test_months_after_the_reporting_year_wait(home: Home) -> None:
    frame(home)
    later = {"KontaktDatum": "2021-01-04", "BesokDatum": "2021-01-04"}
    contacts(home, "jan.csv", GOOD, later, mottagen="2021-02-20T06:00:00")
    take_in(home)
    assert set(counting(home, 2020)) == {("13", "2020-01")}
    assert set(counting(home, 2021)) == {("13", "2020-01"), ("13", "2021-01")}


# --- the frame ------------------------------------------------------------------------------------------------------


def test_without_a_frame_there_is_a_remark(home: Home) -> None:
    contacts(home, "jan.csv", GOOD, IN_GOTLAND, {**IN_GOTLAND, "HSAIdVardenhet": "SE1"})
    take_in(home)
    assert told(home, "jan.csv") == [
        ("anmarkning", 2, "Regionkod", "ram_saknas", "Halland", "ingen"),
        ("anmarkning", 3, "Regionkod", "ram_saknas", "Gotland", "ingen"),
    ]
    assert len(raw(home, "_rad")) == 3


def test_deliveries_are_judged_anew_when_their_frame_changes(home: Home) -> None:
    contacts(home, "jan.csv", GOOD, GOOD, GOOD, GOOD, {"HSAIdVardenhet": "SE1"}, mottagen="2020-02-20T06:00:00")
    contacts(home, "gotland.csv", IN_GOTLAND, mottagen="2020-02-20T06:00:00")
    assert len(take_in(home).granskade) == 2
    frame(home, UNITS[:1], mottagen="2020-02-21T06:00:00")  # Halland alone
    assert take_in(home).granskade == [verdicts(home)["jan.csv"]["leverans_id"]]
    assert [f[3] for f in told(home, "jan.csv")] == ["okand_enhet"]
    closed_later = [[HALLAND, "PÅHITTAD nytt namn", "42", "1", "2010-01-01", "2020-06-30"]]
    frame(home, closed_later, "ram2.csv", mottagen="2020-02-22T06:00:00")
    assert take_in(home).granskade == []  # the same units in January
    frame(
        home,
        [*closed_later, ["SE1", "PÅHITTAD 2", "42", "1", "2020-01-01", ""]],
        "ram3.csv",
        mottagen="2020-02-23T06:00:00",
    )
    assert take_in(home).granskade == [verdicts(home)["jan.csv"]["leverans_id"]]
    assert told(home, "jan.csv") == []
    assert len(raw(home, "_rad", where="region_kod = '13'")) == 5


def test_a_newer_frame_replaces_the_region_whole(home: Home) -> None:
    frame(home, mottagen="2020-02-21T06:00:00")
    frame(home, [[HALLAND, "PÅHITTAD 42", "42", "2", "2015-01-01", ""]], "ram2.csv", mottagen="2020-02-22T06:00:00")
    intake.take_in(home, all_sources()[FRAME])
    ram = intake.current_frame(home, Register(home.register), all_sources()[CONTACTS])
    assert ram is not None
    found = sorted((r["region_kod"], r["vardenhet_id"], r["agarform"], str(r["giltig_fran"])) for r in ram.to_pylist())
    assert found == [
        ("09", MOVES, "region", "2020-01-16"),
        ("09", GOTLAND, "privat", "2010-01-01"),
        ("13", HALLAND, "privat", "2015-01-01"),
    ]


@pytest.mark.parametrize(
    ("unit", "kod", "rows"),
    [
        ([HALLAND, "X", "42", "1", "2020-02-01", "2020-01-31"], "giltighet_bakvand", 4),
        ([HALLAND, "X", "26", "1", "2020-02-01", ""], "giltighet_overlappar", 5),
        ([HALLAND, "X", "42", "3", "2020-02-01", ""], "okand_kod", 4),
        ([HALLAND, "X", "42", "1", "", ""], "tom", 4),
    ],
)
def test_units_that_cannot_be(home: Home, unit: list[str], kod: str, rows: int) -> None:
    frame(home, [*UNITS, unit])
    intake.take_in(home, all_sources()[FRAME])
    [row] = Register(home.register).leveranser()
    found = Register(home.register).anmarkningar(row["leverans_id"])
    assert [(a.rad, a.kod) for a in found] == [(6, kod)]
    assert row["rader_godkanda"] == rows


# --- a disk that fills ----------------------------------------------------------------------------------------------


FULL = (
    "the disk is full: vantetid_primarvard/rättad.csv could not be taken in, and what counted before still counts; "
    "make room and build again"
)


@pytest.mark.parametrize(
    ("room", "told"),
    [
        (0.5, FULL),
        (1.01, FULL.replace("vantetid_primarvard/rättad.csv could not be taken in", "the register cannot be opened")),
    ],
    ids=["original", "register"],
)
def test_a_small_disk_that_really_fills(tmp_path: Path, room: float, told: str) -> None:
    """A file system with room for so many copies of a correction: too little for one, or for nothing beside it."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no file system may be mounted here: {mounted.stderr.decode().strip()}")
    try:
        home = Home.at(disk / "home")
        home.create()
        frame(home)
        contacts(home, "jan.csv", GOOD, GOOD, mottagen="2020-02-20T06:00:00")
        take_in(home)
        before = raw(home, "*"), counting(home), quarantine_files(home)
        contacts(home, "rättad.csv", *[GOOD] * 60_000)
        size = (home.landing / CONTACTS / "rättad.csv").stat().st_size
        filler = disk / "filler"
        filler.write_bytes(bytes(shutil.disk_usage(disk).free - round(size * room)))
        with pytest.raises(NothingPublished) as stopped:
            take_in(home)
        assert str(stopped.value) == told
        with pytest.raises(NothingPublished, match=r"^the disk is full: .* make room and build again$"):
            take_in(home)
        filler.unlink()
        assert (raw(home, "*"), counting(home), quarantine_files(home)) == before
        assert [
            p for p in home.root.rglob("*") if p.suffix == ".part" or (p.name.startswith("tmp") and p != home.tmp)
        ] == []
        take_in(home)
        assert counting(home) == {("13", "2020-01"): ("rättad.csv", 60_000)}
    finally:
        subprocess.run(["umount", disk], check=True)


@pytest.mark.parametrize("moment", ["original", "raw"])
def test_a_full_disk_leaves_what_counted(home: Home, monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    frame(home)
    contacts(home, "jan.csv", GOOD, GOOD, mottagen="2020-02-20T06:00:00")
    take_in(home)
    before = raw(home, "*"), counting(home), quarantine_files(home)
    contacts(home, "rättad.csv", GOOD)
    with full(monkeypatch, moment), pytest.raises(NothingPublished) as stopped:
        take_in(home)
    assert str(stopped.value) == FULL
    assert (raw(home, "*"), counting(home), quarantine_files(home)) == before
    assert [p for p in home.root.rglob("*") if p.suffix == ".part"] == []
    take_in(home)
    assert counting(home) == {("13", "2020-01"): ("rättad.csv", 1)}


def quarantine_files(home: Home) -> list[Path]:
    return sorted(home.quarantine.rglob("*.parquet"))


@contextmanager
def full(monkeypatch: pytest.MonkeyPatch, moment: str) -> Iterator[None]:
    """No room left when the original is copied, or when DuckDB writes."""

    def copy(_: Path, target: Path) -> None:
        target.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    def write(*_: object) -> None:
        raise duckdb.IOException('IO Error: Could not write file "x.parquet": No space left on device')

    with monkeypatch.context() as patch:
        if moment == "original":
            patch.setattr("shutil.copyfile", copy)
        else:
            patch.setattr(intake, "write_empty_tables", lambda *_: None)
            patch.setattr(raw_tables, "copy", write)
        yield
