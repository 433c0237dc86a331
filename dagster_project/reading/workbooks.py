"""Workbooks (xlsx) into sheets of text cells as a reader sees them.

The values come from a fast reader; what it does not tell is taken from the parts of the file: how far a sheet reaches (asked before
anything is unpacked into memory), what is hidden, error values, formulas, cells in percent, raised figures and merged cells.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import unescape

from dagster_project.reading import containers, limits, personal
from dagster_project.reading.findings import Anmarkning, Avvisad, anmark, avvisa
from dagster_project.reading.sheets import Blad, Rad, cell_text
from dagster_project.reading.text import Stadning, column_name, too_many_cells

#: What stands in a cell that is covered by a merged one: no value of any column, so it is told and never taken for a blank.
MERGED = "#SAMMANSLAGEN"

#: What Excel calls its error values.
ERRORS = ("#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA")

_ROW_END = b"row>"
_TAG = rb"<(?:\w+:)?%s(?=[\s/>])([^>]*)>"
_ROW, _COL = re.compile(_TAG % b"row"), re.compile(_TAG % b"col")
_FILLED = re.compile(rb'<(?:\w+:)?c\s[^>]*?(?<![\w:])r=["\']([A-Za-z]{1,4})([0-9]{1,8})["\'][^>]*(?<!/)>')
_CELL = re.compile(rb"<(?:\w+:)?c(?=[\s>])([^>]*)(?<!/)>(.*?)</(?:\w+:)?c>", re.DOTALL)
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]*)<")
_FORMULA = re.compile(rb"<(?:\w+:)?f(?=[\s/>])[^>]*?(?:/>|>([^<]*)<)")
#: What a piece holds that has error values, formulas or raised figures in it.
_NOTABLE = (b'"e"', b"'e'", b"<f>", b"<f ", b"<f/>", b":f>", b":f ", b"superscript")
_REF = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_PERCENT = re.compile(r'(?:"[^"]*"|\\.|[^%"\\])*%')
_RAISED = str.maketrans("0123456789+-()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿ")

BROKEN = "Arbetsboken är skadad och går inte att öppna. Öppna och spara om den i Excel, och leverera den igen."


def read(data: bytes) -> list[Blad]:
    """The visible sheets of a workbook, in its order, with a remark for what has not been read.

    :raises Avvisad: no workbook, damaged, locked, larger than the limits, or nothing in it is visible.
    """
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    _recognise(data)
    try:
        with containers.open_zip(data) as archive:
            parts = _parts(archive)
            styles, raised = _percent_styles(archive), _raised(archive)
            book = CalamineWorkbook.from_filelike(io.BytesIO(data))
            sheets, hidden = [], []
            for meta in book.sheets_metadata:
                if meta.typ != SheetTypeEnum.WorkSheet or meta.name not in parts:
                    continue
                if meta.visible != SheetVisibleEnum.Visible:
                    hidden.append(meta.name)
                    continue
                seen = _look(archive, parts[meta.name], meta.name, styles, raised)
                sheets.append(_sheet(meta.name, book.get_sheet_by_name(meta.name), seen))
    except PasswordError:
        raise Avvisad(containers.protected()) from None
    except (CalamineError, zipfile.BadZipFile, ElementTree.ParseError, OSError, KeyError) as error:
        raise Avvisad(avvisa("trasig_fil", BROKEN), orsak=f"{type(error).__name__}: {error}"[:200]) from None
    if not sheets:
        raise Avvisad(avvisa("tom_fil", "Arbetsboken har inget synligt blad."))
    sheets[0].anmarkningar[:0] = [
        anmark("dolt_blad", f"Bladet {name} är dolt och har inte lästs.", blad=name, forvantat="synliga blad")
        for name in hidden
    ]
    return sheets


def _recognise(data: bytes) -> None:
    if containers.encrypted(data):
        raise Avvisad(containers.protected())
    if data.startswith(containers.OLE):
        raise Avvisad(
            avvisa(
                "trasig_fil",
                "Filen är inte en xlsx-arbetsbok, den ser ut att vara i det gamla xls-formatet. Spara om den som xlsx.",
            )
        )
    if not data.startswith(b"PK"):
        found = containers.kind(data)
        if found is None and not data[:64].isascii():
            raise Avvisad(avvisa("trasig_fil", BROKEN))
        raise containers.wrong_ending(
            ".xlsx", found or "en textfil", "Spara om den som xlsx, eller ge den rätt ändelse."
        )


# --- the parts of the file ------------------------------------------------------------------------------------------------


@dataclass
class _Sett:
    """What the file says of one sheet beside its values. Rows and columns count from 1 and 0, as in findings and in lists."""

    rows: int = 0
    columns: int = 0
    filled: int = 0
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    texts: dict[tuple[int, int], str] = field(default_factory=dict)  # error values and raised figures, as they are seen
    percent: set[tuple[int, int]] = field(default_factory=set)
    formulas: list[tuple[int, int, str]] = field(default_factory=list)


def _name(tag: str) -> str:
    return tag.rpartition("}")[2]


def _attribute(tag: bytes, name: str) -> str:
    match = re.search(rb"(?<![\w:])" + name.encode() + rb'\s*=\s*["\']([^"\']*)["\']', tag)
    return match[1].decode(errors="replace") if match else ""


def _relations(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """The relations of a part: id → kind and path of the other part."""
    folder, name = posixpath.split(part)
    path = posixpath.join(folder, "_rels", name + ".rels")
    if path not in archive.namelist():
        return {}
    found = {}
    for element in ElementTree.fromstring(archive.read(path)):
        target = element.get("Target", "")
        whole = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        found[element.get("Id", "")] = (element.get("Type", "").rpartition("/")[2], whole)
    return found


def _book(archive: zipfile.ZipFile) -> str:
    return next(
        (path for kind, path in _relations(archive, "").values() if kind == "officeDocument"), "xl/workbook.xml"
    )


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """The path of each sheet by its name."""
    book = _book(archive)
    relations = _relations(archive, book)
    found = {}
    for element in ElementTree.fromstring(archive.read(book)).iter():
        if _name(element.tag) == "sheet":
            relation = next((value for key, value in element.items() if _name(key) == "id"), "")
            if relation in relations:
                found[element.get("name", "")] = relations[relation][1]
    return found


def _other(archive: zipfile.ZipFile, kind: str) -> ElementTree.Element | None:
    path = next((p for k, p in _relations(archive, _book(archive)).values() if k == kind), None)
    return ElementTree.fromstring(archive.read(path)) if path in archive.namelist() else None


def _percent_styles(archive: zipfile.ZipFile) -> frozenset[str]:
    """The numbers of the cell styles that show a fraction as percent."""
    root = _other(archive, "styles")
    if root is None:
        return frozenset()
    formats = {"9": "0%", "10": "0.00%"}
    for element in root.iter():
        if _name(element.tag) == "numFmt":
            formats[element.get("numFmtId", "")] = element.get("formatCode", "")
    used = next((e for e in root if _name(e.tag) == "cellXfs"), ())
    return frozenset(str(i) for i, xf in enumerate(used) if _PERCENT.match(formats.get(xf.get("numFmtId", ""), "")))


def _raised(archive: zipfile.ZipFile) -> dict[str, str]:
    """The shared texts with raised figures in them, by number: ``23`` and a raised 1 is ``23¹``, and no 231."""
    path = next((p for k, p in _relations(archive, _book(archive)).values() if k == "sharedStrings"), None)
    if path not in archive.namelist() or not any(b"superscript" in b for b in containers.blocks(archive, path, b"si>")):
        return {}
    found = {}
    for i, item in enumerate(ElementTree.fromstring(archive.read(path))):
        if any(_name(e.tag) == "vertAlign" and e.get("val") == "superscript" for e in item.iter()):
            found[str(i)] = "".join(_run(run) for run in item)
    return found


def _inline(content: bytes) -> list[ElementTree.Element]:
    """The runs of a text that stands in its cell."""
    bare = re.sub(rb"(</?)\w+:", rb"\1", content)
    root = ElementTree.fromstring(b"<c>" + re.sub(rb"\s[\w:]+=", lambda m: m[0].replace(b":", b"_"), bare) + b"</c>")
    return [run for item in root for run in item]


def _run(run: ElementTree.Element) -> str:
    if _name(run.tag) not in ("r", "t"):  # not the reading aids beside it
        return ""
    words = "".join(e.text or "" for e in run.iter() if _name(e.tag) == "t")
    up = any(_name(e.tag) == "vertAlign" and e.get("val") == "superscript" for e in run.iter())
    return words.translate(_RAISED) if up else words


def _look(archive: zipfile.ZipFile, path: str, name: str, styles: frozenset[str], raised: dict[str, str]) -> _Sett:
    """One sheet's part, piece by piece.

    :raises Avvisad: the sheet reaches further than the limits allow.
    """
    seen = _Sett()
    last: str | None = None
    shared = re.compile(rb'\st=["\']s["\']') if raised else None
    in_percent = (
        re.compile(rb'<(?:\w+:)?c\s[^>]*?(?<![\w:])s=["\'](?:' + "|".join(sorted(styles)).encode() + rb')["\']')
        if styles
        else None
    )
    for block in containers.blocks(archive, path, _ROW_END):
        if not seen.rows:
            _hidden_columns(block, seen)
        refs = _FILLED.findall(block)
        seen.filled += len(refs)
        row = max((int(number) for _, number in refs), default=0)
        column = max((_index(letters.decode()) for letters in {letters for letters, _ in refs}), default=-1) + 1
        if block.count(b"</c>") > len(refs):  # cells may leave out their place, and then follow each other
            column = max(column, *(part.count(b"</c>") for part in block.split(_ROW_END)))
        if row > seen.rows or column > seen.columns:
            last = next((a + n for a, n in reversed(refs) if int(n) == row), b"").decode() or None
            seen.rows, seen.columns = max(seen.rows, row), max(seen.columns, column)
        if b"hidden" in block:
            for tag in _ROW.findall(block):
                if _attribute(tag, "hidden") in ("1", "true") and (number := _attribute(tag, "r")):
                    seen.hidden_rows.add(int(number))
        if (
            any(sign in block for sign in _NOTABLE)
            or (shared and shared.search(block))
            or (in_percent and in_percent.search(block))
        ):
            _cells(block, seen, styles, raised)
    size = seen.rows * seen.columns
    if seen.columns > limits.COLUMNS or size > limits.CELLS or seen.filled > limits.CELLS:
        raise too_many_cells(max(1, seen.rows), seen.columns, name, last)
    if size > limits.SPARSE_CELLS and size > limits.SPARSE * seen.filled:
        raise too_many_cells(seen.rows, seen.columns, name, last)
    return seen


def _hidden_columns(block: bytes, seen: _Sett) -> None:
    for tag in _COL.findall(block[: block.find(b"sheetData") + 1 or len(block)]):
        if _attribute(tag, "hidden") in ("1", "true"):
            first, last = int(_attribute(tag, "min") or 1), int(_attribute(tag, "max") or 1)
            seen.hidden_columns |= set(range(first - 1, min(last, limits.COLUMNS)))


def _cells(block: bytes, seen: _Sett, styles: frozenset[str], raised: dict[str, str]) -> None:
    for tag, content in _CELL.findall(block):
        place = _REF.fullmatch(_attribute(tag, "r"))
        if place is None:
            continue
        at = int(place[2]), _index(place[1])
        kind = _attribute(tag, "t")
        value = _VALUE.search(content)
        text = unescape(value[1].decode(errors="replace")).strip() if value else ""
        if kind == "e":
            seen.texts[at] = text or "#N/A"
        elif kind == "s" and text in raised:
            seen.texts[at] = raised[text]
        elif kind == "inlineStr" and b"superscript" in content:
            seen.texts[at] = "".join(_run(run) for run in _inline(content))
        elif kind in ("", "n") and _attribute(tag, "s") in styles:
            seen.percent.add(at)
        if formula := _FORMULA.search(content):
            seen.formulas.append((*at, "=" + unescape((formula[1] or b"").decode(errors="replace"))))


def _index(letters: str) -> int:
    """A → 0, AA → 26."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


