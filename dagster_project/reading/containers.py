"""What a file is by its first bytes, and how much is in a container (zip) before anything unpacks it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from dagster_project.reading import limits
from dagster_project.reading.findings import Anmarkning, Avvisad, avvisa
from dagster_project.reading.text import too_large

#: Bytes at the beginning of a part among which a declaration stands, if there is one.
DECLARED = 1 << 16

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

#: What a file is called, in words, by its first bytes.
KINDS = {
    b"PK\x03\x04": "en Office-fil eller ett zip-arkiv",
    b"PK\x05\x06": "ett tomt zip-arkiv",
    b"%PDF": "en pdf",
    b"PAR1": "en Parquetfil",
    b"\x1f\x8b": "en gzip-fil",
    OLE: "en fil i ett äldre Office-format (xls, doc)",
    b"\x89PNG": "en bild",
    b"\xff\xd8\xff": "en bild",
    b"SQLite format 3": "en databas",
}


def kind(data: bytes) -> str | None:
    """What a file is by its first bytes, in words; None for text and what is not known."""
    return next((words for magic, words in KINDS.items() if data.startswith(magic)), None)


def wrong_ending(ending: str, found: str, advice: str) -> Avvisad:
    return Avvisad(
        avvisa(
            "fel_filandelse",
            f"Filen har ändelsen {ending} men är {found}. {advice}",
            hittat=found,
            forvantat=f"en fil av det slag som ändelsen {ending} säger",
        )
    )


def protected(what: str = "Arbetsboken") -> Anmarkning:
    return avvisa("losenordsskyddad", f"{what} är lösenordsskyddad. Ta bort lösenordet och leverera den igen.")


def broken_document(error: Exception) -> Avvisad:
    return Avvisad(
        avvisa(
            "trasig_fil",
            "Dokumentet är skadat eller avbrutet och går inte att öppna. Öppna och spara om det, och leverera det igen.",
        ),
        orsak=f"{type(error).__name__}: {error}"[:200],
    )


def encrypted(data: bytes) -> bool:
    """Is it an Office document in an encrypted envelope?"""
    return data.startswith(OLE) and "EncryptedPackage".encode("utf-16-le") in data


def open_zip(data: bytes) -> zipfile.ZipFile:
    """A container whose directory asks for no more than the limits allow.

    :raises Avvisad: it would unpack to too much, has too many parts, or declares words of its own, which readers leave out or unfold.
    :raises zipfile.BadZipFile: broken.
    """
    archive = zipfile.ZipFile(io.BytesIO(data))
    parts = archive.infolist()
    total = sum(part.file_size for part in parts)
    if total > limits.UNPACKED:
        raise too_large(limits.UNPACKED)
    if len(parts) > limits.PARTS or (total > limits.SUSPECT and total > limits.GROWTH * len(data)):
        raise Avvisad(
            avvisa(
                "for_stor",
                "Filen växer orimligt mycket när den packas upp och har inte lästs. Kontrollera innehållet och spara om den.",
            )
        )
    if odd := next((part.filename for part in parts if _declares(archive, part)), None):
        raise Avvisad(
            avvisa(
                "trasig_fil",
                "Filen innehåller egna definitioner (DOCTYPE), som inget kalkyl- eller ordbehandlingsprogram skriver. Öppna och spara om "
                "den, och leverera den igen.",
            ),
            orsak=f"DOCTYPE in {odd[:100]!a}",
        )
    return archive


def _declares(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Does a part begin with a declaration of entities? None that an office program writes does."""
    if part.flag_bits & 1 or not part.filename.lower().endswith((".xml", ".rels")):
        return False
    with archive.open(part) as file:
        return b"<!DOCTYPE" in file.read(DECLARED).replace(b"\0", b"")


def suspicious(data: bytes) -> bool:
    """Is it so large, packed or unpacked, that it is better read in a process of its own?"""
    if len(data) > limits.SUSPECT:
        return True
    if data.startswith(b"PK"):
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                return sum(part.file_size for part in archive.infolist()) > limits.SUSPECT
        except (zipfile.BadZipFile, ValueError, OSError, RuntimeError):
            return False
    return data.startswith(b"\x1f\x8b") and len(data) * 10 > limits.SUSPECT


def blocks(archive: zipfile.ZipFile, name: str, end: bytes, size: int = 4 * limits.MB) -> Iterator[bytes]:
    """A part of a container, unpacked piece by piece; every piece but the last is cut behind ``end``.

    :raises Avvisad: a piece without ``end`` grows beyond what one row of cells can hold.
    :raises zipfile.BadZipFile: the part is damaged, or larger than the directory says.
    """
    rest = b""
    with archive.open(name) as part:
        while piece := part.read(size):
            rest += piece
            cut = rest.rfind(end)
            if cut >= 0:
                cut += len(end)
                yield rest[:cut]
                rest = rest[cut:]
            elif len(rest) > 16 * size:
                raise too_large(16 * size)
    if rest:
        yield rest
