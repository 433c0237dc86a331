"""Files into sheets of text cells, with the row number the sender sees. No meaning is given to anything here.

xlsx, csv (any of three separators, UTF-8 or Windows-1252, plain or gzip), Parquet and saved JSON answers
(:mod:`dagster_project.reading.answers`) all become the same :class:`Blad`.
"""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from dagster_project.reading import answers
from dagster_project.reading.findings import Anmarkning, Avvisad, anmark, avvisa
from dagster_project.reading.sheets import Blad, Rad, cell_text

WORKBOOKS = (".xlsx", ".xlsm")
SUFFIXES = (*WORKBOOKS, ".csv", ".txt", ".tsv", ".csv.gz", ".txt.gz", ".parquet", ".json", ".json.gz")


def suffix(path: Path) -> str:
    """The file's ending with ``.gz`` kept on: ``'.csv.gz'``."""
    parts = path.suffixes
    return "".join(parts[-2:]).lower() if parts and parts[-1].lower() == ".gz" else path.suffix.lower()


def read(path: Path, content: bytes | None = None) -> list[Blad]:
    """All sheets of a file.

    :raises Avvisad: empty, broken, password-protected, truncated or of an unknown kind.
    """
    data = path.read_bytes() if content is None else content
    kind = suffix(path)
    if not data:
        raise Avvisad(avvisa("tom_fil", "Filen är tom (0 byte)."))
    if kind in WORKBOOKS:
        return _read_workbook(data)
    if kind == ".parquet":
        return [_read_parquet(data)]
    if kind in (".json", ".json.gz"):
        return [answers.read(decode(data))]
    if kind in SUFFIXES:
        return [_read_text(data)]
    raise Avvisad(
        avvisa(
            "okand_filtyp",
            f"Filtypen {kind or '(ingen)'} kan inte läsas för den här källan.",
            hittat=path.name,
            forvantat="xlsx, csv (även gzip), Parquet eller JSON",
        )
    )


# --- xlsx -----------------------------------------------------------------------------------------------------------


def _read_workbook(data: bytes) -> list[Blad]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Avvisad(_protected())
        raise Avvisad(
            avvisa(
                "trasig_fil",
                "Filen är inte en xlsx-arbetsbok, den ser ut att vara i det gamla xls-formatet. Spara om den som xlsx.",
            )
        )
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = []
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            rows = [(i, [cell_text(v) for v in row]) for i, row in enumerate(sheet.to_python(skip_empty_area=False), 1)]
            merged = [(a[0] + 1, b[0] + 1, _ref(a, b)) for a, b in sheet.merged_cell_ranges or []]
            sheets.append(Blad(name, rows, merged))
    except PasswordError:
        raise Avvisad(_protected()) from None
    except (CalamineError, zipfile.BadZipFile, OSError, KeyError) as error:
        raise Avvisad(
            avvisa(
                "trasig_fil",
                "Arbetsboken är skadad och går inte att öppna. Öppna och spara om den i Excel, och leverera den igen.",
                hittat=str(error)[:120],
            )
        ) from None
    _mark_formulas(data, sheets)
    return sheets


def _protected() -> Anmarkning:
    return avvisa("losenordsskyddad", "Arbetsboken är lösenordsskyddad. Ta bort lösenordet och leverera den igen.")


def _ref(first: tuple[int, int], last: tuple[int, int]) -> str:
    return f"{_column(first[1])}{first[0] + 1}:{_column(last[1])}{last[0] + 1}"


def _column(index: int) -> str:
    """0 → A, 26 → AA."""
    name = ""
    while index >= 0:
        name, index = chr(65 + index % 26) + name, index // 26 - 1
    return name


def _mark_formulas(data: bytes, sheets: list[Blad]) -> None:
    """A remark for every formula cell: the value read is the one Excel last saved, which may be old or missing."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [n for n in archive.namelist() if n.startswith("xl/worksheets/") and n.endswith(".xml")]
        if not any(b"<f>" in (xml := archive.read(n)) or b"<f " in xml for n in parts):
            return
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
    for sheet in sheets:
        rows = dict(sheet.rader)
        for row in book[str(sheet.namn)].iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    value = rows[cell.row][cell.column - 1] if cell.row in rows else ""
                    sheet.anmarkningar.append(
                        anmark(
                            "formel",
                            "Cellen innehåller en formel. Det senast sparade värdet har lästs."
                            if value
                            else "Cellen innehåller en formel utan sparat värde och läses som tom.",
                            blad=sheet.namn,
                            rad=cell.row,
                            kolumn=_column(cell.column - 1),
                            hittat=str(cell.value),
                            forvantat="ett värde",
                        )
                    )


def decode(data: bytes) -> str:
    """Bytes as text: UTF-8 (with or without BOM), otherwise Windows-1252. gzip is unpacked first.

    :raises Avvisad: the gzip file is truncated or broken.
    """
    if data[:2] == b"\x1f\x8b":
        try:
            data = gzip.decompress(data)
        except (EOFError, OSError, zlib.error):
            raise Avvisad(
                avvisa(
                    "trasig_gzip",
                    "Den komprimerade filen (gzip) är avbruten eller skadad. Leverera den igen i sin helhet.",
                )
            ) from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def separator(text: str) -> str:
    """The separator of a text table: the one of ``;``, tab and ``,`` that most lines have equally many of.

    A title above the table and decimal commas in it do not mislead.
    """
    lines = [line for line, _ in zip(filter(str.strip, text.splitlines()), range(50), strict=False)]

    def regular(sep: str) -> tuple[int, int]:
        counts = Counter(line.count(sep) for line in lines if sep in line)
        return max(((times, count) for count, times in counts.items()), default=(0, 0))

    return max(";\t,", key=regular)


def _read_text(data: bytes) -> Blad:
    text = decode(data)
    if not text.strip():
        raise Avvisad(avvisa("tom_fil", "Filen innehåller inga tecken utom blanksteg."))
    return Blad(None, list(csv_rows(text, separator(text))))


def csv_rows(text: str, sep: str) -> Iterator[Rad]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sep)
    line = 1
    for row in reader:
        yield line, [cell.strip() for cell in row]
        line = reader.line_num + 1


def _read_parquet(data: bytes) -> Blad:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(io.BytesIO(data))
    except (pa.ArrowInvalid, OSError) as error:
        raise Avvisad(
            avvisa("trasig_fil", "Parquetfilen är skadad och går inte att läsa.", hittat=str(error)[:120])
        ) from None
    rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
    body = [(i, [cell_text(v) for v in row]) for i, row in enumerate(rows, 2)]
    return Blad(None, [(1, list(table.column_names)), *body])
