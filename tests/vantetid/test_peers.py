"""The peers that performance is measured against give the independent calculation's cells, dirty rows and all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
from reference import Delivery, Frame, Key, Lists, cells, read_csv

from bench.peers import PEERS
from examples.generators.vantetid import DIRTY_KINDS, Extract, generate, months_between, write_frame

LISTS = Lists.read(Path(__file__).resolve().parents[2] / "seeds")


@pytest.fixture(scope="module")
def extract() -> Extract:
    months = months_between("2020-01", "2020-02")
    return Extract(contacts=8_000, months=months, units=60, seed=3, dirty=dict.fromkeys(DIRTY_KINDS, 0.01))


@pytest.mark.parametrize("kind", ["parquet", "csv.gz"])
@pytest.mark.parametrize("name", sorted(PEERS))
def test_a_peer_does_the_whole_work(tmp_path: Path, extract: Extract, name: str, kind: Any) -> None:
    ram = write_frame(extract, tmp_path / "ram.csv")
    plain = generate(extract, tmp_path / "plain").files
    expected = cells([Delivery(read_csv(path)) for path in plain], Frame.of(read_csv(ram), LISTS), LISTS)
    PEERS[name](tmp_path / "cells.parquet", ram, generate(extract, tmp_path / "files", file_format=kind).files)
    found = duckdb.sql(f"""
        select period::date, case when region_kod = '00' then 'riket' when vardenhet_id is null then 'region' else 'vardenhet' end, region_kod,
            vardenhet_id, yrkeskategori, kon, inom_tre_dagar::bigint, bedomningar::bigint, patientvald_vantan::bigint
        from '{tmp_path / "cells.parquet"}'""").fetchall()
    assert {Key(*row[:6]): row[6:] for row in found} == {
        key: (cell.inom_tre_dagar, cell.bedomningar, cell.patientvald_vantan) for key, cell in expected.items()
    }
    assert len(found) == len(expected) > 1000
