"""Bytes into text, the encoding found for the file as a whole, and text into cells that every output can carry.

A byte that does not fit the file's encoding is kept as a lone surrogate (U+DC80 to U+DCFF) until its cell is cleaned, so that what is
said of it names row and column.
"""

from __future__ import annotations

import codecs
import gzip
import io
import re
import unicodedata
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from dagster_project.reading import limits, personal
from dagster_project.reading.findings import Anmarkning, Avvisad, anmark, avvisa

#: Line ends of a text file.
LINE_END = re.compile(r"\r\n|\r|\n")

_ODD = re.compile("[\udc80-\udcff]")
#: UTF-8 read once as Windows-1252: no Swedish text has these pairs.
_GARBLED = re.compile("Ã[¤¥¶©¼…„–‰]|Â[\u00a0§°·]")
_DIRTY = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]|Ã[¤¥¶©¼…„–‰]|Â[\u00a0§°·]"
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
#: Control signs that break a line.
_BREAKS = re.compile("[\x0b\x0c\x85\u2028\u2029]")

#: Bytes of the Swedish letters in the DOS code page 850 and in Mac OS Roman, where Windows-1252 has signs that no word holds inside it.
_DOS = rb"\x84\x86\x94\x8e\x8f\x99"
_MAC = rb"\x8a\x8c\x9a\x80\x81\x85"
_OLD = re.compile(rb"[A-Za-z](?:[%s]|[%s])[a-z]" % (_DOS, _MAC))
_LETTERS = re.compile(rb"[\xe5\xe4\xf6\xc5\xc4\xd6\xe9\xc9\xfc\xdc]")
_SWEDISH = re.compile(rb"[\xe5\xe4\xf6\xc5\xc4\xd6]")


def unpack(data: bytes) -> bytes:
    """The bytes of a gzip file; other bytes as they are.

    :raises Avvisad: broken, cut off, or larger than a text may be when unpacked.
    """
    if data[:2] != b"\x1f\x8b":
        return data
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            unpacked = file.read(limits.TEXT + 1)
    except (EOFError, OSError, zlib.error):
        raise broken_gzip() from None
    if len(unpacked) > limits.TEXT:
        raise too_large(limits.TEXT)
    return unpacked


def broken_gzip() -> Avvisad:
    return Avvisad(
        avvisa("trasig_gzip", "Den komprimerade filen (gzip) är avbruten eller skadad. Leverera den igen i sin helhet.")
    )


def too_large(limit: int) -> Avvisad:
    return Avvisad(
        avvisa(
            "for_stor",
            f"Filen är för stor att läsa: mer än {limit // limits.MB} megabyte när den är uppackad. Dela upp leveransen, "
            "eller kontrollera att filen är den som avses.",
            forvantat=f"högst {limit // limits.MB} megabyte",
        )
    )


