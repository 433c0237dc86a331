"""From landing to raw: find files, register them, judge them, and keep what the judgement says.

Nothing here is lost: the original is stored by its content before it is judged, every verdict is in the register, rows taken out
are in quarantine, and the sender's report lies in ``reports/<leverans_id>/``. What has been judged under the same rules is not
judged again.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from dagster_project.deliveries import cells, door, frame, pages, raw, report, wording
from dagster_project.deliveries.door import Granskning
from dagster_project.deliveries.frame import current as current_frame
from dagster_project.deliveries.raw import write_empty_tables, write_register
from dagster_project.deliveries.register import Leverans, Register, identity
from dagster_project.errors import NothingPublished
from dagster_project.reading import files as reading
from dagster_project.reading import formats, sidecar
from dagster_project.reading.findings import Avvisad
from dagster_project.reading.sheets import Blad
from dagster_project.reading.sidecar import SUFFIX, Sidofil
from dagster_project.settings import Home
from dagster_project.sources import Source, all_sources
from dagster_project.validation import gx

__all__ = ["check", "current_frame", "take_in", "write_empty_tables", "write_register"]

log = logging.getLogger("uppfoljning.deliveries")


@dataclass
class Utfall:
    """What one look at a source's landing folder led to. The lists hold delivery ids; ``avvisade`` are those lying in landing."""

    kalla: str
    i_landing: list[str] = field(default_factory=list)
    nya: list[str] = field(default_factory=list)
    granskade: list[str] = field(default_factory=list)
    avvisade: list[str] = field(default_factory=list)
    skiljaktiga: list[str] = field(default_factory=list)  # where Great Expectations found other rows than the door


def files(home: Home, kalla: str) -> Iterator[Path]:
    """The files in a source's landing folder and below, by path; sidecars and hidden or unfinished files left out."""
    for path in sorted((home.landing / kalla).rglob("*")):
        hidden = any(part.startswith((".", "~$")) for part in path.relative_to(home.landing).parts)
        if path.is_file() and not hidden and not path.name.endswith((SUFFIX, ".part", ".tmp")):
            yield path


def unknown_folders(home: Home) -> list[str]:
    """Folders in landing that are no source's: their files would never be read."""
    if not home.landing.is_dir():
        return []
    return sorted(
        p.name for p in home.landing.iterdir() if p.is_dir() and p.name not in all_sources() and any(p.iterdir())
    )


def identify(path: Path) -> list[str]:
    """The sources that a file may be a delivery to, by its headings or, where it is no table, by its text.

    :raises Avvisad: no source can read such a file.
    """
    refused: Avvisad | None = None
    try:
        sheets = _headings(path)
    except Avvisad as refusal:
        refused = refusal
    else:
        if found := [kalla for kalla in all_sources() if formats.fits(kalla, sheets)]:
            return found
    side, _ = sidecar.read(path)
    for source in all_sources().values():
        if source.reads_documents:
            try:
                source.read(path, side)
                return [source.kalla]
            except Avvisad as refusal:
                refused = refused and refusal
    if refused:
        raise refused
    return []


def _headings(path: Path) -> list[Blad]:
    """A table's sheets; of a text or Parquet file, which may be large, its first rows only."""
    if reading.suffix(path) not in cells.STREAMED:
        return reading.read(path)
    with tempfile.TemporaryDirectory() as work:
        return cells.stream(path, Path(work)).blad


def take_in(home: Home, source: Source) -> Utfall:
    """Register and judge everything new in a source's landing folder, and re-judge what older rules judged."""
    register = Register(home.register)
    outcome = Utfall(source.kalla)
    write_empty_tables(home, source)
    for path in files(home, source.kalla):
        leverans_id, is_new = _register(home, register, source, path)
        outcome.i_landing.append(leverans_id)
        if is_new:
            outcome.nya.append(leverans_id)
    rules = door.rulebook(source.kalla)
    ram = current_frame(home, register, source)
    rows = register.rows(
        "select l.*, g.regelverk from leverans l left join granskning g using (leverans_id) where l.kalla = ?"
        " order by l.mottagen, l.registrerad, l.leverans_id",
        source.kalla,
    )
    rested_on = [row.pop("regelverk") for row in rows]
    today = frame.basis(rules, [frame.looked_up(regelverk) for regelverk in rested_on], ram)
    with tempfile.TemporaryDirectory(dir=home.tmp) as kept:
        partier = []
        for row, regelverk, renewed in zip(rows, rested_on, today, strict=True):
            if regelverk != renewed:
                log.info("%s: checking %s", source.kalla, wording.file_name(str(row["filnamn"])))
                partier += _judge(home, register, source, _leverans(row), rules, ram, Path(kept))
                outcome.granskade.append(row["leverans_id"])
        if partier:
            outcome.skiljaktiga = gx.differences(source.kalla, partier, Path(kept))
    for difference in outcome.skiljaktiga:
        log.error("two meanings of one rule: %s", difference)
    if outcome.granskade:
        pages.write(home, register, source.kalla)
    rejected = {row["leverans_id"] for row in register.leveranser() if row["status"] == "avvisad"}
    outcome.avvisade = [leverans_id for leverans_id in outcome.i_landing if leverans_id in rejected]
    return outcome


def _leverans(row: dict[str, object]) -> Leverans:
    moments = {k: datetime.fromisoformat(str(row[k])) for k in ("mottagen", "registrerad")}
    return Leverans(**{**row, **moments, "mottagen_angiven": bool(row["mottagen_angiven"])})  # type: ignore[arg-type]


