"""Quoting: DuckDB itself is asked what it reads out of what is written."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_project import sql

ODD = ["o'brien", "[a-z]", "a]b", "st*r", "vad?", "med blank", "å ä ö", "'[*?]' å"]


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1))
def test_text_and_names_come_back_as_they_were(text: str) -> None:
    with duckdb.connect() as con:
        answer = con.execute(f"select {sql.literal(text)} as {sql.identifier(text)}")
        assert answer.fetchall() == [(text,)]
        assert [column[0] for column in answer.description] == [text]


@pytest.mark.parametrize("name", ODD)
def test_a_path_is_itself_and_a_pattern_is_only_what_is_asked_for(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name / "a'[1]"
    folder.mkdir(parents=True)
    (tmp_path / "vadå").mkdir()  # what an unquoted 'vad?' would also read
    with duckdb.connect() as con:
        for place, number in (
            (folder / "x.parquet", 1),
            (folder / "y.parquet", 2),
            (tmp_path / "vadå" / "x.parquet", 9),
        ):
            con.execute(f"copy (select {number} as n) to {sql.literal(place)}")
        assert con.execute(f"select n from read_parquet({sql.path(folder / 'x.parquet')})").fetchall() == [(1,)]
        read = f"select n from read_parquet({sql.path(tmp_path / name, '**/*.parquet')}) order by n"
        assert con.execute(read).fetchall() == [(1,), (2,)]
        con.execute(f"attach {sql.literal(folder / 'd.duckdb')} as d")
    assert (folder / "d.duckdb").is_file()
