"""Suites over a table: four outcomes, rows named by their key, and a stop level that holds a source's marts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from dagster_project.validation import response, suites
from dagster_project.validation.suites import Utfall


def table(path: Path, sql: str) -> Path:
    with duckdb.connect(str(path)) as con:
        con.execute(sql)
    return path


COLUMNS = "_nr bigint, region_kod varchar, _period date, visa_tid bigint, boka_tid bigint"


def test_outcomes_and_rows(tmp_path: Path) -> None:
    db = table(
        tmp_path / "prov.duckdb",
        f"""
        create table godkand ({COLUMNS});
        insert into godkand values (1, '09', '2020-03-01', 13, 12), (2, '10', '2020-03-01', -23, 12), (3, '20', '2020-03-01', 85, 90)
    """,
    )
    found = {k.kod: k for k in suites.run("webbtidbok", db, "godkand")}
    assert (found["negativt_antal_visa"].utfall, found["negativt_antal_visa"].rader) == (
        Utfall.UNDERKAND,
        ((2, "-23"),),
    )
    assert found["negativt_antal_boka"].utfall == found["region_dubbel"].utfall == Utfall.GODKAND
    assert found["boka_over_visa"].rader == ((2, "12"), (3, "90"))
    assert found["negativt_antal_visa"].blockerande
    assert not found["boka_over_visa"].blockerande
    missing = str(found["regioner_saknas"].observerat).split(", ")
    assert len(missing) == 21 - 3
    assert not {"09", "10", "20"} & set(missing)
    with duckdb.connect(str(db)) as con:  # no connection is left open
        con.execute("drop table godkand")


def test_no_data_and_not_run(tmp_path: Path) -> None:
    empty = table(tmp_path / "tom.duckdb", f"create table godkand ({COLUMNS})")
    assert {k.utfall for k in suites.run("webbtidbok", empty, "godkand")} == {Utfall.INGA_DATA}
    narrow = table(tmp_path / "smal.duckdb", "create table godkand as select 1::bigint as _nr, 5::bigint as visa_tid")
    found = {k.kod: k.utfall for k in suites.run("webbtidbok", narrow, "godkand")}
    assert (found["negativt_antal_visa"], found["negativt_antal_boka"]) == (Utfall.GODKAND, Utfall.EJ_KORD)


@pytest.mark.parametrize(
    ("thresholds", "outcomes", "held"),
    [
        ({"svarsfrekvens": 70.0}, (Utfall.UNDERKAND, Utfall.EJ_KORD), {}),
        ({"svarsfrekvens": 30.0, "svarsfrekvens_stopp": 20.0}, (Utfall.GODKAND, Utfall.GODKAND), {}),
        (
            {"svarsfrekvens": 70.0, "svarsfrekvens_stopp": 40.0},
            (Utfall.UNDERKAND, Utfall.UNDERKAND),
            {
                "kommunenkat": "Svarsfrekvensen för enkäten till kommunerna är 31 procent. Det är under gränsen för att redovisa."
            },
        ),
    ],
)
def test_response_rates(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    thresholds: dict[str, float],
    outcomes: tuple[Utfall, Utfall],
    held: dict[str, str],
) -> None:
    """90 of 290 municipalities."""
    db = table(
        tmp_path / "bygge.duckdb",
        """
        create schema mart;
        create table mart.svarsfrekvens as
        select 'kommunenkat' as kalla, 'riket' as niva, 90::bigint as inkomna, 290::bigint as forvantade, 100.0 * 90 / 290 as svarsfrekvens
    """,
    )
    levels: dict[str, dict[str, Any]] = {"kommunenkat": dict(thresholds)}
    monkeypatch.setattr(suites, "thresholds", lambda: levels)
    checks = response.check(db, tmp_path / "sida.html")
    found = {k.kod: k.utfall for k in checks}
    assert (found["kommunenkat_svarsfrekvens"], found["kommunenkat_svarsfrekvens_stopp"]) == outcomes
    assert response.sources_held(checks) == held
