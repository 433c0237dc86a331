"""The word for n of 21 regions, held to the definition printed in the 2018 report."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import duckdb
import jinja2
import pytest
from facit import facts, table

MACRO = Path(__file__).resolve().parents[2] / "dbt" / "macros" / "kvantifierare.sql"


@pytest.fixture(scope="module")
def words() -> dict[int, str | None]:
    """n → word, from the definition's least and greatest n of 21."""
    expected: dict[int, str | None] = dict.fromkeys(range(22))
    for r in table("seed004/tables/kvantifierare_definitioner"):
        for n in range(int(r["derived_min_av_21"]), int(r["derived_max_av_21"]) + 1):
            expected[n] = r["term_printed"]
    return expected


@cache
def word(n: int, base: int) -> str | None:
    sql = jinja2.Template(MACRO.read_text(encoding="utf-8") + f"{{{{ kvantifierare({n}, {base}) }}}}").render()
    answer = duckdb.sql(f"select {sql}").fetchone()
    assert answer is not None
    found: str | None = answer[0]
    return found


def test_words_of_21_regions(words: dict[int, str | None]) -> None:
    assert {n: word(n, 21) for n in range(22)} == words


@pytest.mark.parametrize(("n", "base"), [(7, 14), (1, 13), (2, 4), (0, 13)])
def test_what_the_definition_leaves_open_has_no_word(n: int, base: int) -> None:
    """Exactly half, one, none."""
    assert word(n, base) is None


def test_golden_facts_of_the_2018_report() -> None:
    """Ten and thirteen, fourteen and two of 21 regions get the words that the report uses of them."""
    known = facts("seed004/tables/golden_facts")
    for fact, said in {
        "G-38": {10: "flera"},
        "G-41": {13: "flertalet", 2: "några"},
        "G-44": {14: "flertalet"},
        "G-46": {2: "några"},
    }.items():
        assert {n: (word(n, 21) or "").lower() for n in said} == said, fact
        assert known[fact]["forvantat"] in ("true", "2")


def test_every_printed_word_of_the_2018_report_is_the_definitions() -> None:
    """Of its 187 statements those about regions that use a defined word: the counts it may stand for give that word and no other."""
    statements = table("seed004/tables/region_pastaenden_kvantifierade")
    assert len(statements) == 187
    rows = [r for r in statements if r["derived_unit"] == "region" and r["derived_antal_max"]]
    defined = [r for r in rows if r["kvantifierare_printed"].lower() in ("samtliga", "flertalet", "flera", "några")]
    assert len(defined) > 80
    for r in defined:
        base = int(r["derived_namnare"])
        may = {n for n in range(base + 1) if word(n, base) == r["kvantifierare_printed"].lower()}
        assert may == set(range(int(r["derived_antal_min"]), int(r["derived_antal_max"]) + 1)), r["statement_id"]


def test_numbers_of_regions_that_the_2018_report_prints() -> None:
    """12 to 20 of 21 regions per specialist training: flertalet all of them (golden facts G-50 and G-51)."""
    counts = [int(r["antal_regioner"]) for r in table("seed004/tables/specialistinriktningar_antal_regioner_ht2018")]
    assert sorted(set(counts)) == [12, 13, 14, 17, 19, 20]
    assert {word(n, 21) for n in counts} == {"flertalet"}
