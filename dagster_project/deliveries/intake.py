"""From landing to raw: find files, register them, judge them, and keep what the judgement says.

Nothing here is lost: the original is stored by its content before it is judged, every verdict is in the register, rows taken out
are in quarantine, and the sender's report lies in ``reports/<leverans_id>/``. What has been judged under the same rules is not
judged again.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from dagster_project.deliveries import bulk, door, report
from dagster_project.deliveries.door import Granskning, Uppslag
from dagster_project.deliveries.register import Leverans, Register, identity
from dagster_project.errors import NothingPublished
from dagster_project.reading import files as reading
from dagster_project.reading import formats, sidecar
from dagster_project.reading.findings import Avvisad
from dagster_project.reading.sheets import Blad
from dagster_project.reading.sidecar import SUFFIX, Sidofil
from dagster_project.settings import Home
from dagster_project.sources import Source, all_sources, schema

log = logging.getLogger("uppfoljning.deliveries")

#: The partition of a raw table that only holds its columns.
EMPTY_PARTITION = "schema"


@dataclass
class Utfall:
    """What one look at a source's landing folder led to. The lists hold delivery ids; ``avvisade`` are those lying in landing."""

    kalla: str
    i_landing: list[str] = field(default_factory=list)
    nya: list[str] = field(default_factory=list)
    granskade: list[str] = field(default_factory=list)
    avvisade: list[str] = field(default_factory=list)


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
    if reading.suffix(path) in (*reading.WORKBOOKS, ".json", ".json.gz"):
        return reading.read(path)
    with tempfile.TemporaryDirectory() as work:
        return [bulk.open_file(path, Path(work)).blad]


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
    frame = current_frame(home, register, source)
    rows = register.rows(
        "select l.*, g.regelverk from leverans l left join granskning g using (leverans_id) where l.kalla = ?"
        " order by l.mottagen, l.registrerad, l.leverans_id",
        source.kalla,
    )
    rested_on = [row.pop("regelverk") for row in rows]
    today = _basis(rules, [_uppslag(regelverk) for regelverk in rested_on], frame)
    for row, regelverk, renewed in zip(rows, rested_on, today, strict=True):
        if regelverk != renewed:
            log.info("%s: checking %s", source.kalla, row["filnamn"])
            _judge(home, register, source, _leverans(row), rules, frame)
            outcome.granskade.append(row["leverans_id"])
    rejected = {row["leverans_id"] for row in register.leveranser() if row["status"] == "avvisad"}
    outcome.avvisade = [leverans_id for leverans_id in outcome.i_landing if leverans_id in rejected]
    return outcome


def _leverans(row: dict[str, object]) -> Leverans:
    moments = {k: datetime.fromisoformat(str(row[k])) for k in ("mottagen", "registrerad")}
    return Leverans(**{**row, **moments, "mottagen_angiven": bool(row["mottagen_angiven"])})  # type: ignore[arg-type]


def original(home: Home, leverans: Leverans) -> Path:
    """Where a delivery's bytes are kept: by their hash, with the file's ending."""
    return (
        home.originals / leverans.sha256[:2] / (leverans.sha256 + "".join(Path(leverans.filnamn).suffixes[-2:]).lower())
    )


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


def judge_file(
    source: Source, path: Path, leverans: Leverans, work: Path, ram: pa.Table | None = None, page: Path | None = None
) -> Granskning:
    """The verdict on one file; a sidecar that cannot be read is part of it."""
    try:
        side = sidecar.parse(leverans.sidofil.encode(), leverans.filnamn + SUFFIX)
    except Avvisad as refusal:
        return Granskning(source.kalla, refusal.anmarkningar)
    return door.judge(source, path, side, work, mottagen=leverans.mottagen, ram=ram, page=page)


def check(source: Source, path: Path, reports: Path, home: Home | None = None) -> tuple[Leverans, Granskning, Path]:
    """Judge a file without loading it, and write the sender's report into ``reports``.

    :param home: where the frame is that the source's rows are held against; without it there is none.
    :returns: the delivery, the verdict and the report's path.
    """
    side_path = sidecar.path_for(path)
    leverans = describe(source, path, side_path.read_bytes() if side_path.is_file() else b"")
    with tempfile.TemporaryDirectory() as work:
        frame = (
            current_frame(home, Register(home.register), source)
            if home and home.register.is_file()
            else _empty_frame(source)
        )
        verdict = judge_file(source, path, leverans, Path(work), frame)
    written, _ = _report(reports, leverans, verdict)
    return leverans, replace(verdict, db=None, minne=None), written