def decode(data: bytes) -> str:
    """Bytes as text: gzip unpacked, then UTF-16 or UTF-32 (by mark, or by the zeros in it), UTF-8, otherwise Windows-1252 where it has
    letters of that.

    Odd bytes in it are lone surrogates; :func:`clean` makes them text and says so.

    :raises Avvisad: no text, too large, or in a code page that cannot be told from Windows-1252 but by what it makes of words.
    """
    data = unpack(data)
    if len(data) > limits.TEXT:
        raise too_large(limits.TEXT)
    if encoding := wide(data):
        try:
            return data.decode(encoding).removeprefix("\ufeff")
        except UnicodeDecodeError:
            raise Avvisad(
                avvisa(
                    "trasig_teckenkodning",
                    "Filen är sparad som Unicode-text (UTF-16) men är avbruten eller skadad. Spara om den som csv UTF-8.",
                )
            ) from None
    if _binary(data[:4096]):
        raise Avvisad(
            avvisa(
                "ingen_text",
                "Filen har ett namn som en textfil men innehåller inte text. Kontrollera att det är rätt fil och rätt filändelse.",
            )
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("utf-8-sig", errors="surrogateescape")
    if sum(map(len, re.findall("[^\x00-\x7f\udc80-\udcff]+", text))) >= len(_ODD.findall(text)):
        return text  # UTF-8 with bytes in it that are not
    if (at := old_code_page(data)) is not None:
        raise old(len(re.findall(rb"\r\n|\r|\n", data[:at])) + 1)
    if not in_words(data):
        return text  # signs that no Swedish text is known by: each is told
    return data.decode("cp1252", errors="surrogateescape")


def in_words(data: bytes) -> bool:
    """Does a piece of a text that is no UTF-8 hold letters by which it is known for Windows-1252?"""
    return _LETTERS.search(data) is not None


def old_code_page(data: bytes) -> int | None:
    """Where a piece of a text shows itself to be in a code page of DOS or Mac OS; None where it does not."""
    at = _OLD.search(data)
    return at.start() if at and not _SWEDISH.search(data) else None


def old(row: int | None) -> Avvisad:
    return Avvisad(
        avvisa(
            "okand_teckenkodning",
            "Filen är sparad i en gammal teckenkodning (cp850 eller Mac Roman), så att å, ä och ö inte går att läsa säkert. "
            "Spara om den som csv UTF-8.",
            rad=row,
            forvantat="UTF-8, UTF-16 eller Windows-1252",
        )
    )


def wide(data: bytes) -> str | None:
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    sample = data[:4096]
    half = len(sample) // 2
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if half >= 4 and odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le"
    if half >= 4 and even > 0.4 * half and odd < 0.05 * half:
        return "utf-16-be"
    return None


def _binary(sample: bytes) -> bool:
    control = sum(sample.count(code) for code in (*range(9), *range(14, 32)))
    return control > 0.1 * len(sample)


# --- cells ----------------------------------------------------------------------------------------------------------------


def clean(text: str) -> tuple[str, frozenset[str]]:
    """Text that any output can carry, and what was done to it: ``styrtecken``, ``teckenkodning``.

    Signs that break a line become line ends, other control signs go, a byte of another encoding is read as Windows-1252, and
    letters that were read in the wrong encoding before they came here are set right.
    """
    if _DIRTY.search(text) is None:
        return text, frozenset()
    done = set()

    def garbled(match: re.Match[str]) -> str:
        return match[0].encode("cp1252").decode("utf-8", errors="replace")

    decoded = _ODD.sub(windows, text)
    plain = _CONTROL.sub("", _BREAKS.sub("\n", decoded))
    bare = _GARBLED.sub(garbled, plain)
    if decoded != text or bare != plain:
        done.add("teckenkodning")
    if plain != decoded:
        done.add("styrtecken")
    return bare, frozenset(done)


def composed(text: str) -> str:
    """Letters with their marks in one (NFC), as nearly all text has them; a decomposed ``å`` is no other letter."""
    return text if text.isascii() or unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def windows(odd: re.Match[str]) -> str:
    """The letter of Windows-1252 that a byte kept as a lone surrogate is."""
    return bytes([ord(odd[0]) - 0xDC00]).decode("cp1252", errors="replace")


#: The signs for which :func:`clean_sql` has something to do, as a pattern of DuckDB.
DIRTY_SQL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\x{2028}\x{2029}\x{feff}\x{fffe}\x{ffff}]"


def clean_sql(cell: str) -> str:
    """What :func:`clean` does to control signs, as a DuckDB expression."""
    breaks = rf"regexp_replace({cell}, '[\x0b\x0c\x{{85}}\x{{2028}}\x{{2029}}]', chr(10), 'g')"
    return rf"regexp_replace({breaks}, '[\x00-\x08\x0e-\x1f\x7f-\x84\x{{86}}-\x{{9f}}\x{{feff}}\x{{fffe}}\x{{ffff}}]', '', 'g')"


