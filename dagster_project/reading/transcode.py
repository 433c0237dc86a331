"""Large text files into plain UTF-8, piece by piece, by the rules of :mod:`~dagster_project.reading.text`."""

from __future__ import annotations

import codecs
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

from dagster_project.reading import limits, text
from dagster_project.reading.findings import Anmarkning, Avvisad, anmark, avvisa
from dagster_project.reading.guard import told

CHUNK = 1 << 22
_ODD = re.compile("[\udc80-\udcff]")


@told()
def plain(path: Path, target: Path) -> tuple[Path, list[Anmarkning]]:
    """A text file as plain UTF-8 without gzip: itself, where it is that already, otherwise written to ``target``.

    :returns: the plain file, and a remark where it mixes encodings, with the row of the first odd byte.
    :raises Avvisad: the gzip is broken or grows out of measure, the text is in an old code page or is cut off.
    """
    with path.open("rb") as file:
        head = file.read(CHUNK)
    packed = head[:2] == b"\x1f\x8b"
    start = next(_unpacked(path), b"") if packed else head
    if encoding := text.wide(start):
        return _rewritten(path, target, encoding, packed), []
    if not packed and _is_utf8(path):
        return path, []
    return _from_bytes(path, target, packed)


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for chunk in _chunks(path):
            if not chunk.isascii() or decoder.getstate()[0]:
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _rewritten(path: Path, target: Path, encoding: str, packed: bool) -> Path:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with target.open("wb") as out:
            for chunk in _pieces(path, packed):
                out.write(decoder.decode(chunk).encode("utf-8"))
            decoder.decode(b"", final=True)
    except UnicodeError:
        raise Avvisad(
            avvisa(
                "trasig_teckenkodning",
                "Filen är sparad som Unicode-text (UTF-16) men är avbruten eller skadad. Spara om den som csv UTF-8.",
            )
        ) from None
    return target


def _from_bytes(path: Path, target: Path, packed: bool) -> tuple[Path, list[Anmarkning]]:
    """UTF-8 where the bytes are that, Windows-1252 where they are not; what is the exception in the file is told."""
    decoder = codecs.getincrementaldecoder("utf-8")(errors="surrogateescape")
    odd = whole = rows = 0
    first: int | None = None
    old: int | None = None
    swedish = letters = False
    with target.open("wb") as out:
        for chunk in _pieces(path, packed):
            if chunk.isascii() and not decoder.getstate()[0]:
                rows += chunk.count(b"\n")
                out.write(chunk)
                continue
            piece = decoder.decode(chunk)
            found = _ODD.search(piece)
            whole += sum(map(len, re.findall("[^\x00-\x7f\udc80-\udcff]+", piece)))
            if found:
                odd += len(_ODD.findall(piece))
                first = first or rows + piece.count("\n", 0, found.start()) + 1
                at = text.old_code_page(chunk)
                swedish = swedish or at is None
                letters = letters or text.in_words(chunk)
                old = old if old is not None or at is None else rows + chunk.count(b"\n", 0, at) + 1
                piece = _ODD.sub(text.windows, piece)
            rows += chunk.count(b"\n")
            out.write(piece.encode("utf-8", errors="replace"))
        out.write(_ODD.sub(text.windows, decoder.decode(b"", final=True)).encode("utf-8", errors="replace"))
    if old is not None and not swedish and odd > whole:
        raise text.old(old)
    if first is None or (odd > whole and letters):
        return target, []
    message = (
        f"{odd} tecken i filen är i en annan teckenkodning än resten, de första på rad {first}. Kontrollera att texterna har lästs "
        "rätt, och spara hela filen som csv UTF-8."
    )
    return target, [anmark("blandad_teckenkodning", message, rad=first)]


def _pieces(path: Path, packed: bool) -> Iterator[bytes]:
    return _unpacked(path) if packed else _chunks(path)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _unpacked(path: Path) -> Iterator[bytes]:
    """The text in a gzip file; several may be put one after the other.

    :raises Avvisad: broken, cut off, or growing out of measure.
    """
    unpacker = zlib.decompressobj(wbits=31)
    size, packed = 0, path.stat().st_size
    try:
        for chunk in _chunks(path):
            rest = chunk
            while rest:
                if unpacker.eof:
                    unpacker = zlib.decompressobj(wbits=31)
                piece = unpacker.decompress(rest, CHUNK)
                size += len(piece)
                if size > limits.STREAMED or size > max(limits.TEXT, limits.STREAMED_GROWTH * packed):
                    raise text.too_large(limits.STREAMED)
                yield piece
                rest = unpacker.unconsumed_tail or unpacker.unused_data
    except zlib.error:
        unpacker = zlib.decompressobj(wbits=31)
    if not unpacker.eof:
        raise text.broken_gzip()