# --- the frame ---------------------------------------------------------------------------------------------------------


def current_frame(home: Home, register: Register, source: Source) -> pa.Table | None:
    """The rows of a source's frame that count now, whatever the reporting year; None for a source without a frame."""
    if source.ram is None:
        return None
    kalla, table = source.ram.split("/")
    counting = [
        [t["leverans_id"], t["respondent"], t["period"]]
        for t in register.tackning(9999)
        if t["kalla"] == kalla and t["gallande"]
    ]
    paths = [str(p) for p in (home.raw / kalla / table).glob(f"period=*/{kalla}-*.parquet")]
    if not counting or not paths:
        return _empty_frame(source)
    with duckdb.connect() as con:
        con.execute("create table galler (_leverans_id varchar, _respondent varchar, _period date)")
        con.executemany("insert into galler values (?, ?, ?)", counting)
        return con.execute(
            "select r.* from read_parquet(?, hive_partitioning = false) as r semi join galler using (_leverans_id, _respondent, _period)",
            [paths],
        ).to_arrow_table()


def _empty_frame(source: Source) -> pa.Table | None:
    if source.ram is None:
        return None
    kalla, table = source.ram.split("/")
    return schema.empty_tables(kalla)[table]


def _basis(rules: str, looked_up: Sequence[Uppslag | None], frame: pa.Table | None) -> list[str]:
    """For each verdict what it rests on: the rules, and a hash of the frame's rows for the regions and days it looked up."""
    asked = list(dict.fromkeys(u for u in looked_up if u is not None))
    if frame is None or not asked:
        return [rules] * len(looked_up)
    with duckdb.connect() as con:
        con.register("ram", frame)
        con.execute("create table uppslag (nr bigint, region_kod varchar, fran date, till date)")
        con.executemany(
            "insert into uppslag values (?, ?, ?, ?)",
            [(nr, region, first, last) for nr, (regions, first, last) in enumerate(asked) for region in regions],
        )
        seen = dict(
            con.execute("""
                select nr, left(sha256(string_agg(rad, '|' order by rad)), 16)
                from (
                    select distinct nr, concat_ws(' ', vardenhet_id, region_kod, greatest(giltig_fran, fran),
                        least(coalesce(giltig_till, till), till)) as rad
                    from uppslag join ram using (region_kod)
                    where giltig_fran <= till and coalesce(giltig_till, till) >= fran
                )
                group by nr""").fetchall()
        )
    said = {u: f"{rules} {','.join(u[0])} {u[1]} {u[2]} {seen.get(nr, 'tom')}" for nr, u in enumerate(asked)}
    return [rules if u is None else said[u] for u in looked_up]


def _uppslag(regelverk: str | None) -> Uppslag | None:
    """The regions and days for which a verdict looked into the frame, from what it rested on."""
    parts = (regelverk or "").split(" ")
    return (
        (tuple(parts[1].split(",")), date.fromisoformat(parts[2]), date.fromisoformat(parts[3])) if parts[1:] else None
    )


def _report(folder: Path, leverans: Leverans, verdict: Granskning) -> tuple[Path, Path]:
    return report.write(
        folder,
        leverans,
        bedomning=verdict.bedomning,
        format=verdict.format.format if verdict.format else None,
        lasta=verdict.lasta,
        godkanda=verdict.godkanda,
        karantan=verdict.karantan,
        anmarkningar=verdict.anmarkningar,
    )


