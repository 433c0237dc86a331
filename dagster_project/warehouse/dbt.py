"""The dbt project run in this process, once per build, and what its manifest says about sources and marts.

dbt is started through its own Python entry point: the command would cost seconds of start-up each time.
"""

from __future__ import annotations

import json
import logging
import re
import shutil
from pathlib import Path
from typing import Any

import duckdb

from dagster_project import rapporter, sql
from dagster_project.errors import NothingPublished
from dagster_project.settings import Home
from dagster_project.validation import suites
from dagster_project.warehouse import corrections, project, reference, running, signature, state
from dagster_project.warehouse.graph import HOLDS, Graph, Nod
from dagster_project.warehouse.places import Places, build_db
from dagster_project.warehouse.signature import Signatures

__all__ = ["Places", "build", "build_db", "docs", "manifest_of", "run", "signatures", "variables"]

log = logging.getLogger("uppfoljning.warehouse")


def run(places: Places, variables: dict[str, Any], *args: str) -> Any:
    """Run dbt in this process, on the project as it has been parsed before; dbt's own result.

    :param variables: ``ar``, and where wanted ``trosklar`` and ``rattelser`` (dbt_project.yml); what the year's report says and
        ``regelverk`` are added.
    """
    told = {
        **rapporter.of(variables["ar"]).variables,
        signature.RULEBOOK: signatures().rulebook(variables),
        **variables,
    }
    return running.run(places, told, *args)


def signatures() -> Signatures:
    """The signatures of the project as it stands now."""
    return Signatures(Graph.of(project.parsed() / "manifest.json"))


def variables(home: Home, ar: int) -> dict[str, Any]:
    """What a run is told besides its raw tables: the year's report, the thresholds of response rates, the corrections."""
    report = rapporter.of(ar)
    limits = suites.thresholds(report.gallande).items()
    thresholds = {k: {"svarsfrekvens": v["svarsfrekvens"]} for k, v in limits if "svarsfrekvens" in v}
    return {
        **report.variables,
        "trosklar": json.dumps(thresholds),
        "rattelser": corrections.variable(home.raw),
    }


def _sound(db: Path) -> bool:
    """Whether the database can be opened; one that another process has open is sound.

    :raises NothingPublished: another process has it open.
    """
    try:
        duckdb.connect(str(db)).close()
    except duckdb.Error as error:
        if "lock" in str(error):
            raise NothingPublished(f"{db.name} is open in another process: close it and build again") from error
        return False
    return True


def _drop(db: Path) -> None:
    for path in (db, db.with_name(db.name + ".wal")):
        path.unlink(missing_ok=True)


#: The folder of raw tables, in what is read of them.
_RAW = re.compile(r"'((?:[^']|'')*/raw)/(?=(?:[^']|'')*\.parquet')")