# --- the sheet ------------------------------------------------------------------------------------------------------------


def _sheet(name: str, sheet: Any, seen: _Sett) -> Blad:
    values = sheet.to_python(skip_empty_area=False)
    texts = [[_shown(v, (i, j) in seen.percent) for j, v in enumerate(row)] for i, row in enumerate(values, 1)]
    for (row, column), text in seen.texts.items():
        if row <= len(texts) and column < len(texts[row - 1]):
            texts[row - 1][column] = text
        elif text:  # beyond the last value the reader saw
            texts += [[] for _ in range(row - len(texts))]
            texts[row - 1] += [""] * (column + 1 - len(texts[row - 1])) if len(texts[row - 1]) <= column else []
            texts[row - 1][column] = text
    remarks = [*_formulas(name, texts, seen), *_hidden(name, texts, seen)]
    merged = [(a[0] + 1, b[0] + 1, _reference(a, b)) for a, b in sheet.merged_cell_ranges or []]
    _cover(texts, sheet.merged_cell_ranges or [])
    cleaning = Stadning(name)
    rows: list[Rad] = []
    for nr, cells in enumerate(texts, 1):
        if nr in seen.hidden_rows:
            continue
        shown = ["" if i in seen.hidden_columns else cell for i, cell in enumerate(cells)]
        rows.append((nr, cleaning.row(nr, shown)))
    return Blad(name, rows, merged, [*remarks, *cleaning.remarks()])


