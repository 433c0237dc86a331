"""Text files: every encoding a sender's program writes, strict quoting, and signs that no output can carry."""

from __future__ import annotations

import contextlib
import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.reading import delimited, files, limits, text
from dagster_project.reading.findings import Avvisad
from dagster_project.reading.sheets import Blad

TABLE = "Region;Visa tid\r\nÖrebro län;54\r\nVästmanland;23\r\n"
ROWS = [(1, ["Region", "Visa tid"]), (2, ["Örebro län", "54"]), (3, ["Västmanland", "23"])]


def read(data: bytes, name: str = "fil.csv") -> Blad:
    (sheet,) = files.read(Path(name), data)
    return sheet


def refused(data: bytes, name: str = "fil.csv") -> tuple[str, int | None, str]:
    with pytest.raises(Avvisad) as refusal:
        files.read(Path(name), data)
    (finding,) = refusal.value.anmarkningar
    return finding.kod, finding.rad, finding.meddelande


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_the_encoding_is_found(encoding: str) -> None:
    sheet = read(TABLE.encode(encoding))
    assert (sheet.rader, sheet.anmarkningar) == (ROWS, [])


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_and_a_line_with_the_separator(end: str) -> None:
    lines = TABLE.replace("\r\n", end)
    assert read(lines.encode()).rader == ROWS
    assert read(f"sep=;{end}{lines}".encode()).rader == [(nr + 1, cells) for nr, cells in ROWS]
    assert read(f"sep=|{end}{lines.replace(';', '|')}".encode()).rader == [(nr + 1, cells) for nr, cells in ROWS]


@pytest.mark.parametrize(
    ("good", "bad", "row"), [("Region;Text\nÅre;färdplan\nÖ;nära vård\nGävle;ålder\n", "Mora;f\xf6rst\n", 5)]
)
def test_a_line_in_another_encoding_is_read_and_told(good: str, bad: str, row: int) -> None:
    sheet = read(good.encode() + bad.encode("latin-1"))
    assert [cells[1] for _, cells in sheet.rader] == ["Text", "färdplan", "nära vård", "ålder", "först"]
    ((kod, rad, kolumn),) = [(a.kod, a.rad, a.kolumn) for a in sheet.anmarkningar]
    assert (kod, rad, kolumn) == ("blandad_teckenkodning", row, "B")


def test_text_that_was_read_wrong_before_it_came_is_set_right_and_told() -> None:
    sheet = read("Region;Text\nSkåne;f\xc3\xa4rdplan f\xc3\xb6r n\xc3\xa4ra v\xc3\xa5rd\n".encode())
    assert sheet.rader[1] == (2, ["Skåne", "färdplan för nära vård"])
    assert [(a.kod, a.rad, a.kolumn) for a in sheet.anmarkningar] == [("blandad_teckenkodning", 2, "B")]


@pytest.mark.parametrize("encoding", ["cp850", "cp437", "mac-roman"])
def test_an_old_code_page_is_told(encoding: str) -> None:
    kod, rad, message = refused(TABLE.encode(encoding))
    assert (kod, rad) == ("okand_teckenkodning", 2)
    assert "UTF-8" in message


def test_quotation_marks_of_windows_are_no_old_code_page() -> None:
    assert (
        read("Text;Tal\nder \x93n\xe4ra\x94 v\xe5rden\x85och;1\n".encode("latin-1")).rader[1][1][0]
        == "der “nära” vården…och"
    )


@pytest.mark.parametrize(
    ("content", "kod", "row"),
    [
        ('Region;Tal\nSkåne;1\n"Mora;2\nÅre;3\n', "trasigt_citattecken", 3),
        ('Region;Tal\n"Skåne";1\n"Mora;2\n"Åre";3\n', "trasigt_citattecken", 3),
        ('Region;Tal\nSkåne;1\n"Mora;2\nÅre";3\nÖ;4\n', "citattecken_over_rader", 3),
        ('Region;Tal\nSkåne;1\nMora;"2\nÅre;3\nÖ;4\nX;5"\n', "citattecken_over_rader", 3),
        ('Region;Tal\nSkåne;1\n"Mora" x;2\n', "trasigt_citattecken", 3),
    ],
)
def test_a_quotation_mark_left_open_names_its_row(content: str, kod: str, row: int) -> None:
    found, at, message = refused(content.encode())
    assert (found, at) == (kod, row)
    assert f"rad {row}" in message


