"""From landing to raw: find files, register them, judge them, and keep what the judgement says.

Nothing here is lost: the original is stored by its content before it is judged, every verdict is in the register, rows taken out
are in quarantine, and the sender's report lies in ``reports/<leverans_id>/``. What has been judged under the same rules is not
judged again.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import duckdb

from dagster_project.deliveries import door, formats, report, sidecar, typing_sql
from dagster_project.deliveries.door import Granskning
from dagster_project.deliveries.findings import Avvisad
from dagster_project.deliveries.register import Leverans, Register, identity
from dagster_project.deliveries.sidecar import SUFFIX, Sidofil
from dagster_project.settings import Home
from dagster_project.sources import Source, all_sources

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
    return sorted(p.name for p in home.landing.iterdir() if p.is_dir() and p.name not in all_sources() and any(p.iterdir()))


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
    for row in register.rows("select * from leverans where kalla = ? order by mottagen, registrerad, leverans_id", source.kalla):
        if not register.judged(row["leverans_id"], rules):
            log.info("%s: checking %s", source.kalla, row["filnamn"])
            _judge(home, register, source, _leverans(row), rules)
            outcome.granskade.append(row["leverans_id"])
    rejected = {row["leverans_id"] for row in register.leveranser() if row["status"] == "avvisad"}
    outcome.avvisade = [leverans_id for leverans_id in outcome.i_landing if leverans_id in rejected]
    return outcome


def _leverans(row: dict[str, object]) -> Leverans:
    moments = {k: datetime.fromisoformat(str(row[k])) for k in ("mottagen", "registrerad")}
    return Leverans(**{**row, **moments, "mottagen_angiven": bool(row["mottagen_angiven"])})  # type: ignore[arg-type]


def original(home: Home, leverans: Leverans) -> Path:
    """Where a delivery's bytes are kept: by their hash, with the file's ending."""
    return home.originals / leverans.sha256[:2] / (leverans.sha256 + "".join(Path(leverans.filnamn).suffixes[-2:]).lower())


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
        shutil.copyfile(path, unfinished)
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
        identity(source.kalla, digest, side_bytes), source.kalla, path.name, digest, path.stat().st_size,
        side_bytes.decode("utf-8", errors="replace"), side.mottagen or now, side.mottagen is not None, now,
        side.avsandare, side.overenskommelse, side.ersatter,
    )  # fmt: skip


def judge_file(source: Source, path: Path, leverans: Leverans, work: Path, page: Path | None = None) -> Granskning:
    """The verdict on one file; a sidecar that cannot be read is part of it."""
    try:
        side = sidecar.parse(leverans.sidofil.encode(), leverans.filnamn + SUFFIX)
    except Avvisad as refusal:
        return Granskning(source.kalla, refusal.anmarkningar)
    return door.judge(source, path, side, work, page=page)


def check(source: Source, path: Path, reports: Path) -> tuple[Leverans, Granskning, Path]:
    """Judge a file without loading it, and write the sender's report into ``reports``.

    :returns: the delivery, the verdict and the report's path.
    """
    side_path = sidecar.path_for(path)
    leverans = describe(source, path, side_path.read_bytes() if side_path.is_file() else b"")
    with tempfile.TemporaryDirectory() as work:
        verdict = judge_file(source, path, leverans, Path(work))
    written, _ = _report(reports, leverans, verdict)
    return leverans, replace(verdict, db=None), written


def _report(folder: Path, leverans: Leverans, verdict: Granskning) -> tuple[Path, Path]:
    return report.write(
        folder, leverans, bedomning=verdict.bedomning, format=verdict.format.format if verdict.format else None, lasta=verdict.lasta,
        godkanda=verdict.godkanda, karantan=verdict.karantan, anmarkningar=verdict.anmarkningar,
    )  # fmt: skip


def _judge(home: Home, register: Register, source: Source, leverans: Leverans, rules: str) -> None:
    with tempfile.TemporaryDirectory(dir=home.root) as work:
        verdict = judge_file(source, original(home, leverans), leverans, Path(work), home.datadocs / source.kalla / f"{leverans.leverans_id}.html")
        _report(home.reports / leverans.leverans_id, leverans, verdict)
        _clear(home, leverans)
        if verdict.db is not None:
            _keep(home, source, leverans, verdict)
    register.judge(
        leverans.leverans_id, regelverk=rules, format=verdict.format.format if verdict.format else None,
        bedomning=verdict.bedomning, respondent=verdict.respondent, period=verdict.period, lasta=verdict.lasta,
        godkanda=verdict.godkanda, karantan=verdict.karantan, anmarkningar=verdict.anmarkningar,
        kontroller=[(k.kod, str(k.utfall), k.blockerande, k.antal) for k in verdict.kontroller],
        block=[] if verdict.avvisad else verdict.block,
    )  # fmt: skip


# --- raw -------------------------------------------------------------------------------------------------------------


def _clear(home: Home, leverans: Leverans) -> None:
    """Take away what an earlier judgement of the same delivery wrote."""
    for path in (home.raw / leverans.kalla).glob(f"*/period=*/{leverans.leverans_id}.parquet"):
        path.unlink()
    (home.quarantine / leverans.kalla / f"{leverans.leverans_id}.parquet").unlink(missing_ok=True)


def _keep(home: Home, source: Source, leverans: Leverans, verdict: Granskning) -> None:
    """Write quarantine, and the raw tables where the delivery is accepted: one file per table and period."""
    assert verdict.format is not None
    with duckdb.connect(str(verdict.db), read_only=True) as con:
        if con.execute("select count(*) > 0 from karantan").fetchone() == (True,):
            _copy(con, f"""select '{leverans.leverans_id}' as _leverans_id, k.kolumn, k.hittat, k.kod, k.meddelande, i.*
                       from karantan k join inlast i using (_nr) order by k._nr, k.kolumn, k.kod""",
                  home.quarantine / leverans.kalla / f"{leverans.leverans_id}.parquet")  # fmt: skip
        if verdict.avvisad:
            return
        for table, sql in source.tables(verdict.format).items():
            for period in sorted({b.period for b in verdict.block}):
                _copy(con, f"""select '{leverans.leverans_id}' as _leverans_id, * from ({sql}) where _period = date '{period}' order by all""",
                      home.raw / source.kalla / table / f"period={period}" / f"{leverans.leverans_id}.parquet")  # fmt: skip


def write_empty_tables(home: Home, source: Source) -> None:
    """For each raw table a file with its columns and no rows, so that a build works when nothing was delivered."""
    spec = formats.load()[source.kalla][0]
    with duckdb.connect() as con:
        columns = [f'null::{typing_sql.SQL_TYPE[k.typ]} as "{k.namn}"' for k in spec.kolumner]
        columns += [f"null::varchar as \"{name}\"" for name in spec.konstanter]
        con.execute(f"""
            create table godkand as
            select null::bigint as _nr, null::varchar as _blad, null::bigint as _rad, null::varchar as _respondent, null::date as _period,
                {", ".join(columns)} limit 0""")
        for table, sql in source.tables(spec).items():
            target = home.raw / source.kalla / table / f"period={EMPTY_PARTITION}" / "schema.parquet"
            _copy(con, f"select null::varchar as _leverans_id, * from ({sql}) limit 0", target)


def _copy(con: duckdb.DuckDBPyConnection, sql: str, target: Path) -> None:
    """Write a query as one Parquet file, whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(".part")
    con.execute(f"copy ({sql}) to '{unfinished.as_posix()}' (format parquet, compression zstd)")
    unfinished.rename(target)


