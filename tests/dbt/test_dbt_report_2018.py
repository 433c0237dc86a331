"""The tables of text of the report on 2016–2018, and the lists of both reports: what is printed, where it is printed."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from dbt_harness import query, seed
from facit import facts, table

#: Table → rows in print.
ROWS = {"Tabell 1": 5, "Tabell 4": 3, "Tabell 5": 9, "Tabell 6": 22, "Tabell 7": 14}
#: A number that hangs on a word: the marker of a footnote.
MARKER = re.compile(r"(?<=[a-zåäöA-ZÅÄÖ,])\d{1,2}(?=[\s,.–-]|$)")


def letters(text: str) -> str:
    """Letters and figures only, without footnote markers: lines are broken and hyphenated in print."""
    return re.sub(r"[\W_]", "", MARKER.sub("", text)).casefold()


@pytest.fixture(scope="module")
def documents(shared: Path) -> dict[str, list[str]]:
    """The lines of each report's document."""
    numbers = {"uppfoljning_2018": "004", "uppfoljning_2020": "002"}
    return {
        report: next((shared / "source_documents").glob(f"{number}_*.txt")).read_text(encoding="utf-8").splitlines()
        for report, number in numbers.items()
    }


def test_every_text_and_item_stands_in_the_lines_it_names(empty_year: Path, documents: dict[str, list[str]]) -> None:
    """Of both reports' lists item by item as printed; of a reference its number, as the list of them is not part of the document."""
    lines = documents["uppfoljning_2018"]
    cells = query(
        empty_year,
        "from mart.tryckt_tabelltext where publikation = 'uppfoljning_2018' and kolumn not in ('region_kod', 'falt')",
    )
    assert len(cells) == 3 * 5 + 2 * 3 + 2 * 9 + 3 * 22 + 14
    for cell in cells.itertuples():
        first, last = re.fullmatch(r"004 L(\d+)(?:–(\d+))?", cell.kallrad).groups()  # type: ignore[union-attr]
        printed = letters("\n".join(lines[int(first) - 1 : int(last or first)]))
        for part in cell.text.split("•"):
            assert letters(part) in printed, (cell.tabell, cell.rad, cell.kolumn, part)
    for report, text in documents.items():
        rows = seed(f"rapporter/{report}/upprakningar")
        for row in rows.itertuples():
            places = [re.fullmatch(r"(\d+)(?:–(\d+))?", part).groups() for part in row.kallrad.split(", ")]  # type: ignore[union-attr]
            printed = ["\n".join(text[int(first) - 1 : int(last or first)]) for first, last in places]
            if number := re.match(r"\[(\d+)\]", row.text):
                assert all(re.search(rf"\[(?:\d+, )*{number[1]}(?:, \d+)*\]", line) for line in printed), row
            else:
                assert letters(row.text) in "".join(map(letters, printed)), row
        assert all(list(of_one.nr.astype(int)) == [*range(1, len(of_one) + 1)] for _, of_one in rows.groupby("lista"))


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


def test_what_a_row_of_text_is_about_is_counted_when_every_report_is_coded(
    printed_year: Path, empty_year: Path
) -> None:
    """The word that the printed text itself begins with; where nobody has coded the field, and before all have, nothing."""
    said = {}
    for name in ("tabell_4", "tabell_5", "tabell_6"):
        model = f"tabell.uppfoljning_2018__{name}"
        assert query(empty_year, f"select count(antal_regioner) as n from {model}").n[0] == 0
        for row in query(printed_year, f"from {model}").itertuples():
            word = row.beskrivning.split()[0].casefold()
            assert pd.isna(row.kvantifierare) or row.kvantifierare == word or row.falt == "uppgiftsvaxling", row
            said[row.falt] = row.kvantifierare
    assert {falt: word for falt, word in said.items() if pd.notna(word)} == {
        "fordelning_till_verksamheter_utan_ansokan": "flertalet",
        "fordelning_generell_resursforstarkning": "några",
        "fordelning_efter_ansokan": "några",
        "ersattning_studier_specialistsjukskoterska_barnmorska": "samtliga",
        "uppgiftsvaxling": "samtliga",  # L2368
    }
    assert len(said) == 3 + 9 + 22


def test_the_lists_are_as_long_as_the_report_says() -> None:
    counted = seed("rapporter/uppfoljning_2018/upprakningar").lista.value_counts()
    assert counted["SKL:s strategier för kompetensförsörjning"] == 9  # L1452: nio
    assert counted["Legitimationsyrken"] == 21  # L1517
    assert counted["Insatsområden i Vision e-hälsa 2025"] == 3  # L2115: tre
    assert counted["Kategorier av utmaningar"] == 3  # L1966: tre
    assert counted["Områden med den främsta effektiviseringspotentialen (S 2013:14)"] == 3  # L706: tre
    assert counted["Perspektiv som utvecklingen ska följas genom"] == 4  # L724: fyra
    of_2020 = seed("rapporter/uppfoljning_2020/upprakningar").lista.value_counts()
    assert sum(n for lista, n in of_2020.items() if str(lista).startswith("Synpunkter")) == len(
        table("seed002/tables/synpunkter_bilaga_4")
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
