"""Saved answers and Parquet files: values as a csv file would have them, and what is no table told."""

from __future__ import annotations

import contextlib
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.reading import files, limits
from dagster_project.reading.findings import Avvisad


def codes(name: str, data: bytes) -> list[str]:
    with pytest.raises(Avvisad) as refusal:
        files.read(Path(name), data)
    return [a.kod for a in refusal.value.anmarkningar]


def parquet(table: pa.Table) -> bytes:
    stream = io.BytesIO()
    pq.write_table(table, stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "kod"),
    [
        ("[" * 100_000, "okant_svar"),
        ('{"values": ' + '{"a":' * 50_000, "okant_svar"),
        ('{"values": [1, 2]}', "okant_svar"),
        ('{"values": [{"a": [1, 2]}]}', "okant_svar"),
        ('{"values": [{"a": {"b": 1}}]}', "okant_svar"),
        ('{"values": [{"a": 1, "a": 2}]}', "okant_svar"),
        ('{"values": [{"a": NaN}]}', "okant_svar"),
        ('{"values": [{"a": ' + "9" * 5000 + "}]}", "okant_svar"),
        ('{"next_url": "http://[x?page=2", "values": [{"a": 1}]}', "okant_svar"),
        ('{"next_page": "²", "values": [{"a": 1}]}', ""),
        ('{"values": [{"a": 1', "trasig_json"),
        ("<html>", "trasig_json"),
        ('"text"', "okant_svar"),
    ],
)
def test_what_is_no_answer_is_told(content: str, kod: str) -> None:
    if kod:
        assert codes("svar.json", content.encode()) == [kod]
    else:
        assert files.read(Path("svar.json"), content.encode())[0].rader[1][1][0] == "1"


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["values", "data", "next_url", "a", "b"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON)
def test_no_answer_brings_the_reader_down(found: Any) -> None:
    codes = []
    try:
        files.read(Path("svar.json"), json.dumps(found).encode())
    except Avvisad as refusal:
        codes = [a.kod for a in refusal.anmarkningar]
    assert "kunde_inte_granskas" not in codes


def test_a_lone_surrogate_is_taken_away_and_told() -> None:
    (sheet,) = files.read(Path("svar.json"), b'{"values": [{"a": "sk\\ud800\\u00e5ne"}]}')
    assert sheet.rader[1][1][0] == "skåne"
    assert [(a.kod, a.rad) for a in sheet.anmarkningar] == [("styrtecken", 2)]


def test_values_of_a_parquet_file_as_a_text_file_has_them() -> None:
    table = pa.table(
        {
            "instant": pa.array([datetime(2020, 3, 31, 23, 30, tzinfo=UTC)], pa.timestamp("us", "UTC")),
            "winter": pa.array([datetime(2020, 1, 31, 22, 59, tzinfo=UTC)], pa.timestamp("us", "America/New_York")),
            "clock": pa.array([datetime(2020, 3, 31, 23, 30)], pa.timestamp("ms")),
            "day": pa.array([date(2020, 3, 31)]),
            "number": [17.234],
            "exact": pa.array([Decimal("1000.50")], pa.decimal128(10, 2)),
            "small": [1e-7],
        }
    )
    (sheet,) = files.read(Path("fil.parquet"), parquet(table))
    assert sheet.rader[1][1] == [
        "2020-04-01 01:30:00",
        "2020-01-31 23:59:00",
        "2020-03-31 23:30:00",
        "2020-03-31",
        "17.2340",
        "1000.5",
        "0.0000001",
    ]


def test_text_in_a_parquet_file_that_is_no_utf_8_is_told_with_its_row() -> None:
    odd = pa.array([b"bra", b"sk\xe5ne"], pa.binary()).view(pa.string())
    (sheet,) = files.read(Path("fil.parquet"), parquet(pa.table({"a": odd})))
    assert [cells[0] for _, cells in sheet.rader[1:]] == ["bra", "skåne"]
    assert [(a.kod, a.rad, a.kolumn) for a in sheet.anmarkningar] == [("blandad_teckenkodning", 3, "A")]


def test_what_is_no_table_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    sound = parquet(pa.table({"a": list(range(1000)), "b": ["x"] * 1000}))
    assert codes("fil.parquet", sound[:-100]) == ["trasig_fil"]
    assert codes("fil.parquet", b"Region;Tal\n") == ["fel_filandelse"]
    assert codes("fil.parquet", parquet(pa.table({"a": [[1, 2]]}))) == ["sammansatt_varde"]
    assert codes("fil.parquet", b"PAR1" + bytes(50) + (1 << 30).to_bytes(4, "little") + b"PAR1") == ["for_stor"]
    monkeypatch.setattr(limits, "CELLS", 1999)
    assert codes("fil.parquet", sound) == ["for_manga_celler"]


def test_a_parquet_file_damaged_anywhere_is_read_or_told() -> None:
    data = parquet(pa.table({"a": list(range(50)), "b": ["å"] * 50}))
    for at in range(0, len(data), 23):
        with contextlib.suppress(Avvisad):
            files.read(Path("fil.parquet"), data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :])
