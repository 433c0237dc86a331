"""The dated format is the raw schema, and what tells it again is written out of it."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from dagster_project.deliveries import intake
from dagster_project.reading import formats
from dagster_project.settings import Home
from dagster_project.sources import all_sources, schema


def test_every_file_that_tells_the_raw_schema_is_up_to_date() -> None:
    for path, text in schema.told().items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name} is old: run `make schema`"


def test_every_raw_table_stands_once_in_the_document() -> None:
    document = schema.ARCHITECTURE.read_text(encoding="utf-8")
    for table in [*schema.raw_tables(), *(f"register/{name}" for name in schema.REGISTER)]:
        assert document.count(f"\n| `{table}` |") == 1


@pytest.mark.parametrize("kalla", sorted(all_sources()))
def test_a_format_names_the_raw_tables_that_its_deliveries_become(kalla: str) -> None:
    for spec in formats.load()[kalla]:
        assert list(all_sources()[kalla].tables(spec)) == [table.namn for table in spec.ratabeller]


def test_a_raw_table_is_its_formats_columns_less_those_that_stay_in_the_original() -> None:
    columns = schema.raw_tables()["webbtidbok/mottagningar"]
    common = {
        "_leverans_id": "varchar",
        "_blad": "varchar",
        "_rad": "bigint",
        "_respondent": "varchar",
        "_block": "varchar",
        "_period": "date",
    }
    assert columns == common | {"region_kod": "varchar", "visa_tid": "bigint", "boka_tid": "bigint"}


@pytest.mark.parametrize("table", ["rekvisition/blanketter", "ekonomisk_redovisning/blanketter"])
def test_persons_named_on_a_form_have_no_raw_column(table: str) -> None:
    kept = set(schema.raw_tables()[table])
    assert not kept & {
        "kontaktperson",
        "postadress",
        "telefon",
        "faxnummer",
        "e_post",
        "granskare",
        "underskrift",
        "namnfortydligande",
    }
    assert "undertecknad" in kept


def test_an_empty_table_is_written_anew_when_its_columns_have_changed(tmp_path: Path) -> None:
    home = Home(tmp_path)
    source = all_sources()["befolkning"]
    intake.write_empty_tables(home, source)
    file = home.raw / "befolkning" / "folkmangd" / "period=schema" / "schema.parquet"
    first = file.stat().st_mtime_ns, file.stat().st_ino
    intake.write_empty_tables(home, source)
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == first
    duckdb.sql(f"copy (select null::varchar as annat limit 0) to '{file}' (format parquet)")
    intake.write_empty_tables(home, source)
    described = duckdb.sql(f"describe select * from read_parquet('{file}', hive_partitioning = false)").fetchall()
    assert {c: t.lower() for c, t, *_ in described} == schema.raw_tables()["befolkning/folkmangd"]
