"""A Parquet file that the database reads by itself has the same cells as one that is read cell by cell."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dagster_project.deliveries import cells
from dagster_project.reading import files
from dagster_project.reading.findings import Avvisad

COLUMNS = {
    "tal": pa.array([1950.0, 12.345, -0.5, 1e-7, 1e16, 0.0, None, 2.50, 123456.789, -12.345]),
    "decimal": pa.array(
        [
            Decimal(s)
            for s in ["1.000", "12.500", "12.345", "0.001", "-3.100", "7.000", "10.000", "100.250", "0.000", "9.999"]
        ]
    ),
    "dag": pa.array([date(2020, 1, day) for day in range(1, 11)]),
    "tid": pa.array([datetime(2020, 1, 1), *[datetime(2020, 6, 1, hour, 30) for hour in range(9)]]),
    "zon": pa.array([datetime(2020, 6, 30, 22, minute, tzinfo=UTC) for minute in range(10)]),
    "byte": pa.array(["å".encode(), *[b"x"] * 9], pa.binary()),
    "heltal": pa.array(range(10), pa.int32()),
    "ja": pa.array([True, False] * 5),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_the_same_cells(tmp_path: Path, name: str) -> None:
    path = tmp_path / "f.parquet"
    pq.write_table(pa.table({name: COLUMNS[name]}), path)
    [sheet] = files.read(path)
    wanted = [cell for _, [cell] in sheet.rader[1:]]
    made = cells.stream(path, tmp_path)
    with duckdb.connect() as con:
        traff = type("Traff", (), {"blad": made.blad[0], "rubrikrad": 0})()
        found = [cell or "" for (cell,) in con.execute(f"select c0 from {made.relation(traff)}").fetchall()]
    assert found == wanted


def test_lists_are_no_cells(tmp_path: Path) -> None:
    path = tmp_path / "f.parquet"
    pq.write_table(pa.table({"a": pa.array([[1], [2]])}), path)
    with pytest.raises(Avvisad, match="listor eller objekt"):
        cells.stream(path, tmp_path)