def _judge(
    home: Home, register: Register, source: Source, leverans: Leverans, rules: str, frame: pa.Table | None
) -> None:
    with _disk(leverans), tempfile.TemporaryDirectory(dir=home.root) as work:
        page = home.datadocs / source.kalla / f"{leverans.leverans_id}.html"
        verdict = judge_file(source, original(home, leverans), leverans, Path(work), frame, page)
        written = _write(home, source, leverans, verdict, Path(work)) if verdict.db is not None else []
        _report(home.reports / leverans.leverans_id, leverans, verdict)
        _clear(home, leverans)
        for unfinished, target in written:
            target.parent.mkdir(parents=True, exist_ok=True)
            unfinished.rename(target)
        if verdict.minne:
            verdict.minne.close()
    register.judge(
        leverans.leverans_id,
        regelverk=_basis(rules, [verdict.beror], frame)[0],
        format=verdict.format.format if verdict.format else None,
        bedomning=verdict.bedomning,
        respondent=verdict.respondent,
        period=verdict.period,
        lasta=verdict.lasta,
        godkanda=verdict.godkanda,
        karantan=verdict.karantan,
        anmarkningar=verdict.anmarkningar,
        kontroller=[(k.kod, str(k.utfall), k.blockerande, k.antal) for k in verdict.kontroller],
        block=[] if verdict.avvisad else verdict.block,
    )


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
                f"the disk is full: {leverans.kalla}/{leverans.filnamn} could not be taken in, and what counted before still counts; "
                "make room and build again"
            ) from error
        raise


# --- raw -------------------------------------------------------------------------------------------------------------


def _clear(home: Home, leverans: Leverans) -> None:
    """Take away what an earlier judgement of the same delivery wrote."""
    for path in (home.raw / leverans.kalla).glob(f"*/period=*/{leverans.leverans_id}.parquet"):
        path.unlink()
    (home.quarantine / leverans.kalla / f"{leverans.leverans_id}.parquet").unlink(missing_ok=True)


def _write(home: Home, source: Source, leverans: Leverans, verdict: Granskning, work: Path) -> list[tuple[Path, Path]]:
    """Write quarantine, and the raw tables where the delivery is accepted: one file per table and period.

    :returns: the files in the working folder, each with the place it shall have.
    """
    assert verdict.format is not None
    written: list[tuple[Path, Path]] = []
    order = "" if verdict.format.storlek == "stor" else " order by all"

    def write(con: duckdb.DuckDBPyConnection, sql: str, target: Path) -> None:
        unfinished = work / f"{len(written)}.parquet"
        _copy(con, sql, unfinished)
        written.append((unfinished, target))

    with verdict.open() as con:
        if con.execute("select count(*) > 0 from karantan").fetchone() == (True,):
            write(
                con,
                f"""select '{leverans.leverans_id}' as _leverans_id, k.kolumn, k.hittat, k.kod, k.meddelande, i.*
                       from karantan k join inlast i using (_nr) order by k._nr, k.kolumn, k.kod""",
                home.quarantine / leverans.kalla / f"{leverans.leverans_id}.parquet",
            )
        if verdict.avvisad:
            return written
        for table, sql in source.tables(verdict.format).items():
            for period in verdict.perioder:
                write(
                    con,
                    f"select '{leverans.leverans_id}' as _leverans_id, * from ({sql}) where _period = date '{period}'{order}",
                    home.raw / source.kalla / table / f"period={period}" / f"{leverans.leverans_id}.parquet",
                )
    return written


def write_empty_tables(home: Home, source: Source) -> None:
    """For each raw table a file with its columns and no rows, so that a build works when nothing was delivered. Written when the
    columns are new."""
    for table, empty in schema.empty_tables(source.kalla).items():
        target = home.raw / source.kalla / table / f"period={EMPTY_PARTITION}" / "schema.parquet"
        if not target.is_file() or not pq.read_schema(target).equals(empty.schema):
            target.parent.mkdir(parents=True, exist_ok=True)
            unfinished = target.with_suffix(".part")
            pq.write_table(empty, unfinished)
            unfinished.rename(target)


def _copy(con: duckdb.DuckDBPyConnection, sql: str, target: Path) -> None:
    """Write a query as one Parquet file, whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(".part")
    con.execute(f"copy ({sql}) to '{unfinished.as_posix()}' (format parquet, compression zstd)")
    unfinished.rename(target)


def write_register(home: Home, register: Register, ar: int) -> None:
    """The register as the two Parquet tables that dbt reads, for one reporting year."""
    with duckdb.connect() as con:
        for name, rows in (("leveranser", register.leveranser()), ("tackning", register.tackning(ar))):
            columns = schema.REGISTER[name]
            con.execute(f"create table {name} ({', '.join(f'{c} {t}' for c, (t, _) in columns.items())})")
            if rows:
                marks = ", ".join("?" * len(columns))
                con.executemany(f"insert into {name} values ({marks})", [[row[c] for c in columns] for row in rows])
            _copy(con, f"select * from {name} order by all", home.raw / "register" / f"{name}.parquet")
