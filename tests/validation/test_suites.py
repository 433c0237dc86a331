"""Suites over a table: four outcomes, rows named by their key, and a stop level that holds a source's marts."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dagster_project.reading import formats
from dagster_project.validation import executor, response, suites
from dagster_project.validation.suites import Utfall


def table(path: Path, sql: str) -> Path:
    with duckdb.connect(str(path)) as con:
        con.execute(sql)
    return path


COLUMNS = frozenset({"_nr", "region_kod", "_period", "visa_tid", "boka_tid"})


def outcomes(
    rows: list[tuple[int, str, int, int]], columns: frozenset[str] = COLUMNS
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The outcome of each rule for webbtidbok, and the rows that fail it."""
    with duckdb.connect() as con:
        con.execute(
            "create table godkand (_nr bigint, region_kod varchar, visa_tid bigint, boka_tid bigint, _period date)"
        )
        if rows:
            con.executemany("insert into godkand values (?, ?, ?, ?, date '2020-03-01')", rows)
        checks = executor.run(con, suites.rules("webbtidbok"), "godkand", columns, {})
        made = {name for (name,) in con.execute("select table_name from duckdb_tables() where temporary").fetchall()}
        failing = {
            k.kod: con.execute(f"from {executor.table(k.regel)} order by all").fetchall()
            for k in checks
            if executor.table(k.regel) in made
        }
    return {k.kod: k for k in checks}, failing


def test_outcomes_and_rows() -> None:
    found, failing = outcomes([(1, "09", 13, 12), (2, "10", 23, 24), (3, "20", 85, 90)])
    assert failing["boka_over_visa"] == [(2, "24"), (3, "90")]
    assert (found["boka_over_visa"].utfall, found["boka_over_visa"].antal) == (Utfall.UNDERKAND, 2)
    assert found["region_dubbel"].utfall == Utfall.GODKAND
    assert found["boka_over_visa"].regel.fel
    missing = str(found["regioner_saknas"].observerat).split(", ")
    assert len(missing) == 21 - 3
    assert not {"09", "10", "20"} & set(missing)


def test_a_rule_about_answers_goes_by_the_formats_own() -> None:
    """A question that is dropped or added is out of the rule or in it; one whose cells an earlier rule takes is no answer."""
    [spec] = [spec for spec in formats.load()["kommunenkat"] if spec.format == "kommunenkat_2019"]
    [f1a] = [k for k in spec.kolumner if k.namn == "f1a"]
    kept = [k for k in spec.kolumner if k.namn != "f3_dietist"]
    other = spec.model_copy(update={"kolumner": [*kept, f1a.model_copy(update={"namn": "f5"})]})
    for each, there, gone in ((spec, "f3_dietist", "f5"), (other, "f5", "f3_dietist")):
        rules = suites.fitted(suites.rules("kommunenkat"), each)
        assert [rule.kod for rule in rules] == [rule.kod for rule in suites.rules("kommunenkat")]
        [rule] = [rule for rule in rules if rule.kod == "inget_svar"]
        assert there in rule.kolumner
        assert not {gone, "f2a", "svarsdatum", "f4"} & set(rule.kolumner)
        assert f"coalesce({', '.join(rule.kolumner)})" in rule.villkor["unexpected_rows_query"]
        assert rule.behover <= suites.columns(each)


def test_no_data_and_not_applicable() -> None:
    assert {k.utfall for k in outcomes([])[0].values()} == {Utfall.INGA_DATA}
    found, _ = outcomes([(1, "09", 13, 12)], COLUMNS - {"boka_tid"})
    assert (found["boka_over_visa"].utfall, found["regioner_saknas"].utfall) == (
        Utfall.EJ_TILLAMPLIG,
        Utfall.UNDERKAND,
    )


@pytest.mark.parametrize("name", [*formats.load(), response.SUITE])
def test_every_suite_is_sound(name: str) -> None:
    rules = suites.rules(name)
    assert rules
    assert all(r.meddelande and (r.atgard in ("ingen", "cell", "avvisa", "rad", "tveka")) for r in rules)


