"""What came after the cut-off of a report: not used in it, listed, and used where there is no cut-off."""

from __future__ import annotations

import duckdb
import made_files as made
from test_intake import deliver, take_in

from dagster_project.deliveries import late, summary
from dagster_project.deliveries.raw import write_register
from dagster_project.deliveries.register import ANY_YEAR, Register
from dagster_project.settings import Home
from dagster_project.warehouse import state

#: By file, when it was received: the report of 2020 has its cut-off on 30 June 2021, and the whole day is in time.
RECEIVED = {
    "forst.csv": "2020-04-01T12:00:00",
    "sista_minuten.csv": "2021-06-30T23:59:59",
    "dagen_efter.csv": "2021-07-01T00:00:00",
    "mycket_sent.csv": "2026-08-31T12:00:00",
}


def counting(register: Register, ar: int) -> set[str]:
    names = {row["leverans_id"]: row["filnamn"] for row in register.leveranser()}
    return {names[t["leverans_id"]] for t in register.tackning(ar) if t["gallande"]}


def received(home: Home) -> Register:
    for visa, (name, when) in enumerate(RECEIVED.items()):
        rows = made.changed(made.webbtidbok(), 4, 1, 20 + visa)
        deliver(home, "webbtidbok", name, rows, period="2020-03", mottagen=when)
    take_in(home, "webbtidbok")
    return Register(home.register)


def test_what_was_received_after_the_cutoff_is_not_used_and_is_listed(home: Home) -> None:
    register = received(home)
    assert counting(register, 2020) == {"sista_minuten.csv"}
    assert [row["filnamn"] for row in state.deliveries_used(register, 2020)] == ["sista_minuten.csv"]
    assert [row["filnamn"] for row in late.after_cutoff(register, 2020)] == ["dagen_efter.csv", "mycket_sent.csv"]
    status = {row["filnamn"]: row["status"] for row in register.leveranser(ar=2020)}
    assert status == {"forst.csv": "ersatt", "sista_minuten.csv": "godkand"}, "as it stood at the cut-off"
    for ar in (2021, ANY_YEAR):  # neither has a cut-off
        assert counting(register, ar) == {"mycket_sent.csv"}
        assert late.after_cutoff(register, ar) == []


def test_what_comes_after_the_cutoff_changes_what_is_said_and_nothing_else(home: Home) -> None:
    """dbt is told the same; the release is another, because it lists what came late; the one who builds is told."""
    early = dict(list(RECEIVED.items())[:2])
    for name, when in early.items():
        deliver(home, "webbtidbok", name, made.webbtidbok(), period="2020-03", mottagen=when)
    take_in(home, "webbtidbok")
    register = Register(home.register)

    def told() -> list[list[tuple[object, ...]]]:
        write_register(home, register, 2020)
        with duckdb.connect() as con:
            files = [home.raw / "register" / f"{name}.parquet" for name in ("leveranser", "tackning")]
            return [con.execute(f"select * from '{file}' order by all").fetchall() for file in files]

    before, fingerprint = told(), state.fingerprint(register, 2020, {})
    deliver(home, "webbtidbok", "sen.csv", made.webbtidbok(), period="2020-03", mottagen="2021-07-01T08:00:00")
    deliver(home, "webbtidbok", "trasig.csv", [["Region"]], period="2020-03", mottagen="2021-07-02T08:00:00")
    deliver(home, "webbtidbok", "nasta.csv", made.webbtidbok(), period="2021-03", mottagen="2021-07-03T08:00:00")
    take_in(home, "webbtidbok")
    assert told() == before
    assert state.fingerprint(register, 2020, {}) != fingerprint
    listed = [row["filnamn"] for row in late.after_cutoff(register, 2020)]
    assert listed == ["sen.csv", "trasig.csv"], "what is about a later year only is not late"
    lines = [line.text for line in summary.said(home, register, 2020, {}, {})]
    assert "sen.csv och trasig.csv: kom in efter rapportens brytdag 2021-06-30 och används inte 2020." in lines