def write_register(home: Home, register: Register, ar: int) -> None:
    """The register as the two Parquet tables that dbt reads, for one reporting year."""
    with duckdb.connect() as con:
        for name, rows, columns in (
            ("leveranser", register.leveranser(), LEVERANSER),
            ("tackning", register.tackning(ar), TACKNING),
        ):
            con.execute(f"create table {name} ({', '.join(f'{c} {t}' for c, t in columns.items())})")
            if rows:
                marks = ", ".join("?" * len(columns))
                con.executemany(f"insert into {name} values ({marks})", [[row[c] for c in columns] for row in rows])
            _copy(con, f"select * from {name} order by all", home.raw / "register" / f"{name}.parquet")


LEVERANSER = {
    "leverans_id": "varchar", "kalla": "varchar", "filnamn": "varchar", "sha256": "varchar", "mottagen": "timestamp",
    "registrerad": "timestamp", "format": "varchar", "status": "varchar", "respondent": "varchar", "period": "date",
    "overenskommelse": "varchar", "avsandare": "varchar", "rader_lasta": "bigint", "rader_godkanda": "bigint",
    "rader_karantan": "bigint", "antal_fel": "bigint", "antal_anmarkningar": "bigint",
}  # fmt: skip
TACKNING = {
    "kalla": "varchar", "leverans_id": "varchar", "respondent": "varchar", "period": "date", "rader": "bigint",
    "mottagen": "timestamp", "gallande": "boolean",
}  # fmt: skip
