"""What is in force on a day: the rule in Python, the same in SQL, and that a name that has changed is still read and changes no code."""

from __future__ import annotations

import csv
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import jinja2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dagster_project import giltighet, rapporter
from dagster_project.reading import typing_sql
from dagster_project.reading.names import norm
from dagster_project.settings import DBT, SEEDS
from dagster_project.validation import suites

DAYS = st.dates(date(2000, 1, 1), date(2040, 12, 31))
NAMES = st.text("abcdefghijklmnopqrstuvwxyzåäö", min_size=6, max_size=14).map(str.capitalize)
Row = dict[str, Any]


@st.composite
def histories(draw: st.DrawFn) -> list[Row]:
    """The rows of a few keys, each a chain of names without gap or overlap, with or without a first and a last day; in any order."""
    rows: list[Row] = []
    for key in draw(st.lists(st.sampled_from("abcde"), min_size=1, max_size=4, unique=True)):
        cuts = sorted(draw(st.sets(DAYS, max_size=4)))
        firsts = [draw(st.none() | st.just(date(1999, 1, 1))), *cuts]
        ends = [*(cut - timedelta(days=1) for cut in cuts), draw(st.none() | st.just(date(2041, 1, 1)))]
        rows += [
            {"kod": key, "namn": f"{key}{n}", "galler_fran": first, "galler_till": last}
            for n, (first, last) in enumerate(zip(firsts, ends, strict=True))
        ]
    return draw(st.permutations(rows))


@given(histories(), DAYS)
def test_on_each_day_of_a_chain_the_row_that_spans_it_is_in_force(rows: list[Row], day: date) -> None:
    assert giltighet.faults(rows, "kod") == []
    spanning = [row for row in rows if (row["galler_fran"] or date.min) <= day <= (row["galler_till"] or date.max)]
    assert (
        {row["kod"]: row for row in spanning} == giltighet.at(rows, "kod", day) == giltighet.in_force(rows, "kod", day)
    )
    assert len(spanning) == len({row["kod"] for row in rows})


@given(histories(), st.data())
def test_a_gap_and_an_overlap_are_told(rows: list[Row], data: st.DataObject) -> None:
    middle = [row for row in rows if row["galler_till"] and row["galler_till"] < date(2041, 1, 1)]
    if not middle:
        return
    row = data.draw(st.sampled_from(middle))
    longer, shorter = (
        [{**r, "galler_till": r["galler_till"] + timedelta(days=n)} if r is row else r for r in rows] for n in (1, -1)
    )
    following = row["galler_till"] + timedelta(days=1)
    assert f"{row['kod']}: två rader gäller samma dag, {following}" in giltighet.faults(longer, "kod")
    told = giltighet.faults(shorter, "kod")
    assert any(
        text.startswith(f"{row['kod']}: ") and ("ingen rad gäller" in text or "före sin första dag" in text)
        for text in told
    )


@given(histories(), DAYS, DAYS)
def test_what_has_ended_keeps_its_last_name_and_what_has_not_begun_is_not_there(
    rows: list[Row], ended: date, day: date
) -> None:
    closed = [row | {"galler_till": min(row["galler_till"] or date.max, ended)} for row in rows]
    closed = [row for row in closed if (row["galler_fran"] or date.min) <= row["galler_till"]]
    found = giltighet.at(closed, "kod", day)
    assert found == {
        row["kod"]: row
        for row in sorted(closed, key=lambda r: r["galler_fran"] or date.min)
        if (row["galler_fran"] or date.min) <= day
    }
    assert giltighet.in_force(closed, "kod", day) == {k: r for k, r in found.items() if day <= r["galler_till"]}


