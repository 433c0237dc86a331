"""Which delivery counts for a block: groups side by side, the order of receipt, values in doubt, and registers of before."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import made_files as made
import pytest
from test_intake import counting, deliver, raw, statuses, take_in

from dagster_project.deliveries import intake, report
from dagster_project.deliveries.raw import write_register
from dagster_project.deliveries.register import ANY_YEAR, Register
from dagster_project.settings import Home
from dagster_project.sources import all_sources

WAITING = ["Region", "Manad", "Grupp", "Vantande", "VantandeInom90", "VantandeInom60"]
WAITING += ["PatientvaldVantan", "EnheterRapporterat", "EnheterForvantat", "Rapporterad"]
LICENCES = ["År", "Region", "Kön", "Specialitet", "Antal"]


def group(name: str, waiting: int) -> made.Rows:
    return [WAITING, ["Halland", "2019-09", name, waiting, waiting - 50, waiting - 90, 20, 2, 2, "2019-10-14"]]


def blocks(home: Home, respondent: str) -> list[tuple[str, str]]:
    """(group, file) of what counts for a respondent."""
    names = {row["leverans_id"]: row["filnamn"] for row in Register(home.register).leveranser()}
    return [
        (t["block"], names[t["leverans_id"]])
        for t in Register(home.register).tackning(2021)
        if t["gallande"] and t["respondent"] == respondent
    ]


# --- groups -----------------------------------------------------------------------------------------------------------


def test_a_file_per_group_and_a_file_per_sex_stand_side_by_side(home: Home) -> None:
    deliver(home, "vantetid_specialistvard", "besok.csv", group("besok", 5000), mottagen="2019-10-14T09:00:00")
    deliver(home, "vantetid_specialistvard", "operation.csv", group("operation", 2000), mottagen="2019-10-14T09:05:00")
    take_in(home, "vantetid_specialistvard")
    assert blocks(home, "13") == [("besok", "besok.csv"), ("operation", "operation.csv")]
    for sex, name, minute in (("K", "kvinnor", "00"), ("M", "man", "10")):
        rows = [LICENCES, [2020, "Halland", sex, "Allmänmedicin", 20], [2020, "Halland", sex, "Psykiatri", 30]]
        deliver(home, "specialistbevis", f"{name}.csv", rows, mottagen=f"2021-03-01T08:{minute}:00")
    take_in(home, "specialistbevis")
    assert [b for b in blocks(home, "13") if len(b[0]) == 1] == [("K", "kvinnor.csv"), ("M", "man.csv")]


def test_a_group_is_replaced_by_itself_and_the_verdict_says_which(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("besok", "operation"):
        deliver(home, "vantetid_specialistvard", f"{name}.csv", group(name, 2000), mottagen="2019-10-14T09:00:00")
    take_in(home, "vantetid_specialistvard")
    said: list[tuple[str, tuple[str | None, ...], str, str]] = []
    really = report.write

    def write(folder: Path, leverans: Any, verdict: Any, register: Any) -> tuple[Path, Path]:
        said.extend((e.block.respondent, e.block.delar, e.block.period.isoformat(), e.filnamn) for e in verdict.ersatta)
        return really(folder, leverans, verdict, register)

    monkeypatch.setattr("dagster_project.deliveries.report.write", write)
    deliver(home, "vantetid_specialistvard", "rattad.csv", group("operation", 2100), mottagen="2019-10-15T09:00:00")
    take_in(home, "vantetid_specialistvard")
    assert said == [("13", ("operation",), "2019-09-01", "operation.csv")]
    assert blocks(home, "13") == [("besok", "besok.csv"), ("operation", "rattad.csv")]


def test_the_key_of_a_raw_row_is_columns(home: Home) -> None:
    deliver(home, "vantetid_specialistvard", "besok.csv", group("besok", 5000))
    take_in(home, "vantetid_specialistvard")
    assert raw(home, "vantetid_specialistvard", "vantande", "_respondent, _block, grupp") == [("13", "besok", "besok")]


# --- the order of receipt ---------------------------------------------------------------------------------------------


def version(visa: int) -> made.Rows:
    return made.changed(made.webbtidbok(), 4, 1, visa)


def test_what_came_last_counts_also_when_it_was_seen_before(home: Home) -> None:
    for visa in (21, 99, 21):
        path = deliver(home, "webbtidbok", "mars.csv", version(visa), period="2020-03")
        [said] = take_in(home, "webbtidbok").i_landing
        [counted] = {t["leverans_id"] for t in Register(home.register).tackning(ANY_YEAR) if t["gallande"]}
        assert counted == said, visa
    path.touch()
    assert take_in(home, "webbtidbok").vantar == []
    assert len(statuses(home)) == 2


def test_a_file_that_is_moved_within_landing_is_not_received_again(home: Home) -> None:
    path = deliver(home, "webbtidbok", "mars_v1.csv", version(21), period="2020-03")
    take_in(home, "webbtidbok")
    deliver(home, "webbtidbok", "mars_v2.csv", version(22), period="2020-03")
    take_in(home, "webbtidbok")
    (path.parent / "gamla").mkdir()
    for each in (path, path.with_name(path.name + ".leverans.yml")):
        each.rename(path.parent / "gamla" / each.name)
    take_in(home, "webbtidbok")
    assert counting(home, "09") == [("mars_v2.csv", "2020-03-01")]


@pytest.mark.parametrize("stated", [{}, {"mottagen": "2020-04-02T12:00:00"}])
def test_two_of_unknown_order_wait_and_what_was_accepted_before_stands(home: Home, stated: dict[str, str]) -> None:
    deliver(home, "webbtidbok", "forst.csv", version(20), period="2020-03", mottagen="2020-04-01T12:00:00")
    take_in(home, "webbtidbok")
    two = [deliver(home, "webbtidbok", f"mars_v{n}.csv", version(20 + n), period="2020-03", **stated) for n in (1, 2)]
    outcome = take_in(home, "webbtidbok")
    assert len(outcome.vantar) == 2
    assert counting(home, "09") == [("forst.csv", "2020-03-01")]
    assert sorted(statuses(home)) == [("forst.csv", "godkand"), ("mars_v1.csv", "vantar"), ("mars_v2.csv", "vantar")]
    two[0].unlink()  # who takes one of them away has chosen
    assert take_in(home, "webbtidbok").vantar == []
    assert counting(home, "09") == [("mars_v2.csv", "2020-03-01")]


def test_a_clock_set_back_does_not_make_the_older_one_count(home: Home) -> None:
    deliver(home, "webbtidbok", "mars.csv", version(21), period="2020-03")
    take_in(home, "webbtidbok")
    with closing(sqlite3.connect(home.register)) as con, con:  # as if the clock had been a year ahead then
        con.execute("update mottagning set ordnad = '2999-01-01T00:00:00'")
    deliver(home, "webbtidbok", "mars_ny.csv", version(22), period="2020-03")
    take_in(home, "webbtidbok")
    assert counting(home, "09") == [("mars_ny.csv", "2020-03-01")]


# --- doubt ------------------------------------------------------------------------------------------------------------

CONFIRMED = {"kolumn": "Boka tid", "varde": "99 999", "av": "PÅHITTAD", "varfor": "PÅHITTAT: hela landet"}


def counted(home: Home, region: str) -> list[int]:
    """What is counted of those who let a time be booked, as dbt reads it."""
    (home.raw / "register").mkdir(exist_ok=True)
    intake.write_register(home, Register(home.register), ANY_YEAR)
    register = home.raw / "register" / "tackning.parquet"
    found = raw(home, "webbtidbok", "mottagningar", "_leverans_id, _respondent, _period, boka_tid")
    ids = {(t["leverans_id"], t["respondent"]) for t in Register(home.register).tackning(ANY_YEAR) if t["gallande"]}
    assert register.is_file()
    return [boka for leverans, respondent, _, boka in found if (leverans, respondent) in ids and respondent == region]


def doubtful() -> made.Rows:
    return made.changed(made.webbtidbok(), 4, 2, 99_999)


def test_a_doubtful_value_does_not_count_and_what_was_accepted_stands_marked(home: Home) -> None:
    deliver(home, "webbtidbok", "mars.csv", made.webbtidbok(), period="2020-03", mottagen="2020-04-01T12:00:00")
    take_in(home, "webbtidbok")
    before = counted(home, "09")
    deliver(home, "webbtidbok", "ny.csv", doubtful(), period="2020-03", mottagen="2020-04-02T12:00:00")
    outcome = take_in(home, "webbtidbok")
    assert counted(home, "09") == before == [made.webbtidbok()[3][2]]
    assert counting(home, "09") == [("mars.csv", "2020-03-01")]
    assert counting(home, "10") == [("ny.csv", "2020-03-01")]  # the other regions of the file count
    assert len(outcome.vantar) == 1
    marked = [t["respondent"] for t in Register(home.register).tackning(ANY_YEAR) if t["vantar"]]
    assert marked == ["09"]
    report = (home.reports / outcome.vantar[0] / "granskning.md").read_text(encoding="utf-8")
    assert "väntar på er bekräftelse" in report


def test_a_doubtful_value_without_one_before_it_is_missing(home: Home) -> None:
    deliver(home, "webbtidbok", "mars.csv", doubtful(), period="2020-03")
    take_in(home, "webbtidbok")
    assert counted(home, "09") == []
    assert len(counted(home, "10")) == 1
    [row] = Register(home.register).leveranser()
    assert (row["rader_lasta"], row["rader_godkanda"], row["rader_karantan"]) == (21, 20, 1)


def test_a_confirmed_value_counts_and_the_register_keeps_who_said_so(home: Home) -> None:
    deliver(home, "webbtidbok", "mars.csv", doubtful(), period="2020-03")
    take_in(home, "webbtidbok")
    deliver(home, "webbtidbok", "mars.csv", doubtful(), period="2020-03", bekraftat=[CONFIRMED])
    outcome = take_in(home, "webbtidbok")
    assert (counted(home, "09"), outcome.vantar) == ([99_999], [])
    register = Register(home.register)
    assert register.rows("select kolumn, varde, av, varfor from bekraftelse") == [CONFIRMED]
    told = {(a.kod, a.niva) for a in register.anmarkningar(outcome.i_landing[0])}
    assert ("bekraftat", "anmarkning") in told
    assert "boka_over_visa" not in {kod for kod, _ in told}


def test_another_value_than_the_confirmed_one_is_still_in_doubt(home: Home) -> None:
    deliver(home, "webbtidbok", "mars.csv", doubtful(), period="2020-03", bekraftat=[CONFIRMED | {"varde": "9999"}])
    take_in(home, "webbtidbok")
    assert counted(home, "09") == []


def test_a_delivery_of_which_all_is_in_doubt_waits(home: Home) -> None:
    rows = [made.webbtidbok()[0], ["Gotland", 14, 15]]
    deliver(home, "webbtidbok", "gotland.csv", rows, period="2020-03")
    take_in(home, "webbtidbok")
    assert statuses(home) == [("gotland.csv", "vantar")]


def test_one_key_with_two_values_waits_and_identical_rows_do_not(home: Home) -> None:
    rows = made.webbtidbok()
    deliver(home, "webbtidbok", "lika.csv", [*rows, rows[3]], period="2020-02")
    deliver(home, "webbtidbok", "olika.csv", [*rows, [rows[3][0], rows[3][1] + 1, rows[3][2]]], period="2020-03")
    take_in(home, "webbtidbok")
    assert counting(home, "09") == [("lika.csv", "2020-02-01")]
    assert counting(home, "10") == [("lika.csv", "2020-02-01"), ("olika.csv", "2020-03-01")]


# --- a register of before ---------------------------------------------------------------------------------------------

#: The tables that differ in a register of version 1, as they were made.
OLD = """
create table leverans (
    leverans_id text primary key, kalla text not null, filnamn text not null, sha256 text not null, byte integer not null,
    sidofil text not null, mottagen text not null, mottagen_angiven integer not null, registrerad text not null,
    avsandare text, overenskommelse text, ersatter text
);
create table granskning (
    leverans_id text primary key references leverans, regelverk text not null, format text,
    bedomning text not null check (bedomning in ('godkand', 'godkand_med_anmarkning', 'avvisad')),
    respondent text, period text, rader_lasta integer not null, rader_godkanda integer not null,
    rader_karantan integer not null, antal_fel integer not null, antal_anmarkningar integer not null
);
create table tackning (
    leverans_id text not null references leverans, respondent text not null, period text not null, period_slut text not null,
    rader integer not null, primary key (leverans_id, respondent, period)
);
create table fil (
    sokvag text primary key, kalla text not null, byte integer not null, andrad integer not null, sidofil text not null,
    leverans_id text not null references leverans
);
create index tackning_block on tackning (respondent, period);
"""


def old_register(home: Home) -> None:
    with closing(sqlite3.connect(home.register)) as con, con:
        con.executescript("pragma journal_mode = wal;" + OLD)
        for name, kalla, who, rules, second in (
            ("n1", "nulagesrapport", "13 gnv_2020", "abc", 1),
            ("n2", "nulagesrapport", "13 gnv_2020", "abc", 2),
            ("v1", "vantetid_primarvard", "10", "abc 07,10 2020-03-01 2020-03-31 fff", 3),
        ):
            values = (name, kalla, f"{name}.csv", name, 1, "", "2020-04-01T12:00:00", 0, f"2020-04-01T12:00:0{second}")
            con.execute("insert into leverans values (?, ?, ?, ?, ?, ?, ?, ?, ?, null, null, null)", values)
            con.execute(
                "insert into granskning values (?, ?, 'f', 'godkand', null, null, 1, 1, 0, 0, 0)", (name, rules)
            )
            con.execute("insert into tackning values (?, ?, '2020-03-01', '2020-03-31', 1)", (name, who))
            path = str(home.landing / kalla / f"{name}.csv")
            con.execute("insert into fil values (?, ?, 1, 1, '', ?)", (path, kalla, name))


def test_a_register_of_before_keeps_what_it_knows(home: Home) -> None:
    old_register(home)
    register = Register(home.register)
    assert [
        tuple(t[k] for k in ("leverans_id", "respondent", "block", "overenskommelse", "gallande"))
        for t in register.tackning(2020)
    ] == [
        ("n1", "13", "gnv_2020", "gnv_2020", 0),
        ("n2", "13", "gnv_2020", "gnv_2020", 1),
        ("v1", "10", "", None, 1),
    ]
    looked = "regelverk, uppslag_regioner, uppslag_fran, uppslag_till, ram_signatur"
    assert register.rows(f"select {looked} from granskning where leverans_id = 'v1'") == [
        dict(zip(looked.split(", "), ("abc", "07,10", "2020-03-01", "2020-03-31", "fff"), strict=True))
    ]
    assert register.known_file("vantetid_primarvard/v1.csv", "vantetid_primarvard", (1, 1), "") == "v1"
    assert register.rows("pragma user_version") == [{"user_version": 5}]
    assert Register(home.register).tackning(2020) == register.tackning(2020)


@pytest.mark.parametrize(
    ("sidecar", "made_up"), [("pahittad: ja\n", 1), ("pahittad: nej\n", 0), ("", 0), ("pahittad: [\n", 0)]
)
def test_a_register_of_version_2_learns_from_the_kept_sidecar_what_is_made_up(
    home: Home, sidecar: str, made_up: int
) -> None:
    Register(home.register)
    with closing(sqlite3.connect(home.register)) as con, con:
        con.execute("alter table leverans drop column pahittad")
        con.execute("alter table granskning drop column forut")
        values = ("w1", "webbtidbok", "mars.csv", "w1", 1, sidecar, "2020-04-01T12:00:00", 0, "2020-04-01T12:00:00")
        con.execute("insert into leverans values (?, ?, ?, ?, ?, ?, ?, ?, ?, null, null, null)", values)
        con.execute("pragma user_version = 2")
    assert Register(home.register).rows("select pahittad from leverans") == [{"pahittad": made_up}]


@pytest.mark.parametrize("said", [{}, {"pahittad": "true"}])
def test_a_delivery_is_made_up_when_its_sidecar_says_so(home: Home, said: dict[str, str]) -> None:
    deliver(home, "webbtidbok", "mars.csv", made.webbtidbok(), period="2020-03", **said)
    take_in(home, "webbtidbok")
    register = Register(home.register)
    write_register(home, register, ANY_YEAR)
    assert [bool(row["pahittad"]) for row in register.leveranser()] == [bool(said)]
    with duckdb.connect() as con:
        told = con.execute("select pahittad from read_parquet(?)", [str(home.raw / "register" / "leveranser.parquet")])
        assert told.fetchall() == [(bool(said),)]


def test_a_home_of_before_goes_on(home: Home) -> None:
    """Old registers are read by today's rules at the next look, and a delivery known before is not received again."""
    deliver(home, "webbtidbok", "mars.csv", made.webbtidbok(), period="2020-03")
    take_in(home, "webbtidbok")
    with closing(sqlite3.connect(home.register)) as con, con:
        con.executescript(
            """
            create table g as select leverans_id, regelverk, format, bedomning, respondent, period, rader_lasta, rader_godkanda,
                rader_karantan, antal_fel, antal_anmarkningar from granskning;
            create table t as select leverans_id, respondent, period, period_slut, rader from tackning;
            create table f as select sokvag, kalla, byte, andrad, sidofil, leverans_id from fil;
            create table l as select * from leverans; alter table l drop column pahittad;
            drop table granskning; drop table tackning; drop table fil; drop table mottagning; drop table bekraftelse;
            drop table leverans; pragma user_version = 0;"""
            + OLD
            + """
            insert into leverans select * from l; insert into granskning select * from g; insert into tackning select * from t;
            insert into fil select * from f; drop table g; drop table t; drop table f; drop table l;
            update granskning set regelverk = 'gammalt'; update fil set sokvag = '"""
            + f"{home.landing.as_posix()}/"
            + """' || sokvag;"""
        )
    outcome = intake.take_in(home, all_sources()["webbtidbok"])
    assert (outcome.nya, len(outcome.granskade), outcome.vantar) == ([], 1, [])
    assert len(counting(home, "09")) == 1
    assert len(Register(home.register).rows("select * from mottagning")) == 1
