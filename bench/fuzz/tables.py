"""A table changed as a whole: its quoting, headings, rows, sheets and letters."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import datetime
from random import Random

from openpyxl.comments import Comment

from bench.fuzz.case import AS_BEFORE, MUST_BE_TOLD, NUMBERS, Base, Case, Patch, Rows, as_csv, as_xlsx, listed, saved
from bench.fuzz.cells import written

TOTALS = ("Summa", "Totalt", "Samtliga", "Hela landet", "Riket", "Alla", "Total", "Grand Total", "SUMMA:", "Sammanlagt")
NOTES = (
    "Källa: egen bearbetning",
    "1) Preliminära uppgifter",
    "Uttaget 2020-04-01",
    "Kommentar: siffrorna avser hela året",
    "* Avrundat",
    "© Region",
)
#: Letters of files, by how Python calls them.
ENCODINGS = listed(
    "utf-16 utf-16-le utf-16-be utf-8-sig cp1252 latin-1 cp850 cp437 mac-roman utf-32 utf-7 iso8859-15 cp1250 utf-8 "
)


def _wrong_number(base: Base, rng: Random) -> tuple[int, int] | None:
    """A row and a column with a whole number to change."""
    rows = base.body()
    found = [
        (at, i)
        for at in rows
        for namn, i in base.columns.items()
        if base.column(namn).typ in NUMBERS
        and namn not in base.keys
        and base.column(namn).ra
        and base.rows[at][i].isdigit()
    ]
    return rng.choice(found) if found else None


def rows_changed(rng: Random, base: Base) -> Case | None:
    """Rows and columns added, moved, doubled, cut or shifted."""
    body = base.body()
    if not body:
        return None
    rows: Rows = [list(row) for row in base.rows]
    width, at = len(rows[base.head]), rng.choice(body)
    head = rows[base.head]
    i = rng.choice(sorted(base.columns.values()))
    namn = next(n for n, place in base.columns.items() if place == i)
    needed = base.column(namn).kravs
    kind = rng.choice(ROW_KINDS)
    allowed = AS_BEFORE
    match kind:
        case "total-row":
            numbers = [j for n, j in base.columns.items() if base.column(n).typ in NUMBERS]
            sums = [
                "" if j not in numbers else str(sum(int(r[j]) for r in rows[base.head + 1 :] if r[j].isdigit()))
                for j in range(width)
            ]
            sums[next((j for j in range(width) if j not in numbers), 0)] = rng.choice(TOTALS)
            rows.append(sums)
        case "notes-below":
            rows += [[""] * width, *[[note, *[""] * (width - 1)] for note in rng.sample(NOTES, rng.randint(1, 3))]]
        case "note-next":
            rows.append([rng.choice(NOTES), *[""] * (width - 1)])
        case "title-above":
            rows[:0] = [
                [rng.choice(["Tabell 1. Uppgifter", "Region Påhittad", "UTKAST"]), *[""] * (width - 1)]
                for _ in range(rng.randint(1, 3))
            ]
        case "blank-rows":
            for _ in range(rng.randint(1, 4)):
                rows.insert(rng.randint(base.head + 1, len(rows)), [""] * width)
        case "blank-columns":
            rows = [[*row, "", ""] for row in rows]
        case "columns-moved":
            order = rng.sample(range(width), width)
            rows = [[row[j] for j in order] for row in rows]
        case "rows-moved":
            rest = rows[base.head + 1 :]
            rng.shuffle(rest)
            rows[base.head + 1 :] = rest
        case "doubled-row":
            rows.insert(at + 1, list(rows[at]))
        case "doubled-row-other-value":
            place = _wrong_number(base, rng)
            if place is None:
                return None
            other = list(rows[place[0]])
            other[place[1]] = str(int(other[place[1]]) + rng.choice([1, 7, 1000]))
            rows.append(other)
            allowed = MUST_BE_TOLD
        case "headings-again":
            rows.insert(at + 1, list(head))
        case "doubled-heading":
            rows = [[*row, head[i] if n == base.head else row[i]] for n, row in enumerate(rows)]
            allowed = MUST_BE_TOLD
        case "alias-heading":
            names = base.column(namn).alias
            if not names:
                return None
            rows = [[*row, names[0] if n == base.head else "1"] for n, row in enumerate(rows)]
            allowed = MUST_BE_TOLD
        case "column-missing":
            if not needed:
                return None
            rows = [[*row[:i], *row[i + 1 :]] for row in rows]
            allowed = MUST_BE_TOLD
        case "heading-missing" | "heading-renamed":
            head[i] = (
                "" if kind == "heading-missing" else rng.choice([head[i] + "x", "Kolumn 1", "Värde 2", head[i][::-1]])
            )
            allowed = MUST_BE_TOLD
        case "heading-spelled":
            head[i] = rng.choice(
                [
                    head[i].upper(),
                    f" {head[i]} ",
                    unicodedata.normalize("NFD", head[i]),
                    head[i] + "\n",
                    head[i].lower() + "\u00a0",
                ]
            )
        case "extra-column":
            rows = [
                [*row, "Egen anteckning" if n == base.head else rng.choice(["", "x", "1"])]
                for n, row in enumerate(rows)
            ]
        case "cells-shifted":
            rows[at] = [rows[at][0], "", *rows[at][1:-1]]
            allowed = MUST_BE_TOLD
        case "cell-too-many":
            rows[at] = [*rows[at], rng.choice(["x", "1", "2020"])]
        case "cells-cut":
            rows[at] = rows[at][: rng.randint(1, width - 1)] if width > 1 else []
        case "wide-row":
            rows[at] = [*rows[at], *["x"] * rng.choice([100, 20_000])]
        case "only-headings":
            rows = rows[: base.head + 1]
            allowed = MUST_BE_TOLD
        case "no-headings":
            rows = rows[base.head + 1 :]
            allowed = MUST_BE_TOLD
        case "many-rows":
            rows += [list(rows[at])] * rng.choice([1000, 8000])
        case "many-columns":
            rows = [
                [*row, *[f"k{j}" if n == base.head else "1" for j in range(2000)]]
                for n, row in enumerate(rows[: base.head + 8])
            ]
            allowed = MUST_BE_TOLD
        case "broken-rows":
            for n in rng.sample(body, max(1, len(body) // 3)):
                rows[n][i] = "#REF!"
            allowed = MUST_BE_TOLD
    ending, data = written(rng, base, rows, workbooks=kind != "cells-cut")
    return base.case(f"table-{kind}", data, ending, allowed=allowed, note=f"row {at + 1}, column {namn}")


ROW_KINDS = listed(
    "total-row notes-below note-next title-above blank-rows blank-columns columns-moved rows-moved "
    "doubled-row doubled-row-other-value headings-again doubled-heading alias-heading column-missing "
    "heading-missing heading-renamed heading-spelled extra-column cells-shifted cell-too-many cells-cut "
    "wide-row only-headings no-headings many-rows many-columns broken-rows "
)


def text_changed(rng: Random, base: Base) -> Case | None:
    """The text of a csv file: quotation marks, line ends, signs, cells without end."""
    body = base.body()
    if not body:
        return None
    lines = as_csv(base.rows, ends="\n").splitlines(keepends=True)
    if len(lines) != len(base.rows):
        return None
    at = rng.choice(body)
    line = lines[at].rstrip("\n")
    where = rng.choice([n for n, sign in enumerate(line) if sign == ";"] or [0])
    allowed = AS_BEFORE

    def put(row: int, text: str) -> str:
        return "".join([*lines[:row], text + "\n", *lines[row + 1 :]])

    whole = "".join(lines)
    ways: dict[str, Callable[[], str]] = {
        "open-quote": lambda: put(at, f'{line[:where]};"{line[where + 1 :]}'),
        "open-quote-last": lambda: put(body[-1], '"' + lines[body[-1]].rstrip("\n")),
        "open-quote-first": lambda: put(base.head, '"' + lines[base.head].rstrip("\n")),
        "quote-inside": lambda: put(at, f'{line[:where]}"{line[where:]}'),
        "huge-cell": lambda: put(
            at, f"{line[: where + 1]}{'x' * rng.choice([140_000, 300_000, 5_000_000])}{line[where + 1 :]}"
        ),
        "huge-number": lambda: put(at, f"{line[: where + 1]}{'7' * 50_000}{line[where + 1 :]}"),
        "huge-line": lambda: put(at, line + ";" * rng.choice([5_000, 100_000])),
        "mac-ends": lambda: whole.replace("\n", "\r"),
        "mixed-ends": lambda: "".join(part.replace("\n", rng.choice(["\n", "\r\n", "\r"])) for part in lines),
        "doubled-ends": lambda: whole.replace("\n", "\r\r\n"),
        "no-last-end": lambda: whole.rstrip("\n"),
        "end-sign": lambda: whole + "\x1a",
        "sep-line": lambda: "sep=;\n" + whole,
        "nul": lambda: put(at, f"{line[:where]}\x00{line[where:]}"),
        "control": lambda: put(
            at,
            f"{line[:where]}{rng.choice(chr(1) + chr(8) + chr(11) + chr(12) + chr(27) + chr(0x85) + chr(0x2028))}{line[where:]}",
        ),
        "bom-inside": lambda: put(at, f"\ufeff{line}"),
        "separator-missing": lambda: put(at, line[:where] + line[where + 1 :]),
        "separator-other": lambda: put(at, line.replace(";", rng.choice([",", "\t", "|"]))),
        "only-blanks": lambda: rng.choice([" ", "\n\n\n", ";;;\n;;;\n", "\ufeff", "\x00" * 100]),
        "semicolons-after": lambda: whole + ";;;;\n" * 2000,
        "html": lambda: (
            "<html><body><table><tr><td>" + whole.replace(";", "</td><td>") + "</td></tr></table></body></html>"
        ),
    }
    kind = rng.choice(sorted(ways))
    text = ways[kind]()
    if kind in ("only-blanks", "separator-missing"):
        allowed = MUST_BE_TOLD
    loose = kind in ("huge-cell", "huge-number", "quote-inside")  # in a column of texts these are texts
    return base.case(
        f"text-{kind}", text.encode(), ".csv", allowed=allowed, anything=loose, note=f"row {at + 1}, sign {where}"
    )


def letters(rng: Random, base: Base) -> Case | None:
    """Another encoding of the whole file, or of a part of it."""
    if not base.rows:
        return None
    text = as_csv(base.rows)
    if rng.random() < 0.3:
        lines = text.split("\r\n")
        odd = [n for n, line in enumerate(lines) if not line.isascii() and n > base.head]
        if not odd:
            return None
        at, other = rng.choice(odd), rng.choice(["cp1252", "cp850", "mac-roman"])
        try:
            parts = [line.encode(other if n == at else "utf-8") for n, line in enumerate(lines)]
        except UnicodeEncodeError:  # a sign that the encoding does not have would be another text, and no wrong byte
            return None
        return base.case(f"letters-mixed-{other}", b"\r\n".join(parts), ".csv", note=f"row {at + 1}")
    if rng.random() < 0.3:
        data = bytearray(text.encode())
        at = rng.randrange(len(data))
        data[at : at + 1] = rng.choice([b"\xff", b"\x81", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"])
        if data == text.encode():
            return None
        return base.case(
            "letters-wrong-byte",
            bytes(data),
            ".csv",
            allowed=MUST_BE_TOLD if text[:1] else AS_BEFORE,
            note=f"byte {at}",
        )
    name = rng.choice(ENCODINGS)
    try:
        data_whole = text.encode(name)
    except UnicodeEncodeError:
        return None
    return base.case(f"letters-{name}", data_whole, ".csv")


SHEET_KINDS = listed(
    "hidden-row hidden-column hidden-sheet second-sheet notes-sheet merged-headings merged-cells formula "
    "error-cell percent date-cell bool-cell far-cell filtered float-cell comment raised text-numbers "
    "empty-sheet-first odd-sheet-name "
)


def workbook(rng: Random, base: Base) -> Case | None:
    """What only a workbook can have."""
    body = base.body()
    if not body:
        return None
    at, i = _wrong_number(base, rng) or (rng.choice(body), rng.choice(sorted(base.columns.values())))
    book = as_xlsx(base, base.rows)
    page = book.worksheets[0]
    cell = page.cell(at + 1, i + 1)
    kind = rng.choice(SHEET_KINDS)
    allowed = AS_BEFORE
    match kind:
        case "hidden-row":
            page.row_dimensions[at + 1].hidden = True
        case "hidden-column":
            page.column_dimensions[cell.column_letter].hidden = True
        case "hidden-sheet" | "second-sheet":
            copy = book.copy_worksheet(page)
            copy.title = "Gammal version"
            copy.sheet_state = "hidden" if kind == "hidden-sheet" else "visible"
            copy.cell(at + 1, i + 1).value = 77
        case "notes-sheet":
            book.create_sheet("Anteckningar").append(["Frågor", "kontakta", "oss"])
        case "merged-headings":
            page.merge_cells(start_row=base.head + 1, end_row=base.head + 1, start_column=1, end_column=2)
            allowed = MUST_BE_TOLD if len(base.rows[0]) > 1 else AS_BEFORE
        case "merged-cells":
            if at + 1 not in body or base.rows[at][i] == base.rows[at + 1][i]:
                return None
            page.merge_cells(start_row=at + 1, end_row=at + 2, start_column=i + 1, end_column=i + 1)
            allowed = MUST_BE_TOLD if base.rows[at + 1][i] else AS_BEFORE
        case "formula":
            cell.value = rng.choice(["=1+1", "=SUM(A1:A9)", "=HYPERLINK(1)", '="x"'])
            cell.data_type = "f"
            allowed = MUST_BE_TOLD
        case "error-cell":
            cell.value = rng.choice(["#N/A", "#REF!", "#DIV/0!"])
            cell.data_type = "e"
            allowed = MUST_BE_TOLD
        case "percent":
            if not base.rows[at][i].isdigit():
                return None
            cell.value = 0.125
            cell.number_format = "0%"
            allowed = MUST_BE_TOLD
        case "date-cell":
            cell.value = datetime(2020, 3, 1, 12)
            allowed = MUST_BE_TOLD
            if base.column(next(n for n, j in base.columns.items() if j == i)).typ not in NUMBERS:
                return None
        case "bool-cell":
            cell.value = True
            allowed = MUST_BE_TOLD
            if base.column(next(n for n, j in base.columns.items() if j == i)).typ not in NUMBERS:
                return None
        case "far-cell":
            page[rng.choice(["XFD1048576", "A1048576", "XFD1", "ZZ60000", "AZ5000"])] = "x"
        case "filtered":
            page.auto_filter.ref = "A1:B9"
            page.row_dimensions[at + 1].hidden = True
        case "float-cell":
            if base.rows[at][i].isdigit():
                cell.value = float(base.rows[at][i])
        case "comment":
            cell.comment = Comment("Kontrollera!", "PÅHITTAD")
        case "raised":
            from openpyxl.cell.rich_text import CellRichText, TextBlock
            from openpyxl.cell.text import InlineFont

            cell.value = CellRichText(base.rows[at][i], TextBlock(InlineFont(vertAlign="superscript"), "1"))
            namn = next(n for n, j in base.columns.items() if j == i)
            allowed = (*AS_BEFORE, *[Patch(at + 1, namn, base.rows[at][i], base.rows[at][i] + "¹")])
        case "text-numbers":
            for row in page.iter_rows(min_row=base.head + 2):
                for one in row:
                    one.value = None if one.value is None else str(one.value)
        case "empty-sheet-first":
            book.create_sheet("Tomt", 0)
        case "odd-sheet-name":
            page.title = rng.choice(["O'Brien", 'a"b', "; drop", "Å" * 31, "x&y<z>", "'"]).replace(
                "'", "´" if rng.random() < 0.5 else "x'y"
            )[:31]
    if kind in ("formula", "error-cell") and base.rows[at][i] == "":
        return None
    return base.case(
        f"sheet-{kind}",
        saved(book),
        rng.choice([".xlsx", ".xlsx", ".XLSX", ".xlsm"]),
        allowed=allowed,
        note=f"row {at + 1}, column {i + 1}",
    )
