"""What is kept of a delivery on disk: its original, its raw rows, its quarantine, and the record from which the register can be made again.

The register knows every file by its hash. A file that is gone, or is not what it was, is found at the next look at landing by its size and
time, and by its bytes where these are new; so a look costs a question to the file system per file, whatever the files hold. What is lost is
made anew from the original, and a lost original is taken from landing where the file still lies there.

A record (``originals/<source>/<leverans_id>.json``) says of a delivery what no file of it says: its name, its sidecar, when it was received and
where it lay. What the register does not know and a record does is taken into the register.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

from dagster_project import digest
from dagster_project.deliveries import fence
from dagster_project.deliveries.register import Register
from dagster_project.deliveries.register_types import Fil, Leverans
from dagster_project.reading import files as reading
from dagster_project.settings import Home

#: The tables of the register that are of a delivery, and that no rule can compute.
SAID = ("leverans", "mottagning", "fil")


def original(home: Home, leverans: Leverans) -> Path:
    """Where a delivery's bytes are kept: by their hash, with the file's ending."""
    ending = "".join(Path(leverans.filnamn).suffixes[-2:]).lower()
    if not re.fullmatch(r"[\w. -]{0,40}", ending):
        ending = reading.suffix(Path(leverans.filnamn))
    return home.originals / leverans.sha256[:2] / (leverans.sha256 + ending[:40])


def whole(path: Path, sha256: str) -> bool:
    """Whether a file is there and is what it was."""
    try:
        return digest.content(path) == sha256
    except OSError:
        return False


def keep_original(home: Home, leverans: Leverans, path: Path) -> None:
    """Keep a delivery's bytes, whole or not at all, where they are not kept yet.

    :raises NothingPublished: the disk is full.
    """
    target = original(home, leverans)
    if whole(target, leverans.sha256):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(target.name + ".part")
    try:
        with fence.disk(leverans):
            shutil.copyfile(path, unfinished)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    unfinished.chmod(0o444)
    unfinished.replace(target)


def files(home: Home, leverans: Leverans) -> list[Fil]:
    """What is kept of a delivery now: its original, its raw rows, its quarantine."""
    name = f"{leverans.leverans_id}.parquet"
    paths = [
        *(home.raw / leverans.kalla).glob(f"*/period=*/{name}"),
        *(home.quarantine / leverans.kalla).glob(name),
    ]
    known = original(home, leverans)
    return [_file(home, known, leverans.sha256), *(_file(home, path, digest.content(path)) for path in sorted(paths))]


def _file(home: Home, path: Path, sha256: str) -> Fil:
    stat = path.stat()
    return Fil(path.relative_to(home.root).as_posix(), stat.st_size, stat.st_mtime_ns, sha256)


def changed(
    home: Home, register: Register, kalla: str | None = None, *, thorough: bool = False
) -> dict[str, list[str]]:
    """The files that are gone or not what they were, below the home folder, by delivery; of one source or of all.

    :param thorough: read every file, also those whose size and time are as they were.
    """
    found: dict[str, list[str]] = {}
    for leverans_id, file in register.kept(kalla):
        path = home.root / file.namn
        try:
            stat = path.stat()
        except OSError:
            found.setdefault(leverans_id, []).append(file.namn)
            continue
        same = (stat.st_size, stat.st_mtime_ns) == (file.byte, file.andrad)
        if same and not thorough:
            continue
        if stat.st_size != file.byte or not whole(path, file.sha256):
            found.setdefault(leverans_id, []).append(file.namn)
        elif not same:
            register.touched(leverans_id, file.namn, stat.st_mtime_ns)
    return found


def has_original(home: Home, register: Register, leverans: Leverans) -> bool:
    """Whether a delivery's original is there and whole. Where it is not, and the file still lies in landing, it is kept again."""
    if whole(original(home, leverans), leverans.sha256):
        return True
    lies = register.rows("select sokvag from fil where leverans_id = ? and borta is null", leverans.leverans_id)
    for path in (home.landing / row["sokvag"] for row in lies):
        if whole(path, leverans.sha256):
            keep_original(home, leverans, path)
            return True
    return False


def has_record(home: Home, leverans: Leverans) -> bool:
    return _record(home, leverans.kalla, leverans.leverans_id).is_file()


def _record(home: Home, kalla: str, leverans_id: str) -> Path:
    return home.originals / kalla / f"{leverans_id}.json"


def record(home: Home, register: Register, leverans: Leverans) -> None:
    """Keep beside the originals what the register knows of a delivery without having judged it."""
    leverans_id = leverans.leverans_id
    said = {t: register.rows(f"select * from {t} where leverans_id = ? order by 1", leverans_id) for t in SAID}
    path = _record(home, leverans.kalla, leverans_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    unfinished.write_text(json.dumps(said, ensure_ascii=False, indent=1), encoding="utf-8")
    unfinished.replace(path)


def unknown(home: Home, register: Register, kalla: str) -> list[str]:
    """The deliveries of a source that the register does not know and a record does."""
    known = {row["leverans_id"] for row in register.rows("select leverans_id from leverans where kalla = ?", kalla)}
    return [path.stem for path in sorted((home.originals / kalla).glob("*.json")) if path.stem not in known]


def adopt(home: Home, register: Register, kalla: str) -> list[str]:
    """Take into the register the deliveries of a source that it does not know and a record does: it was lost, or an older one was put back.

    :returns: their ids. They have no verdict yet.
    """
    found = unknown(home, register, kalla)
    said = [json.loads(_record(home, kalla, leverans_id).read_text(encoding="utf-8")) for leverans_id in found]
    register.adopt({table: [row for each in said for row in each[table]] for table in SAID})
    return found