def original(home: Home, leverans: Leverans) -> Path:
    """Where a delivery's bytes are kept: by their hash, with the file's ending."""
    ending = "".join(Path(leverans.filnamn).suffixes[-2:]).lower()
    if not re.fullmatch(r"[\w. -]{0,40}", ending):
        ending = reading.suffix(Path(leverans.filnamn))
    return home.originals / leverans.sha256[:2] / (leverans.sha256 + ending[:40])


def _register(home: Home, register: Register, source: Source, path: Path) -> tuple[str, bool]:
    side_path = sidecar.path_for(path)
    side_bytes = side_path.read_bytes() if side_path.is_file() else b""
    stat = (path.stat().st_size, path.stat().st_mtime_ns)
    side_text = side_bytes.decode("utf-8", errors="replace")
    known = register.known_file(path, source.kalla, stat, side_text)
    if known:
        return known, False
    leverans = describe(source, path, side_bytes)
    kept = original(home, leverans)
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        unfinished = kept.with_name(kept.name + ".part")
        try:
            with _disk(leverans):
                shutil.copyfile(path, unfinished)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        unfinished.chmod(0o444)
        unfinished.rename(kept)
    is_new = register.add(leverans)
    register.note_file(path, source.kalla, stat, side_text, leverans.leverans_id)
    return leverans.leverans_id, is_new


def describe(source: Source, path: Path, side_bytes: bytes) -> Leverans:
    """A file as a delivery: its identity, its sender, its time of receipt (now, where the sidecar states none)."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    try:
        side = sidecar.parse(side_bytes)
    except Avvisad:
        side = Sidofil()
    now = datetime.now().replace(microsecond=0)
    return Leverans(
        identity(source.kalla, digest, side_bytes),
        source.kalla,
        path.name,
        digest,
        path.stat().st_size,
        side_bytes.decode("utf-8", errors="replace"),
        side.mottagen or now,
        side.mottagen is not None,
        now,
        side.avsandare,
        side.overenskommelse,
        side.ersatter,
    )


def judge_file(source: Source, path: Path, leverans: Leverans, work: Path, ram: pa.Table | None = None) -> Granskning:
    """The verdict on one file; a sidecar that cannot be read is part of it."""
    try:
        side = sidecar.parse(leverans.sidofil.encode(), leverans.filnamn + SUFFIX)
    except Avvisad as refusal:
        return Granskning(source.kalla, [wording.finding(a) for a in refusal.anmarkningar])
    return door.judge(source, path, side, work, mottagen=leverans.mottagen, ram=ram)


def check(source: Source, path: Path, reports: Path, home: Home | None = None) -> tuple[Leverans, Granskning, Path]:
    """Judge a file without loading it, and write the sender's report into ``reports``.

    :param home: where the frame is that the source's rows are held against; without it there is none.
    :returns: the delivery, the verdict and the report's path.
    """
    side_path = sidecar.path_for(path)
    leverans = describe(source, path, side_path.read_bytes() if side_path.is_file() else b"")
    with tempfile.TemporaryDirectory() as work:
        known = home is not None and home.register.is_file()
        register = Register(home.register) if home and known else None
        ram = current_frame(home, register, source) if home and register else frame.empty(source)
        verdict = judge_file(source, path, leverans, Path(work), ram)
        verdict.close()
    written, _ = report.write(reports, leverans, verdict, register)
    return leverans, verdict, written


# --- judging ---------------------------------------------------------------------------------------------------------


def _judge(
    home: Home,
    register: Register,
    source: Source,
    leverans: Leverans,
    rules: str,
    ram: pa.Table | None,
    kept: Path,
) -> list[gx.Parti]:
    """Judge a delivery and keep what the verdict says.

    :returns: its rows, kept in the folder ``kept`` for Great Expectations, where it shall see them.
    """
    with _disk(leverans), tempfile.TemporaryDirectory(dir=home.tmp) as work:
        verdict = judge_file(source, original(home, leverans), leverans, Path(work), ram)
        written, partier = [], []
        if verdict.con is not None:
            written = raw.write_delivery(home, source, leverans, verdict, Path(work))
            partier = raw.for_comparison(leverans, verdict, kept)
        report.write(home.reports / leverans.leverans_id, leverans, verdict, register)
        raw.clear(home, leverans)
        for unfinished, target in written:
            target.parent.mkdir(parents=True, exist_ok=True)
            unfinished.rename(target)
        verdict.close()
    register.judge(
        leverans.leverans_id,
        regelverk=frame.basis(rules, [verdict.beror], ram)[0],
        format=verdict.format.format if verdict.format else None,
        bedomning=verdict.bedomning,
        respondent=verdict.respondent,
        period=verdict.period,
        lasta=verdict.lasta,
        godkanda=verdict.godkanda,
        karantan=verdict.karantan,
        anmarkningar=verdict.anmarkningar,
        kontroller=[(k.kod, str(k.utfall), k.regel.fel, k.antal) for k in verdict.kontroller],
        block=[] if verdict.avvisad else verdict.block,
    )
    return partier


@contextmanager
def _disk(leverans: Leverans) -> Iterator[None]:
    """Say it in one line when the disk is full. Nothing that counted before is touched until all that is new is written.

    :raises NothingPublished: there is no room for the delivery.
    """
    try:
        yield
    except (OSError, duckdb.Error) as error:
        told = (
            "No space left on device",
            "max_temp_directory_size",
        )  # DuckDB stops itself when it has filled its share of the disk
        if getattr(error, "errno", None) == errno.ENOSPC or any(words in str(error) for words in told):
            raise NothingPublished(
                f"the disk is full: {leverans.kalla}/{wording.file_name(leverans.filnamn)} could not be taken in, and what counted before still counts; "
                "make room and build again"
            ) from error
        raise
