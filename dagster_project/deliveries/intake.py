"""From landing to raw: find files, register them, judge them, and keep what the judgement says.

Nothing here is lost: the original is stored by its content before it is judged, every verdict is in the register, rows taken out
are in quarantine, and the sender's report lies in ``reports/<leverans_id>/``. What has been judged under the same rules is not
judged again.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from dagster_project import digest
from dagster_project.deliveries import cells, door, frame, kept, pages, report, wording
from dagster_project.deliveries.bench import Bank, judge_file
from dagster_project.deliveries.door import Granskning
from dagster_project.deliveries.frame import current as current_frame
from dagster_project.deliveries.history import Historik
from dagster_project.deliveries.raw import clear, write_empty_tables, write_register
from dagster_project.deliveries.register import ANY_YEAR, Register
from dagster_project.deliveries.register_types import Leverans, Underlag, identity
from dagster_project.errors import NothingPublished
from dagster_project.reading import files as reading
from dagster_project.reading import formats, guard, landing, sidecar, swedish_time
from dagster_project.reading.findings import Avvisad
from dagster_project.reading.sheets import Blad
from dagster_project.reading.sidecar import Sidofil
from dagster_project.settings import Home
from dagster_project.sources import Source, all_sources
from dagster_project.validation import gx, suites

__all__ = ["check", "current_frame", "take_in", "write_empty_tables", "write_register"]

log = logging.getLogger("uppfoljning.deliveries")

#: The columns of the register with what a verdict rests on, and a year after all reporting years.
RESTS_ON = tuple(f.name for f in fields(Underlag))


@dataclass
class Utfall:
    """What one look at a source's landing folder led to. The lists hold delivery ids; ``avvisade`` are those lying in landing.

    :param ej_lasta: what lies in landing and was not read, as it is shown, and why, in words for the sender.
    :param kvar: deliveries whose original is gone or changed: they cannot be judged anew, and their last verdict stands.
    :param gjorda_om: deliveries of which something that is kept was gone or changed: it was made anew from the original.
    :param aterfunna: deliveries that the register did not know, taken in from their records.
    """

    kalla: str
    i_landing: list[str] = field(default_factory=list)
    nya: list[str] = field(default_factory=list)
    granskade: list[str] = field(default_factory=list)
    avvisade: list[str] = field(default_factory=list)
    vantar: list[str] = field(default_factory=list)  # in landing, with a block in doubt or of unknown order
    om_igen: list[str] = field(
        default_factory=list
    )  # in landing, not judged for want of time or memory: the next look tries again
    skiljaktiga: list[str] = field(default_factory=list)  # where Great Expectations found other rows than the door
    ej_lasta: list[tuple[str, str]] = field(default_factory=list)
    kvar: list[str] = field(default_factory=list)
    gjorda_om: list[str] = field(default_factory=list)
    aterfunna: list[str] = field(default_factory=list)


def files(home: Home, kalla: str) -> list[Path]:
    """The files in a source's landing folder and below, by path."""
    return landing.look(home.landing / kalla).filer


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
    outcome.aterfunna = kept.adopt(home, register, source.kalla)
    found = landing.look(home.landing / source.kalla)
    outcome.ej_lasta += found.ej_lasta
    blick = register.look(source.kalla, [place(home, path) for path in found.filer])
    # The pages of one answer have an order, that of their names.
    ordered = any(k.namn == "nasta_sida" for k in formats.load()[source.kalla][0].kolumner)
    for number, path in enumerate(found.filer):
        try:
            leverans_id, is_new = _register(home, register, source, path, blick, number if ordered else 0)
        except OSError as error:
            log.warning("%s/%s: %s", source.kalla, landing.shown(path.name), error.strerror)
            outcome.ej_lasta.append(
                (landing.shown(path.name), "Filen går inte att öppna, eller togs bort medan den lästes.")
            )
            continue
        outcome.i_landing.append(leverans_id)
        if is_new:
            outcome.nya.append(leverans_id)
    for name, why in outcome.ej_lasta:
        log.warning("%s/%s: %s", source.kalla, name, why)
    suites.rules(source.kalla)  # a rule that is wrong is no fault of any delivery, and is said before one is judged
    rules = door.rulebook(source.kalla)
    ram = current_frame(home, register, source)
    rows = register.rows(
        f"select l.*, {', '.join(f'g.{name}' for name in RESTS_ON)} from leverans l left join granskning g using (leverans_id)"
        " left join (select leverans_id, max(ordnad || printf(' %012d', blick)) as nar from mottagning group by 1) using (leverans_id)"
        " where l.kalla = ? order by nar, l.registrerad, l.leverans_id",
        source.kalla,
    )
    rested_on = [_underlag([row.pop(name) for name in RESTS_ON]) for row in rows]
    today = frame.basis(rules, [frame.looked_up(underlag) for underlag in rested_on], ram)
    again = _for_want(register, source.kalla, outcome.i_landing)
    lost = _lost(home, register, source.kalla, [_leverans(row) for row in rows], outcome)
    with tempfile.TemporaryDirectory(dir=home.tmp) as rows_kept:
        partier = []
        bench = Bank(home, register, source, rules, ram, Path(rows_kept))
        received = register.rows("select 1 from mottagning where blick >= ? limit 1", blick) != []
        for row, underlag, renewed in zip(rows, rested_on, today, strict=True):
            leverans = _leverans(row)
            if underlag is not None:
                new = underlag.forut is not None and (received or bool(outcome.granskade))
                renewed = replace(renewed, forut=bench.historik.signature(leverans) if new else underlag.forut)
            anew = leverans.leverans_id in lost  # its original has just been read
            if leverans.leverans_id in outcome.kvar or not (
                anew or underlag != renewed or leverans.leverans_id in again
            ):
                continue
            if underlag is not None and not anew and not kept.has_original(home, register, leverans):
                _without_original(leverans)
                outcome.kvar.append(leverans.leverans_id)
                continue
            log.info("%s: checking %s", source.kalla, wording.file_name(leverans.filnamn))
            partier += bench.judge(leverans)
            outcome.granskade.append(leverans.leverans_id)
            if anew and underlag == renewed:
                outcome.gjorda_om.append(leverans.leverans_id)
        for leverans in map(_leverans, rows):
            if bench.judge_order(leverans):
                outcome.granskade += [leverans.leverans_id] * (leverans.leverans_id not in outcome.granskade)
        if partier:
            outcome.skiljaktiga = _compared(source.kalla, partier, Path(rows_kept))
    for difference in outcome.skiljaktiga:
        log.error("two meanings of one rule: %s", difference)
    if outcome.granskade:
        pages.write(home, register, source.kalla)
    now = {row["leverans_id"]: row for row in register.leveranser(source.kalla)}
    outcome.avvisade = [i for i in outcome.i_landing if now[i]["status"] in ("avvisad", guard.KOD)]
    outcome.om_igen = _for_want(register, source.kalla, outcome.i_landing)
    waiting = {t["leverans_id"] for t in register.tackning(ANY_YEAR, source.kalla) if t["vantar"]}
    outcome.vantar = [leverans_id for leverans_id in outcome.i_landing if leverans_id in waiting]
    if outcome.vantar:
        said = ", ".join(wording.file_name(now[leverans_id]["filnamn"]) for leverans_id in outcome.vantar)
        log.warning(
            "%s: a value is in doubt or the order not known, what was accepted before stands: %s", source.kalla, said
        )
    return outcome


