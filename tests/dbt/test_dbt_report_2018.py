"""The tables of text of the report on 2016–2018: what is printed, where it is printed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from dbt_harness import query
from facit import facts, table

#: Table → rows in print.
ROWS = {"Tabell 1": 5, "Tabell 4": 3, "Tabell 5": 9, "Tabell 6": 22, "Tabell 7": 14}
#: A number that hangs on a word: the marker of a footnote.
MARKER = re.compile(r"(?<=[a-zåäöA-ZÅÄÖ,])\d{1,2}(?=[\s,.–-]|$)")


def letters(text: str) -> str:
    """Letters and figures only, without footnote markers: lines are broken and hyphenated in print."""
    return re.sub(r"[\W_]", "", MARKER.sub("", text)).casefold()


@pytest.fixture(scope="module")
def lines(shared: Path) -> list[str]:
    [path] = (shared / "source_documents").glob("004_*.txt")
    return path.read_text(encoding="utf-8").splitlines()


def test_every_text_stands_in_the_lines_it_names(empty_year: Path, lines: list[str]) -> None:
    cells = query(
        empty_year, "from mart.tryckt_tabelltext where publikation = 'uppfoljning_2018' and kolumn <> 'region_kod'"
    )
    assert len(cells) == 3 * 5 + 2 * 3 + 2 * 9 + 3 * 22 + 14
    for cell in cells.itertuples():
        first, last = re.fullmatch(r"004 L(\d+)(?:–(\d+))?", cell.kallrad).groups()  # type: ignore[union-attr]
        printed = letters("\n".join(lines[int(first) - 1 : int(last or first)]))
        for part in cell.text.split("•"):
            assert letters(part) in printed, (cell.tabell, cell.rad, cell.kolumn, part)


def test_the_tables_have_the_rows_of_print(empty_year: Path) -> None:
    for name, count in ROWS.items():
        place = name.lower().replace(" ", "_")
        rows = query(empty_year, f"from tabell.uppfoljning_2018__{place} order by _ordning")
        assert len(rows) == count, name
        known = query(
            empty_year, f"select count(distinct rad) as n from mart.tryckt_tabelltext where tabell = '{name}'"
        )
        assert known.n[0] == count, name
    printed = facts("seed004/tables/golden_facts")
    assert (ROWS["Tabell 5"], ROWS["Tabell 6"], ROWS["Tabell 7"]) == tuple(
        int(printed[fact]["forvantat"]) for fact in ("G-55", "G-56", "G-43")
    )


def test_tabell_7_has_its_numbers_and_codes(empty_year: Path) -> None:
    rows = query(empty_year, "from mart.uppgiftsvaxling_erfarenhet").set_index("region")
    printed = {
        (row["fore_num"], row["efter_num"], row["enhet"].split()[0])
        for row in table("seed004/tables/numeriska_resultat_per_region")
    }
    numbers = rows[rows.varde_efter.notna()]
    assert {
        (f"{r.varde_fore:.0f}" if r.varde_fore == r.varde_fore else "", f"{r.varde_efter:.0f}", r.enhet)
        for r in numbers.itertuples()
    } == printed
    assert dict(numbers.jamforelse.dropna()) == {"Värmland": "cirka"}
    coded = table("seed004/tables/tabell_7_kodning_derived")
    assert int(rows.antal_koder.sum()) == len({(row["region_printed"], row["derived_code"]) for row in coded})
    assert sum("Vårdnära service" in text for text in rows.kodat) == 8


def test_the_numbers_of_the_text_with_their_words(empty_year: Path) -> None:
    ours = query(empty_year, "from mart.tryckt_nyckeltal where publikation = 'uppfoljning_2018' order by nr")
    printed = table("seed004/tables/nyckeltal_i_text")
    assert list(ours.varde_tryckt) == [row["varde_printed"] for row in printed]
    assert list(ours.varde) == [float(row["varde_num"]) for row in printed]
    words = {"over": r"över|mer än", "nastan": "nästan", "cirka": r"cirka|ungefär|ett tiotal", "hogst": "upp till"}
    for row in ours.itertuples():
        said = [code for code, pattern in words.items() if re.search(rf"\b(?:{pattern})\b", row.varde_tryckt.lower())]
        assert said == ([row.jamforelse] if row.jamforelse == row.jamforelse and row.jamforelse else []), (
            row.varde_tryckt
        )