RULE: dict[str, Any] = {
    "type": "unexpected_rows_expectation",
    "kwargs": {"unexpected_rows_query": "select _nr, visa_tid from {batch} where visa_tid = 13"},
    "severity": "warning",
    "meta": {"kod": "tretton", "atgard": "ingen", "kolumn": "visa_tid", "meddelande": "{hittat} är ett otal."},
}


def changed(**change: Any) -> dict[str, Any]:
    meta = {k: v for k, v in {**RULE["meta"], **change.pop("meta", {})}.items() if v is not ...}
    return {k: v for k, v in {**RULE, **change, "meta": meta}.items() if v is not ...}


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ([changed()], None),
        ([changed(meta={"atgard": "ta_bort"})], "atgard: Input should be 'avvisa', 'rad', 'cell', 'tveka' or 'ingen'"),
        ([changed(meta={"kolumn": "visatid"})], "no format has the column visatid"),
        ([changed(meta={"kolumner": ["visa_tid", "bokatid"]})], "no format has the column bokatid"),
        ([changed(type="expect_column_to_be_nice")], "typ: Input should be 'expect_column_values_to_be_between'"),
        ([changed(meta={"meddelande": ...})], "meddelande: Field required"),
        ([changed(meta={"meddelande": ""})], "meddelande: String should have at least 1 character"),
        ([changed(meta={"meddelande": "{funnet} är ett otal."})], "meddelande: unknown field funnet"),
        ([changed(meta={"atgrad": "rad"})], "atgrad: Extra inputs are not permitted"),
        ([changed(severity="fatal")], "severity: Input should be 'critical' or 'warning'"),
        ([changed(kwargs={"query": "select 1"})], "unexpected_rows_expectation needs unexpected_rows_query"),
        ([changed(), changed()], "the kod is there twice"),
        (
            [
                changed(
                    type="expect_column_values_to_be_between",
                    kwargs={"column": "visa_tid", "max_value": {"$PARAMETER": "tak"}},
                )
            ],
            "no format has the parameter tak",
        ),
        (
            [
                changed(
                    type="expect_column_distinct_values_to_contain_set",
                    kwargs={"column": "visa_tid", "value_set": []},
                    meta={"atgard": "rad"},
                )
            ],
            "expect_column_distinct_values_to_contain_set names no rows to take out",
        ),
    ],
)
def test_a_wrong_rule_is_told_when_it_is_read(tmp_path: Path, rules: list[dict[str, Any]], said: str | None) -> None:
    (path := tmp_path / "webbtidbok.json").write_text(json.dumps({"name": "webbtidbok", "expectations": rules}))
    if said is None:
        assert [r.kod for r in suites.read(path, formats.load()["webbtidbok"])] == ["tretton"]
        return
    with pytest.raises(ValueError, match=rf"^webbtidbok\.json: tretton: .*{re.escape(said)}"):
        suites.read(path, formats.load()["webbtidbok"])


@pytest.mark.parametrize(
    ("thresholds", "outcomes", "held"),
    [
        ({"svarsfrekvens": 70.0}, (Utfall.UNDERKAND, Utfall.EJ_KORD), {}),
        ({"svarsfrekvens": 30.0, "svarsfrekvens_stopp": 20.0}, (Utfall.GODKAND, Utfall.GODKAND), {}),
        (
            {"svarsfrekvens": 70.0, "svarsfrekvens_stopp": 40.0},
            (Utfall.UNDERKAND, Utfall.UNDERKAND),
            {
                "kommunenkat": "Svarsfrekvensen för enkäten till kommunerna är 31 procent. Det är under uppföljningens egen gräns för att redovisa."
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
    monkeypatch.setattr(suites, "thresholds", lambda *_: levels)
    checks = response.check(db)
    found = {k.kod: k.utfall for k in checks}
    assert (found["kommunenkat_svarsfrekvens"], found["kommunenkat_svarsfrekvens_stopp"]) == outcomes
    assert response.sources_held(checks) == held