def deliveries(register: Register) -> list[Leverans]:
    """Every delivery in the register."""
    return [_leverans(row) for row in register.rows("select * from leverans order by leverans_id")]


def _for_want(register: Register, kalla: str, in_landing: Sequence[str]) -> list[str]:
    """Of a source's deliveries in landing those that could not be judged for want of time or memory."""
    said = register.said(kalla, guard.KOD)
    return [i for i in in_landing if any(why in text for text in said.get(i, ()) for why in guard.TILLFALLIGA)]


def _compared(kalla: str, partier: list[gx.Parti], folder: Path) -> list[str]:
    """Where Great Expectations finds other rows than the door did; that it could not be asked is such a difference too."""
    try:
        return gx.differences(kalla, partier, folder)
    except Exception as error:
        log.exception("%s: Great Expectations could not be run", kalla)
        return [f"{kalla}: {type(error).__name__}"]


def _lost(home: Home, register: Register, kalla: str, leveranser: Sequence[Leverans], outcome: Utfall) -> set[str]:
    """The deliveries of which something that is kept is gone or changed, and that are made anew from their originals. What is left of their
    rows is taken away, so that nothing reads it. Where only the original is lost, what counted stands.

    :raises NothingPublished: rows are lost, and so is the original.
    """
    found: set[str] = set()
    changed = kept.changed(home, register, kalla)
    for leverans in leveranser:
        if not kept.has_record(
            home, leverans
        ):  # taken in by an older version, or by a process that was killed just then
            kept.record(home, register, leverans)
        if not (files := changed.get(leverans.leverans_id)):
            continue
        name = f"{kalla}/{wording.file_name(leverans.filnamn)}"
        if kept.has_original(home, register, leverans):
            log.warning("%s: %s was gone or changed and is made anew", name, ", ".join(files))
            clear(home, leverans)
            found.add(leverans.leverans_id)
        elif any(home.root / file != kept.original(home, leverans) for file in files):
            raise NothingPublished(
                f"{name}: its rows and its original are gone or changed: put them back from a backup, or put the file in landing again"
            )
        else:
            _without_original(leverans)
            outcome.kvar.append(leverans.leverans_id)
    return found


