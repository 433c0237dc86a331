"""A delivery's file as cells of text, for DuckDB. Every file becomes the same: sheets with rows, or a relation that DuckDB reads.

A large text file becomes plain UTF-8 on its way (gzip unpacked and checked, Windows-1252 transcoded); a large Parquet file is read as
it is. Only the first rows of these, among which the headings are, pass through Python.
"""

from __future__ import annotations

import codecs
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from dagster_project import sql
from dagster_project.reading.files import csv_rows, separator, suffix
from dagster_project.reading.findings import Avvisad, avvisa
from dagster_project.reading.formats import HEADING_ROWS, Format, Traff
from dagster_project.reading.sheets import Blad
from dagster_project.reading.sidecar import Sidofil
from dagster_project.sources import Source

#: The kinds of file that DuckDB can read by itself, and the bytes above which it does whatever the format says.
STREAMED = (".csv", ".txt", ".tsv", ".csv.gz", ".txt.gz", ".parquet")
LARGE = 32 << 20

#: How much is read of a file at a time, and how much is looked at for its headings.
CHUNK = 1 << 22
HEAD = 1 << 18


@dataclass(frozen=True)
class Underlag:
    """A file made ready.

    :param blad: its sheets; where DuckDB reads it, its first rows only.
    :param text: the plain text, or the Parquet file, that DuckDB reads; None where ``blad`` holds every row.
    :param avgransare: the separator of the text, None for Parquet.
    :param typer: the type of each column of a Parquet file, by its heading.
    """

    blad: list[Blad]
    text: Path | None = None
    avgransare: str | None = None
    typer: dict[str, str] = field(default_factory=dict)

    def relation(self, traff: Traff) -> str:
        """The rows below the headings as DuckDB reads them, columns ``c0``, ``c1``, … as text."""
        assert self.text is not None
        line, headings = traff.blad.rader[traff.rubrikrad]
        if self.avgransare:
            columns = ", ".join(f"'c{i}': 'varchar'" for i in range(len(headings)))
            return (
                f"read_csv({sql.path(self.text)}, auto_detect = false, header = false, skip = {line}, "
                f"delim = {sql.literal(self.avgransare)}, quote = '\"', escape = '\"', columns = {{{columns}}}, "
                "store_rejects = true, rejects_table = 'trasiga', rejects_scan = 'trasiga_filer', rejects_limit = 0)"
            )
        cells = []
        for i, (name, kind) in enumerate(self.typer.items()):
            cell = sql.identifier(name)
            if kind in ("DOUBLE", "FLOAT"):  # 1950.0 is 1950, as in a workbook
                cell = f"case when {cell} = trunc({cell}) and abs({cell}) < 1e15 then {cell}::bigint::varchar else {cell}::varchar end"
            cells.append(f"{cell}::varchar as c{i}")
        return f"(select {', '.join(cells)} from read_parquet({sql.path(self.text)}))"


def open_file(source: Source, path: Path, side: Sidofil, work: Path, spec: Format) -> Underlag:
    """A delivery's file made ready. DuckDB reads a large table of text or Parquet by itself; every other file comes as its sheets.

    :param work: where what must be unpacked or transcoded is written.
    :param spec: the source's newest format.
    :raises Avvisad: empty, truncated, broken, or of an unknown kind.
    """
    plain = not source.reads_documents and spec.uppstallning == "rader" and suffix(path) in STREAMED
    if plain and (spec.storlek == "stor" or path.stat().st_size > LARGE):
        return stream(path, work)
    return Underlag(source.read(path, side))


def stream(path: Path, work: Path) -> Underlag:
    """A table of text or a Parquet file as DuckDB reads it, and its first rows.

    :raises Avvisad: empty, truncated or broken.
    """
    kind = suffix(path)
    if not path.stat().st_size:
        raise Avvisad(avvisa("tom_fil", "Filen är tom (0 byte)."))
    if kind == ".parquet":
        kinds = _parquet_columns(path)
        return Underlag([Blad(None, [(1, list(kinds))])], path, typer=kinds)
    try:
        text = _plain(path, work / "utf8.csv", "utf-8")
    except UnicodeDecodeError:
        text = _plain(path, work / "cp1252.csv", "cp1252")
    with text.open("rb") as file:
        head = file.read(HEAD)
    whole = head if len(head) < HEAD else head[: head.rfind(b"\n") + 1]
    start = whole.decode("utf-8-sig", errors="replace")
    if not start.strip():
        raise Avvisad(avvisa("tom_fil", "Filen innehåller inga tecken utom blanksteg."))
    sep = separator(start)
    rows = [row for row, _ in zip(csv_rows(start, sep), range(HEADING_ROWS), strict=False)]
    return Underlag([Blad(None, rows)], text, sep)


def _parquet_columns(path: Path) -> dict[str, str]:
    try:
        with duckdb.connect() as con:
            return {
                name: kind for name, kind, *_ in con.execute(f"describe from read_parquet({sql.path(path)})").fetchall()
            }
    except duckdb.Error as error:
        raise Avvisad(
            avvisa("trasig_fil", "Parquetfilen är skadad och går inte att läsa."), orsak=type(error).__name__
        ) from None


def _plain(path: Path, target: Path, encoding: str) -> Path:
    """The file as plain UTF-8: itself, where it is that already.

    :raises UnicodeDecodeError: it is not in this encoding.
    """
    decoder = codecs.getincrementaldecoder(encoding)(errors="strict" if encoding == "utf-8" else "replace")
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    rewritten = packed or encoding != "utf-8"
    with (target if rewritten else Path(os.devnull)).open("wb") as out:
        for chunk in _unpacked(path) if packed else _chunks(path):
            if encoding != "utf-8":
                out.write(decoder.decode(chunk).encode())
                continue
            if not chunk.isascii() or decoder.getstate()[0]:
                decoder.decode(chunk)
            if packed:
                out.write(chunk)
        decoder.decode(b"", final=True)
    return target if rewritten else path


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _unpacked(path: Path) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(wbits=31)
    try:
        for chunk in _chunks(path):
            rest = chunk
            while rest:
                if unpacker.eof:
                    unpacker = zlib.decompressobj(wbits=31)  # gzip files may be put one after the other
                yield unpacker.decompress(rest)
                rest = unpacker.unused_data
    except zlib.error:
        unpacker = zlib.decompressobj(wbits=31)
    if not unpacker.eof:
        raise Avvisad(
            avvisa(
                "trasig_gzip", "Den komprimerade filen (gzip) är avbruten eller skadad. Leverera den igen i sin helhet."
            )
        )


def blank_lines(text: Path, after: int) -> list[int]:
    """Numbers of the blank lines below line ``after``. DuckDB passes over them without a word."""
    last = b""
    for chunk in _chunks(text):
        if b"\n\n" in last + chunk or b"\n\r\n" in last + chunk:
            break
        last = chunk[-2:]
    else:
        return []
    with text.open("rb") as file:
        return [number for number, line in enumerate(file, 1) if number > after and line in (b"\n", b"\r\n")]
