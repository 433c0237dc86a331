"""One rule has one meaning: every suite is run by the door's SQL and by Great Expectations over made-up rows, and both find the same."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dagster_project import sql
from dagster_project.deliveries.rows import KEPT
from dagster_project.reading import formats, typing_sql
from dagster_project.reading.findings import Atgard
from dagster_project.reading.formats import Format, Kolumn
from dagster_project.sources import all_sources
from dagster_project.validation import executor, gx, response, suites
from dagster_project.validation.suites import Utfall

ROWS, DELIVERIES = 60, 2
DAY = date(2019, 12, 30)


def cell(rng: random.Random, k: Kolumn, con: duckdb.DuckDBPyConnection) -> Any:
    """A typed value, of few different ones so that rows repeat and contradict each other."""
    if (k.tom or k.markering) and rng.random() < 0.25:
        return None
    match k.typ:
        case "kod" | "region" | "kommun":
            return rng.choice(typing_sql.codes(con, k, "scb")[:4])
        case "serie":
            return rng.choice(["A", "B"])
        case "datum":
            return DAY + timedelta(rng.randrange(0, 45))
        case "manad":
            return date(2020, rng.randrange(1, 3), 1)
        case "ar":
            return rng.randrange(2019, 2021)
        case "decimal":
            return rng.choice([0.0, 0.4, 5.0, 12.5, 99.0])
        case "antal" | "heltal" | "belopp":
            return rng.choice([0, 1, 2, 4, 95, 100, 5_000_000_000])
        case _:
            return rng.choice(["Allmänmedicin", "Kirurgi", "Totalt", "x"])


def rows(rng: random.Random, spec: Format) -> list[dict[str, Any]]:
    with duckdb.connect() as con:
        typing_sql.load_aliases(con)
        found: list[dict[str, Any]] = []
        for nr in range(1, ROWS + 1):
            row = {k.namn: cell(rng, k, con) for k in spec.kolumner} | dict(spec.konstanter)
            row |= {f"{k.namn}_markering": None for k in spec.kolumner if k.markering}
            if found and rng.random() < 0.4:  # nearly the same as a former one
                changed = rng.choice(spec.kolumner).namn
                row = {**rng.choice(found), changed: row[changed]}
            found.append(
                row | {"_nr": nr, "_blad": None, "_rad": nr + 1, "_period": date(2020, rng.randrange(1, 3), 1)}
            )
    return [row | {"_respondent": str(row[spec.respondent]), "_block": ""} for row in found]


def columns_of(spec: Format) -> dict[str, str]:
    kinds = {k.namn: typing_sql.SQL_TYPE[k.typ] for k in spec.kolumner}
    kinds |= dict.fromkeys(spec.konstanter, "varchar")
    kinds |= {f"{k.namn}_markering": "varchar" for k in spec.kolumner if k.markering}
    return {
        "_nr": "bigint",
        "_blad": "varchar",
        "_rad": "bigint",
        **kinds,
        "_respondent": "varchar",
        "_block": "varchar",
        "_period": "date",
    }


def judged(
    con: duckdb.DuckDBPyConnection, name: str, spec: Format, parti: str, folder: Path
) -> tuple[gx.Parti, dict[str, list[int]]]:
    """Run the suite as the door does, and keep the rows as they were before, with the rule that took each out."""
    rules = suites.fitted(suites.rules(name), spec)
    con.execute("create or replace table borttagen (_nr bigint, regel smallint)")
    failing: dict[str, list[int]] = {}

    def failed(regel: suites.Regel) -> None:
        failing[regel.kod] = sorted(nr for (nr,) in con.execute(f"select _nr from {executor.table(regel)}").fetchall())
        if regel.atgard == Atgard.RAD:
            number = rules.index(regel)
            con.execute(f"insert into borttagen select distinct _nr, {number} from {executor.table(regel)}")

    batch = "(select * from typade where _nr not in (select _nr from borttagen))"
    checks = executor.run(con, rules, batch, suites.columns(spec), spec.parametrar, failed)
    target = folder / f"{parti}.parquet"
    con.execute(
        f"copy (select t.*, {sql.literal(parti)} as _leverans_id, coalesce(b.regel, {KEPT})::bigint as _till "
        f"from typade t left join borttagen b using (_nr)) to {sql.literal(target)} (format parquet)"
    )
    return gx.Parti(parti, target, checks, spec.parametrar), failing


def beside(folder: Path) -> dict[str, Path]:
    """The frame of units and the time of receipt, for rules that look into them."""
    units = {
        "vardenhet_id": ["Allmänmedicin", "Kirurgi", "Totalt", "x"],
        "region_kod": ["01", "03", "04", "01"],
        "giltig_fran": [date(2019, 1, 1), DAY, date(2020, 2, 1), DAY],
        "giltig_till": [None, date(2020, 1, 15), None, None],
    }
    files = {"ram": folder / "ram.pq", "leverans": folder / "leverans.pq"}
    pq.write_table(pa.table(units), files["ram"])
    pq.write_table(pa.table({"mottagen": [date(2020, 2, 5)]}), files["leverans"])
    return files


@pytest.mark.parametrize("name", sorted(all_sources()))
def test_both_find_the_same_rows(tmp_path: Path, name: str) -> None:
    rng = random.Random(name)
    spec = formats.load()[name][0]
    partier, expected, tables = [], {}, beside(tmp_path)
    for number in range(DELIVERIES):
        with duckdb.connect() as con:
            kinds = columns_of(spec)
            con.execute(f"create table typade ({', '.join(f'{sql.identifier(n)} {t}' for n, t in kinds.items())})")
            con.register("in_", pa.Table.from_pylist(rows(rng, spec)))
            con.execute("insert into typade by name from in_")
            for table, path in tables.items():
                con.execute(f"create table {table} as from read_parquet({sql.path(path)})")
            parti, failing = judged(con, name, spec, f"{name}-{number}", tmp_path)
        partier.append(parti)
        expected |= {(parti.namn, kod): nrs for kod, nrs in failing.items()}
    found = gx.validate(name, partier, tmp_path, complete=True, beside=tables)
    assert set(found) == {(p.namn, k.kod) for p in partier for _, k in p.run}
    assert {key: nrs for key, (n, nrs) in found.items() if nrs} == expected
    counted = {(p.namn, k.kod): k.antal for p in partier for _, k in p.run if not k.regel.hela}
    assert {key: found[key][0] for key in counted} == counted
    assert all(k.utfall != Utfall.EJ_TILLAMPLIG for p in partier for k in p.kontroller)


def test_a_difference_is_told(tmp_path: Path) -> None:
    spec = formats.load()["webbtidbok"][0]
    [regel] = [r for r in suites.rules("webbtidbok") if r.kod == "boka_over_visa"]
    rader = {"_nr": [1, 2], "visa_tid": [1, 1], "boka_tid": [2, 1], "_leverans_id": ["a", "a"], "_till": [KEPT, KEPT]}
    pq.write_table(pa.table(rader), tmp_path / "a.parquet")
    for antal, said in ((1, []), (2, ["webbtidbok, a: boka_over_visa: the door found 2, Great Expectations 1"])):
        (work := tmp_path / str(antal)).mkdir()
        parti = gx.Parti(
            "a", tmp_path / "a.parquet", [suites.Kontroll(regel, Utfall.UNDERKAND, antal)], spec.parametrar
        )
        assert gx.differences("webbtidbok", [parti], work) == said


def test_response_rates_both_ways(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rates of 0 to 100 of every source, against thresholds and stop levels that some of them miss."""
    levels = {kalla: {"svarsfrekvens": 60.0, "svarsfrekvens_stopp": 30.0} for kalla in suites.thresholds()}
    monkeypatch.setattr(suites, "thresholds", lambda *_: levels)
    db = tmp_path / "bygge.duckdb"
    with duckdb.connect(str(db)) as con:
        con.execute("create schema mart")
        con.execute(
            "create table mart.svarsfrekvens as select unnest(?) as kalla, 'riket' as niva, n as inkomna, n::double as svarsfrekvens "
            "from range(0, 101, 10) as r(n)",
            [sorted(levels)],
        )
        con.execute(
            f"copy (select *, 'a' as _leverans_id, {KEPT} as _till from {response.ROWS}) to {sql.literal(tmp_path / 'a.parquet')}"
        )
    checks = response.check(db)
    parti = gx.Parti("a", tmp_path / "a.parquet", checks, response.parameters())
    assert {k.antal for _, k in parti.run} == {
        2,
        5,
    }  # 10 and 20 are under 30, and 30 to 50 under 60; where none came, none is judged
    assert gx.differences(response.SUITE, [parti], tmp_path) == []
