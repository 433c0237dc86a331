"""Is a home folder what it was, and how it is put right: every hash held against what it should be."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import duckdb

from dagster_project import lock, sql
from dagster_project.deliveries import intake, kept, raw, wording
from dagster_project.deliveries.bench import judge_file
from dagster_project.deliveries.history import Historik
from dagster_project.deliveries.register import Register
from dagster_project.deliveries.register_types import Leverans
from dagster_project.errors import NothingPublished
from dagster_project.release import ReleaseError, releases
from dagster_project.settings import Home
from dagster_project.sources import all_sources


def verify(home: Home, sample: int = 0, seed: int = 1) -> Iterator[tuple[str, str]]:
    """Everything that is not as it was: where, and what is to be done.

    The register against itself, every kept file of a delivery against the register, every release against its manifest; and ``sample``
    deliveries, drawn by ``seed``, are judged anew and their raw rows compared.

    :raises NothingPublished: the register is damaged.
    """
    register = Register(home.register)
    register.check()
    names = {row["leverans_id"]: wording.file_name(row["filnamn"]) for row in register.leveranser()}
    for leverans_id, files in kept.changed(home, register, thorough=True).items():
        for file in files:
            yield (
                file,
                f"gone or changed, of {names.get(leverans_id, leverans_id)}: run 'uppfoljning repair', then build",
            )
    for kalla in all_sources():
        for leverans_id in kept.unknown(home, register, kalla):
            yield leverans_id, "not in the register: the next build takes it in again"
    for release in releases.releases(home):
        try:
            changed = releases.changed(release)
        except ReleaseError as error:
            yield f"releases/{release.id}", str(error)
        else:
            for file in changed:
                yield f"releases/{release.id}/{file}", "not as it was published: put the release back from a backup"
    judged = [d for d in intake.deliveries(register) if d.leverans_id in names and kept.original(home, d).is_file()]
    for leverans in random.Random(seed).sample(judged, min(sample, len(judged))):
        if difference := _judged_otherwise(home, register, leverans):
            yield leverans.leverans_id, f"judged anew, {difference} of {names[leverans.leverans_id]} is another"


def _judged_otherwise(home: Home, register: Register, leverans: Leverans) -> str | None:
    """The raw table that would hold other rows, were a delivery judged today."""
    source = all_sources()[leverans.kalla]
    with tempfile.TemporaryDirectory(dir=home.tmp) as folder:
        work = Path(folder)
        ram = intake.current_frame(home, register, source)
        verdict = judge_file(
            source,
            kept.original(home, leverans),
            leverans,
            work,
            ram,
            Historik(home, register, source).before(leverans),
        )
        written = raw.write_delivery(home, source, leverans, verdict, work) if verdict.con is not None else []
        verdict.close()
        now = {target: unfinished for unfinished, target in written if target.is_relative_to(home.raw)}
        there = {home.root / f.namn for i, f in register.kept(leverans.kalla) if i == leverans.leverans_id}
        for target in sorted(now.keys() | {path for path in there if path.is_relative_to(home.raw)}):
            if target not in now or not target.is_file() or _differ(now[target], target):
                return target.relative_to(home.root).as_posix()
    return None


def _differ(one: Path, other: Path) -> bool:
    first, second = (
        f"select * from read_parquet({sql.path(path)}, hive_partitioning = false)" for path in (one, other)
    )
    with duckdb.connect() as con:
        both = f"(({first}) except all ({second})) union all (({second}) except all ({first}))"
        return con.execute(f"select 1 from ({both})").fetchone() is not None


def repair(home: Home) -> Iterator[str]:
    """Put right what can be: a damaged register is laid aside and made anew from the records beside the originals, kept files that are not
    what they were are marked, so that the next build makes them anew. What was done, in words.

    :raises UserError: a build is running.
    """
    with lock.alone(home, "uppfoljning repair"):
        try:
            register = Register(home.register)
            register.check()
        except NothingPublished:
            aside = f"register.damaged-{datetime.now():%Y%m%dT%H%M%S}"
            for path in sorted(home.root.glob(f"{home.register.name}*")):
                path.rename(path.with_name(path.name.replace("register", aside, 1)))
            register = Register(home.register)
            yield f"the register was damaged and is laid aside as {aside}.sqlite"
        found = [i for kalla in all_sources() for i in kept.adopt(home, register, kalla)]
        if found:
            yield f"{len(found)} deliveries were not in the register and are taken in again from their records"
        for leverans_id, files in kept.changed(home, register, thorough=True).items():
            for file in files:
                register.touched(leverans_id, file, 0)
                yield f"{file} is gone or changed: the next build makes it anew from the original, or says that it cannot"
