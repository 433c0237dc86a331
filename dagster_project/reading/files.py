"""Files into sheets of text cells, with the row number the sender sees. No meaning is given to anything here.

xlsx (:mod:`~dagster_project.reading.workbooks`), text tables (:mod:`~dagster_project.reading.delimited`), Parquet and saved JSON
answers (:mod:`~dagster_project.reading.answers`) all become the same :class:`Blad`. Nothing but :class:`Avvisad` is raised.
"""

from __future__ import annotations

import io
from collections import Counter
from pathlib import Path

from dagster_project.reading import answers, containers, delimited, limits, workbooks
from dagster_project.reading.delimited import csv_rows as csv_rows
from dagster_project.reading.delimited import separator as separator
from dagster_project.reading.findings import Avvisad, avvisa
from dagster_project.reading.guard import limited, told
from dagster_project.reading.sheets import Blad, cell_text
from dagster_project.reading.text import Stadning, decode, too_large, too_many_cells

WORKBOOKS = (".xlsx", ".xlsm")
JSON = (".json", ".json.gz")
SUFFIXES = (*WORKBOOKS, ".csv", ".txt", ".tsv", ".csv.gz", ".txt.gz", ".parquet", *JSON)


def suffix(path: Path) -> str:
    """The file's ending with ``.gz`` kept on: ``'.csv.gz'``."""
    parts = path.suffixes
    return "".join(parts[-2:]).lower() if parts and parts[-1].lower() == ".gz" else path.suffix.lower()


@told()
def read(path: Path, content: bytes | None = None) -> list[Blad]:
    """All visible sheets of a file. What is large, packed or unpacked, is read in a process of its own.

    :raises Avvisad: empty, broken, locked, cut off, larger than the limits, of an unknown kind, or not readable for any other reason.
    """
    size = path.stat().st_size if content is None else len(content)
    if size > limits.UNPACKED:
        raise too_large(limits.UNPACKED)
    data = path.read_bytes() if content is None else content
    kind = suffix(path)
    if not data:
        raise Avvisad(avvisa("tom_fil", "Filen är tom (0 byte)."))
    if kind not in SUFFIXES:
        raise Avvisad(
            avvisa(
                "okand_filtyp",
                f"Filtypen {kind or '(ingen)'} kan inte läsas för den här källan. Spara om filen i en annan filtyp.",
                hittat=path.name,
                forvantat="xlsx, csv (även gzip), Parquet eller JSON",
            )
        )
    return limited(_sheets)(kind, data) if containers.suspicious(data) else _sheets(kind, data)


def _sheets(kind: str, data: bytes) -> list[Blad]:
    if kind in WORKBOOKS:
        return workbooks.read(data)
    if kind == ".parquet":
        return [_read_parquet(data)]
    if (found := containers.kind(data)) and not data.startswith(b"\x1f\x8b"):
        raise containers.wrong_ending(kind, found, "Ge filen rätt ändelse, eller spara om den.")
    text = decode(data)
    return [answers.read(text) if kind in JSON else delimited.read(text)]


def _read_parquet(data: bytes) -> Blad:
    import pyarrow as pa
    import pyarrow.parquet as pq

    if data[:4] != b"PAR1" and (data[:64].isascii() or containers.kind(data)):
        raise containers.wrong_ending(".parquet", containers.kind(data) or "en textfil", "Ge filen rätt ändelse.")
    if data[-4:] == b"PAR1" and int.from_bytes(data[-8:-4], "little") > limits.FOOTER:
        raise too_large(limits.FOOTER)
    try:
        file = pq.ParquetFile(io.BytesIO(data))
        meta = file.metadata
        unpacked = sum(meta.row_group(i).total_byte_size for i in range(meta.num_row_groups))
        if meta.num_columns > limits.COLUMNS or meta.num_rows * meta.num_columns > limits.CELLS:
            raise too_many_cells(meta.num_rows, meta.num_columns)
        if unpacked > limits.UNPACKED:
            raise too_large(limits.UNPACKED)
        table = file.read()
    except (pa.ArrowException, OSError) as error:
        raise Avvisad(
            avvisa("trasig_fil", "Parquetfilen är skadad och går inte att läsa."), orsak=f"{error}"[:200]
        ) from None
    cleaning = Stadning()
    names = cleaning.row(1, table.column_names)
    if twice := next((name for name, n in Counter(names).items() if n > 1), None):
        raise Avvisad(avvisa("dubbel_rubrik", f"Kolumnen {twice} finns två gånger.", kolumn=twice, forvantat="en gång"))
    columns = [
        [_cell(names[i], row, value) for row, value in enumerate(_values(column), 2)]
        for i, column in enumerate(table.columns)
    ]
    body = [(nr, cleaning.row(nr, cells)) for nr, cells in enumerate(zip(*columns, strict=True), 2)]
    return Blad(None, [(1, names), *body], anmarkningar=cleaning.remarks())


def _values(column: object) -> list[object]:
    """The values of a Parquet column; text that is no UTF-8 is kept with its odd bytes marked, to be told with their row."""
    try:
        return list(column.to_pylist())  # type: ignore[attr-defined]
    except UnicodeDecodeError:
        import pyarrow as pa

        raw = column.cast(pa.binary()).to_pylist()  # type: ignore[attr-defined]
        return [v if v is None else v.decode("utf-8", errors="surrogateescape") for v in raw]


def _cell(name: str, row: int, value: object) -> str:
    if isinstance(value, dict | list | tuple):
        raise nested(name, row)
    return cell_text(value)


def nested(column: str, row: int | None = None) -> Avvisad:
    """The refusal of a column that holds lists or objects."""
    message = f"Kolumnen {column} innehåller listor eller objekt. En tabell har ett värde i varje cell."
    return Avvisad(avvisa("sammansatt_varde", message, rad=row, kolumn=column, forvantat="ett värde i varje cell"))