MEDDELANDEN = {
    "styrtecken": (
        "styrtecken",
        "Cellen innehåller styrtecken, som inte syns men som inte kan skrivas ut. De har tagits bort.",
        "{n} celler innehåller styrtecken, som inte syns men som inte kan skrivas ut. De har tagits bort.",
    ),
    "teckenkodning": (
        "blandad_teckenkodning",
        "Cellen innehåller tecken i en annan teckenkodning än resten av filen. Kontrollera att texten har lästs rätt, och spara "
        "hela filen som csv UTF-8.",
        "{n} celler innehåller tecken i en annan teckenkodning än resten av filen. Kontrollera att texterna har lästs rätt, och "
        "spara hela filen som csv UTF-8.",
    ),
}


@dataclass
class Stadning:
    """The cleaning of one sheet: cells go through :meth:`cell`, and :meth:`remarks` tells what was done where.

    :param blad: the sheet's name, None for a text file.
    """

    blad: str | None = None
    found: dict[str, list[tuple[int, str | None, str]]] = field(default_factory=dict)

    def cell(self, row: int, column: int, text: str) -> str:
        bare, done = clean(text)
        for kind in done:
            self.found.setdefault(kind, []).append((row, column_name(column), personal.quoted(bare.strip(), 60)))
        return composed(bare)

    def row(self, nr: int, cells: Iterable[str]) -> list[str]:
        """A row's cells, cleaned and bare of blanks around them.

        :raises Avvisad: a cell is longer than a cell may be, or there are too many.
        """
        done = [
            bare if (bare := c.strip()).isascii() and bare.isprintable() else self.cell(nr, i, bare).strip()
            for i, c in enumerate(cells)
        ]
        if len(done) > limits.COLUMNS:
            raise Avvisad(
                avvisa(
                    "for_manga_kolumner",
                    f"Raden har {len(done)} celler. En tabell får ha högst {limits.COLUMNS} kolumner.",
                    blad=self.blad,
                    rad=nr,
                    forvantat=f"högst {limits.COLUMNS} kolumner",
                )
            )
        long = next((i for i, c in enumerate(done) if len(c) > limits.CELL), None)
        if long is not None:
            raise too_long(nr, self.blad, column_name(long))
        return done

    def remarks(self) -> list[Anmarkning]:
        """One remark per cell, or one for them all where they are many."""
        said = []
        for kind, cells in sorted(self.found.items()):
            kod, one, many = MEDDELANDEN[kind]
            if len(cells) > limits.LISTED:
                row, column, text = cells[0]
                message = many.format(n=len(cells)) + f" Den första står på rad {row}."
                said.append(anmark(kod, message, blad=self.blad, rad=row, kolumn=column, hittat=text))
            else:
                said += [anmark(kod, one, blad=self.blad, rad=r, kolumn=c, hittat=t) for r, c, t in cells]
        return said


def too_long(row: int, sheet: str | None = None, column: str | None = None) -> Avvisad:
    return Avvisad(
        avvisa(
            "for_lang_cell",
            f"En cell på rad {row} är längre än {limits.CELL} tecken. Saknas ett avslutande citattecken?",
            blad=sheet,
            rad=row,
            kolumn=column,
            forvantat=f"högst {limits.CELL} tecken i en cell",
        )
    )


def column_name(index: int) -> str:
    """0 → A, 26 → AA."""
    name = ""
    while index >= 0:
        name, index = chr(65 + index % 26) + name, index // 26 - 1
    return name


def too_many_cells(rows: int, columns: int, sheet: str | None = None, last: str | None = None) -> Avvisad:
    where = f" (den sista i {last})" if last else ""
    return Avvisad(
        avvisa(
            "for_manga_celler",
            f"Tabellen spänner över {rows} rader och {columns} kolumner{where}. Det är fler celler än som kan läsas. "
            "Ta bort det som står långt utanför tabellen, eller leverera den som csv.",
            blad=sheet,
            hittat=last,
            forvantat=f"högst {limits.CELLS} celler",
        )
    )