def _shown(value: object, percent: bool) -> str:
    if percent and isinstance(value, int | float) and not isinstance(value, bool):
        return f"{cell_text(Decimal(repr(value)) * 100)} %"
    return cell_text(value)


def _reference(first: tuple[int, int], last: tuple[int, int]) -> str:
    return f"{column_name(first[1])}{first[0] + 1}:{column_name(last[1])}{last[0] + 1}"


def _cover(texts: list[list[str]], ranges: list[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    """Mark the cells that a merged cell with a number covers: nobody knows whether it holds for them too.

    A merged heading or title covers nothing that is a value, and a year over its months stands in a row that begins blank.
    """
    for (top, left), (bottom, right) in ranges:
        value = texts[top][left] if top < len(texts) and left < len(texts[top]) else ""
        if not re.search("[0-9]", value) or re.search("[A-Za-zÅÄÖåäö]{3}", value):
            continue
        for row in range(top, min(bottom + 1, len(texts))):
            if not texts[row] or (left and not texts[row][0]):
                continue
            for column in range(left, min(right + 1, len(texts[row]))):
                if (row, column) != (top, left) and not texts[row][column]:
                    texts[row][column] = MERGED


def _hidden(name: str, texts: list[list[str]], seen: _Sett) -> Iterator[Anmarkning]:
    rows = [nr for nr in sorted(seen.hidden_rows) if nr <= len(texts) and any(texts[nr - 1])]
    if rows:
        yield anmark(
            "dolda_rader",
            f"Raderna {_spans(rows)} är dolda och har inte lästs."
            if len(rows) > 1
            else f"Rad {rows[0]} är dold och har inte lästs.",
            blad=name,
            rad=rows[0],
            forvantat="synliga rader",
        )
    for column in sorted(seen.hidden_columns):
        filled = next((cells[column] for cells in texts if column < len(cells) and cells[column]), None)
        if filled is not None:
            yield anmark(
                "dold_kolumn",
                f"Kolumnen {column_name(column)} ({personal.quoted(filled, 60)}) är dold och har inte lästs.",
                blad=name,
                kolumn=column_name(column),
                forvantat="synliga kolumner",
            )


def _spans(numbers: list[int]) -> str:
    """``[3, 4, 5, 9]`` → ``'3–5, 9'``, cut where it grows long."""
    spans: list[list[int]] = []
    for n in numbers:
        if spans and n == spans[-1][1] + 1:
            spans[-1][1] = n
        else:
            spans.append([n, n])
    said = [f"{a}–{b}" if b > a else str(a) for a, b in spans[: limits.LISTED]]
    return ", ".join(said) + (" med flera" if len(spans) > limits.LISTED else "")


def _formulas(name: str, texts: list[list[str]], seen: _Sett) -> Iterator[Anmarkning]:
    """A remark per column with formulas: the values read are those Excel last saved, which may be old or missing."""
    groups: dict[tuple[int, bool], list[tuple[int, str]]] = {}
    for row, column, formula in seen.formulas:
        saved = row <= len(texts) and column < len(texts[row - 1]) and bool(texts[row - 1][column])
        groups.setdefault((column, saved), []).append((row, formula))
    for (column, saved), cells in groups.items():
        n = len(cells)
        what = "Cellen innehåller en formel" if n == 1 else f"{n} celler i kolumnen innehåller formler"
        if saved:
            message = f"{what}. {'Det senast sparade värdet' if n == 1 else 'De senast sparade värdena'} har lästs."
        else:
            message = f"{what} utan sparat värde och läses som {'tom' if n == 1 else 'tomma'}."
        yield anmark(
            "formel",
            message,
            blad=name,
            rad=cells[0][0],
            kolumn=column_name(column),
            hittat=cells[0][1],
            forvantat="ett värde",
        )
