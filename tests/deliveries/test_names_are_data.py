"""Names are data: nothing that a sender calls a file, and no place where the home lies, is ever read as SQL or as a pattern."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from dagster_project.deliveries import intake
from dagster_project.deliveries.register import Register
from dagster_project.settings import Home
from dagster_project.sources import all_sources

HEADING = (
    "Regionkod;HSAIdVardenhet;VardkontaktId;Yrkeskategori;Kon;FodelseAr;Lkf;Vardgaranti;NyttEllerForsamrat;Avvikelse;Vardkontakt;"
    "KontaktDatum;BesokDatum"
)
CONTACT = "42;SE9999999999-E1;FEJK{};XS915;2;1950;1380;1;1;;0;2020-01-07;2020-01-08"
UNITS = "HSAIdVardenhet;Namn;Regionkod;Agarform;GiltigFran;GiltigTill\nSE9999999999-E1;PÅHITTAD;42;1;2010-01-01;\n"

NAMES = [
    "januari.o'brien.csv",
    "januari.', columns = {}) union all select (1.csv",
    "januari.') to 'röjd.csv",
    "januari.[a-z].csv",
    "januari.*?.csv",
    'januari."citat".csv',
    "--januari.csv",
]


def deliver(home: Home, kalla: str, name: str, text: str) -> Path:
    path = home.landing / kalla / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_names_and_places_change_nothing(tmp_path: Path) -> None:
    home = Home(tmp_path / "o'brien h*m[1]")
    home.create()
    (tmp_path / "o'brien hem1").mkdir()  # what the home would be as a pattern
    deliver(home, "enhetsregister", "ram.csv", UNITS)
    intake.take_in(home, all_sources()["enhetsregister"])
    source = all_sources()["vantetid_primarvard"]
    for number, name in enumerate(NAMES):
        deliver(home, source.kalla, name, f"{HEADING}\n{CONTACT.format(number)}\n")
        received = f"mottagen: 2020-02-{number + 1:02}T08:00:00\n"  # or nobody would know which of them came last
        deliver(home, source.kalla, f"{name}.leverans.yml", received)
    table = {h: [c or None] for h, c in zip(HEADING.split(";"), CONTACT.format("P").split(";"), strict=True)}
    pq.write_table(pa.table(table), home.landing / source.kalla / "februari.') as x(c0), range('9.parquet")
    before = sorted(p for p in tmp_path.rglob("*") if not p.is_relative_to(home.root))
    assert len(intake.take_in(home, source).granskade) == len(NAMES) + 1
    rows = [r for r in Register(home.register).leveranser() if r["kalla"] == source.kalla]
    assert [r["rader_godkanda"] for r in rows] == [1] * (len(NAMES) + 1)
    raw = list((home.raw / source.kalla / "kontakter").glob("period=2020-01-01/*.parquet"))
    with duckdb.connect() as con:
        found = {con.from_parquet(str(path).replace("[", "[[]")).project("kontakt_id").fetchall()[0][0] for path in raw}
    assert found == {f"FEJK{n}" for n in (*range(len(NAMES)), "P")}
    assert sorted(p for p in tmp_path.rglob("*") if not p.is_relative_to(home.root)) == before


def test_a_name_writes_no_file(tmp_path: Path) -> None:
    """The name that was run: it would have written a file beside the home."""
    home = Home(tmp_path / "hem")
    home.create()
    name = "a.csv', columns = {'c': 'varchar'}); copy (select 1) to 'röjd.csv"
    deliver(home, "vantetid_primarvard", name, f"{HEADING}\n{CONTACT.format(1)}\n")
    intake.take_in(home, all_sources()["vantetid_primarvard"])
    [row] = Register(home.register).leveranser()
    assert row["status"] == "godkand_med_anmarkning"  # no frame is there
    assert not Path("röjd.csv").exists()
