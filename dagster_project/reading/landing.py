"""What lies in a landing folder: the files that are deliveries, and what is told and left. No link is followed, no pipe waited for."""

from __future__ import annotations

import os
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from dagster_project.reading import limits
from dagster_project.reading.sidecar import SUFFIX
from dagster_project.reading.text import clean, composed

#: Names of files that programs leave while they work.
UNFINISHED = (".part", ".tmp", ".crdownload")
HIDDEN = (".", "~$")


@dataclass
class Landning:
    """What was found below a folder.

    :param filer: the files to read, by path.
    :param ej_lasta: what was not read: how its name is shown, and why, in words for the sender.
    """

    filer: list[Path] = field(default_factory=list)
    ej_lasta: list[tuple[str, str]] = field(default_factory=list)


def shown(name: str) -> str:
    """A file's name as it may stand in a message, a database or on a screen: one line, whole letters, not too long."""
    line = " ".join(clean(name)[0].split())
    bare = composed(line.encode("utf-8", errors="replace").decode())
    return bare if len(bare) <= limits.NAME else f"{bare[: limits.NAME - 12]}…{bare[-11:]}"


def look(folder: Path) -> Landning:
    """The deliverable files in ``folder`` and below, in the order of their paths.

    Sidecars, hidden and unfinished files are passed over. A file whose name is no Unicode, a link, a pipe, a
    folder with a file's name and a sidecar without its file are told.
    """
    found = Landning()
    if folder.is_dir():
        _walk(folder, folder, found, 0)
    found.filer.sort()
    return found


def _walk(folder: Path, top: Path, found: Landning, depth: int) -> None:
    def tell(path: Path, why: str) -> None:
        found.ej_lasta.append((shown(path.relative_to(top).as_posix()), why))

    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        tell(folder, "Mappen går inte att öppna.")
        return
    names = {unicodedata.normalize("NFC", entry.name) for entry in entries}
    for entry in entries:
        path = Path(entry.path)
        if entry.name.startswith(HIDDEN) or entry.name.lower().endswith(UNFINISHED):
            continue
        if entry.is_symlink():
            tell(path, "Det är en länk till en annan plats och har inte lästs. Lägg filen själv här.")
        elif entry.is_dir(follow_symlinks=False):
            if why := _no_folder(entry.name, depth):
                tell(path, why)
            else:
                _walk(path, top, found, depth + 1)
        elif not entry.is_file(follow_symlinks=False):
            tell(path, "Det är inte en vanlig fil och har inte lästs.")
        elif entry.name.endswith(SUFFIX):
            if unicodedata.normalize("NFC", entry.name.removesuffix(SUFFIX)) not in names:
                tell(
                    path, "Den fil som uppgifterna gäller finns inte. Heter filerna lika, så när som på .leverans.yml?"
                )
        elif why := _no_name(entry.name):
            tell(path, why)
        else:
            found.filer.append(path)


def _no_folder(name: str, depth: int) -> str | None:
    if depth >= limits.FOLDERS:
        return f"Mappen ligger mer än {limits.FOLDERS} nivåer ner och har inte lästs."
    if name.lower().endswith(
        (SUFFIX, ".xlsx", ".xlsm", ".csv", ".txt", ".tsv", ".gz", ".parquet", ".json", ".docx", ".pdf")
    ):
        return "Det är en mapp med ett namn som en fil. Den har inte lästs."
    return None


def _no_name(name: str) -> str | None:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return "Filens namn är inte i UTF-8, och filen har inte lästs. Ge den ett annat namn."
    return None