def _without_original(leverans: Leverans) -> None:
    name = f"{leverans.kalla}/{wording.file_name(leverans.filnamn)}"
    log.error("%s: its original is gone or changed, so it cannot be judged anew: put it back from a backup", name)


def place(home: Home, path: Path) -> str:
    """A landing file as the register knows it: its path below landing."""
    return path.relative_to(home.landing).as_posix()


def _underlag(values: list[Any]) -> Underlag | None:
    return Underlag(*values) if values[0] is not None else None


def _leverans(row: dict[str, object]) -> Leverans:
    moments = {k: datetime.fromisoformat(str(row[k])) for k in ("mottagen", "registrerad")}
    truths = {k: bool(row[k]) for k in ("mottagen_angiven", "pahittad")}
    return Leverans(**{**row, **moments, **truths})  # type: ignore[arg-type]


def _register(home: Home, register: Register, source: Source, path: Path, blick: int, plats: int) -> tuple[str, bool]:
    side_bytes = sidecar.beside(path)
    stat = (path.stat().st_size, path.stat().st_mtime_ns)
    side_text = side_bytes.decode("utf-8", errors="replace")
    known = register.known_file(place(home, path), source.kalla, stat, side_text)
    if known:
        return known, False
    leverans = describe(source, path, side_bytes)
    kept.keep_original(home, leverans, path)
    is_new = register.add(leverans)
    register.note_file(place(home, path), stat, leverans, blick, plats)
    kept.record(home, register, leverans)
    return leverans.leverans_id, is_new


def describe(source: Source, path: Path, side_bytes: bytes) -> Leverans:
    """A file as a delivery: its identity, its sender, its time of receipt (now, where the sidecar states none)."""
    sha256 = digest.content(path)
    try:
        side = sidecar.parse(side_bytes)
    except Avvisad:
        side = Sidofil()
    now = swedish_time.now()
    return Leverans(
        identity(source.kalla, sha256, side_bytes),
        source.kalla,
        landing.shown(path.name),
        sha256,
        path.stat().st_size,
        side_bytes.decode("utf-8", errors="replace"),
        side.mottagen or now,
        side.mottagen is not None,
        now,
        side.avsandare,
        side.overenskommelse,
        side.ersatter,
        side.pahittad,
    )


def check(source: Source, path: Path, reports: Path, home: Home | None = None) -> tuple[Leverans, Granskning, Path]:
    """Judge a file without loading it, and write the sender's report into ``reports``.

    :param home: where the frame is that the source's rows are held against; without it there is none.
    :returns: the delivery, the verdict and the report's path.
    """
    suites.rules(source.kalla)
    leverans = describe(source, path, sidecar.beside(path))
    with tempfile.TemporaryDirectory() as work:
        known = home is not None and home.register.is_file()
        register = Register(home.register) if home and known else None
        ram = current_frame(home, register, source) if home and register else frame.empty(source)
        forut = Historik(home, register, source).before(leverans) if home and register else None
        verdict = judge_file(source, path, leverans, Path(work), ram, forut)
        verdict.close()
    written, _ = report.write(reports, leverans, verdict, register)
    return leverans, verdict, written
