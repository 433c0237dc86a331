"""Two ways of comparing words: headings and names freely, codes to the letter. The same in Python and in SQL."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dagster_project.reading.names import KEY_SQL, NORM_SQL, key, norm


@pytest.mark.parametrize(
    ("cell", "code", "same"),
    [
        ("186.0", "1860", False),
        ("8.1", "81", False),
        ("-1", "1", False),
        ("1.0", "10", False),
        (" 0186 ", "0186", True),
        ("\u00a00186\t", "0186", True),
        ("n00923", "N00923", True),
        ("God och nara vard 2020", "God och nära vård 2020", True),
        ("f3 sjukskoterska", "f3_sjukskoterska", False),
        ("ÖVERSKOTT", "överskott", True),
        ("Region Jämtland/Härjedalen", "Region Jämtland Härjedalen", True),
        ("Gotland¹", "Gotland", True),
        ("Gotland1)", "Gotland", False),
    ],
)
def test_what_is_the_same_code_or_name(cell: str, code: str, same: bool) -> None:
    assert (key(cell) == key(code)) is same
    with duckdb.connect() as con:
        row = con.execute(
            f"select {KEY_SQL.format('a')} = {KEY_SQL.format('b')} from (select ? as a, ? as b)", [cell, code]
        )
        assert row.fetchone() == (same,)


LETTERS = st.text(st.sampled_from("aåÄöÉü1059 .-_/()¹²\t\u00a0\u202fxYZ\u0308"), max_size=12)


@settings(max_examples=20, deadline=None)
@given(st.lists(LETTERS, min_size=50, max_size=50))
def test_python_and_sql_agree(words: list[str]) -> None:
    with duckdb.connect() as con:
        found = con.execute(
            f"select {NORM_SQL.format('w')}, {KEY_SQL.format('w')} from (select unnest(?::varchar[]) as w)", [words]
        ).fetchall()
    assert found == [(norm(w), key(w)) for w in words]
