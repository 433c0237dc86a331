"""Publication: a release is written beside the others, renamed into place and pointed at. It is never changed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from dagster_project import rapporter, sql
from dagster_project.deliveries import wording
from dagster_project.release import (
    catalogue,
    csvfiles,
    cubes,
    database,
    difference,
    document,
    figures,
    internal,
    lineage,
    made_up,
    manifest,
    metadata,
    page,
    persons,
    pictures,
    public,
    recipe,
    sealed,
    shape,
    tables,
    told,
    views,
    workbook,
)
from dagster_project.release.manifest import About, Draft
from dagster_project.release.publication import Publication
from dagster_project.release.releases import UNFINISHED, Release, alone, current, flush, point, releases
from dagster_project.settings import Home
from dagster_project.warehouse.graph import SCHEMA, Graph

#: What a release is written as besides its database, workbook, csv files and metadata.
OUTPUTS = frozenset({"document", "figures", "page", "machines"})


def publish(home: Home, draft: Draft) -> Release:
    """Freeze the year's marts as a release and point ``current`` at it.

    Held marts are taken from the year's last release and marked. If the year's newest release has the draft's fingerprint, it
    is returned and nothing is made, unless it is to be made anew; one whose manifest is damaged is passed over.
    """
    home.releases.mkdir(parents=True, exist_ok=True)
    with alone(home):
        _sweep(home.releases)
        of_year = [release for release in releases(home) if release.ar == draft.ar]
        newest = of_year[-1] if of_year else None
        if newest and not draft.anew and newest.fingerprint == draft.fingerprint:
            if current(home, draft.ar) != newest:  # a crash came between the renaming and the pointing
                point(home, newest)
            return newest
        shown = current(home, draft.ar)
        last = next((release for release in (shown, *reversed(of_year)) if release and release.whole), None)
        unfinished = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=home.releases))
        unfinished.chmod(0o755)
        made = Release(unfinished, draft.ar, newest.nummer + 1 if newest else 1)
        made.intern.mkdir()
        made.intern.chmod(0o750)  # not for everybody who may read a release
        marts = manifest.about_marts(draft.dbt_manifest)
        edition = catalogue.load(draft.ar)
        models = catalogue.models(edition, Graph.of(draft.dbt_manifest).printable(rapporter.of(draft.ar).id))
        draft = _by_id(draft, edition)
        used = [str(delivery["leverans_id"]) for delivery in draft.deliveries]
        # What a trace of the release needs is kept first: no release is without it.
        recipe.freeze(home.harkomst / made.id, made.ar, home.raw, draft.dbt_manifest, used, models)
        with _covered(home, last, draft) as kept:
            database.create(made.house, draft.build_db, dict.fromkeys(marts.keys() & draft.held.keys(), kept))
            whole = [release for release in of_year if release.whole and release.database.exists()]
            stands = sealed.seal(made.house, whole, sealed.ownership(draft.build_db))
            persons.cover(made.house, draft.hidden)
            if last and kept:
                _revise(home, made, last, kept, marts, draft, stands)
            held = [table for table in models if f"{SCHEMA}.{table}" in draft.held]
            database.complete(made.house, draft.dbt_manifest, models, held, kept)
        with lineage.opened(home, made.id, made.house, unfinished=True) as opened:
            marks = _mark(opened, edition, draft, last, marts)
            behind = _lineage(opened, edition, draft.held, last)
            standing = tables.Standing(manifest.behind_tables(draft.dbt_manifest, models), draft.held)
            below = told.Behind(
                opened,
                told.of(draft.deliveries, draft.earlier, told.names(opened)),
                _sources(marts, standing.marts),
                draft.held,
            )
            edition = below.noted(edition)
            database.say(opened.con, lineage.ATTACHED, below.marts(name for name in marts if opened.has(name)))
        named = {table.id: table.utpekar for table in edition.tabeller if table.utpekar}
        database.unname(
            made.house,
            named,
            manifest.naming(draft.dbt_manifest),
            marks.marts,
            home.harkomst / made.id / recipe.NAMES,
        )
        made_up.keep(home.harkomst / made.id, made.house, marks, {name: m["nyckel"] for name, m in marts.items()})
        listed = [table.id for table in edition.part("intern").tabeller]
        public.write(made.database, made.house, manifest.internal_marts(draft.dbt_manifest), listed)
        for path in (made.house, made.database):
            views.write(path, {name: about["nyckel"] for name, about in marts.items()})
        for mart, rows in marks.marts.items():
            marts[mart]["pahittade"] = len(rows)
        drawn_before = {} if draft.anew else pictures.earlier(home, last)
        numbers = [release.id for release in of_year]
        _write_tables(home, made, edition, standing, draft, behind, drawn_before, marts, numbers, marks.marts)
        sealed.written(made.database, edition.part("publik"))
        manifest.write(unfinished, made.id, draft, made.database, made.house, marts)
        _sync(unfinished)
        release = Release(home.releases / made.id, made.ar, made.nummer, created=True)
        unfinished.rename(release.path)
        point(home, release)
        return release


def _sources(marts: Mapping[str, About], behind: Mapping[str, Sequence[str]]) -> dict[str, set[str]]:
    """The sources that each mart and printed table rests on, under the names they have in the lineage."""
    own = {f"mart.{name}": set(about["kallor"]) for name, about in marts.items()}
    printed = {
        f"{SCHEMA}.{table}": set[str]().union(*(own.get(f"mart.{mart}", ()) for mart in shown))
        for table, shown in behind.items()
    }
    return own | printed


def _by_id(draft: Draft, edition: catalogue.Catalogue) -> Draft:
    """The draft with what is held under the ids that the tables have in the edition: a failed model is known by its own name."""
    told = {
        f"{SCHEMA}.{table.id}": draft.held[f"{SCHEMA}.{table.modell}"]
        for table in edition.tabeller
        if f"{SCHEMA}.{table.modell}" in draft.held
    }
    return replace(draft, held={**draft.held, **told}) if told else draft


@contextmanager
def _covered(home: Home, last: Release | None, draft: Draft) -> Iterator[Path | None]:
    """The database of the year's last release, to take from and to compare with. Where another code hid others than this one does, or
    names are hidden, a copy in which the same are hidden."""
    if last is None:
        yield None
    elif last.manifest["kodversion"] == draft.code_version and not draft.hidden:
        yield last.house
    else:
        with tempfile.TemporaryDirectory(dir=home.tmp) as folder:
            copy = Path(folder) / last.house.name
            shutil.copyfile(last.house, copy)
            persons.cover(copy, draft.hidden)
            yield copy


def _revise(
    home: Home,
    made: Release,
    last: Release,
    kept: Path,
    marts: Mapping[str, About],
    draft: Draft,
    stands: Sequence[sealed.Family],
) -> None:
    """Mark what has other values than the year's last release, whose database is ``kept``, and say what keeps its values for the sake of
    protection."""
    deliveries = {str(row["leverans_id"]): row for row in draft.deliveries}
    blocks = recipe.blocks(home.harkomst / made.id)
    after = difference.Side("ny", made.id, draft.code_version, deliveries, draft.held, blocks)
    difference.revise(made.house, kept, difference.side("senaste", home, last), after, marts)
    difference.tell_kept(made.house, last.id, [", ".join((*serie, tid)) for _, serie, tid in stands])


def _mark(
    opened: lineage.Lineage,
    edition: catalogue.Catalogue,
    draft: Draft,
    last: Release | None,
    marts: Mapping[str, About],
) -> made_up.Marks:
    """Mark in the database what rests on made-up deliveries."""
    earlier = last.manifest["leveranser"] if last and draft.held else []
    behind = made_up.deliveries([*draft.deliveries, *earlier])
    keys = {name: about["nyckel"] for name, about in marts.items()}
    tables = [table.id for table in edition.tabeller]
    kept = opened.home.harkomst / last.id if last else None
    marks = made_up.find(opened, Graph.of(draft.dbt_manifest), keys, tables, behind, draft.held, kept)
    database.mark(opened.con, lineage.ATTACHED, marks.tables, marks.marts)
    return marks


def _write_tables(
    home: Home,
    made: Release,
    edition: catalogue.Catalogue,
    standing: tables.Standing,
    draft: Draft,
    behind: list[dict[str, Any]],
    earlier: Mapping[str, figures.Kept],
    marts: Mapping[str, About],
    before: Sequence[str],
    made_up_rows: Mapping[str, frozenset[int]],
) -> None:
    """Everything people and machines read of a release, from the frozen database and nowhere else.

    :param earlier: the figures of the last release.
    :param before: the year's earlier releases.
    :param made_up_rows: of each mart.
    """
    with duckdb.connect(str(made.house), read_only=True) as con:
        sql.one_thread(con)
        names = dict(con.execute("select kalla, namn from referens.kallor").fetchall())
        fakes = sorted({names.get(kalla, kalla) for kalla in made_up.deliveries(draft.deliveries).values()})
        told = _late(draft.late, names), fakes if any("pahittade" in about for about in marts.values()) else None
        rows = _keyed(con, edition, behind)
        internal.write(made, _part(con, edition.part("intern"), made, standing, told), rows)
    with duckdb.connect(str(made.database), read_only=True) as con:
        sql.one_thread(con)
        cover, part, published = _part(con, edition.part("publik"), made, standing, told)
        workbook.write(made.workbook, cover, part, published)
        csvfiles.write(made.path / "csv", published)
        if "machines" in OUTPUTS:
            csvfiles.write_for_excel(made.path / "csv_excel", published)
            cubes.write(made.path, cover, part, published)
            public.parquet(made.path / public.PARQUET, made.database, made.house, made_up_rows)
        drawn = []
        if {"figures", "page"} & OUTPUTS:
            drawn = figures.build_all(part, published, draft.code_version, earlier)
        if "figures" in OUTPUTS:
            figures.write(made.path / pictures.FOLDER, drawn)
            pictures.note(home.harkomst / made.id, drawn)
        if "document" in OUTPUTS:
            document.write(made.path, cover, part, published, drawn, made.path / pictures.FOLDER)
        own = {table.id for table in part.tabeller}
        publication = Publication(
            made.path,
            cover,
            part,
            published,
            drawn,
            con,
            draft.deliveries,
            [row for row in rows if row["tabell"] in own],
            made.workbook.name,
            before,
        )
        if "page" in OUTPUTS:
            page.write(publication)
        metadata.write(publication)


def _part(
    con: duckdb.DuckDBPyConnection,
    edition: catalogue.Catalogue,
    made: Release,
    standing: tables.Standing,
    told: tuple[Sequence[str], Sequence[str] | None],
) -> internal.Part:
    """The tables for one circle of readers, out of the database that holds them, and what their cover says.

    :param told: the sources with late deliveries and those with made-up ones.
    """
    edition = shape.with_remarks(con, edition)
    cover = workbook.Cover(made.id, rapporter.of(made.ar), tables.sources(con, edition.tabeller), *told)
    return internal.Part(cover, edition, tables.build_all(con, edition, standing))


def _late(deliveries: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> list[str]:
    """The deliveries after the cut-off, by source: how many and when they came."""
    found: dict[str, list[str]] = {}
    for row in deliveries:
        found.setdefault(names.get(row["kalla"], row["kalla"]), []).append(str(row["mottagen"])[:10])
    return [
        f"{source} ({len(days)} {'leverans' if len(days) == 1 else 'leveranser'}, {', '.join(sorted(set(days)))})"
        for source, days in sorted(found.items())
    ]


def _lineage(
    opened: lineage.Lineage, edition: catalogue.Catalogue, held: Mapping[str, str], last: Release | None
) -> list[dict[str, Any]]:
    """The deliveries behind each row of each table, by its place; of a held mart as the last release has them, by its key."""
    kept = metadata.lineage_of(last.path) if last and held else []
    found: list[dict[str, Any]] = []
    for table in edition.tabeller:
        name = f"{SCHEMA}.{table.id}"
        if {opened.mart(name), name} & held.keys():
            found += [_as_today(row) for row in kept if row["tabell"] == table.id]
        else:
            found += opened.by_row(table.id)
    return found


def _as_today(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of an earlier release's lineage; one from before senders were organisations named a file and a sheet instead."""
    kalla = str(row["leverans_id"] or "").rpartition("-")[0]
    lacking = {"avsandare": wording.organisation(kalla, None) if kalla else None, "dokument": None, "plats": None}
    return lacking | {name: value for name, value in row.items() if name not in ("filnamn", "blad")}


def _keyed(
    con: duckdb.DuckDBPyConnection, edition: catalogue.Catalogue, behind: Iterable[dict[str, Any]]
) -> list[dict[str, Any]]:
    """What is behind each row, by the key that the row is printed with."""
    keys: dict[str, dict[object, str]] = {}
    for table in edition.tabeller:
        asked = f"select {database.ORDER}, {difference.key_text('t', table.nyckel)} from {SCHEMA}.{sql.identifier(table.id)} as t"
        keys[table.id] = dict(con.execute(asked).fetchall())
    named = [row | {"nyckel": keys[row["tabell"]].get(row["nyckel"], row["nyckel"])} for row in behind]
    return sorted(named, key=lambda row: (row["tabell"], row["nyckel"], row["leverans_id"] or ""))


def _sweep(folder: Path) -> None:
    """Remove what interrupted publications left behind."""
    for path in folder.glob(f"{UNFINISHED}*"):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:  # a pointer
            path.unlink()


def _sync(folder: Path) -> None:
    """Make the files of a folder read-only and see to it that they are on the disk before the folder gets its name."""
    for path in sorted(folder.rglob("*")):
        flush(path)
        if path.is_file():
            path.chmod(0o444)
    flush(folder)
