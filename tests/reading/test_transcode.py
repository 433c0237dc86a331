"""Large text files become plain UTF-8 by the rules that small ones are read by."""

from __future__ import annotations

import gzip
from pathlib import Path

import duckdb
import pytest

from dagster_project.reading import delimited, limits, text, transcode
from dagster_project.reading.findings import Avvisad

TABLE = "Region;Visa tid\nÖrebro län;54\nVästmanland;23\n"


def plain(tmp_path: Path, data: bytes) -> tuple[bytes, list[tuple[str, int | None]]]:
    (tmp_path / "fil.csv").write_bytes(data)
    found, remarks = transcode.plain(tmp_path / "fil.csv", tmp_path / "utf8.csv")
    return found.read_bytes().removeprefix(b"\xef\xbb\xbf"), [(a.kod, a.rad) for a in remarks]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("chunk", [5, 1 << 22])
def test_the_encoding_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str, packed: bool, chunk: int
) -> None:
    if chunk == 5 and encoding.startswith("utf-16"):
        chunk = 64  # the encoding shows in the first piece
    monkeypatch.setattr(transcode, "CHUNK", chunk)
    data = TABLE.encode(encoding)
    assert plain(tmp_path, gzip.compress(data) if packed else data) == (TABLE.encode(), [])


def test_what_is_plain_already_is_not_written_again(tmp_path: Path) -> None:
    (tmp_path / "fil.csv").write_text(TABLE, encoding="utf-8")
    assert transcode.plain(tmp_path / "fil.csv", tmp_path / "x") == (tmp_path / "fil.csv", [])


def test_a_line_in_another_encoding_is_told(tmp_path: Path) -> None:
    assert plain(tmp_path, TABLE.encode() + b"Mora;f\xf6rst\n") == (
        f"{TABLE}Mora;först\n".encode(),
        [("blandad_teckenkodning", 4)],
    )


@pytest.mark.parametrize("byte", [b"\xff", b"\xc3", b"\xed\xa0\x80", b"\x81"])
def test_one_wrong_byte_makes_no_file_windows_1252(tmp_path: Path, byte: bytes) -> None:
    """No letter of Swedish stands in it, so nothing says what the byte is; small files and large ones alike."""
    data = b"Region;Visa tid\nGotland;54\nHalland;23" + byte + b"\n"
    assert plain(tmp_path, data)[1] == [("blandad_teckenkodning", 3)]
    assert [(a.kod, a.rad) for a in delimited.read(text.decode(data)).anmarkningar if a.kod != "styrtecken"] == [
        ("blandad_teckenkodning", 3)
    ]
    assert plain(tmp_path, b"Kaf\xe9;1\nGotland;2" + byte[:1] + b"\n")[1] == []


@pytest.mark.parametrize(
    ("data", "kod"),
    [
        (TABLE.encode("cp850"), "okand_teckenkodning"),
        (TABLE.encode("utf-16")[:-1], "trasig_teckenkodning"),
        (gzip.compress(TABLE.encode(), mtime=0)[:-9], "trasig_gzip"),
        (gzip.compress(b"a;b\n" * 400_000, mtime=0), "for_stor"),
    ],
)
def test_what_cannot_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes, kod: str) -> None:
    monkeypatch.setattr(limits, "TEXT", 100_000)
    with pytest.raises(Avvisad) as refusal:
        plain(tmp_path, data)
    assert [a.kod for a in refusal.value.anmarkningar] == [kod]


def test_control_signs_go_in_sql_as_in_python() -> None:
    cells = ["a\x0bb", "a\x07b", "å\x85\u2028b", "\ufeffa", "rak\ttext\n", "\x1fa\x7f"]
    with duckdb.connect() as con:
        found = con.execute(f"select {text.clean_sql('c')} from (select unnest(?::varchar[]) as c)", [cells]).fetchall()
    assert [cell for (cell,) in found] == [text.clean(cell)[0] for cell in cells]
