"""The monthly run in Dagster: it stands on its own, costs its own months, and a backfill is one run per month."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest
from reference import Delivery, Frame, Lists, cells, read_csv

from dagster_project.settings import Home
from dagster_project.warehouse import dbt
from examples.generators.vantetid import Extract, generate, write_frame

LISTS = Lists.read(Path(__file__).resolve().parents[2] / "seeds")
DECEMBER = Extract(contacts=3_000, months=[date(2020, 12, 1)], units=40, seed=31)
NOVEMBER = replace(DECEMBER, months=[date(2020, 11, 1)])
JANUARY = replace(DECEMBER, months=[date(2021, 1, 1)])
ASSET = dg.AssetKey(["manad", "medicinsk_bedomning_tre_dagar"])


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


def run(home: Home, instance: dg.DagsterInstance, month: str) -> dict[str, Any]:
    """One month's run, and what it says about the month."""
    from dagster_project.definitions import build_defs

    result = (
        build_defs(home).resolve_job_def("manadskorning").execute_in_process(partition_key=month, instance=instance)
    )
    assert result.success
    [event] = [event for event in result.get_asset_materialization_events() if event.asset_key == ASSET]
    assert event.partition == month
    return {name: value.value for name, value in event.materialization.metadata.items()}


def shown(home: Home, ar: int) -> dict[str, int]:
    """The country's assessments by month, in a year's build."""
    with duckdb.connect(str(dbt.build_db(home, ar)), read_only=True) as con:
        return dict(
            con.execute("""
                select strftime(period, '%Y-%m'), bedomningar from mart.medicinsk_bedomning_tre_dagar
                where niva = 'riket' and yrkeskategori = 'alla' and kon = 'T' and bedomningar is not null""").fetchall()
        )


def deliver(home: Home, extract: Extract) -> dict[str, Any]:
    """Put the month in landing; the country's total of it by the independent calculation."""
    path = generate(extract, home.landing / "vantetid_primarvard").files[0]
    frame = Frame.of(read_csv(write_frame(DECEMBER, home.landing / "enhetsregister" / "ram.csv")), LISTS)
    total = next(
        cell
        for key, cell in cells([Delivery(read_csv(path))], frame, LISTS).items()
        if (key.niva, key.yrkeskategori, key.kon) == ("riket", "alla", "T")
    )
    return {
        "regioner": total.antal_regioner,
        "bedomningar": total.bedomningar,
        "andel_inom_tre_dagar": pytest.approx(total.andel),
    }


def test_the_month_that_is_asked_for_and_no_other_in_a_home_without_an_annual_build(
    home: Home, instance: dg.DagsterInstance
) -> None:
    """Two months have come. Each is computed when its partition is run, and the other is left as it was. The next year begins with
    them, and does not read them again."""
    november, december = deliver(home, NOVEMBER), deliver(home, DECEMBER)
    assert run(home, instance, "2020-12-01") == december
    assert shown(home, 2020) == {"2020-12": december["bedomningar"]}
    assert run(home, instance, "2020-11-01") == november
    here = {"2020-11": november["bedomningar"], "2020-12": december["bedomningar"]}
    assert shown(home, 2020) == here

    for month in ("2020-11-01", "2020-12-01"):
        for path in (home.raw / "vantetid_primarvard" / "kontakter" / f"period={month}").iterdir():
            path.write_bytes(b"whoever reads this fails")
    january = deliver(home, JANUARY)
    assert run(home, instance, "2021-01-01") == january
    assert instance.get_materialized_partitions(ASSET) == {"2020-11-01", "2020-12-01", "2021-01-01"}
    assert shown(home, 2021) == {**here, "2021-01": january["bedomningar"]}