def test_a_cell_of_several_lines_is_a_cell() -> None:
    sheet = read('Region;Text\nSkåne;"Först, sedan\nnästa ""rad"""\nMora;x\n'.encode())
    assert sheet.rader[1:] == [(2, ["Skåne", 'Först, sedan\nnästa "rad"']), (4, ["Mora", "x"])]


CELL = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=8)


@given(st.lists(st.lists(CELL, min_size=2, max_size=2), min_size=1, max_size=8), st.sampled_from([";", ",", "\t"]))
def test_lines_in_are_rows_out(rows: list[list[str]], sep: str) -> None:
    """Every line of a table without broken cells is one row, with its own number."""
    import csv
    import io

    stream = io.StringIO()
    csv.writer(stream, delimiter=sep, lineterminator="\n").writerows([["a", "b"], *rows])
    read = list(delimited.csv_rows(stream.getvalue(), sep))
    assert read == [(nr, [c.strip() for c in cells]) for nr, cells in enumerate([["a", "b"], *rows], 1)]


def test_signs_that_no_output_can_carry_are_taken_away_and_told() -> None:
    sheet = read("Region;Text\nSkåne;mjuk\x0bbrytning och\x07ljud\x00\n".encode())
    assert sheet.rader[1][1] == ["Skåne", "mjuk\nbrytning ochljud"]
    assert [(a.kod, a.rad, a.kolumn) for a in sheet.anmarkningar] == [("styrtecken", 2, "B")]


@given(st.text(max_size=60))
def test_clean_text_can_be_stored_and_written(content: str) -> None:
    bare, _ = text.clean(content)
    bare.encode("utf-8")
    assert not any(ord(c) < 32 and c not in "\t\n\r" for c in bare)
    assert text.clean(bare) == (bare, frozenset())


def test_many_cells_of_one_kind_are_one_remark() -> None:
    body = "".join(f"Skåne;a\x07{i}\n" for i in range(500))
    (remark,) = read(f"Region;Text\n{body}".encode()).anmarkningar
    assert remark.meddelande.startswith("500 celler")


def test_decomposed_letters_are_letters() -> None:
    assert read("Region;Tal\nVa\u0308stmanland;1\n".encode()).rader[1][1][0] == "Västmanland"


@pytest.mark.parametrize(
    ("data", "name", "kod"),
    [
        (b"PK\x03\x04" + bytes(60), "fil.csv", "fel_filandelse"),
        (b"%PDF-1.4\n%\xe2\xe3", "fil.csv", "fel_filandelse"),
        (bytes(range(256)) * 10, "fil.csv", "ingen_text"),
        ("a;b\n".encode("utf-16")[:-1], "fil.csv", "trasig_teckenkodning"),
        (gzip.compress(b"a;b\n" * 1000, mtime=0)[:30], "fil.csv.gz", "trasig_gzip"),
        (b"a;" * 20_000 + b"\n", "fil.csv", "for_manga_kolumner"),
        (b"a;b\n" + b"x" * (limits.CELL + 1) + b";1\n", "fil.csv", "for_lang_cell"),
        (gzip.compress(b"a;b\n" * 400_000, mtime=0), "fil.csv.gz", "for_stor"),
        (b"a;b;c\n" * 100_000, "fil.csv", "for_manga_celler"),
    ],
)
def test_what_is_no_table_is_told(monkeypatch: pytest.MonkeyPatch, data: bytes, name: str, kod: str) -> None:
    monkeypatch.setattr(limits, "TEXT", 1_000_000)
    monkeypatch.setattr(limits, "CELLS", 200_000)
    assert refused(data, name)[0] == kod


@given(st.binary(max_size=300), st.sampled_from([s for s in files.SUFFIXES if s != ".parquet"]))
def test_no_bytes_bring_a_reader_down(data: bytes, ending: str) -> None:
    with contextlib.suppress(Avvisad):
        files.read(Path("fil" + ending), data)
