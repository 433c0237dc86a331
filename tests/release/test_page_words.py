"""What the page says beside the tables: the sentences of ``sida.yml`` over tables of any content, and the files themselves."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pandas as pd
import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dagster_project import rapporter
from dagster_project.release import ReleaseError, catalogue
from dagster_project.release.page import points, words
from dagster_project.release.tables import PublishedTable

YEARS = [2018, 2019, 2020]


def shares(*values: float | None) -> PublishedTable:
    """The table of the cost share with these values for the country, from 2018 on."""
    spec = next(table for table in catalogue.load(2020).tabeller if table.id == "storhet_kostnadsandel")
    rows = [
        {"region_kod": "00", "ar": 2018 + n, "varde": value, "varde_status": None, "pahittad": False}
        for n, value in enumerate(values)
    ]
    tidy = pd.DataFrame(rows, columns=["region_kod", "ar", "varde", "varde_status", "pahittad"], dtype=object)
    return PublishedTable(spec, (), tidy, tidy, (), (), (), None)


POINT = words.Point.model_validate(
    {
        "tal": {
            "nu": {"tabell": "t", "urval": {"region_kod": "00"}, "sist": "ar", "varde": "varde"},
            "da": {"tabell": "t", "urval": {"region_kod": "00"}, "forst": "ar", "varde": "varde"},
        },
        "skillnad": ["da", "nu"],
        "text": "{nu} procent {nu.ar}, {skillnad} än {da.ar}.",
        "engelska": "{nu} per cent in {nu.ar}, {skillnad} than in {da.ar}.",
    }
)


@pytest.mark.parametrize(
    ("values", "swedish", "english"),
    [
        ((13.7, 13.8, 13.9), "13,9 procent 2020, 0,2 procentenheter högre än 2018.", "13.9 per cent in 2020, 0.2 percentage points higher than in 2018."),
        ((13.96, 13.04), "13,0 procent 2019, 1,0 procentenheter lägre än 2018.", "13.0 per cent in 2019, 1.0 percentage points lower than in 2018."),
        ((13.91, 13.94), "13,9 procent 2019, varken högre eller lägre än 2018.", "13.9 per cent in 2019, neither higher nor lower than in 2018."),
        ((13.7, None), "13,7 procent 2018, varken högre eller lägre än 2018.", "13.7 per cent in 2018, neither higher nor lower than in 2018."),
    ],
)  # fmt: skip
def test_a_change_is_what_a_reader_would_count(values: tuple[float | None, ...], swedish: str, english: str) -> None:
    tables = {"t": shares(*values)}
    assert [said.text for said in points.told([POINT], tables)] == [swedish]
    assert [said.text for said in points.told([POINT], tables, points.ENGLISH)] == [english]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.floats(min_value=0, max_value=100), min_size=2, max_size=4))
@example([0.05, 0.04])
def test_the_two_shares_and_their_change_add_up_as_printed(values: list[float]) -> None:
    """Whatever is held, what is read goes together: the change is that of the two numbers as they are shown."""
    before, after = (Decimal(str(v)).quantize(Decimal("0.1"), ROUND_HALF_UP) for v in (values[0], values[-1]))
    [said] = points.told([POINT], {"t": shares(*values)})
    text = said.text.replace(",", ".")
    assert text.startswith(f"{after} procent")
    if after == before:
        assert "varken högre eller lägre" in text
    else:
        assert f" {abs(after - before)} procentenheter {'högre' if after > before else 'lägre'} än" in text


def test_a_sentence_without_its_values_is_left_out() -> None:
    assert points.told([POINT], {}) == []
    assert points.told([POINT], {"t": shares(None, None)}) == []


@pytest.mark.parametrize("year", YEARS)
def test_the_words_speak_of_tables_and_columns_that_are(year: int) -> None:
    """Of a report, of another, and of a year without one; what a report alone prints, its own file alone may speak of."""
    edition = catalogue.load(year)
    tables = {table.id: {column.kolumn for column in table.kolumner} for table in edition.tabeller}
    said = words.of(rapporter.of(year))
    for name, section in said.avsnitt.items():
        if name in tables:
            spread = section.spalter
            used = {*section.kolumner, *((spread.kolumn, spread.matt, *spread.rad) if spread else ())}
            assert used <= tables[name], name
            assert section.del_av is None or section.del_av in tables
    for point in said.huvudpunkter:
        for number in point.tal.values():
            if number.tabell in tables:
                picks = {number.sist, number.forst, number.hogst, number.lagst, number.summa} - {None}
                assert {*number.urval, number.varde, *picks} <= tables[number.tabell], point.text


@pytest.mark.parametrize("year", [2018, 2020])
def test_every_public_table_of_a_report_answers_a_question(year: int) -> None:
    said = words.of(rapporter.of(year))
    public = [table for table in catalogue.load(year).tabeller if getattr(table, "krets", "") == "publik"]
    assert [t.id for t in public if not said.section(t.id).del_av and not said.section(t.id).fraga] == []


def test_a_fault_in_the_words_is_one_line_that_names_file_and_place(tmp_path: Path) -> None:
    (tmp_path / "sida.yml").write_text(
        yaml.safe_dump({"huvudpunkter": [{"tal": {"nu": {"tabell": "t", "varde": "v", "sist": "a", "forst": "a"}}, "text": "x", "engelska": "x"}]}),
        encoding="utf-8",
    )  # fmt: skip
    with pytest.raises(ReleaseError, match=r"sida\.yml: huvudpunkter 0 tal nu.*sist and forst pick in two ways"):
        words.of(rapporter.of(2020), tmp_path)