def _read(con: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    """The database's views over raw tables, as they were made, with the folders that each reads."""
    views = con.execute("select sql from duckdb_views() where contains(sql, 'read_parquet(')").fetchall()
    return {view: {match[1] for match in _RAW.finditer(view)} for (view,) in views}


def _made_for(db: Path, raw: Path) -> bool:
    """Whether all that the database's views read lies in the folder of raw tables: of a home folder that was copied or moved they read the
    old place."""
    with duckdb.connect(str(db), read_only=True) as con:
        return all(folders == {sql.path(raw)[1:-1]} for folders in _read(con).values())


def _move(db: Path, raw: Path) -> bool:
    """Let the views of a database that was copied or moved read the folder of raw tables beside it. False where they cannot be read there."""
    here = sql.path(raw)[1:-1]
    with duckdb.connect(str(db)) as con:
        views = [view for view, folders in _read(con).items() if folders != {here}]
        waiting = [
            _RAW.sub(lambda _: f"'{here}/", view).replace("CREATE VIEW", "CREATE OR REPLACE VIEW", 1) for view in views
        ]
        while waiting:  # one that reads another is made after it
            left = []
            for view in waiting:
                try:
                    con.execute(view)
                except duckdb.Error as error:
                    left.append(view)
                    said = str(error).splitlines()[0]
            if len(left) == len(waiting):
                log.warning("%s cannot be read where it lies now, and is built anew: %s", db.name, said)
                return False
            waiting = left
    return _made_for(db, raw)


def begin_year(home: Home, ar: int) -> None:
    """Start a year's database with the intermediate tables of the nearest earlier one: a month computed there is not computed again.

    Marts, seeds and staging are left out: what a year shows is made for that year.
    """
    db = build_db(home, ar)
    earlier = sorted(path for path in home.warehouse.glob("[0-9]*.duckdb") if path.stem < str(ar))
    if db.exists() or not earlier or not _sound(earlier[-1]) or not _made_for(earlier[-1], home.raw):
        return
    unfinished = db.with_suffix(".part")
    shutil.copyfile(earlier[-1], unfinished)
    with duckdb.connect(str(unfinished)) as con:
        for (schema,) in con.execute(
            "select schema_name from duckdb_schemas() where database_name = current_database() and not internal"
            " and schema_name <> 'intermediate'"
        ).fetchall():
            con.execute(f'drop schema "{schema}" cascade')
    unfinished.rename(db)


def build(
    home: Home, ar: int, select: str | None = None, *, full_refresh: bool = False, period: str | None = None
) -> list[Nod]:
    """Seeds, models and tests in one invocation: those of which something has changed since they were last made without fault.

    :param select: a folder of models (``models/marts/vantetid``): these and what they rest on; everything when left out.
    :param full_refresh: forget all earlier builds of the year, months included, and make everything.
    :param period: of what is kept by the month, compute this one (its first day) and no other.
    :returns: one :class:`Nod` per node that ran or was skipped.
    :raises RuntimeError: dbt could not start at all (the project does not parse).
    :raises NothingPublished: another process has the database open.
    """
    places = Places.of(home, ar)
    home.warehouse.mkdir(parents=True, exist_ok=True)
    if places.db.exists() and not _sound(places.db):
        log.warning("%s is damaged: it is removed and built anew", places.db.name)
        _drop(places.db)
    if full_refresh or (
        places.db.exists() and not _made_for(places.db, places.raw) and not _move(places.db, places.raw)
    ):
        _drop(places.db)
    else:
        begin_year(home, ar)
    told = variables(home, ar) | ({"manad": period} if period else {})
    nodes = _build(places, told, select)
    if any(word in (node.message or "") for node in nodes if node.failed for word in _DAMAGE):
        log.warning("%s is damaged: it is removed and built anew", places.db.name)
        _drop(places.db)
        nodes = _build(places, told, select)
    return nodes


#: What DuckDB says of a file that opens but cannot be read.
_DAMAGE = ("Corrupt database file", "database has been invalidated")


def _build(places: Places, told: dict[str, Any], select: str | None) -> list[Nod]:
    signed = signatures()
    told[signature.RULEBOOK] = signed.rulebook(told)
    graph, now, before = signed.graph, signed.all(places.raw, told), state.signatures(places.db)
    foreign = graph.foreign(told["rapport"])
    stale = {uid for uid in now.keys() - foreign if before.get(uid) != now[uid]}
    taken = reference.take_over(places.db, graph, now, stale)
    stale -= taken
    if select:
        stale &= graph.behind(select)
    log.info("%s of %s models, seeds and tests have changed", len(stale | taken), len(now) - len(foreign))
    results = running.make(places, told, {uid: now[uid] for uid in stale})
    _describe(places, {r.node.unique_id: code for r in results if (code := getattr(r.node, "compiled_code", None))})
    kept = [Nod(uid, "pass" if uid.startswith("test.") else "success", None, 0, None) for uid in sorted(taken)]
    return kept + [
        Nod(r.node.unique_id, str(r.status), _said(places, r), float(r.execution_time or 0), r.failures)
        for r in results
    ]


def _said(places: Places, result: Any) -> str | None:
    """What dbt says of a node; of a relation that does not hold, the rules that are broken and in how many rows, without the rows."""
    about = getattr(result.node, "test_metadata", None)
    if str(result.status) != "fail" or about is None or about.name != HOLDS:
        return str(result.message) if result.message else None
    with duckdb.connect(str(places.db), read_only=True) as con:
        broken = con.execute(f"select regel, count(*) from ({result.node.compiled_code}) group by regel order by regel")
        return "; ".join(f"{regel}: {antal} rader" for regel, antal in broken.fetchall())


def _describe(places: Places, compiled: dict[str, str]) -> None:
    """Write dbt's manifest with the SQL that each table in the database was made with: ``compiled`` this time, or before."""
    manifest = project.described(places.db.stem)
    for uid, code in {**state.compiled(places.db), **compiled}.items():
        if code and uid in manifest["nodes"]:
            manifest["nodes"][uid] |= {"compiled_code": code, "compiled": True}
    places.target.mkdir(parents=True, exist_ok=True)
    (places.target / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")


def docs(home: Home, ar: int) -> Path:
    """dbt's documentation pages for the last build; returns the folder."""
    done = run(Places.of(home, ar), variables(home, ar), "docs", "generate")
    if not done.success:
        raise RuntimeError(f"dbt docs failed: {done.exception}")
    return home.warehouse / "dbt"


def manifest_of(home: Home) -> Path:
    """The manifest of the last build in this home folder."""
    return home.warehouse / "dbt" / "manifest.json"