def _in_sql(rows: list[Row], day: date) -> dict[str, Row]:
    """What the models' macro makes of the rows on a day."""
    values = ", ".join(
        f"('{r['kod']}', '{r['namn']}', "
        + ", ".join(f"'{r[name]}'" if r[name] else "null" for name in ("galler_fran", "galler_till"))
        + ", 'fil')"
        for r in rows
    )
    macros = (DBT / "macros" / "giltighet.sql").read_text(encoding="utf-8")
    template = jinja2.Environment().from_string(macros + "{{ gallande_rader('kod') }}")
    relation = f"(values {values}) as v (kod, namn, galler_fran, galler_till, fil)"
    asked = template.render(filer=lambda: f"(from {relation})", var={"giltighetsdag": day.isoformat()}.__getitem__)
    with duckdb.connect() as con:
        found = con.execute(asked)
        names = [column[0] for column in found.description or ()]
        return {row["kod"]: row for row in (dict(zip(names, each, strict=True)) for each in found.fetchall())}


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(histories(), DAYS, DAYS)
def test_the_models_go_by_the_same_rule(rows: list[Row], ended: date, day: date) -> None:
    closed = [row | {"galler_till": min(row["galler_till"] or date.max, ended)} for row in rows]
    closed = [row for row in closed if (row["galler_fran"] or date.min) <= row["galler_till"]]
    if not closed:
        return
    ours, theirs = giltighet.at(closed, "kod", day), _in_sql(closed, day)
    assert {key: row["namn"] for key, row in theirs.items()} == {key: row["namn"] for key, row in ours.items()}
    # A last day that lies ahead is not known yet: an earlier report is the same when the file has told more.
    assert {k for k, row in theirs.items() if row["galler_till"] is None} == giltighet.in_force(
        closed, "kod", day
    ).keys()
    begun = [row for row in closed if (row["galler_fran"] or date.min) <= day]
    first = {k: min(row["galler_fran"] or date.min for row in begun if row["kod"] == k) for k in theirs}
    assert {key: row["galler_fran"] or date.min for key, row in theirs.items()} == first


@pytest.mark.parametrize(("path", "key"), [("regioner", "region_kod"), ("kommuner", "kommun_kod"), ("kallor", "kalla")])
def test_the_seeds_have_no_gap_and_no_overlap(path: str, key: str) -> None:
    with (SEEDS / "reference" / f"{path}.csv").open(encoding="utf-8", newline="") as file:
        assert giltighet.faults(csv.DictReader(file), key) == []


def test_an_earlier_report_names_who_supplied_its_figures_as_they_were_called_then() -> None:
    """The report on 2016–2018 speaks of SKL (004 L2129), which was SKR from 27 November 2019."""
    with (SEEDS / "reference" / "kallor.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    named = {
        ar: giltighet.at(rows, "kalla", rapporter.of(ar).gallande)["personalstatistik"]["leverantor"]
        for ar in (2018, 2020)
    }
    assert named == {2018: "SKL", 2020: "SKR"}


def _aliases(folder: Path, patch: pytest.MonkeyPatch) -> set[tuple[str, str, str]]:
    """What each spelling is read as, with the seeds of ``folder``."""
    patch.setattr(typing_sql, "SEEDS", folder)
    typing_sql._aliases.cache_clear()
    try:
        with duckdb.connect() as con:
            typing_sql.load_aliases(con)
            return set(con.execute("select lista, norm, kod from alias").fetchall())
    finally:
        patch.undo()
        typing_sql._aliases.cache_clear()


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.sampled_from(["01", "04", "23", "14"]), NAMES, st.dates(date(2018, 1, 1), date(2030, 1, 1)))
def test_a_renamed_region_is_read_under_both_names_and_nothing_else_is_read_otherwise(
    tmp_path_factory: pytest.TempPathFactory, kod: str, name: str, day: date
) -> None:
    folder = tmp_path_factory.mktemp("bytt") / "seeds"
    shutil.copytree(SEEDS, folder, ignore=shutil.ignore_patterns("rapporter", "published"))
    path = folder / "reference" / "regioner.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    [old] = [row for row in rows if row["region_kod"] == kod]
    new = {**old, "region": name, "region_officiell": f"Region {name}", "galler_fran": day.isoformat()}
    old["galler_till"] = (day - timedelta(days=1)).isoformat()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(old))
        writer.writeheader()
        writer.writerows([new, *rows])
    with pytest.MonkeyPatch.context() as patch:
        before = _aliases(SEEDS, patch)
    with pytest.MonkeyPatch.context() as patch:
        after = _aliases(folder, patch)
    assert before <= after
    assert {code for _, _, code in after - before} == {kod}
    key = norm(name)
    assert {("region", key, kod), ("bidragsmottagare", key, kod), ("bidragsmottagare", f"region{key}", kod)} <= after


def test_a_threshold_that_has_changed_judges_each_report_by_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    said = {
        "kommunenkat": {
            "svarsfrekvens": [
                {"varde": 70.0, "galler_till": date(2020, 12, 31)},
                {"varde": 75.0, "galler_fran": date(2021, 1, 1)},
            ],
            "max_andel_karantan": 0.25,
        }
    }
    monkeypatch.setattr(suites, "stated_thresholds", lambda: said)
    suites.thresholds.cache_clear()
    found = {
        day: suites.thresholds(day)["kommunenkat"] for day in (rapporter.of(2020).gallande, date(2021, 12, 31), None)
    }
    suites.thresholds.cache_clear()
    assert [limits["svarsfrekvens"] for limits in found.values()] == [70.0, 75.0, 75.0]
    assert {limits["max_andel_karantan"] for limits in found.values()} == {0.25}
