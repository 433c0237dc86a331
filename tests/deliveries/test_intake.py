"""What becomes of deliveries in a home folder: registered, kept, replaced, set aside; nothing is lost."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import made_files as made
import pytest

from dagster_project.deliveries import intake
from dagster_project.deliveries.register import ANY_YEAR, Register
from dagster_project.settings import Home
from dagster_project.sources import all_sources
from dagster_project.warehouse import state


def deliver(home: Home, kalla: str, name: str, rows: made.Rows | bytes, **said: Any) -> Path:
    """Put a file with a sidecar in landing."""
    path = home.landing / kalla / name
    path.parent.mkdir(parents=True, exist_ok=True)
    made.write(path, rows)
    made.write_sidecar(path, said)
    return path


def take_in(home: Home, kalla: str) -> intake.Utfall:
    return intake.take_in(home, all_sources()[kalla])


def statuses(home: Home) -> list[tuple[str, str]]:
    return [(row["filnamn"], row["status"]) for row in Register(home.register).leveranser()]


def counting(home: Home, respondent: str, ar: int = ANY_YEAR) -> list[tuple[str, str]]:
    """(file, period) that count for a respondent."""
    names = {row["leverans_id"]: row["filnamn"] for row in Register(home.register).leveranser()}
    return [
        (names[t["leverans_id"]], t["period"])
        for t in Register(home.register).tackning(ar)
        if t["gallande"] and t["respondent"] == respondent
    ]


def raw(home: Home, kalla: str, table: str, columns: str) -> list[tuple[Any, ...]]:
    files = f"{home.raw}/{kalla}/{table}/*/*.parquet"
    return duckdb.sql(
        f"select {columns} from read_parquet('{files}', hive_partitioning = false) order by all"
    ).fetchall()


@pytest.fixture
def first(home: Home) -> Path:
    path = deliver(home, "webbtidbok", "mars.csv", made.webbtidbok(), period="2020-03", mottagen="2020-04-01T12:00:00")
    outcome = take_in(home, "webbtidbok")
    assert (len(outcome.nya), len(outcome.granskade), outcome.avvisade) == (1, 1, [])
    return path


def test_a_release_does_not_hang_on_when_its_deliveries_were_registered(tmp_path: Path) -> None:
    """The clock may turn between two registrations in one home and not in another: the list and the fingerprint are the same."""
    found = []
    for number, moment in enumerate(("2020-01-01T00:00:00", "2030-01-01T00:00:00")):
        home = Home(tmp_path / str(number))
        home.create()
        for month in ("2020-02", "2020-03"):
            deliver(home, "webbtidbok", f"{month}.csv", made.webbtidbok(), period=month, mottagen="2020-04-02T08:00:00")
        take_in(home, "webbtidbok")
        with closing(sqlite3.connect(home.register)) as con, con:
            con.execute("update leverans set registrerad = ? where filnamn = '2020-02.csv'", [moment])
        register = Register(home.register)
        found.append(([row["filnamn"] for row in register.leveranser()], state.fingerprint(register, 2020, {})))
    assert found[0] == found[1]


def test_the_original_is_kept_by_its_content(home: Home, first: Path) -> None:
    content = first.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    (kept,) = [p for p in home.originals.rglob("*") if p.is_file() and p.suffix != ".json"]
    assert kept == home.originals / digest[:2] / f"{digest}.csv"
    assert kept.read_bytes() == content
    assert kept.stat().st_mode & 0o222 == 0


def test_rows_know_their_place(home: Home, first: Path) -> None:
    (row,) = Register(home.register).leveranser()
    found = raw(
        home,
        "webbtidbok",
        "mottagningar",
        "_leverans_id, _blad, _rad, _respondent, _period::varchar, region_kod, visa_tid",
    )
    assert (row["leverans_id"], None, 4, "09", "2020-03-01", "09", 13) in found
    assert len(found) == 21


def test_the_same_file_again_changes_nothing(home: Home, first: Path) -> None:
    before = sorted((p, p.stat().st_mtime_ns) for p in home.raw.rglob("*2020*/*.parquet"))
    assert take_in(home, "webbtidbok").granskade == []
    deliver(
        home, "webbtidbok", "kopia/mars igen.csv", made.webbtidbok(), period="2020-03", mottagen="2020-04-01T12:00:00"
    )
    outcome = take_in(home, "webbtidbok")
    assert (outcome.nya, outcome.granskade) == ([], [])
    assert outcome.i_landing[0] == outcome.i_landing[1]
    assert statuses(home) == [("mars.csv", "godkand")]
    assert sorted((p, p.stat().st_mtime_ns) for p in home.raw.rglob("*2020*/*.parquet")) == before


def test_a_corrected_file_replaces_and_the_old_one_is_kept(home: Home, first: Path) -> None:
    old = first.read_bytes()
    deliver(
        home,
        "webbtidbok",
        "mars.csv",
        made.changed(made.webbtidbok(), 4, 1, 14),
        period="2020-03",
        mottagen="2020-04-02T12:00:00",
    )
    take_in(home, "webbtidbok")
    assert [status for _, status in statuses(home)] == ["ersatt", "godkand"]
    assert {p.read_bytes() for p in home.originals.rglob("*.csv")} == {old, first.read_bytes()}
    assert {visa for (visa,) in raw(home, "webbtidbok", "mottagningar", "visa_tid") if visa in (13, 14)} == {13, 14}


def test_a_correction_of_one_region_replaces_that_region_only(home: Home, first: Path) -> None:
    rows = [made.webbtidbok()[0], ["Gotland", 14, 12]]
    deliver(home, "webbtidbok", "gotland.csv", rows, period="2020-03", mottagen="2020-04-02T12:00:00")
    take_in(home, "webbtidbok")
    assert statuses(home) == [("mars.csv", "godkand"), ("gotland.csv", "godkand_med_anmarkning")]
    assert counting(home, "09") == [("gotland.csv", "2020-03-01")]
    assert counting(home, "10") == [("mars.csv", "2020-03-01")]


def test_the_newest_of_two_in_one_build_counts(home: Home) -> None:
    """By the time of receipt, not by name or by the order in which they are read."""
    deliver(home, "webbtidbok", "a.csv", made.webbtidbok(), period="2020-03", mottagen="2020-04-03T12:00:00")
    changed = made.changed(made.webbtidbok(), 4, 1, 14)
    deliver(home, "webbtidbok", "b.csv", changed, period="2020-03", mottagen="2020-04-02T12:00:00")
    take_in(home, "webbtidbok")
    assert statuses(home) == [("b.csv", "ersatt"), ("a.csv", "godkand")]
    assert counting(home, "09") == [("a.csv", "2020-03-01")]


def test_periods_stand_side_by_side_and_later_ones_wait(home: Home) -> None:
    rows = [
        [*made.webbtidbok()[0], "Period"],
        ["Gotland", 12, 11, "2019-10"],
        ["Gotland", 13, 12, "2020-03"],
        ["Gotland", 15, 15, "2021-03"],
    ]
    deliver(home, "webbtidbok", "gotland.csv", rows, mottagen="2021-04-01T12:00:00")
    take_in(home, "webbtidbok")
    assert counting(home, "09", ar=2020) == [("gotland.csv", "2019-10-01"), ("gotland.csv", "2020-03-01")]
    assert len(counting(home, "09", ar=2021)) == 3


def test_a_rejected_correction_leaves_the_old_one_counting(home: Home, first: Path) -> None:
    deliver(
        home,
        "webbtidbok",
        "mars.csv",
        made.without(made.webbtidbok(), 2),
        period="2020-03",
        mottagen="2020-04-02T12:00:00",
    )
    outcome = take_in(home, "webbtidbok")
    assert len(outcome.avvisade) == 1
    assert [status for _, status in statuses(home)] == ["godkand", "avvisad"]
    assert counting(home, "09") == [("mars.csv", "2020-03-01")]
    report = home.reports / outcome.avvisade[0] / "granskning.md"
    assert "Kolumnen Boka tid saknas." in report.read_text(encoding="utf-8")


def test_the_exit_is_clean_again_when_the_bad_file_is_replaced(home: Home) -> None:
    deliver(home, "webbtidbok", "mars.csv", b"", period="2020-03")
    assert len(take_in(home, "webbtidbok").avvisade) == 1
    deliver(home, "webbtidbok", "mars.csv", made.webbtidbok(), period="2020-03")
    assert take_in(home, "webbtidbok").avvisade == []
    assert [status for _, status in statuses(home)] == ["avvisad", "godkand"]


def test_a_delivery_names_the_one_it_replaces(home: Home) -> None:
    heading = [*made.webbtidbok()[0], "Period"]
    both = [heading, ["Gotland", 14, 12, "2020-02"], ["Gotland", 14, 12, "2020-03"]]
    deliver(home, "webbtidbok", "gammal.csv", both, mottagen="2020-04-01T12:00:00")
    rows = [heading, ["Gotland", 15, 12, "2020-03"]]
    deliver(home, "webbtidbok", "ny.csv", rows, mottagen="2020-04-02T12:00:00", ersatter="gammal.csv")
    take_in(home, "webbtidbok")
    assert statuses(home) == [("gammal.csv", "ersatt"), ("ny.csv", "godkand_med_anmarkning")]
    assert counting(home, "09") == [("ny.csv", "2020-03-01")]


def test_nobody_replaces_what_is_somebody_elses(home: Home, first: Path) -> None:
    """Gotland may withdraw its own row of the file with all regions, and not that of Halland; it is told so."""
    rows = [made.webbtidbok()[0], ["Gotland", 14, 12]]
    deliver(home, "webbtidbok", "ny.csv", rows, period="2020-03", mottagen="2020-04-02T12:00:00", ersatter="mars.csv")
    [_, mine] = take_in(home, "webbtidbok").i_landing
    assert statuses(home) == [("mars.csv", "godkand"), ("ny.csv", "godkand_med_anmarkning")]
    assert counting(home, "09") == [("ny.csv", "2020-03-01")]
    assert counting(home, "10") == [("mars.csv", "2020-03-01")]
    assert "ersatter_annans" in {a.kod for a in Register(home.register).anmarkningar(mine)}


def test_quarantine_holds_rows_and_cells_as_delivered(home: Home) -> None:
    rows = made.changed(made.changed(made.kommunenkat(), 3, 2, " Kanske "), 4, 6, "JA")
    deliver(home, "kommunenkat", "svar.csv", rows, period="2019-12")
    take_in(home, "kommunenkat")
    (file,) = (home.quarantine / "kommunenkat").glob("*.parquet")
    columns = "_rad, kolumn, hittat, kod, kommun_kod, f1a, f2, f2a, f3_kommentar"
    assert duckdb.sql(f"select {columns} from '{file}' order by _rad").fetchall() == [
        (3, "f1a", "Kanske", "okand_kod", "0115", "Kanske", "nej", "ja", "PÅHITTAT"),
        (4, "f2a", "ja", "f2a_utan_nej", "0117", "ja", "JA", "ja", "PÅHITTAT"),
    ]
    answers = raw(home, "kommunenkat", "svar", "kommun_kod, fraga, svar")
    assert ("0115", "1a", "ja") not in answers
    assert ("0117", "2", "ja") in answers
    assert [a for a in answers if a[:2] == ("0117", "2a")] == []


def test_personal_data_do_not_pass_the_door(home: Home) -> None:
    rows = made.changed(
        made.kommunenkat(), 3, 14, "PÅHITTAT: fråga Anna Svensson, 19121212-1212, anna@example.org eller 08-123 45 67"
    )
    path = deliver(home, "kommunenkat", "svar.csv", rows, period="2019-12")
    take_in(home, "kommunenkat")
    texts = dict(raw(home, "kommunenkat", "fritext", "kommun_kod, fritext"))
    assert texts["0115"] == "PÅHITTAT: fråga [namn], [personnummer], [e-post] eller [telefon]"
    assert texts["0114"] == "PÅHITTAT"
    assert b"Svensson" in path.read_bytes()  # the original is the sender's, and kept whole
    assert not any(b"Svensson" in p.read_bytes() for p in (home.reports).rglob("*.md"))


def test_files_nobody_reads_are_named(home: Home) -> None:
    deliver(home, "webtidbok", "mars.csv", made.webbtidbok(), period="2020-03")
    assert intake.unknown_folders(home) == ["webtidbok"]
    for name in (".dold.csv", "~$mars.xlsx", "mars.csv.part"):
        deliver(home, "webbtidbok", name, made.webbtidbok())
    assert list(intake.files(home, "webbtidbok")) == []


def test_new_rules_judge_old_deliveries_again(home: Home, first: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dagster_project.deliveries.door.rulebook", lambda kalla: f"nya regler för {kalla}")
    outcome = take_in(home, "webbtidbok")
    assert (outcome.nya, len(outcome.granskade)) == ([], 1)
    assert len(raw(home, "webbtidbok", "mottagningar", "region_kod")) == 21


def test_an_empty_landing_leaves_tables_without_rows(home: Home) -> None:
    assert take_in(home, "kommunenkat").i_landing == []
    for table in ("kommuner", "svar", "fritext"):
        assert raw(home, "kommunenkat", table, "*") == []
