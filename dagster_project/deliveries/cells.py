"""A delivery's file as cells of text, for DuckDB. Every file becomes the same: sheets with rows, or a relation that DuckDB reads.

A large text file becomes plain UTF-8 on its way (gzip unpacked and checked, Windows-1252 transcoded); a large Parquet file is read as
it is. Only the first rows of these, among which the headings are, pass through Python.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from dagster_project import sql
from dagster_project.reading import files as reading
from dagster_project.reading import limits, swedish_time, transcode
from dagster_project.reading.delimited import swallowed
from dagster_project.reading.files import csv_rows, separator, suffix
from dagster_project.reading.findings import Anmarkning, Avvisad, avvisa
from dagster_project.reading.formats import HEADING_ROWS, Format, Traff
from dagster_project.reading.guard import limited
from dagster_project.reading.sheets import Blad
from dagster_project.reading.sidecar import Sidofil
from dagster_project.reading.text import DIRTY_SQL, Stadning, clean_sql, column_name
from dagster_project.sources import Source

#: The kinds of file that DuckDB can read by itself, and the bytes above which it does whatever the format says.
STREAMED = (".csv", ".txt", ".tsv", ".csv.gz", ".txt.gz", ".parquet")
LARGE = 32 << 20

#: How much is read of a file at a time, and how much is looked at for its headings.
CHUNK = 1 << 22
HEAD = 1 << 18

#: The types of a Parquet column that holds no single values.
NESTED = re.compile(r"\[|^(STRUCT|MAP|UNION)")


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

    def relation(self, traff: Traff, trasiga: str = "trasiga") -> str:
        """The rows below the headings as DuckDB reads them, columns ``c0``, ``c1``, … as text.

        :param trasiga: the table for the lines of a text that could not be split.
        """
        assert self.text is not None
        line, headings = traff.blad.rader[traff.rubrikrad]
        if self.avgransare:
            columns = ", ".join(f"'c{i}': 'varchar'" for i in range(len(headings)))
            return (
                f"read_csv({sql.path(self.text)}, auto_detect = false, header = false, skip = {line}, "
                f"delim = {sql.literal(self.avgransare)}, quote = '\"', escape = '\"', columns = {{{columns}}}, "
                f"store_rejects = true, rejects_table = '{trasiga}', rejects_scan = '{trasiga}_filer', rejects_limit = 0)"
            )
        cells = []
        for i, (name, kind) in enumerate(self.typer.items()):
            cells.append(f"{_as_text(sql.identifier(name), kind)} as c{i}")
        return f"(select {', '.join(cells)} from read_parquet({sql.path(self.text)}))"


def _as_text(cell: str, kind: str) -> str:
    """A Parquet column as the text that :func:`~dagster_project.reading.sheets.cell_text` makes of its values, as SQL."""
    if kind in ("DOUBLE", "FLOAT") or kind.startswith("DECIMAL"):
        exact = (
            f"case when {cell} = trunc({cell}) then {cell}::hugeint::varchar else {cell}::decimal(38, 15)::varchar end"
        )
        plain = f"case when {cell}::varchar like '%e%' then {exact} else {cell}::varchar end"
        bare = f"regexp_replace({plain}, '[.]0*$|([.][0-9]*[1-9])0+$', '\\1')"
        return f"nullif(regexp_replace({bare}, '^(-?[0-9]+[.][0-9]{{3}})$', '\\10'), '-0')"
    if kind == "TIMESTAMP WITH TIME ZONE":
        cell, kind = f"timezone('{swedish_time.ZONE}', {cell})", "TIMESTAMP"
    if kind.startswith("TIMESTAMP"):
        return f"regexp_replace({cell}::varchar, ' 00:00:00$', '')"
    return f"decode({cell})" if kind == "BLOB" else f"{cell}::varchar"


def open_file(source: Source, path: Path, side: Sidofil, work: Path, spec: Format) -> Underlag:
    """A delivery's file made ready. DuckDB reads a large table of text or Parquet by itself; every other file comes as its sheets.

    :param work: where what must be unpacked or transcoded is written.
    :param spec: the source's newest format.
    :raises Avvisad: empty, truncated, broken, or of an unknown kind.
    """
    plain = not source.reads_documents and spec.uppstallning == "rader" and suffix(path) in STREAMED
    if plain and (spec.storlek == "stor" or path.stat().st_size > LARGE):
        return stream(path, work)
    apart = source.reads_documents and path.stat().st_size > limits.DOCUMENT
    return Underlag(limited(source.read)(path, side) if apart else source.read(path, side))


def stream(path: Path, work: Path) -> Underlag:
    """A table of text or a Parquet file as DuckDB reads it, and its first rows.

    :raises Avvisad: empty, truncated or broken.
    """
    kind = suffix(path)
    if not path.stat().st_size:
        raise Avvisad(avvisa("tom_fil", "Filen är tom (0 byte)."))
    if kind == ".parquet":
        kinds = _parquet_columns(path)
        if nested := next((name for name, kind in kinds.items() if NESTED.search(kind)), None):
            raise reading.nested(nested)
        return Underlag([Blad(None, [(1, list(kinds))])], path, typer=kinds)
    text, said = transcode.plain(path, work / "utf8.csv")
    with text.open("rb") as file:
        head = file.read(HEAD)
    whole = head if len(head) < HEAD else head[: head.rfind(b"\n") + 1]
    start = whole.decode("utf-8-sig", errors="replace")
    if not start.strip():
        raise Avvisad(avvisa("tom_fil", "Filen innehåller inga tecken utom blanksteg."))
    sep = separator(start)
    rows = [row for row, _ in zip(csv_rows(start, sep), range(HEADING_ROWS), strict=False)]
    return Underlag([Blad(None, rows, anmarkningar=said)], text, sep)


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


def lines(text: Path, after: int) -> tuple[int, list[int]]:
    """How many lines a text has, and the numbers of the blank ones below line ``after``. DuckDB passes over these without a word."""
    count, last, blank = 0, b"", False
    with text.open("rb") as file:
        while chunk := file.read(CHUNK):
            count += chunk.count(b"\n")
            blank = blank or b"\n\n" in last + chunk or b"\n\r\n" in last + chunk
            last = chunk[-2:]
    count += bool(last) and not last.endswith(b"\n")
    if not blank:
        return count, []
    with text.open("rb") as file:
        return count, [n for n, line in enumerate(file, 1) if n > after and line in (b"\n", b"\r\n")]


def signs(con: duckdb.DuckDBPyConnection, row: str, columns: Sequence[int]) -> list[Anmarkning]:
    """Remarks on the cells of ``sakra._text`` out of which signs that no output can carry are taken.

    :param row: a row's line in the file, as SQL over ``sakra``.
    :param columns: which column of the file each cell is of.
    """
    cleaning = Stadning()
    for i, column in enumerate(columns, 1):
        cell = f"_text[{i}]"
        found = con.execute(f"""
            select {row}, trim({clean_sql(cell)})[:60] from sakra
            where regexp_matches({cell}, {sql.literal(DIRTY_SQL)}) order by rowid limit {limits.LISTED + 1}""").fetchall()
        if found:
            cleaning.found.setdefault("styrtecken", []).extend((nr, column_name(column), text) for nr, text in found)
    return cleaning.remarks()


def reconcile(con: duckdb.DuckDBPyConnection, underlag: Underlag, t: Traff) -> None:
    """Look for rows that a quotation mark has swallowed, where a text has more lines than rows: cells may have line breaks in them.

    :raises Avvisad: a cell holds whole rows.
    """
    line, headings = t.blad.rader[t.rubrikrad]
    cells = ", ".join(f"c{i}" for i in range(len(headings)))
    found = con.execute(
        f"""select nr, cell from (select row_number() over () as nr, unnest([{cells}]) as cell from {underlag.relation(t, "igen")})
            where contains(cell, chr(10)) and contains(cell, ?) order by nr limit 1""",
        [underlag.avgransare],
    ).fetchone()
    if found:
        row = line + int(found[0])
        raise swallowed(row, row + str(found[1]).count("\n"), str(found[1]))
